"""Proves that an untouched house verifies clean on both databases, whether its cases stayed in memory or not."""

from __future__ import annotations

import threading
from datetime import date, time
from typing import Any

import pytest
import sqlalchemy as sa

from engine import commands as c
from engine.database import id_draft, id_session, metadata, reading
from engine.directory.tables import id_import
from engine.history import rebuild
from engine.history.report import CLEAN
from engine.mail.tables import id_feed, ou_cursor, ou_event, ou_letter
from engine.marks import id_filter, id_seen, id_snooze
from engine.notes.tables import id_mention_read
from engine.presence import ru_presence
from engine.runtime import state
from engine.values import canonical
from tests.history.house import DEAN, HELPER, House, live_through

NOT_BY_COMMANDS = {
    id_session,
    id_draft,
    id_import,
    id_mention_read,
    id_snooze,
    id_seen,
    id_filter,
    *(ou_cursor, ou_letter, ou_event, id_feed),
    metadata.tables["hi_checkpoint"],
    ru_presence,
    *(metadata.tables["ou_once"], metadata.tables["ou_once_code"]),
}


def test_a_lived_in_house_is_clean(house: House) -> None:
    report = house.verify()
    assert [problem.say() for problem in report.problems] == []
    assert report.exit_code == CLEAN
    assert report.entries > 60
    assert report.reenacted == sum(row.seq for row in house.table(metadata.tables["ru_instance"]))


def test_the_lived_in_house_has_a_row_in_every_table(house: House) -> None:
    """Or the tests below would compare empty tables."""
    assert [table.name for table in metadata.sorted_tables if not house.table(table)] == sorted(
        table.name for table in NOT_BY_COMMANDS
    )


def test_every_table_is_rebuilt_or_named_with_a_reason() -> None:
    record = {table for name, table in metadata.tables.items() if name.startswith("hi_")}
    whole = {table for table, columns in rebuild.NOT_FROM_FACTS.items() if "*" in columns}
    told = {*rebuild.CACHES, *rebuild.ALSO_COMPARED, *whole, *record}
    assert {table.name for table in metadata.tables.values()} == {table.name for table in told}
    for table, columns in rebuild.NOT_FROM_FACTS.items():
        assert set(columns) <= {"*", *table.c.keys()}


def test_a_life_where_every_command_meets_a_fresh_process_is_clean(empty_house: House) -> None:
    empty_house.before = empty_house.cool
    live_through(empty_house)
    assert [problem.say() for problem in empty_house.verify().problems] == []


def test_loaded_from_snapshot_and_tail_equals_hot_at_every_step(empty_house: House) -> None:
    """The hot instance is never dropped; after each command another one is loaded beside it and compared."""
    bus, compared = empty_house.engine.bus, []

    def compare(done: c.Done) -> None:
        if not done.instance:
            return
        hot = bus.hot.take(done.instance, done.seq)
        if hot is None:  # ended
            return
        with reading(empty_house.engine.database) as connection:
            cold = bus.instances.load(connection, done.instance, done.seq)
        assert canonical(state.dump(cold)) == canonical(state.dump(hot))
        assert [list(scope) for scope in cold.scopes.values()] == [list(scope) for scope in hot.scopes.values()]
        assert (cold.known, cold.known_title) == (hot.known, hot.known_title)
        bus.hot.put(hot, done.seq)
        compared.append(done.seq)

    empty_house.after = compare
    live_through(empty_house)
    assert len(compared) >= 20


def test_a_life_half_in_memory_and_half_read_back_takes_the_same_way(empty_house: House) -> None:
    """Two like cases, one kept hot and one loaded before each command: the same facts, apart from their own names."""

    def walk(cold: bool) -> list[str]:
        def one(done: c.Done) -> str:
            if cold:
                empty_house.cool()
            return done.instance

        variables = {"subject": "z", "b": 1, "a": {"y": 1, "x": 2}}
        case = one(empty_house.do(c.StartProcess(actor="p1", definition="request", school="eng", variables=variables)))
        one(empty_house.complete(case, "fill", HELPER, amount=101))
        one(empty_house.complete(case, "extra", DEAN))
        task = empty_house.task(case, "review")
        one(empty_house.do(c.ReturnTask(actor="p2", instance=case, task=task, reason="r")))
        one(empty_house.complete(case, "extra", DEAN))
        query = sa.text("SELECT body FROM hi_entry WHERE stream = :stream ORDER BY seq")
        with reading(empty_house.engine.database) as connection:
            bodies = connection.execute(query, {"stream": f"instance:{case}"}).scalars()
            return [body.replace(case, "CASE") for body in bodies]

    def facts(body: str) -> str:
        return body[body.index('"facts"') : body.index('"head"')]

    assert list(map(facts, walk(cold=False))) == list(map(facts, walk(cold=True)))


@pytest.mark.parametrize("stream", ["directory", "models", "schedule"])
def test_one_stream_alone(house: House, stream: str) -> None:
    report = house.verify(stream)
    assert (report.exit_code, report.streams) == (CLEAN, 1)


def test_a_stream_that_does_not_exist_is_named(house: House) -> None:
    assert [problem.code for problem in house.verify("instance:nothing").problems] == ["key_missing", "stream_unknown"]


def test_dates_and_contexts_are_alike_in_memory_and_read_back(empty_house: House) -> None:
    """What a script makes of a time the engine noted, and of the order of a context's entries."""

    def noted(cold: bool) -> dict[str, Any]:
        case = empty_house.start("loop")
        form = {"z": 1, "a": {"y": date(2026, 9, 1), "x": time(9)}}
        empty_house.complete(case, "work", HELPER, form=form, again=True)
        if cold:
            empty_house.cool()
        empty_house.complete(case, "work", HELPER, again=False)
        with reading(empty_house.engine.database) as connection:
            root = empty_house.engine.bus.instances.load(connection, case, 3).scopes[1]
        return {name: root[name] for name in ("clock", "keys")}

    assert noted(cold=False) == noted(cold=True)
    assert empty_house.verify().problems == []


def test_verification_sees_one_moment_while_others_work(house: House) -> None:
    """Commands go on in another thread; what is verified is never half of one."""
    over, failures = threading.Event(), list[BaseException]()

    def work() -> None:
        try:
            while not over.is_set():
                case = house.start("request", variables={"subject": "x"})
                house.complete(case, "fill", HELPER, amount=1)
                house.complete(case, "review", "p2")
        except BaseException as problem:
            failures.append(problem)

    thread = threading.Thread(target=work)
    thread.start()
    counts = []
    try:
        for _ in range(4):
            report = house.verify()
            assert [problem.say() for problem in report.problems] == []
            counts.append(report.entries)
    finally:
        over.set()
        thread.join()
    assert failures == []
    assert counts[0] < counts[-1]
