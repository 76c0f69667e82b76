"""The functions added to FEEL: through the world, computed, in closures and in feelin alike."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from engine import feel
from engine.feel import fallback
from engine.values import Value
from engine.wording import catalogue
from tests.feel.world import SmallWorld

ALMATY = timezone(timedelta(hours=5))
CASES: list[tuple[str, Value]] = [
    ("today()", date(2026, 11, 2)),
    ("now()", datetime(2026, 11, 2, 11, 30, tzinfo=ALMATY)),
    ("working_days_after(today(), 3)", date(2026, 11, 5)),
    ("working_days_after(now(), 1)", date(2026, 11, 3)),
    ("is_working_day(date(\"2026-11-01\"))", False),
    ("working_days_between(date(\"2026-11-02\"), date(\"2026-11-09\"))", 5),
    ("add_months(date(\"2026-12-31\"), 2)", date(2027, 2, 28)),
    (
        'prolonged(date("2027-06-10"), date("2027-08-10"), [{from: date("2027-07-01"), to: date("2027-08-15")}])',
        date(2027, 9, 25),
    ),
    ('prolonged(date("2027-06-10"), date("2027-08-10"), [])', date(2027, 8, 10)),
    ('prolonged(date("2027-06-10"), date("2027-08-10"), [{from: "July"}])', None),
    ("end_of_day(today())", datetime(2026, 11, 2, 23, 59, 59, tzinfo=ALMATY)),
    ("at_time(today(), \"09:00\")", datetime(2026, 11, 2, 9, 0, tzinfo=ALMATY)),
    ("quarter(today())", "2026-Q4"),
    ("quarter_start(today())", date(2026, 10, 1)),
    ("half_year(today())", "2026-H2"),
    ("academic_year(today())", "2026/2027"),
    ("term(\"2026/2027\", \"autumn\")", date(2026, 9, 1)),
    ("term(\"2026/2027\", \"other\")", None),
    ("parameter(\"P_TERM\") + 1", 11),
    ("holders(\"examiner\", \"eng\")", ["p001", "p002"]),
    ("appointments(\"examiner\", \"eng\").appointment", ["a-p001", "a-p002"]),
    ("stands_in(\"p003\", \"examiner\", \"eng\")", True),
    ("away_until(\"p003\", date(\"2026-11-02\"))", date(2026, 11, 5)),
    ("away_until(\"p001\", date(\"2026-11-02\"))", None),
    ("is_holder(\"p001\", \"examiner\", \"eng\")", True),
    ("for unit in [\"eng-cs\", \"law-x\"] return school_of(unit)", ["eng", "law"]),
    ("working_days_after(nothing, 3)", None),
    ("working_days_after(today(), 1.5)", None),
    ("working_days_after(\"2026-11-02\", 3)", None),
    ("empty([])", True),
    ("empty(0)", False),
    (f'shortened("{"ә" * 150}")', "ә" * 150),
    (f'shortened("{"ә" * 151}")', "ә" * 149 + "…"),
    ("shortened(nothing)", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_added_functions_in_closures(text: str, expected: Value) -> None:
    compiled = feel.compile(text)
    assert compiled.native
    assert compiled.evaluate({}, SmallWorld()) == expected


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_added_functions_in_feelin(text: str, expected: Value) -> None:
    assert fallback.evaluate(text, "expression", {}, SmallWorld()) == expected


def test_each_question_is_asked_once_and_in_order() -> None:
    """In feelin a script is run again after each question; the world must not notice."""
    text = 'parameter("P_TERM") + count(holders("examiner", "eng")) + parameter("P_TERM")'
    worlds = SmallWorld(), SmallWorld()
    feel.compile(text).evaluate({}, worlds[0])
    fallback.evaluate(text, "expression", {}, worlds[1])
    assert [question for question, _ in worlds[0].asked] == ["parameter", "directory.holders", "parameter"]
    assert worlds[1].asked == worlds[0].asked


def test_nothing_is_asked_for_null() -> None:
    world = SmallWorld()
    assert feel.compile("holders(unknown, unit)").evaluate({}, world) is None
    assert world.asked == []


def test_today_is_kazakhstans_day() -> None:
    late = SmallWorld(datetime(2026, 11, 2, 20, 0, tzinfo=UTC))
    assert feel.compile("today()").evaluate({}, late) == date(2026, 11, 3)


def test_parameters_go_by_name_too() -> None:
    assert feel.compile('add_months(n: 1, date: date("2026-01-31"))').evaluate({}, SmallWorld()) == date(2026, 2, 28)


def test_what_the_world_raises_comes_through() -> None:
    with pytest.raises(KeyError):
        feel.compile('unit_of("p001")').evaluate({}, SmallWorld())


@pytest.mark.parametrize("function", feel.ADDED, ids=lambda function: function.name)
def test_every_function_is_described_in_three_languages(function: feel.Added) -> None:
    texts = catalogue()[f"feel.function.{function.name}"]
    assert {function.describe(lang) for lang in ("kk", "ru", "en")} == set(texts.values())
    assert len(set(texts.values())) == 3
    assert function.signature.startswith(function.name + "(")
