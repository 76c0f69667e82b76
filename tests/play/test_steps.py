"""The steps themselves: what is accepted, what is refused with an explanation, and what a line holds."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.play.performance import perform
from tests.play import models as m
from tests.play.playing import START, Line, advance, do, glance, play, start, users

ONE = m.model(m.process("P", m.start(), m.user("a", name="Тексеру"), m.end(), "s -> a -> e"))
TWO = m.model(
    m.process("P", m.start(), m.user("a"), m.end(), "s -> a -> e"),
    m.process("Q", m.start("sq"), m.user("b"), m.end("eq"), "sq -> b -> eq"),
)


@pytest.mark.parametrize(
    "script",
    [b"", b"{", b"[NaN]", b'[{"start": {"variables": {"x": 1e999}}}]', b"\xff\xfe", b"{}", b'"start"', b"[" * 99999],
)
def test_steps_that_are_no_list_are_refused(script: bytes) -> None:
    lines: list[Line] = []
    assert perform({"p.bpmn": ONE}, script, "", None, lines.append) == 2
    assert [(line["step"], line["status"]) for line in lines] == [(0, "refused")]
    assert lines[0]["errors"][0]["message"]


@pytest.mark.parametrize(
    "step",
    [
        {}, [], 7, "start", None, {"begin": {}}, {"start": {}, "complete": {}}, {"start": {"procces": "P"}},
        {"start": {"variables": []}}, {"complete": {}}, {"complete": {"task": None}},
        {"complete": {"task": "a", "all": "yes"}},
        {"message": {}}, {"signal": {"name": ""}}, {"advance": "a day"}, {"advance": None}, {"external": 3},
        {"start": {"variables": {"d": {"@": "date", "v": "yesterday"}}}}, {"decide": {"variables": {}}},
        {"start": {"process": "X"}}, {"correct": {"variables": 1}}, {"retry": {"element": {}}},
    ],
)  # fmt: skip
def test_a_step_that_cannot_be_understood_is_refused_and_the_play_goes_on(step: Any) -> None:
    lines = play(ONE, START, step, do("a"))
    assert [line["status"] for line in lines] == ["running", "refused", "completed"]
    assert users(lines[1]) == ["a"]
    assert lines[1]["error"]["message"]


def test_the_exit_code_tells_what_could_not_be_understood() -> None:
    def code(*steps: Any) -> int:
        return perform({"p.bpmn": ONE}, json.dumps(steps).encode(), "", None, lambda line: None)

    assert code(START, do("nothing")) == 0
    assert code(START, {"begin": {}}) == 2
    assert code() == 0


def test_a_line_holds_everything() -> None:
    (line,) = play(ONE, {"start": {"variables": {"x": 1}, "business_key": "K"}})
    assert line == {
        "step": 1,
        "status": "running",
        "open": [{"id": "a", "name": "Тексеру", "waiting": "user", "due": None}],
        "variables": {"x": 1},
        "error": None,
        "instances": [],
        "now": "2026-09-01T09:00:00+05:00",
    }


@pytest.mark.parametrize("task", ["a", "Тексеру", "*"])
def test_a_task_is_called_by_id_name_or_anything(task: str) -> None:
    assert play(ONE, START, do(task))[-1]["status"] == "completed"


def test_short_spellings() -> None:
    assert [glance(line) for line in play(TWO, {"start": "Q"}, {"complete": "b"})] == ["b", "."]


def test_which_process_is_started() -> None:
    assert users(play(TWO, START)[0]) == ["a"]
    assert users(play(TWO, START, process="Q")[0]) == ["b"]
    assert users(play(TWO, start("Q"), process="P")[0]) == ["b"]


def test_a_second_start_is_what_its_line_is_about() -> None:
    first, second = play(TWO, start("P", x=1), start("Q", x=2))
    assert (users(first), first["variables"], first["instances"]) == (["a"], {"x": 1}, [])
    assert (users(second), second["variables"]) == (["b"], {"x": 2})
    assert [(i["id"], i["process"], users(i), i["variables"]) for i in second["instances"]] == [
        ("i1", "P", ["a"], {"x": 1})
    ]


def test_typed_values_come_in_tagged_and_go_out_as_text() -> None:
    due = {"@": "date", "v": "2026-10-01"}
    (line,) = play(ONE, start(d=due, t="2026-10-01", at={"@": "dt", "v": "2026-10-01T10:00:00+00:00"}))
    assert line["variables"] == {"d": "2026-10-01", "t": "2026-10-01", "at": "2026-10-01T15:00:00+05:00"}


def test_what_the_engine_keeps_beside_variables_is_not_shown_unless_it_was_given() -> None:
    lines = play(ONE, start(school="eng", a_by="me"), do("a"))
    assert lines[0]["variables"] == {"school": "eng", "a_by": "me"}
    assert lines[1]["variables"]["school"] == "eng"


def test_due_dates_of_tasks_are_shown() -> None:
    model = m.model(
        m.process("P", m.start(), m.user("a", camunda_dueDate='${now() + duration("P3D")}'), m.end(), "s -> a -> e")
    )
    assert play(model, START)[0]["open"][0]["due"] == "2026-09-04T09:00:00+05:00"


def test_a_model_that_is_refused_says_every_reason_and_its_element() -> None:
    model = m.model(
        m.process("P", m.start(), m.element("complexGateway", "x"), m.script("t", "1 +"), m.end(), "s -> x -> t -> e")
    )
    (line,) = play(model, START, do("a"))
    assert (line["step"], line["status"], line["open"]) == (0, "refused", [])
    assert {error["element"] for error in line["errors"]} == {"x", "t"}
    assert all(error["message"] and error["remedy"] for error in line["errors"])


@pytest.mark.parametrize(
    "content", [b"", b"<", b"not xml", b"<a/>", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', b"\x00" * 100]
)
def test_files_that_are_no_models_are_refused(content: bytes) -> None:
    (line,) = play({"p.bpmn": content}, START)
    assert (line["status"], len(line["errors"])) == ("refused", 1)


def test_a_file_of_another_kind_is_refused() -> None:
    assert play({"p.txt": b"hello"}, START)[0]["status"] == "refused"


def test_nothing_but_time_passes() -> None:
    assert [glance(line) for line in play(ONE, advance("P1Y"), START)] == ["", "a"]
