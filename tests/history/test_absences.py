"""Why somebody was away is nobody's to read in the record (design 2.7); entries of before it was private still hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, cast

import sqlalchemy as sa

from engine import commands as c
from engine.database import hi_entry, reading, writing
from engine.directory.tables import id_absence
from engine.facts.base import Fact
from engine.history import ledger
from engine.history.in_place import rebuild_in_place
from engine.values import ALMATY
from tests.history.house import DEAN, HELPER, House

SICK, WELL = "сырқат туралы анықтама № 77", "ерте жазылып шықты"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """An absence as it was written down while its basis was in the open."""

    kind: ClassVar[str] = "absence_recorded"
    private: ClassVar[tuple[str, ...]] = ()
    absence: str
    person: str
    substitute: str
    appointment: str
    start: str
    end: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    kind: ClassVar[str] = "absence_ended"
    private: ClassVar[tuple[str, ...]] = ()
    absence: str
    end: str
    reason: str


def told(house: House) -> list[tuple[str, str]]:
    return sorted((row.basis, row.ended) for row in house.table(id_absence))


def bodies(house: House) -> str:
    with reading(house.engine.database) as connection:
        return "".join(connection.execute(sa.select(hi_entry.c.body)).scalars())


def test_why_somebody_is_away_is_not_in_the_open_record(empty_house: House) -> None:
    house, today = empty_house, empty_house.clock().astimezone(ALMATY).date()
    away = c.RecordAbsence(
        actor=HELPER, person=HELPER, substitute=DEAN, start=today, end=today + timedelta(days=9), basis=SICK
    )
    absence = house.do(away).result
    house.do(c.EndAbsence(actor=DEAN, absence=absence, end=today, reason=WELL))
    assert told(house) == [(SICK, WELL)]
    written = bodies(house)
    assert SICK not in written and WELL not in written
    assert house.verify().problems == []
    rebuild_in_place(house.engine.bus)
    assert told(house) == [(SICK, WELL)]


def test_an_absence_recorded_in_the_open_still_verifies_and_is_rebuilt(empty_house: House) -> None:
    house, today = empty_house, empty_house.clock().astimezone(ALMATY).date()
    start, end = today.isoformat(), (today + timedelta(days=9)).isoformat()
    recorded: list[Any] = [
        Recorded(absence="b99", person=HELPER, substitute=DEAN, appointment="", start=start, end=end, basis=SICK)
    ]
    ended: list[Any] = [Ended(absence="b99", end=start, reason=WELL)]
    with writing(house.engine.database) as connection:
        for kind, facts in (("RecordAbsence", recorded), ("EndAbsence", ended)):
            house.engine.bus.house.record(
                connection, "directory", kind, HELPER, house.clock(), cast("list[Fact]", facts), head={"basis": SICK}
            )
        rows = ledger.read(connection, "directory", house.engine.bus.keys.house(connection, "directory"))
        last = [fact for entry in rows for fact in entry.facts()][-2:]
    assert [getattr(last[0], "basis"), getattr(last[1], "reason")] == [SICK, WELL]  # noqa: B009
    rebuild_in_place(house.engine.bus)
    assert told(house) == [(SICK, WELL)]
    assert house.verify().problems == []
