"""Proves that a record this version of the program does not reproduce is told apart from a tampered one: exit 3."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine.database import hi_entry, hi_payload, reading, ru_snapshot, writing
from engine.history import ledger, sealing
from engine.history.report import NOT_REPRODUCED
from engine.runtime import decide, stepper
from tests.history.house import SECRETARY, House


def test_a_program_that_decides_differently_is_exit_3(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The case ran under a version that stopped after one step."""
    with monkeypatch.context() as earlier:
        earlier.setattr(stepper, "MAX_STEPS", 1)
        case = house.start("loop")
    report = house.verify()
    assert report.exit_code == NOT_REPRODUCED
    assert {(p.code, p.kind, p.stream, p.seq) for p in report.problems} == {
        ("fact", "not_reproduced", f"instance:{case}", 1)
    }


def test_another_behaviour_version_is_named(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr(stepper, "MAX_STEPS", 1)
        earlier.setattr(decide, "BEHAVIOUR", 0)
        house.start("loop")
    report = house.verify()
    assert report.exit_code == NOT_REPRODUCED
    assert {problem.code for problem in report.problems} == {"behaviour"}
    assert f"0 → {decide.BEHAVIOUR}" in report.problems[0].say("en")


def test_an_older_behaviour_version_that_comes_to_the_same_is_clean(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr(decide, "BEHAVIOUR", 0)
        house.complete(house.start("loop"), "work", SECRETARY)
    assert house.verify().clean


def test_a_fact_of_a_later_version_is_not_reproduced(house: House) -> None:
    """An entry written by a newer program, whole and well hashed, with a kind of fact this one does not know."""
    with writing(house.engine.database) as connection:
        last, prev = ledger.head(connection, "calendar")
        row = connection.execute(
            sa.select(hi_entry).where(hi_entry.c.stream == "calendar", hi_entry.c.seq == last)
        ).one()
        body = row.body.replace(f'"seq":{last}', f'"seq":{last + 1}').replace('"term_set"', '"moon_set"')
        columns = row._asdict() | {"seq": last + 1, "body": body, "prev": prev, "hash": ledger.hash_of(prev, body)}
        del columns["id"]
        connection.execute(sa.insert(hi_entry), columns)
        sealed, _ = sealing.pack(house.engine.keys.house(connection, "calendar"), {}, f"calendar/{last + 1}")
        connection.execute(sa.insert(hi_payload), {"stream": "calendar", "seq": last + 1, "sealed": sealed})
    report = house.verify("calendar")
    assert report.exit_code == NOT_REPRODUCED
    assert [(p.code, p.field, p.stored) for p in report.problems] == [("facts", "facts[0]", "moon_set")]


def test_snapshots_carry_a_case_over_that_cannot_be_done_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rebuild keeps the snapshot of a case that only it can carry on."""
    from engine.history.in_place import rebuild_in_place

    with monkeypatch.context() as earlier:
        earlier.setattr(stepper, "MAX_STEPS", 1)
        case = house.start("loop")
    rebuild_in_place(house.engine.bus)
    assert case in {row.instance for row in house.table(ru_snapshot)}
    with reading(house.engine.database) as connection:
        assert house.engine.bus.instances.load(connection, case, 1).state == "active"
