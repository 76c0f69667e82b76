"""Proves that of two who do the same at once one wins and the other is told so, in one process and between two."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import commands as c
from engine.database import hi_entry, ru_task, vw_register
from engine.errors import Conflict, InstanceNotRunning, TaskNotOpen
from tests.history.house import CHAIR, DEAN, HELPER, SECRETARY, House

TIMES = 8


def at_once(*works: Callable[[], c.Done]) -> list[c.Done | Exception]:
    """Everybody starts at the same moment; what came of each."""
    start, results = threading.Barrier(len(works)), [Exception("not run")] * len(works)

    def one(index: int, work: Callable[[], c.Done]) -> None:
        start.wait()
        try:
            results[index] = work()
        except Exception as problem:
            results[index] = problem

    threads = [threading.Thread(target=one, args=(index, work)) for index, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def entries(house: House, instance: str, kind: str) -> int:
    e = hi_entry.c
    query = sa.select(sa.func.count()).where(e.stream == f"instance:{instance}", e.kind == kind)
    with house.engine.database.connect() as connection:
        return int(connection.execute(query).scalar_one())


def complete(house: House, instance: str, task: str, actor: str) -> Callable[[], c.Done]:
    return lambda: house.do(c.CompleteTask(actor=actor, instance=instance, task=task))


@pytest.mark.parametrize("processes", [1, 2])
def test_two_people_complete_one_task(house: House, tmp_path: Path, processes: int) -> None:
    other = House.moved(house.settings.database_url, tmp_path) if processes == 2 else house
    for _ in range(TIMES):
        instance = house.start("loop")
        task = house.task(instance)
        results = at_once(complete(house, instance, task, SECRETARY), complete(other, instance, task, HELPER))
        won = [result for result in results if isinstance(result, c.Done)]
        lost = [result for result in results if not isinstance(result, c.Done)]
        assert (len(won), len(lost)) == (1, 1)
        assert isinstance(lost[0], TaskNotOpen), lost
        assert lost[0].params["who"] in ("Адам p1", "Адам p4")
        assert entries(house, instance, "CompleteTask") == 1
    assert house.verify().clean
    if other is not house:
        other.close()


def test_one_completes_what_another_cancels(house: House) -> None:
    for _ in range(TIMES):
        instance = house.start("loop")
        cancel = c.CancelInstance(actor=CHAIR, instance=instance, reason="қате")
        results = at_once(
            complete(house, instance, house.task(instance), SECRETARY), lambda cancel=cancel: house.do(cancel)
        )
        assert isinstance(results[1], c.Done)
        assert isinstance(results[0], (c.Done, TaskNotOpen, InstanceNotRunning))
        assert house.task(instance) == "None"
    assert house.verify().clean


def test_a_double_click_is_done_once(house: House) -> None:
    for n in range(TIMES):
        instance = house.start("loop")
        command = c.CompleteTask(actor=SECRETARY, instance=instance, task=house.task(instance), key=f"click-{n}")
        results = at_once(*[lambda command=command: house.do(command)] * 3)
        done = [result for result in results if isinstance(result, c.Done)]
        assert len(done) == 3, results
        assert sorted(result.repeated for result in done) == [False, True, True]
        assert len({result.seq for result in done}) == 1
    assert house.verify().clean


def test_many_at_once_in_one_case(house: House) -> None:
    """Everybody answers at the same time: nobody's answer is lost, the next step begins once."""
    people = [SECRETARY, CHAIR, DEAN, HELPER]
    poll = house.start("poll", variables={"people": people, "answers": []})
    works = [
        lambda person=person: house.complete(poll, "answer", person, person, said=person)  # type: ignore[misc]
        for person in people
    ]
    assert all(isinstance(result, c.Done) for result in at_once(*works))
    assert [row.element for row in house.table(ru_task) if row.instance == poll] == ["sum_up"]
    assert house.verify().clean


def test_two_cases_write_one_row_at_once(house: House) -> None:
    """Neither write is lost: the row is locked before it is read."""
    for number in range(TIMES):
        key = f"W-{number}"
        case = house.start("request", business_key=key, variables={"subject": key})
        house.complete(case, "fill", SECRETARY, amount=1)
        house.complete(case, "review", CHAIR)
        writers = [house.start("jot", variables={"key": key, "name": name}) for name in ("left", "right")]
        works = [lambda w=w: house.complete(w, "write", SECRETARY) for w in writers]
        assert all(isinstance(result, c.Done) for result in at_once(*works))
        content = next(row.content for row in house.table(vw_register) if row.key == key)
        assert '"left":true' in content
        assert '"right":true' in content
    assert house.verify().clean


def test_of_two_starts_with_one_key_one_is_refused(house: House) -> None:
    for number in range(TIMES):
        command = c.StartProcess(actor=SECRETARY, definition="request", school="eng", business_key=f"K-{number}",
                                 variables={"subject": "x"})  # fmt: skip
        results = at_once(lambda command=command: house.do(command), lambda command=command: house.do(command))
        assert sum(isinstance(result, c.Done) for result in results) == 1
        assert sum(isinstance(result, Conflict) for result in results) == 1
    assert house.verify().clean
