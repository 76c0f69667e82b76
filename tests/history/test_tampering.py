"""One test for each way to tamper with the record: found, named exactly, and told apart from a change of program."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from engine.database import hi_entry, hi_payload, id_key, ru_instance, ru_snapshot
from engine.errors import KeyRefused
from engine.history import sealing
from engine.history.checkpoints import Checkpoints
from engine.history.report import TAMPERED, Problem, Report
from engine.history.verify import verify
from engine.wording import say
from tests.history.hands import edited, entry, relink, rewrite, unguarded
from tests.history.house import House


def found(report: Report, code: str) -> Problem:
    """The problem of this code, in a report that says *tampered*."""
    assert report.exit_code == TAMPERED, report.as_json()
    return next(problem for problem in report.problems if problem.code == code)


def big(house: House) -> str:
    return f"instance:{house.cases['big']}"


@pytest.fixture
def anchored(house: House) -> Iterator[House]:
    """A house whose record up to here has a checkpoint."""
    assert Checkpoints(house.engine.bus).write() is not None
    assert house.verify().clean
    yield house


# --- an entry ------------------------------------------------------------------------------------------------------


def test_a_changed_fact(house: House) -> None:
    with unguarded(house) as connection:
        body = edited(entry(connection, big(house), 3).body, "task_completed", person="p2")
        rewrite(connection, big(house), 3, body=body)
    report = house.verify()
    assert (found(report, "hash").stream, found(report, "hash").seq) == (big(house), 3)
    named = found(report, "fact")
    assert (named.seq, named.field, named.stored, named.expected) == (
        3,
        "facts[0] task_completed.person",
        '"p2"',
        '"p1"',
    )


def test_a_changed_fact_with_a_new_hash_is_caught_by_the_next_link(house: House) -> None:
    with unguarded(house) as connection:
        body = edited(entry(connection, big(house), 3).body, "task_completed", person="p2")
        rewrite(connection, big(house), 3, rehash=True, body=body)
    named = found(house.verify(), "link")
    assert (named.stream, named.seq) == (big(house), 4)


def test_a_changed_fact_with_every_hash_after_it_is_caught_by_the_checkpoint(anchored: House) -> None:
    stream = big(anchored)
    with unguarded(anchored) as connection:
        body = edited(entry(connection, stream, 3).body, "task_completed", person="p2")
        rewrite(connection, stream, 3, body=body)
        head = relink(connection, stream, 3)
        where = ru_instance.c.id == anchored.cases["big"]
        connection.execute(sa.update(ru_instance).where(where).values(head=head))
    named = found(anchored.verify(), "anchored_hash")
    assert (named.stream, named.seq, named.key) == (stream, 10, "1")


@pytest.mark.parametrize(
    ("column", "value"), [("actor", "p2"), ("kind", "ClaimTask"), ("at", "2026-09-02T00:00:00.000000Z")]
)
def test_a_changed_column(house: House, column: str, value: str) -> None:
    with unguarded(house) as connection:
        rewrite(connection, big(house), 3, **{column: value})
    named = found(house.verify(), "column")
    assert (named.stream, named.seq, named.field) == (big(house), 3, column)


def test_a_changed_link(house: House) -> None:
    with unguarded(house) as connection:
        rewrite(connection, big(house), 3, prev="f" * 64)
    assert found(house.verify(), "link").seq == 3


def test_a_deleted_entry(house: House) -> None:
    with unguarded(house) as connection:
        for table in (hi_entry, hi_payload):
            connection.execute(sa.delete(table).where(table.c.stream == big(house), table.c.seq == 4))
    named = found(house.verify(), "gap")
    assert (named.stream, named.seq, named.expected) == (big(house), 5, "4")


def test_swapped_entries(house: House) -> None:
    with unguarded(house) as connection:
        for seq, to in ((3, 1003), (4, 3), (1003, 4)):
            rewrite(connection, big(house), seq, seq=to)
    report = house.verify()
    assert found(report, "link").seq == 3
    assert [p.seq for p in report.problems if p.code == "column" and p.field == "seq"] == [3, 4]


def test_an_entry_inserted_with_a_fitting_hash_is_caught_by_the_next_link(house: House) -> None:
    stream = big(house)
    with unguarded(house) as connection:
        for seq in range(10, 2, -1):
            rewrite(connection, stream, seq, seq=seq + 1)
        forged(connection, stream, 3, entry(connection, stream, 2).hash)
    named = found(house.verify(), "link")
    assert (named.stream, named.seq) == (stream, 4)


def test_an_entry_added_at_the_end_behind_a_checkpoint(anchored: House) -> None:
    """Everything about it fits, but its place in the common order was taken when the checkpoint was written."""
    stream = big(anchored)
    with unguarded(anchored) as connection:
        last = entry(connection, stream, 10)
        forged(connection, stream, 11, last.hash, id=-1)
    named = found(anchored.verify(), "inserted")
    assert (named.stream, named.seq) == (stream, 11)


def test_an_entry_added_at_the_end(house: House) -> None:
    """Unanchored and well hashed: what it would have changed was not changed."""
    stream = big(house)
    with unguarded(house) as connection:
        forged(connection, stream, 11, entry(connection, stream, 10).hash)
    report = house.verify()
    assert found(report, "payload_missing").seq == 11
    assert found(report, "not_applied").seq == 11


def forged(connection: sa.Connection, stream: str, seq: int, prev: str, **more: Any) -> None:
    row = entry(connection, stream, 2)._asdict()
    body = json.loads(row["body"]) | {"seq": seq}
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    del row["id"]
    connection.execute(sa.insert(hi_entry), row | {"seq": seq, "prev": prev, "body": text, **more})
    rewrite(connection, stream, seq, rehash=True)


# --- contents ------------------------------------------------------------------------------------------------------


def test_a_changed_payload(house: House) -> None:
    where = (hi_payload.c.stream == big(house), hi_payload.c.seq == 3)
    with unguarded(house) as connection:
        sealed = bytearray(connection.execute(sa.select(hi_payload.c.sealed).where(*where)).scalar_one())
        sealed[20] ^= 1
        connection.execute(sa.update(hi_payload).where(*where).values(sealed=bytes(sealed)))
    named = found(house.verify(), "payload_closed")
    assert (named.stream, named.seq, named.table) == (big(house), 3, "hi_payload")


def test_a_payload_written_anew_with_the_right_key(house: House) -> None:
    """By somebody who holds the master key: the commitment in the entry still names the field."""
    stream = big(house)
    where = (hi_payload.c.stream == stream, hi_payload.c.seq == 3)
    with unguarded(house) as connection:
        key = house.engine.keys.of(connection, stream)
        assert key is not None
        sealed = connection.execute(sa.select(hi_payload.c.sealed).where(*where)).scalar_one()
        _, values = sealing.unpack(key, sealed, f"{stream}/3")
        sealed, _ = sealing.pack(key, values | {"in.amount": 1}, f"{stream}/3")
        connection.execute(sa.update(hi_payload).where(*where).values(sealed=sealed))
    report = house.verify()
    assert {p.field for p in report.problems if p.code == "payload_field"} >= {"in.amount"}
    assert found(report, "payload_field").seq == 3


def test_payloads_of_two_entries_swapped(house: House) -> None:
    p = hi_payload.c
    with unguarded(house) as connection:
        for seq, to in ((3, 1003), (4, 3), (1003, 4)):
            connection.execute(sa.update(hi_payload).where(p.stream == big(house), p.seq == seq).values(seq=to))
    assert [p.seq for p in house.verify().problems if p.code == "payload_closed"] == [3, 4]


def test_a_missing_payload(house: House) -> None:
    with unguarded(house) as connection:
        connection.execute(sa.delete(hi_payload).where(hi_payload.c.stream == "directory", hi_payload.c.seq == 4))
    named = found(house.verify(), "payload_missing")
    assert (named.stream, named.seq) == ("directory", 4)


def test_a_payload_without_an_entry(house: House) -> None:
    with unguarded(house) as connection:
        connection.execute(sa.insert(hi_payload), {"stream": "directory", "seq": 999, "sealed": b"x"})
    named = found(house.verify(), "payload_foreign")
    assert (named.stream, named.seq) == ("directory", 999)


def test_a_key_destroyed_without_an_entry(house: House) -> None:
    with unguarded(house) as connection:
        gone = {"wrapped": None, "destroyed_at": "2026-11-01T00:00:00.000000Z"}
        connection.execute(sa.update(id_key).where(id_key.c.stream == big(house)).values(**gone))
    assert found(house.verify(), "key_destroyed").stream == big(house)


def test_a_changed_key(house: House) -> None:
    with unguarded(house) as connection:
        connection.execute(sa.update(id_key).where(id_key.c.stream == big(house)).values(wrapped=b"\0" * 60))
    assert found(house.verify(), "key_changed").stream == big(house)


def test_a_missing_key(house: House) -> None:
    with unguarded(house) as connection:
        connection.execute(sa.delete(id_key).where(id_key.c.stream == big(house)))
    assert found(house.verify(), "key_missing").stream == big(house)


def test_another_master_key_is_no_tampering(house: House) -> None:
    with pytest.raises(KeyRefused) as refusal:
        verify(house.engine.database, sealing.KeyRing(b"\1" * 32))
    assert [say(refusal.value.code, lang).split()[0] for lang in ("kk", "ru", "en")] == ["Жүйе", "Система", "The"]


# --- whole streams and copies --------------------------------------------------------------------------------------


def test_a_tail_cut_off_after_a_checkpoint(anchored: House) -> None:
    """Even if the caches are made to fit the shorter record."""
    stream = big(anchored)
    with unguarded(anchored) as connection:
        for table in (hi_entry, hi_payload):
            connection.execute(sa.delete(table).where(table.c.stream == stream, table.c.seq > 8))
    named = found(anchored.verify(), "truncated")
    assert (named.stream, named.seq, named.expected) == (stream, 8, "10")


def test_a_tail_cut_off_before_any_checkpoint_shows_in_the_caches(house: House) -> None:
    stream = big(house)
    with unguarded(house) as connection:
        for table in (hi_entry, hi_payload):
            connection.execute(sa.delete(table).where(table.c.stream == stream, table.c.seq > 8))
    report = house.verify()
    rows = {(p.table, p.key, p.column) for p in report.problems if p.code == "row"}
    assert ("ru_instance", house.cases["big"], "seq") in rows
    assert report.exit_code == TAMPERED


def test_a_deleted_stream(anchored: House) -> None:
    stream = big(anchored)
    with unguarded(anchored) as connection:
        for table in (hi_entry, hi_payload, id_key):
            connection.execute(sa.delete(table).where(table.c.stream == stream))
        connection.execute(sa.delete(ru_instance).where(ru_instance.c.id == anchored.cases["big"]))
    named = found(anchored.verify(), "stream_missing")
    assert (named.stream, named.expected) == (stream, "10")


def test_a_deleted_stream_before_any_checkpoint_is_missed_by_those_who_heard_of_it(house: House) -> None:
    stream = big(house)
    with unguarded(house) as connection:
        for table in (hi_entry, hi_payload, id_key):
            connection.execute(sa.delete(table).where(table.c.stream == stream))
    report = house.verify()
    follow = f"instance:{house.cases['followed']}"
    assert (found(report, "sender").stream, found(report, "sender").stored) == (follow, f"{stream}/8/1")
    assert found(report, "row_foreign").table == "ru_instance"


def test_a_number_that_is_missing_from_its_series(house: House) -> None:
    """Two more requests are numbered; the first of them is taken away with everything that knows of it."""
    cases = []
    for key in ("R-8", "R-9"):
        cases.append(case := house.start("request", business_key=key, variables={"subject": key}))
        house.complete(case, "fill", "p4", amount=1)
        house.complete(case, "review", "p2")
    with unguarded(house) as connection:
        for table in (hi_entry, hi_payload, id_key):
            connection.execute(sa.delete(table).where(table.c.stream == f"instance:{cases[0]}"))
    named = found(house.verify(), "number")
    assert (named.stream, named.stored, named.expected) == (f"instance:{cases[1]}", "3", "2")


# --- state ---------------------------------------------------------------------------------------------------------


def snapshot(connection: sa.Connection, instance: str) -> Any:
    return connection.execute(sa.select(ru_snapshot).where(ru_snapshot.c.instance == instance)).one()


def test_a_changed_snapshot(house: House) -> None:
    small = house.cases["small"]
    with unguarded(house) as connection:
        sealed = bytearray(snapshot(connection, small).sealed)
        sealed[-1] ^= 1
        connection.execute(sa.update(ru_snapshot).where(ru_snapshot.c.instance == small).values(sealed=bytes(sealed)))
    named = found(house.verify(), "snapshot_closed")
    assert (named.table, named.key) == ("ru_snapshot", small)


def test_a_snapshot_put_at_another_entry(house: House) -> None:
    """It does not open there: neither verification nor a case that is loaded takes it."""
    small = house.cases["small"]
    with unguarded(house) as connection:
        assert snapshot(connection, small).seq == 1
        connection.execute(sa.update(ru_snapshot).where(ru_snapshot.c.instance == small).values(seq=2))
    assert found(house.verify(), "snapshot_closed").key == small
    with pytest.raises(ValueError, match="do not open"):
        house.complete(small, "review", "p2")


def test_a_snapshot_forged_with_the_right_key(house: House) -> None:
    small = house.cases["small"]
    with unguarded(house) as connection:
        key = house.engine.keys.of(connection, f"instance:{small}")
        assert key is not None
        state = zlib.decompress(sealing.unseal(key, snapshot(connection, small).sealed, "snapshot/1"))
        assert b'"amount":7' in state
        sealed = sealing.seal(key, zlib.compress(state.replace(b'"amount":7', b'"amount":8')), "snapshot/1")
        connection.execute(sa.update(ru_snapshot).where(ru_snapshot.c.instance == small).values(sealed=sealed))
    named = found(house.verify(), "snapshot")
    assert (named.key, named.seq, named.field) == (small, 1, "scopes")


def test_a_snapshot_of_another_case(house: House) -> None:
    small, stuck = house.cases["small"], house.cases["stuck"]
    with unguarded(house) as connection:
        sealed = snapshot(connection, stuck).sealed
        connection.execute(sa.update(ru_snapshot).where(ru_snapshot.c.instance == small).values(sealed=sealed))
    assert found(house.verify(), "snapshot_closed").key == small


def test_a_snapshot_beyond_its_stream(house: House) -> None:
    with unguarded(house) as connection:
        connection.execute(sa.update(ru_snapshot).where(ru_snapshot.c.instance == house.cases["small"]).values(seq=99))
    assert found(house.verify(), "snapshot_foreign").key == house.cases["small"]
