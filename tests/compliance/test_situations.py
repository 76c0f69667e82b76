"""Every rule says what it must in situations made by hand, both ways and at its edges.

situations/*.yaml: day: when; registers: rows; appointed: [role, person, start, end]; says: status, and since when it is
named; times: how often it is broken, coming ones too; cases: which it names; terms: [academic year, name, day]. Dates
are written 2027-03-31.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import yaml
from sqlalchemy.engine import Connection

from engine import feel
from engine.answers import Answers
from engine.compliance.measuring import judge
from engine.compliance.rules import rules
from engine.database import vw_term
from engine.definitions import regulation
from engine.history.comparison import throw_away
from engine.simulation import habits
from engine.values import ALMATY
from engine.world import LiveWorld

SITUATIONS: dict[str, list[dict[str, Any]]] = {}
for path in (Path(__file__).parent / "situations").glob("*.yaml"):
    SITUATIONS |= yaml.safe_load(path.read_text("utf-8"))
BEGUN = datetime(2020, 1, 1, tzinfo=ALMATY)
"""When each case began: no parameter has changed since."""
CASES = [(number, one) for number, several in SITUATIONS.items() for one in several]


@pytest.fixture(scope="module")
def empty() -> Iterator[Connection]:
    """The calendar of the country and the parameters the house starts with; nothing else."""
    with throw_away() as connection:
        yield connection


def value(given: Any) -> Any:
    """Moments of a day are written as text: 2027-05-24T15:00."""
    if isinstance(given, str) and len(given) == 16 and given[10] == "T":
        return datetime.fromisoformat(given).replace(tzinfo=ALMATY)
    if isinstance(given, dict):
        return {name: value(one) for name, one in given.items()}
    return [value(one) for one in given] if isinstance(given, list) else given


def registers_of(situation: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Its rows as the measuring reads them."""
    return {
        name: [{"key": str(n), "case": "c", "begun": BEGUN, **value(row)} for n, row in enumerate(rows)]
        for name, rows in situation.get("registers", {}).items()
    }


@pytest.mark.parametrize(("number", "situation"), CASES, ids=[f"{number} {one['name']}" for number, one in CASES])
def test_the_rule_says(number: str, situation: dict[str, Any], empty: Connection) -> None:
    now = datetime.combine(situation["day"], time(12), ALMATY)
    registers = registers_of(situation)
    appointed = [
        {"role": role, "unit": "eng", "person": person, "start": start, "end": end}
        for role, person, start, end in situation.get("appointed", ())
    ]
    terms = [{"year": year, "name": name, "day": day.isoformat()} for year, name, day in situation.get("terms", ())]
    empty.execute(sa.delete(vw_term))
    if terms:
        empty.execute(sa.insert(vw_term), terms)
    finding = judge(rules()[number], LiveWorld(now, Answers(empty, now)), "eng", registers, appointed)
    assert finding.status == situation["says"]
    if "since" in situation:
        assert finding.since == situation["since"]
    if "times" in situation:
        assert len(finding.episodes) == situation["times"]
    if "cases" in situation:
        assert finding.cases == situation["cases"]
    assert (finding.since is None) == (finding.status in ("ok", "no_data"))
    assert finding.as_json()["rule"] == number


@pytest.mark.parametrize("situation", SITUATIONS["R12"], ids=[one["name"] for one in SITUATIONS["R12"]])
def test_7_2_1_the_simulated_people_tell_of_the_same_gaps(situation: dict[str, Any], empty: Connection) -> None:
    """Their account is worked out in another way: each must find every day on which the other says it began."""
    now = datetime.combine(situation["day"], time(12), ALMATY)
    world = LiveWorld(now, Answers(empty, now))
    registers = registers_of(situation)
    told = set()
    for found in (one for one in habits.read().found if one.rule == "R12"):
        rows = [row for row in registers.get(found.register, []) if found.where.items() <= row.items()]
        known = {name: registers.get(register, []) for name, register in found.reads.items()}
        told |= set(feel.compile(found.days).evaluate({"rows": rows, "school": "eng", **known}, world))
    finding = judge(rules()["R12"], world, "eng", registers, [])
    assert told == {one.since for one in finding.episodes if one.since <= finding.day}


