"""Proves that checkpoints chain the heads of all streams that moved, and that a changed checkpoint is found."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa
import structlog

from engine.database import hi_checkpoint, hi_entry, reading
from engine.database import writing as database_writing
from engine.facts.house import CommandRefused
from engine.history.checkpoints import Checkpoints, all_of
from engine.history.ledger import GENESIS, head
from engine.timers import beat as beats
from tests.history.hands import unguarded
from tests.history.house import House
from tests.history.test_tampering import found

REFUSED = CommandRefused(command="ClaimTask", code="not_permitted", target="x.3")


def test_the_first_checkpoint_has_every_stream_the_second_what_moved(house: House) -> None:
    writing = Checkpoints(house.engine.bus)
    first = writing.write()
    assert first is not None
    with reading(house.engine.database) as connection:
        streams = connection.execute(sa.select(hi_entry.c.stream).distinct()).scalars().all()
        assert first.heads == {stream: head(connection, stream) for stream in streams}
    assert writing.write() is None
    house.complete(house.cases["small"], "review", "p2")
    second = writing.write()
    assert second is not None
    moved = {f"instance:{house.cases['small']}", f"instance:{house.instance('follow', 'R-2')}"}
    assert set(second.heads) == moved
    assert (first.prev, second.prev, second.id) == (GENESIS, first.hash, 2)
    with reading(house.engine.database) as connection:
        assert [each.hash for each in all_of(connection)] == [first.hash, second.hash]


def test_what_lies_after_the_last_checkpoint_is_told(house: House) -> None:
    assert house.verify().unanchored == house.verify().entries
    Checkpoints(house.engine.bus).write()
    report = house.verify()
    assert (report.unanchored, report.checkpoints) == (0, 1)
    house.complete(house.cases["small"], "remind", "p1")
    assert house.verify().unanchored == 1


@pytest.mark.parametrize("column", ["at", "upto", "heads", "hash", "prev"])
def test_a_changed_checkpoint(house: House, column: str) -> None:
    Checkpoints(house.engine.bus).write()
    values = {"at": "2026-01-01T00:00:00.000000Z", "upto": 3, "heads": "{}", "hash": "0" * 64, "prev": "1" * 64}
    with unguarded(house) as connection:
        connection.execute(sa.update(hi_checkpoint).values({column: values[column]}))
    named = found(house.verify(), "checkpoint_link" if column == "prev" else "checkpoint_hash")
    assert named.key == "1"


def test_a_deleted_checkpoint(house: House) -> None:
    writing = Checkpoints(house.engine.bus)
    writing.write()
    for element, person in (("review", "p2"), ("remind", "p1")):
        house.complete(house.cases["small"], element, person)
        writing.write()
    with unguarded(house) as connection:
        connection.execute(sa.delete(hi_checkpoint).where(hi_checkpoint.c.id == 2))
    assert found(house.verify(), "checkpoint_gap").expected == "2"


def test_an_old_copy_is_found_out_by_a_checkpoint_kept_outside(house: House) -> None:
    """The last checkpoint and everything behind it are gone, all that is left fits together."""
    writing = Checkpoints(house.engine.bus)
    first = writing.write()
    assert first is not None
    assert house.verify(known=first.mark).clean
    assert house.verify(known=first.mark[:24]).clean
    noted = f"2:{'a' * 64}"
    named = found(house.verify(known=noted), "checkpoint_known")
    assert (named.key, named.stored) == ("2", "—")
    assert found(house.verify(known="1:"), "checkpoint_known").key == "1"


def test_a_single_stream_is_held_against_its_anchor(house: House) -> None:
    stream = f"instance:{house.cases['appointing']}"
    house.complete(house.cases["appointing"], "confirm", "p4")
    Checkpoints(house.engine.bus).write()
    with unguarded(house) as connection:
        for table in ("hi_entry", "hi_payload"):
            connection.exec_driver_sql(f"DELETE FROM {table} WHERE stream = '{stream}' AND seq = 3")
    named = found(house.verify(stream), "truncated")
    assert (named.stream, named.stored, named.expected) == (stream, "2", "3")


def test_the_beat_writes_checkpoints_by_itself(house: House) -> None:
    beat = house.engine.beat
    beat.run()
    try:
        assert beat._scheduler is not None
        assert {job.id for job in beat._scheduler.get_jobs()} >= {"beat", "checkpoint"}
        beat._scheduler.get_job("checkpoint").func()
    finally:
        beat.stop()
    assert [row.id for row in house.table(hi_checkpoint)] == [1]


def test_work_longer_than_a_tick_is_told_once_in_a_while_and_not_at_every_tick(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(beats, "TICK_SECONDS", 0.01)
    told = threading.Event()
    house.engine.beat.also("slow", lambda: told.wait(20))

    def hear(_logger: object, _name: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        if event["event"] == "beat takes long" and event["work"] == "slow":
            told.set()
        return event

    with structlog.testing.capture_logs(processors=[hear]) as logged:
        house.engine.beat.run()
        try:
            assert told.wait(20)
        finally:
            house.engine.beat.stop()
    assert next(one["seconds"] for one in logged if one["event"] == "beat takes long") == beats.LONG * 0.01
    assert [record for record in caplog.records if record.name.startswith("apscheduler")] == []


def test_a_checkpoint_waits_for_writers_under_way(house: House) -> None:
    """On PostgreSQL ids are given out before the commit: a small id must not slip behind the checkpoint."""
    done = []
    with database_writing(house.engine.database) as connection:
        house.engine.bus.house.record(connection, "refusals", "Refuse", "p1", house.clock(), [REFUSED])
        thread = threading.Thread(target=lambda: done.append(Checkpoints(house.engine.bus).write()))
        thread.start()
        thread.join(0.3)
        assert done == []
    thread.join()
    assert done[0] is not None
    assert house.verify().unanchored == 0
    assert house.verify().clean
