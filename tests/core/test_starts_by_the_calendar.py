"""Proves that what begins by the calendar does so once for each open school, by the latest model, on its schedule."""

from __future__ import annotations

from typing import Any

import pytest

from engine import commands as c
from engine.database import ru_instance, ru_timer
from engine.errors import Invalid
from tests.core.place import Place
from tests.play import models as m


def model(kind: str, text: str, **properties: str) -> str:
    own = m.extensions(m.properties(**properties)) if properties else ""
    return m.process("p", own, m.element("startEvent", "s", m.timer(kind, text)), m.end(), "s -> e")


def due(place: Place) -> list[tuple[str, str]]:
    return [(row.school, row.due[:16]) for row in place.rows(ru_timer)]


def unit(place: Place, school: str, **more: Any) -> None:
    arguments = {"kind": "school", "parent": "univ", "names": {"kk": school}, **more}
    place.system(c.RecordUnit, unit=school, **arguments)


def test_a_new_version_replaces_the_timers_of_the_old_one(place: Place) -> None:
    place.deploy(model("Date", "2026-10-01T00:00:00Z"))
    assert [school for school, _ in due(place)] == ["eng", "law"]
    place.deploy(model("Date", "2026-10-02T00:00:00Z", scope="university"))
    assert due(place) == [("univ", "2026-10-02T00:00")]
    place.deploy(model("Date", "2026-01-01T00:00:00Z"))  # over already: nothing begins any more
    assert due(place) == []
    place.later(days=60)
    assert place.rows(ru_instance) == []
    assert place.verified()


def test_a_renamed_school_keeps_its_rounds_and_a_closed_one_starts_nothing(place: Place) -> None:
    place.deploy(model("Cycle", "R2/P10D"))
    place.later(days=11)
    before = due(place)
    unit(place, "eng", names={"kk": "Жаңа атау"})
    assert due(place) == before
    unit(place, "law", active=False)
    assert [school for school, _ in due(place)] == ["eng"]
    place.later(days=60)
    assert sorted(row.school for row in place.rows(ru_instance)) == ["eng", "eng", "law"]
    assert place.verified()


def test_a_late_beat_does_not_move_the_schedule(place: Place) -> None:
    place.deploy(model("Cycle", "R/P10D"))
    place.later(days=13, hours=5)
    assert due(place) == [("eng", "2026-09-21T04:00"), ("law", "2026-09-21T04:00")]
    unit(place, "med")  # a new school joins the same schedule
    assert due(place)[-1] == ("med", "2026-09-21T04:00")
    assert place.verified()


def test_a_schedule_that_cannot_be_told_is_refused(place: Place) -> None:
    place.deploy(model("Date", "2026-10-01T00:00:00Z"))
    with pytest.raises(Invalid) as refused:
        place.deploy(model("Date", '${term("2026/2027", "autumn_start")}'))
    assert list(refused.value.problems) == ["p/s"]
    assert len(due(place)) == 2
