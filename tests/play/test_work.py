"""Scripts, decisions, workers, operations and incidents: what a step computes, and what happens when it fails."""
# ruff: noqa: E501 - a table of cases reads best with a case in a row

from __future__ import annotations

from typing import Any

import pytest

from tests.play import models as m
from tests.play.playing import START, advance, armed, do, follow, glance, play, start, tell, users

A, R, Z = (m.user(id) for id in "arz")
S, E, E2 = m.start(), m.end(), m.end("e2")
X = m.error("X")


def worker(*, beside: str = "") -> bytes:
    """An external task with a boundary error and, if wanted, another boundary event."""
    task = m.element("serviceTask", "w", camunda_type="external", camunda_topic="mail")
    extra = m.boundary("t", "w", beside, interrupting=False) + m.user("n") + m.end("e3") if beside else ""
    return m.model(X, m.process(
        "P", S, task, m.boundary("b", "w", m.event("error", "X")), R, Z, E, E2, extra,
        "s -> w -> z -> e; b -> r -> e2" + ("; t -> n -> e3" if beside else "")))  # fmt: skip


def external(topic: str = "mail", **more: Any) -> dict[str, Any]:
    return {"external": {"topic": topic, **more}}


def scripted(text: str, result: str = "") -> bytes:
    return m.model(m.process("P", S, m.script("t", text, result), Z, E, "s -> t -> z -> e"))


# --- scripts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "result", "variables"),
    [
        ("x + 1", "y", {"x": 4, "y": 5}),
        ("${x + 1}", "y", {"x": 4, "y": 5}),
        ("{y: x + 1, z: [x]}", "", {"x": 4, "y": 5, "z": [4]}),
        ("null", "", {"x": 4}),
        ('date("2026-12-31") + duration("P2M")', "d", {"x": 4, "d": "2027-02-28"}),
        ('date and time("2026-12-31T10:00:00+05:00")', "d", {"x": 4, "d": "2026-12-31T10:00:00+05:00"}),
        (
            '[duration("P1DT2H"), duration("P14M"), time("09:00:00")]',
            "d",
            {"x": 4, "d": ["P1DT2H", "P1Y2M", "09:00:00"]},
        ),
        ("today()", "d", {"x": 4, "d": "2026-09-01"}),
        ('parameter("P_CURE_WD") > 0', "d", {"x": 4, "d": True}),
        ('working_days_after(date("2026-09-04"), 1)', "d", {"x": 4, "d": "2026-09-07"}),
        ('holders("dean", "eng")', "d", {"x": 4, "d": []}),
        ("1 / 3 * 3", "d", {"x": 4, "d": 1}),
    ],
)
def test_a_script_sets_variables(text: str, result: str, variables: dict[str, Any]) -> None:
    line = play(scripted(text, result), start(x=4))[0]
    assert (users(line), line["variables"]) == (["z"], variables)


@pytest.mark.parametrize(("text", "code"), [("x + 1", "script_result"), ('if x then "a" else "b"', "script_result")])
def test_a_script_that_gives_nothing_to_set_is_an_incident(text: str, code: str) -> None:
    assert glance(play(scripted(text), start(x=4))[0]) == f"!{code}"


def test_javascript_is_refused() -> None:
    script = m.element("scriptTask", "t", "<script>x = 1</script>", scriptFormat="javascript")
    line = play(m.model(m.process("P", S, script, E, "s -> t -> e")), START)[0]
    assert (line["step"], line["status"]) == (0, "refused")
    assert [error["element"] for error in line["errors"]] == ["t"]


# --- workers -------------------------------------------------------------------------------------------------------

WORKERS = {
    "done": [(START, "~w"), (external(variables={"x": 1}), "z")],
    "another topic": [(START, "~w"), (external("fax"), "~w ?topic_not_open")],
    "an error that is caught": [(START, "~w"), (external(error_code="X"), "r")],
    "an error nobody catches": [(START, "~w"), (external(error_code="Y"), "!error_uncaught")],
    "a failure": [(START, "~w"), (external(failure="no line"), "!external_failed")],
    "a failure without words": [(START, "~w"), (external(failure=True), "!external_failed")],
    "a failure that is tried again": [(START, "~w"), (external(failure="no line"), "!external_failed"), ({"retry": {}}, "~w"), (external(), "z")],
    "an uncaught error that is tried again": [(START, "~w"), (external(error_code="Y"), "!error_uncaught"), ({"retry": "w"}, "~w"), (external(), "z")],
    "nothing to try again": [(START, "~w"), ({"retry": {}}, "~w ?no_incident")],
}  # fmt: skip


@pytest.mark.parametrize("name", WORKERS)
def test_an_external_task(name: str) -> None:
    follow(worker(), WORKERS[name])


def test_a_worker_hands_back_variables() -> None:
    lines = play(worker(), START, external(variables={"sent": True}))
    assert lines[0]["open"] == [{"id": "w", "name": "w", "waiting": "external", "due": None, "topic": "mail"}]
    assert lines[1]["variables"] == {"sent": True}


