"""Proves that a case nobody can go on with holds up no other: neither the clock nor messages wait behind it."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine import commands as c
from engine.database import id_key, is_sqlite, ru_instance, ru_outbox, ru_snapshot, ru_timer, writing
from engine.values import instant
from tests.core.place import Place
from tests.play import models as m


def break_record(place: Place, case: str) -> None:
    """Nothing of the case can be opened any more, as after a damage of the disk."""
    place.engine.bus.hot.clear()
    with writing(place.engine.database) as connection:
        connection.execute(sa.delete(ru_snapshot).where(ru_snapshot.c.instance == case))
        broken = sa.update(id_key).where(id_key.c.stream == f"instance:{case}").values(wrapped=b"x" * 60)
        connection.execute(broken)


def test_timers_behind_a_broken_case_fire(place: Place) -> None:
    place.deploy(m.process("p", m.start(), m.catch("t", m.timer("Duration", "P1D")), m.end(), "s -> t -> e"))
    broken = place.start()
    place.clock.move_to(place.clock() + timedelta(minutes=1))
    sound = place.start()
    break_record(place, broken)
    place.later(days=2)
    assert (place.state(broken), place.state(sound)) == ("active", "completed")
    assert [row.instance for row in place.rows(ru_timer)] == [broken]


def test_messages_behind_a_broken_case_arrive(place: Place) -> None:
    waits = [
        m.process(f"w{n}", m.start(), m.catch("t", m.event("message", f"M{n}")), m.end(), "s -> t -> e") for n in (1, 2)
    ]
    tells = m.process(
        "tells", m.start(), *(m.throw(f"t{n}", m.event("message", f"M{n}")) for n in (1, 2)), m.end(),
        "s -> t1 -> t2 -> e",
    )  # fmt: skip
    place.deploy(m.message("M1"), m.message("M2"), *waits, tells)
    broken, sound = place.start("w1"), place.start("w2")
    break_record(place, broken)
    place.start("tells")
    place.engine.settle()
    assert (place.state(broken), place.state(sound)) == ("active", "completed")
    assert [(row.name, row.tries) for row in place.rows(ru_outbox)] == [("M1", 1)]


@pytest.mark.both_databases
def test_an_early_message_is_not_put_off_past_its_new_listener(place: Place) -> None:
    """The router looks, a case begins to wait, the router puts off what it found nobody for: it must be woken."""
    if is_sqlite(place.engine.database):
        pytest.skip("one writer at a time")
    waits = m.process("w", m.start(), m.catch("t", m.event("message", "M")), m.end(), "s -> t -> e")
    place.deploy(m.message("M"), waits, m.process("tells", m.start(), m.end("e", m.event("message", "M")), "s -> e"))
    place.start("tells")
    row = place.rows(ru_outbox)[0]
    with writing(place.engine.database) as connection:
        connection.execute(sa.update(ru_outbox).values(due=row.at))
    with writing(place.engine.database) as other:  # another router's transaction, not yet committed
        later = instant(place.clock() + timedelta(hours=6))
        other.execute(sa.update(ru_outbox).where(ru_outbox.c.n == row.n).values(due=later))
        begins = threading.Thread(target=place.start, args=("w",))
        begins.start()
        begins.join(1.0)
    begins.join()
    assert [row.state for row in place.rows(ru_instance) if row.process_key == "w"] == ["completed"]


def test_a_message_to_a_suspended_case_arrives_when_it_is_resumed(place: Place) -> None:
    waits = m.process("w", m.start(), m.catch("t", m.event("message", "M")), m.end(), "s -> t -> e")
    place.deploy(m.message("M"), waits, m.process("tells", m.start(), m.end("e", m.event("message", "M")), "s -> e"))
    case = place.start("w")
    place.system(c.SuspendInstance, instance=case, reason="тексеру")
    place.start("tells")
    assert place.state(case) == "suspended"
    place.system(c.ResumeInstance, instance=case)
    assert place.state(case) == "completed"
    assert place.rows(ru_outbox) == []
    assert place.verified()
