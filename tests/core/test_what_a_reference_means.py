"""Proves what a model's references find after later deployments."""

from __future__ import annotations

from engine import commands as c
from tests.core.place import Place, user
from tests.play import models as m


def test_deployed_together_also_means_what_did_not_change(place: Place) -> None:
    """Only the process is deployed again: its table of the deployment before still belongs to it."""
    table = m.decisions(m.table("level", ["n"], ["level"], ["> 1 => 1"]))
    rule = m.element(
        "businessRuleTask", "rate", camunda_decisionRef="level", camunda_decisionRefBinding="deployment",
        camunda_mapDecisionResult="singleEntry", camunda_resultVariable="level",
    )  # fmt: skip

    def deploy(decision: bytes, name: str) -> None:
        process = m.model(m.process("p", m.start(), rule, user("a", name=name), m.end(), "s -> rate -> a -> e"))
        place.clock.move_to(place.clock().replace(second=place.clock().second + 1))
        place.system(c.Deploy, name="d", files={"p.bpmn": process, "level.dmn": decision})

    deploy(table, "first")
    first = place.start(n=2)
    deploy(table, "second")
    second = place.start(n=2)
    assert (place.tasks(first), place.tasks(second)) == (["a"], ["a"])
    deploy(table.replace(b"<text>1</text></outputEntry>", b"<text>9</text></outputEntry>"), "third")
    older = place.start("p:2", n=2)
    assert place.engine.library.process("p:2") is not None
    assert place.tasks(older) == ["a"]
    assert place.verified()