SIZES = {
    "votes": 2000,
    "meetings": 40,
    "protocols": 40,
    "commissions": 4,
    "memberships": 40,
    "changes": 12,
    "posts": 12,
}
"""Rows of a register after three years; 200 of the others."""


def aged(given: Any, days: int) -> Any:
    """The same, so many days earlier."""
    if isinstance(given, date):
        return given - timedelta(days=days)
    if isinstance(given, dict):
        return {name: aged(one, days) for name, one in given.items()}
    return [aged(one, days) for one in given] if isinstance(given, list) else given


@pytest.mark.parametrize("number", list(rules()))
def test_8_4_it_is_worked_out_for_a_school_with_three_years_behind_it(number: str, empty: Connection) -> None:
    """No formula comes to the limit of steps with as many rows as a school has by then."""
    registers: dict[str, list[dict[str, Any]]] = {}
    appointed = []
    for situation in SITUATIONS[number]:
        for name, rows in situation.get("registers", {}).items():
            registers.setdefault(name, []).extend(value(rows))
        for role, person, start, end in situation.get("appointed", ()):
            appointed.append({"role": role, "unit": "eng", "person": person, "start": start, "end": end})
    many = {}
    for name, rows in registers.items():
        size = SIZES.get(name, 200) if rows else 0
        case = {"case": "c", "begun": BEGUN}
        many[name] = [{**aged(rows[n % len(rows)], n * 1095 // size), "key": str(n), **case} for n in range(size)]
    now = datetime.combine(SITUATIONS[number][-1]["day"], time(12), ALMATY)
    grown = [appointed[n % len(appointed)] for n in range(80)] if appointed else []
    assert judge(rules()[number], LiveWorld(now, Answers(empty, now)), "eng", many, grown).rule.number == number


@pytest.mark.parametrize("number", list(rules()))
def test_it_is_tried_kept_and_broken(number: str) -> None:
    said = {one["says"] for one in SITUATIONS[number]}
    assert {"ok", "violation"} <= said


def test_rules_stand_in_order_and_name_clauses_that_exist() -> None:
    numbers = [int(number[1:]) for number in rules()]
    assert numbers == sorted(numbers)
    known = set(regulation.clauses())
    assert [clause for rule in rules().values() for clause in rule.clauses if clause not in known] == []
    assert {rule.severity for rule in rules().values()} <= {"critical", "major", "minor"}
    assert {rule.basis for rule in rules().values()} <= {"regulation", "default", "mixed"}


def test_what_no_rule_may_say_is_refused(tmp_path: Path) -> None:
    from engine.errors import Broken

    text = "- {rule: R1, kk: a, ru: a, en: a, clause: '4.1', severity: major, basis: default, epizodes: '[]'}\n"
    (tmp_path / "house").mkdir()
    (tmp_path / "house" / "compliance.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(Broken, match="epizodes"):
        rules(tmp_path)


def test_what_the_university_itself_owes_is_measured_there_alone() -> None:
    at = {number: sorted(rule.kinds) for number, rule in rules().items() if rule.kinds != {"school"}}
    assert at.pop("R57") == ["school", "university"]
    assert at == {number: ["university"] for number in ("R54", "R55", "R56", "R58")}


def test_the_day_is_a_day_of_kazakhstan(empty: Connection) -> None:
    late = datetime.combine(date(2027, 2, 28), time(23, 59), ALMATY)
    world = LiveWorld(late, Answers(empty, late))
    rows = {"meetings": [{"key": "1", "case": "c", "begun": BEGUN, "status": "held", "held_on": date(2026, 12, 31)}]}
    assert judge(rules()["R12"], world, "eng", rows, []).status == "warning"
