"""What a page does must not grow with the house: how often the database is asked, and for how much, is counted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
import sqlalchemy as sa

from engine import commands as c
from engine.database import reading
from engine.directory import reads
from engine.documents.naming import Naming
from engine.values import ALMATY, instant
from tests.history.house import CHAIR, HELPER, SECRETARY, House
from tests.history.models import FILES


@contextmanager
def asked(house: House) -> Iterator[list[str]]:
    """The statements of a while."""
    said: list[str] = []

    def listen(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        said.append(" ".join(statement.split()))

    sa.event.listen(house.engine.database, "before_cursor_execute", listen)
    try:
        yield said
    finally:
        sa.event.remove(house.engine.database, "before_cursor_execute", listen)


def test_a_document_looks_a_name_up_once(empty_house: House) -> None:
    house = empty_house
    at = instant(house.clock())
    house.later(days=1)
    house.do(c.RecordPerson(actor=c.SYSTEM, person="p2", name="Жаңа есім", unit="eng"))
    with reading(house.engine.database) as connection:
        naming = Naming(connection, house.engine.bus.keys, at, "kk")
        first = naming.person("p2")
        with asked(house) as said:
            assert naming.person("p2") == first == "Адам p2"
    assert said == []


@pytest.fixture
def owners(empty_house: House) -> House:
    for person in ("p1", "p2"):
        empty_house.do(
            c.Appoint(actor=c.SYSTEM, person=person, role="process_owner", unit="univ", start=date(2026, 1, 1))
        )
    return empty_house


def test_cases_are_counted_once_for_all_proposals(owners: House) -> None:
    for number, (name, content) in enumerate(sorted(FILES.items())[:2]):
        changed = content.replace(b"</", f"<!-- {number} --></".encode(), 1)
        owners.do(c.ProposeModels(actor="p1", name=name, why="қажет", files={name: changed}))
    with asked(owners) as said:
        assert len(owners.engine.reader("p2").proposals.waiting()) == 2
    assert len([one for one in said if "GROUP BY ru_instance.definition" in one]) == 1


def test_only_those_who_hold_a_role_that_sees_the_case_are_read(empty_house: House) -> None:
    today = empty_house.clock().astimezone(ALMATY).date()
    with reading(empty_house.engine.database) as connection:
        found = reads.holding_one_of(connection, today, {"secretary": {"eng"}, "admin": None, "dean": set()})
        assert found == {
            one.person
            for one in reads.in_force(connection, today)
            if (one.role, one.unit) == ("secretary", "eng") or one.role == "admin"
        }
        assert {SECRETARY, HELPER} <= found and CHAIR not in found and "p6" not in found
        assert reads.holding_one_of(connection, today, {}) == set()
        assert reads.holding_one_of(connection, date(2025, 1, 1), {"admin": None}) == set()


def test_a_page_of_notes_reads_no_other_appointments(empty_house: House) -> None:
    case = empty_house.start("request", business_key="N-1", variables={"subject": "х", "amount": 7})
    with asked(empty_house) as said:
        empty_house.engine.notes.of(empty_house.engine.reader(SECRETARY), case)
    whole = [one for one in said if "FROM id_appointment" in one and "role" not in one.partition("WHERE")[2]
             and "person" not in one.partition("WHERE")[2]]  # fmt: skip
    assert whole == []
