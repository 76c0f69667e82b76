"""Proves that large and deep models are deployed and begun in time, or refused in time, and that their record holds."""

from __future__ import annotations

import time

import pytest

from engine import commands as c
from engine.errors import ModelRefused
from tests.core.place import Place, user
from tests.play import models as m

S, E = m.start(), m.end()
MOST = 2.0
"""Seconds of processor time to check, deploy and begin; doubled, since the machine is shared while tests run."""


def chain(*parts: str) -> str:
    path = " -> ".join(["s", *(f"n{n}" for n in range(len(parts))), "e"])
    return m.process("p", S, *parts, E, path)


def nested(depth: int) -> str:
    inner = m.start("si") + user("u") + m.end("ei") + m.flows("si -> u -> ei")
    for n in range(depth):
        inner = m.start(f"s{n}") + m.sub(f"x{n}", inner) + m.end(f"e{n}") + m.flows(f"s{n} -> x{n} -> e{n}")
    return m.process("p", inner)


def wide(count: int) -> str:
    branches = "; ".join(f"f -> n{n} -> j" for n in range(count))
    tasks = (m.element("task", f"n{n}") for n in range(count))
    return m.process("p", S, m.both("f"), m.both("j"), user("u"), E, *tasks, f"s -> f; j -> u -> e; {branches}")


LARGE: dict[str, str] = {
    "a chain of 3,000 tasks": chain(*(m.element("manualTask", f"n{n}") for n in range(2_999)), user("n2999")),
    "a chain of 3,000 scripts": chain(*(m.script(f"n{n}", "{x: 1}") for n in range(2_999)), user("n2999")),
    "200 sub-processes in one another": nested(199),
    "1,500 branches and their join": wide(1_500),
}


@pytest.mark.parametrize("what", LARGE)
def test_it_is_deployed_and_begun_in_time(place: Place, what: str) -> None:
    started = time.process_time()
    place.deploy(LARGE[what])
    case = place.start()
    assert time.process_time() - started < 2 * MOST
    assert len(place.tasks(case)) == 1
    place.do(case, place.tasks(case)[0])
    assert place.state(case) == "completed"
    assert place.verified()


@pytest.mark.parametrize(
    ("model", "code"),
    [
        (chain(*(m.script(f"n{n}", f"{{x: {n}}}") for n in range(3_000))), "too_many_expressions"),
        (chain(*(m.element("task", f"n{n}") for n in range(5_001))), "too_many_nodes"),
        (nested(300), "xml_too_deep"),
    ],
    ids=["too many expressions", "too many nodes", "too deep"],
)
def test_what_is_larger_is_refused_in_time(place: Place, model: str, code: str) -> None:
    started = time.process_time()
    with pytest.raises(ModelRefused) as refused:
        place.system(c.Deploy, name="d", files={"m.bpmn": m.model(model)})
    assert time.process_time() - started < 2 * MOST
    assert code in {finding.code for finding in refused.value.findings}
