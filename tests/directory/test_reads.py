"""Who somebody is on a day, who holds a role, where a unit lies: right on the edges, one statement each."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.commands import EndAppointment
from engine.database import is_sqlite
from engine.directory import decide, projection, reads
from tests.directory.small_university import START, TODAY, appoint, keep, record_person, record_unit, statements

ONE = timedelta(days=1)


def test_keys_of_a_day(conn: Connection) -> None:
    assert reads.keys_of(conn, "p002", TODAY) == {"person:p002", "secretary@eng", "member@eng"}
    assert reads.keys_of(conn, "p002", START - ONE) == {"person:p002"}
    assert reads.keys_of(conn, "nobody", TODAY) == frozenset()


def test_term_is_half_open(conn: Connection) -> None:
    last = date(2026, 12, 31)
    appoint(conn, "p003", "member", "eng", end=last)
    held = {day: "member@eng" in reads.keys_of(conn, "p003", day) for day in (START, last - ONE, last)}
    assert held == {START: True, last - ONE: True, last: False}
    assert ["p003" in reads.holders(conn, "member", "eng", day) for day in (last - ONE, last)] == [True, False]


def test_inactive_people_hold_nothing(conn: Connection) -> None:
    record_person(conn, "p001", name="Ысқақова Айгүл", active=False)
    assert reads.keys_of(conn, "p001", TODAY) == frozenset()
    assert reads.holders(conn, "chair", "eng", TODAY) == []
    assert not reads.is_holder(conn, "p001", "chair", "eng", TODAY)


def test_holders(conn: Connection) -> None:
    assert reads.holders(conn, "member", "eng", TODAY) == ["p002", "p007"]
    assert reads.holders(conn, "member", "law", TODAY) == []
    assert reads.is_holder(conn, "p002", "member", "eng", TODAY)
    assert not reads.is_holder(conn, "p002", "member", "law", TODAY)
    assert not reads.is_holder(conn, "p002", "member", "eng", START - ONE)


def test_expired_appointment_is_found(conn: Connection) -> None:
    name = appoint(conn, "p003", "member", "eng", end=date(2027, 1, 1), name="a1")
    assert reads.expired_of(conn, "p003", "member@eng", date(2026, 12, 31)) is None
    expired = reads.expired_of(conn, "p003", "member@eng", date(2027, 1, 1))
    assert expired is not None and (expired.id, expired.end) == (name, date(2027, 1, 1))
    assert reads.expired_of(conn, "p003", "chair@eng", date(2027, 1, 1)) is None
    appoint(conn, "p003", "chair", "eng", name="a2")
    end = EndAppointment(actor="system", appointment="a2", end=START, reason="қате енгізілді")
    keep(conn, decide.decide_end(conn, end))
    assert reads.expired_of(conn, "p003", "chair@eng", TODAY) is None  # annulled: never was in force


def test_appointments_and_their_entry(conn: Connection) -> None:
    (found,) = reads.appointments_of(conn, "p003", TODAY)
    assert (found.role, found.unit, found.start, found.end) == ("department", "eng-me", START, None)
    assert reads.entry_of(conn, found.id) == "directory/1"
    assert reads.entry_of(conn, "none") == ""


def test_where_units_lie(conn: Connection) -> None:
    units = ("eng-cs-6B06102", "eng-cs", "eng", "asb", "univ", "nowhere")
    assert [reads.school_of(conn, unit) for unit in units] == ["eng", "eng", "eng", None, None, None]
    assert reads.parent_unit(conn, "eng-cs") == "eng" and reads.parent_unit(conn, "univ") is None
    assert reads.schools(conn) == ("eng", "law")
    assert [unit.id for unit in reads.units_of_kind(conn, "department", "eng")] == ["eng-cs", "eng-me"]
    assert [unit.id for unit in reads.units_of_kind(conn, "department")] == ["eng-cs", "eng-me", "law-civ"]
    assert [unit.id for unit in reads.units_of_kind(conn, "programme", "univ")] == ["eng-cs-6B06102"]
    assert reads.unit_of(conn, "p003") == "eng-me"
    record_unit(conn, "eng-me", "department", "eng", active=False)
    assert [unit.id for unit in reads.units_of_kind(conn, "department", "eng")] == ["eng-cs"]
    assert not reads.units(conn)["eng-me"].active


def test_people(conn: Connection) -> None:
    assert reads.names(conn, ["p006", "p001", "p006", "none"]) == {"p001": "Ысқақова Айгүл", "p006": "Kim Anna"}
    someone = reads.person(conn, "p004")
    assert someone is not None and (someone.name, someone.unit, someone.language) == ("Өтеген Сәуле", "law-civ", "kk")
    assert reads.person(conn, "none") is None
    assert list(reads.persons(conn, ["p002", "p001"])) == ["p001", "p002"]
    assert len(reads.persons(conn)) == 7


def test_sign_in(conn: Connection) -> None:
    projection.write_login(conn, "p001", "Aigul", "digest one")
    assert reads.login_of(conn, " AIGUL ") == ("p001", "digest one")
    projection.write_login(conn, "p001", "aigul.y", "digest two")
    assert reads.login_of(conn, "aigul") is None
    assert reads.login_of(conn, "aigul.y") == ("p001", "digest two")
    record_person(conn, "p001", active=False)
    assert reads.login_of(conn, "aigul.y") is None


QUESTIONS: list[Callable[[Connection], Any]] = [
    lambda conn: reads.keys_of(conn, "p002", TODAY),
    lambda conn: reads.appointments_of(conn, "p002", TODAY),
    lambda conn: reads.expired_of(conn, "p002", "member@eng", TODAY),
    lambda conn: reads.holders(conn, "member", "eng", TODAY),
    lambda conn: reads.is_holder(conn, "p002", "member", "eng", TODAY),
    lambda conn: reads.school_of(conn, "eng-cs-6B06102"),
    lambda conn: reads.parent_unit(conn, "eng-cs"),
    lambda conn: reads.unit_of(conn, "p002"),
    reads.units,
    lambda conn: reads.units_of_kind(conn, "department", "univ"),
    reads.schools,
    lambda conn: reads.names(conn, ["p001", "p002"]),
    lambda conn: reads.person(conn, "p001"),
    reads.persons,
    lambda conn: reads.login_of(conn, "x"),
]


@pytest.mark.parametrize("number", range(len(QUESTIONS)))
def test_one_statement_each(conn: Connection, number: int) -> None:
    with statements(conn) as seen:
        QUESTIONS[number](conn)
    assert len(seen) == 1


def test_hot_questions_read_indexes_only(conn: Connection) -> None:
    if not is_sqlite(conn):
        pytest.skip("the plan is read the way SQLite tells it")
    with statements(conn) as seen:
        reads.keys_of(conn, "p002", TODAY)
        reads.holders(conn, "member", "eng", TODAY)
    for statement in seen:
        values = ("x",) * statement.count("?")
        plan = [row[3] for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
        assert not any("SCAN" in line for line in plan), plan
        assert any("COVERING INDEX ix_id_appointment_of_" in line for line in plan), plan


def test_rebuilt_tables_are_equal(conn: Connection) -> None:
    def tables() -> list[list[tuple[Any, ...]]]:
        return [[tuple(row) for row in conn.execute(sa.select(t).order_by(t.c.id))] for t in projection.REBUILT]

    from tests.directory.small_university import settle

    before = tables()
    projection.clear(conn)
    assert tables() == [[], [], [], []]
    settle(conn)
    assert tables() == before


def test_unknown_fact_is_not_swallowed(conn: Connection) -> None:
    with pytest.raises(KeyError):
        projection.apply(conn, "case_started", {})