def test_what_is_armed_beside_a_failed_task_stays_armed_once() -> None:
    steps = [START, external(failure="no line"), {"retry": {}}, advance("P1D"), external()]
    lines = play(worker(beside=m.timer("Duration", "P1D")), *steps)
    assert [list(armed(line)) for line in lines] == [["t@w"], ["t@w"], ["t@w"], [], []]
    assert [glance(line) for line in lines[2:]] == ["~w", "n ~w", "n z"]


# --- incidents -----------------------------------------------------------------------------------------------------

ODD = m.model(
    m.process("P", S, A, m.xor("g", default="g_z"), R, Z, E, "s -> a -> g; g -> r [x > 5]; g -> z; r -> e; z -> e")
)


def test_an_incident_keeps_what_was_entered_and_goes_on_when_mended() -> None:
    lines = follow(ODD, [(START, "a"), (do("a", y=1), "!condition_not_boolean"), ({"retry": {}}, "!condition_not_boolean"),
                         ({"correct": {"variables": {"x": 9}}}, "!condition_not_boolean"), ({"retry": {}}, "r"), (do("r"), ".")])  # fmt: skip
    assert lines[1]["variables"] == {"y": 1}


def test_other_branches_go_on_beside_an_incident() -> None:
    model = m.model(
        m.process(
            "P", S, m.both("f"), m.xor("g"), R, A, Z, E, E2, "s -> f; f -> g; g -> r [x > 5]; r -> e; f -> a -> z -> e2"
        )
    )
    lines = play(model, START, do("a"), do("z"))
    assert [glance(line) for line in lines] == [
        "a !condition_not_boolean",
        "z !condition_not_boolean",
        "!condition_not_boolean",
    ]


def test_a_process_whose_event_sub_process_cannot_be_armed_is_an_incident() -> None:
    esp = m.sub(
        "esp",
        m.start("es", m.timer("Duration", "${wait}")) + m.user("u") + m.end("ee") + m.flows("es -> u -> ee"),
        by_event=True,
    )
    model = m.model(m.process("P", S, A, E, esp, "s -> a -> e"))
    lines = follow(model, [(START, "!timer_invalid"), ({"correct": {"variables": {"wait": "P1D"}}}, "!timer_invalid"),
                           ({"retry": {}}, "a"), (advance("P1D"), "u"), (do("u"), ".")])  # fmt: skip
    assert lines[0]["error"]["element"] == "P"


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_messages_are_worded(lang: str) -> None:
    message = play(ODD, START, do("a"), lang=lang)[-1]["error"]["message"]
    assert {"kk": "Айнымалыларды", "ru": "Проверьте", "en": "Check"}[lang] in message


# --- operations ----------------------------------------------------------------------------------------------------


def operation(name: str, inputs: dict[str, str], output: str) -> str:
    inner = m.extensions(m.properties(operation=name) + m.mapping(inputs, {output: "${result}"}))
    return m.element("serviceTask", f"o_{output}", inner)


def test_registers_and_numbers_are_kept_in_memory() -> None:
    number = operation("number.allocate", {"series": "d"}, "number")
    enter = operation(
        "register.enter", {"register": "r", "key": "${number}", "values": "${{a: x, day: today()}}"}, "row"
    )
    count = operation(
        "register.count", {"register": "r", "where": "${{a: 1}}", "since": '${{day: date("2026-09-01")}}'}, "n"
    )
    model = m.model(m.process("P", S, number, enter, count, E, "s -> o_number -> o_row -> o_n -> e"))
    lines = play(model, start(x=1), start(x=1), start(x=2))
    assert [(line["variables"]["number"], line["variables"]["n"]) for line in lines] == [
        ("1/2026", 1),
        ("2/2026", 2),
        ("3/2026", 2),
    ]
    assert lines[0]["variables"]["row"] == {"key": "1/2026", "a": 1, "day": "2026-09-01"}


# --- keys ----------------------------------------------------------------------------------------------------------


def test_a_business_key_is_used_once() -> None:
    model = m.model(m.process("P", m.extensions(m.properties(businessKey="number")), S, A, E, "s -> a -> e"))
    lines = play(model, start(number=7), start(number=7), start(number=8))
    assert [glance(line) for line in lines] == ["a", "a ?duplicate_key", "a"]
    assert len(lines[-1]["instances"]) == 1


def test_one_case_at_a_time_until_it_has_ended() -> None:
    model = m.model(m.process("P", m.extensions(m.properties(oneAtATime="true")), S, A, E, "s -> a -> e"))
    lines = play(model, start(), start(), do("a"), start())
    assert [glance(line) for line in lines] == ["a", "a ?already_under_way", ".", "a"]


def test_the_message_of_a_model_is_named_by_an_expression() -> None:
    model = m.model(
        m.message("M", "paid-${order}"),
        m.process("P", S, m.catch("c", m.event("message", "M")), Z, E, "s -> c -> z -> e"),
    )
    follow(model, [(start(order=7), "~c"), (tell("paid-8"), "~c ?not_waiting"), (tell("paid-7"), "z")])
