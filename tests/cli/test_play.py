"""``sapa play`` as a process: lines, exit codes, limits; it never prints a traceback and always ends."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.play import sandbox
from tests.cli.conftest import Answer, Sapa
from tests.play import models as m

START: dict[str, Any] = {"start": {}}
M, N = m.event("message", "M"), m.event("message", "N")
ONE = m.model(m.process("P", m.start(), m.user("a", name="Тексеру"), m.end(), "s -> a -> e"))
TICK = m.model(m.process(
    "P", m.start(), m.xor("i"), m.catch("t", m.timer("Duration", "PT1S")), m.xor("g", default="g_i"), m.end(),
    "s -> i -> t -> g; g -> i; g -> e [false]"))  # fmt: skip
PING = m.model(
    m.message("M"), m.message("N"),
    m.process("A", m.start("s", N), m.start("s0"), m.end("e", M), "s -> e; s0 -> e"),
    m.process("B", m.start("sb", M), m.end("eb", N), "sb -> eb"),
)  # fmt: skip

CROWD = m.model(
    m.message("M"),
    m.process(
        "A", m.start("s"),
        m.sub("sp", m.start("s1") + m.throw("t", M) + m.end("e1") + m.flows("s1 -> t -> e1"),
              before=m.loop(cardinality="15000")),
        m.end("e"), "s -> sp -> e",
    ),
    m.process("B", m.start("sb", M), m.user("u"), m.end("eb"), "sb -> u -> eb"),
)  # fmt: skip


@pytest.fixture
def play(process: Sapa, tmp_path: Path) -> Callable[..., Answer]:
    def call(model: bytes, steps: Any, *more: object, **options: Any) -> Answer:
        file, script = tmp_path / "model.bpmn", tmp_path / "steps.json"
        file.write_bytes(model)
        script.write_bytes(steps if isinstance(steps, bytes) else json.dumps(steps).encode())
        answer = process("play", file, "--steps", script, *more, **options)
        assert "Traceback" not in answer.out + answer.err
        return answer

    return call


def test_a_line_for_each_step(play: Callable[..., Answer]) -> None:
    answer = play(ONE, [START, {"complete": {"task": "nobody"}}, {"complete": {"task": "Тексеру"}}])
    assert (answer.code, answer.err) == (0, "")
    assert [(line["step"], line["status"]) for line in answer.lines] == [
        (1, "running"),
        (2, "refused"),
        (3, "completed"),
    ]


def test_names_are_written_in_any_locale(play: Callable[..., Answer]) -> None:
    answer = play(ONE, [START], env={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"})
    assert answer.lines[0]["open"][0]["name"] == "Тексеру"


def test_steps_from_standard_input(process: Sapa, tmp_path: Path) -> None:
    (tmp_path / "p.bpmn").write_bytes(ONE)
    answer = process("play", tmp_path, "--steps", "-", data=json.dumps([START]).encode())
    assert [line["status"] for line in answer.lines] == ["running"]


def test_a_refused_model_is_one_line_and_exit_2(play: Callable[..., Answer]) -> None:
    answer = play(ONE.replace(b"userTask", b"complexGateway"), [START])
    assert (answer.code, [line["status"] for line in answer.lines]) == (2, ["refused"])
    assert [error["element"] for error in answer.lines[0]["errors"]] == ["a"]


@pytest.mark.parametrize("steps", [b"", b"{", b"[1"])
def test_unreadable_steps_are_exit_2(play: Callable[..., Answer], steps: bytes) -> None:
    answer = play(ONE, steps)
    assert (answer.code, [line["status"] for line in answer.lines]) == (2, ["refused"])


def test_files_that_are_not_there_are_exit_2(process: Sapa, tmp_path: Path) -> None:
    answer = process("play", tmp_path / "no.bpmn", "--steps", tmp_path / "no.json")
    assert (answer.code, answer.lines[0]["status"]) == (2, "refused")
    assert "no.bpmn" in answer.lines[0]["errors"][0]["message"]


def test_time_without_end_is_stopped(play: Callable[..., Answer]) -> None:
    answer = play(TICK, [START, {"advance": "P100Y"}], "--limit", "4")
    last = answer.lines[-1]
    assert (answer.code, last["step"], last["status"], last["error"]["code"]) == (3, 2, "failed", "limit")
    assert [entry["id"] for entry in last["open"]] == ["t"]


def test_processes_that_start_each_other_for_ever_are_stopped(play: Callable[..., Answer]) -> None:
    answer = play(PING, [START], "--limit", "60")
    assert (answer.code, answer.lines[-1]["error"]["code"]) == (0, "limit_chain")


def test_memory_is_bounded(play: Callable[..., Answer]) -> None:
    answer = play(CROWD, [START], "--limit", "60", "--memory", "100")
    assert (answer.code, answer.lines[-1]["error"]["code"]) == (3, "limit")
    assert "100" in answer.lines[-1]["error"]["message"]


def test_help_tells_the_steps(process: Sapa) -> None:
    answer = process("play", "--help")
    assert answer.code == 0
    assert "advance_to" in answer.out


# --- the sandbox itself --------------------------------------------------------------------------------------------


def boxed(work: Callable[[sandbox.Say], int], seconds: float = 30) -> tuple[int, list[Any]]:
    lines: list[bytes] = []
    code = sandbox.run(work, seconds, 256, lines.append, word=lambda reason: reason)
    return code, [json.loads(line) for line in lines]


def test_what_the_program_does_wrong_is_an_internal_error() -> None:
    def work(say: sandbox.Say) -> int:
        say(sandbox.blank(1, "running"))
        raise ZeroDivisionError("oh")

    code, lines = boxed(work)
    assert (code, [line["status"] for line in lines]) == (3, ["running", "failed"])
    assert lines[1]["error"] == {"code": "internal", "message": "ZeroDivisionError: oh", "element": ""}


@pytest.mark.parametrize("leave", [lambda: os._exit(9), lambda: os.kill(os.getpid(), 9)])
def test_a_child_that_vanishes_is_reported(leave: Callable[[], object]) -> None:
    def work(say: sandbox.Say) -> int:
        leave()
        return 0

    code, lines = boxed(work)
    assert (code, [line["error"]["message"] for line in lines]) == (3, ["stopped"])


def test_half_a_line_is_never_handed_on() -> None:
    def work(say: sandbox.Say) -> int:
        say(sandbox.blank(1, "running"))
        say({"step": 2, "text": "x" * 10_000_000})
        raise MemoryError

    code, lines = boxed(work)
    # How much the child holds before it begins is its parent's affair: the long line is whole or it is not there.
    assert code == 3
    assert [line["step"] for line in lines] == list(range(1, len(lines) + 1))
    assert [len(line["text"]) for line in lines if "text" in line] == [10_000_000] * (len(lines) - 2)
    assert lines[-1]["error"]["message"] == "memory"


def test_printing_reaches_nobody(capfd: pytest.CaptureFixture[str]) -> None:
    def work(say: sandbox.Say) -> int:
        os.write(1, b"hello")
        os.write(2, b"hello")
        return 0

    assert boxed(work) == (0, [])
    assert capfd.readouterr() == ("", "")
