"""What is measured: W1 completions, W2 an inbox, W3 timers, W4 long loops, W5 many answers at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from engine import commands as c
from engine.assembly import open_engine
from engine.bench import models
from engine.bench.place import Place, floor, median, percentile, place, timed
from engine.database import reading, ru_instance, ru_task, ru_timer, writing
from engine.projections.tasks import place_in_line
from engine.runtime import state
from engine.values import instant

Say = Callable[[str], None]


def _open_tasks(at: Place, instance: str) -> list[str]:
    with reading(at.engine.database) as connection:
        query = sa.select(ru_task.c.id).where(ru_task.c.instance == instance).order_by(ru_task.c.id)
        return list(connection.execute(query).scalars())


def _complete(at: Place, instance: str, task: str, person: str = "p1", **variables: Any) -> float:
    command = c.CompleteTask(actor=person, instance=instance, task=task, variables=variables)
    return timed(lambda: at.engine.handle(command))


def w1(url: str | None, say: Say, instances: int = 120) -> dict[str, Any]:
    with place(url) as at:
        base = floor(at.url)
        at.deploy("steps", models.steps())
        hot: list[float] = []
        began = time.perf_counter()
        for n in range(instances + 10):
            if n == 10:
                hot.clear()
                at.watch()
                began = time.perf_counter()
            instance = at.start("steps", amount=7)
            if n == 10:
                at.statements.clear()
                at.commits = 0
            marks = len(at.statements), at.commits
            for _ in range(2):
                hot.append(_complete(at, instance, _open_tasks(at, instance)[0], amount=7))
            for task in _open_tasks(at, instance):
                hot.append(_complete(at, instance, task))
            del marks
        seconds = time.perf_counter() - began
        counted = _counted(at)
        cold = _cold(at, 40)
        return {
            "p50_ms": median(hot),
            "p99_ms": percentile(hot, 0.99),
            "cold_p50_ms": median(cold),
            "per_s": round(len(hot) / seconds, 1),
            "floor_p50_ms": round(base * 1000, 3),
            "ratio_to_floor": round(median(hot) / (base * 1000), 2),
            **counted,
        }


def _counted(at: Place) -> dict[str, float]:
    """Statements and commits of single completions, counted apart from everything else."""
    statements, commits, completions = 0, 0, 0
    for _ in range(20):
        instance = at.start("steps", amount=7)
        for turn in range(3):
            tasks = _open_tasks(at, instance)
            for task in tasks[:2] if turn == 2 else tasks[:1]:
                at.statements.clear()
                at.commits = 0
                _complete(at, instance, task, amount=7)
                statements, commits, completions = (
                    statements + len(at.statements),
                    commits + at.commits,
                    completions + 1,
                )
    return {
        "sql_per_completion": round(statements / completions, 2),
        "commits_per_completion": round(commits / completions, 2),
    }


def _cold(at: Place, rounds: int) -> list[float]:
    """Completions by an engine that has never seen the instance (its models are parsed)."""
    samples = []
    engine = open_engine(at.settings, at.clock)
    try:
        warm = at.start("steps", amount=7)
        engine.handle(c.CompleteTask(actor="p1", instance=warm, task=_open_tasks(at, warm)[0], variables={"amount": 7}))
        for _ in range(rounds):
            instance = at.start("steps", amount=7)
            _complete(at, instance, _open_tasks(at, instance)[0], amount=7)
            task = _open_tasks(at, instance)[0]
            command = c.CompleteTask(actor="p1", instance=instance, task=task, variables={})
            samples.append(timed(lambda command=command: engine.handle(command)))  # type: ignore[misc]
    finally:
        engine.close()
    return samples


def w2(url: str | None, say: Say, sizes: tuple[int, ...] = (1_000, 100_000)) -> dict[str, Any]:
    """A page of 50 for a reader with 12 keys, one of which holds every task; every filter."""
    with place(url) as at:
        at.deploy("steps", models.steps())
        for n in range(10):
            at.engine.handle(
                c.RecordUnit(actor=c.SYSTEM, unit=f"u{n}", kind="department", parent="school", names={"kk": f"u{n}"})
            )
            at.engine.handle(
                c.Appoint(actor=c.SYSTEM, person="p1", role="teacher", unit=f"u{n}", start=at.clock().date())
            )
        source = at.start("steps", amount=7)
        result: dict[str, Any] = {"p50_ms": {}, "filters_p50_ms": {}}
        filled = 1
        for size in sizes:
            _clone(at, source, filled, size)
            filled = size
            result["p50_ms"][str(size)] = _page(at, rounds=80)
            result["filters_p50_ms"][str(size)] = {
                **{only: _page(at, only) for only in ("overdue", "today", "claimed", "unclaimed")},
                "search": _page(at, search="first"),
            }
            say(f"W2 {size}: {result['p50_ms'][str(size)]} ms")
        return result


def _page(at: Place, only: str = "", search: str = "", rounds: int = 30) -> float:
    reader = at.engine.reader("p1")
    return median([timed(lambda: reader.inbox("role", only, search)) for _ in range(rounds)])


def _clone(at: Place, source: str, start: int, size: int) -> None:
    """Rows as the projections would write them, copied from one real task: due dates spread over a year."""
    with writing(at.engine.database) as connection:
        row = dict(connection.execute(sa.select(ru_task).where(ru_task.c.instance == source).limit(1)).mappings().one())
        begin = at.clock()
        tasks, candidates, words = [], [], []
        for n in range(start, size):
            due = instant(begin + timedelta(minutes=5 * n - 1_000))
            line = place_in_line(due, row["priority"])
            tasks.append({**row, "id": f"clone.{n}", "due": due, "due_sort": line})
            candidates.append({"key": "teacher@unit", "claimed": False, "due_sort": line, "task": f"clone.{n}"})
            words.append({"stem": "first", "due_sort": line, "task": f"clone.{n}"})
        from engine.database import ru_candidate, ru_word

        for table, rows in ((ru_task, tasks), (ru_candidate, candidates), (ru_word, words)):
            for offset in range(0, len(rows), 5_000):
                connection.execute(sa.insert(table), rows[offset : offset + 5_000])
        connection.exec_driver_sql("ANALYZE")


def w3(url: str | None, say: Say, waiting: int = 10_000, firing: int = 2_000) -> dict[str, Any]:
    with place(url) as at:
        at.deploy("timer", models.timer())
        now = at.clock()
        mine = [at.start("timer", due=now + timedelta(hours=1, seconds=n % 600)) for n in range(firing)]
        with writing(at.engine.database) as connection:
            row = dict(connection.execute(sa.select(ru_timer).limit(1)).mappings().one())
            far = instant(now + timedelta(days=400))
            rows = [{**row, "id": f"idle.{n}", "instance": "idle", "due": far} for n in range(waiting - firing)]
            connection.execute(sa.insert(ru_timer), rows)
        idle = median([timed(at.engine.beat.tick) for _ in range(60)])
        say(f"W3 idle {idle} ms")
        at.clock.move_to(now + timedelta(hours=2))
        seconds = timed(at.engine.beat.tick)
        fired = _fired(at, mine)
        return {
            "idle_poll_ms": idle,
            "fires_per_s": round(firing / seconds, 1),
            "twice": sum(1 for n in fired.values() if n > 1),
            "lost": sum(1 for i in mine if not fired.get(i)),
        }


def _fired(at: Place, instances: list[str]) -> dict[str, int]:
    """How often each instance's timer fired, by the record."""
    counts: dict[str, int] = {}
    with reading(at.engine.database) as connection:
        query = sa.text("SELECT stream, count(*) AS n FROM hi_entry WHERE kind = 'FireTimer' GROUP BY stream")
        for row in connection.execute(query):
            counts[row.stream.partition(":")[2]] = row.n
    return {i: counts.get(i, 0) for i in instances}


def w4(url: str | None, say: Say, marks: tuple[int, ...] = (10, 1_000, 10_000)) -> dict[str, Any]:
    """The cost of a completion after that many rounds, in three shapes; the largest of the three is reported."""
    shapes = {"loop": models.loop(), "loop_beside": models.loop_beside(), "loop_inside": models.loop_inside()}
    each: dict[str, Any] = {}
    for key, content in shapes.items():
        with place(url) as at:
            at.deploy(key, content)
            each[key] = _rounds(at, key, marks)
            say(f"W4 {key}: {each[key]['ms_at']}")
    return {
        "ms_at": {m: max(s["ms_at"][m] for s in each.values()) for m in map(str, marks)},
        "state_bytes_at": {m: max(s["state_bytes_at"][m] for s in each.values()) for m in map(str, marks)},
        "shapes": each,
    }


def _rounds(at: Place, key: str, marks: tuple[int, ...]) -> dict[str, Any]:
    instance = at.start(key, again=True)
    result: dict[str, Any] = {"ms_at": {}, "state_bytes_at": {}}
    recent: list[float] = []
    for n in range(1, max(marks) + 30):
        execution = at.engine.bus.hot._held[instance][1]
        task = next(t.id for t in execution.tasks.values() if t.element == "work" and "task" in t.internal_data)
        recent = [*recent[-59:], _complete(at, instance, f"{instance}.{task}", again=True)]
        for mark in marks:
            if n == mark + 20:
                result["ms_at"][str(mark)] = median(recent[-30:])
                result["state_bytes_at"][str(mark)] = len(state.pack(at.engine.bus.hot._held[instance][1]))
    return result


def w5(url: str | None, say: Say) -> dict[str, Any]:
    result: dict[str, Any] = {"answer_ms": {}}
    for size in (50, 500):
        with place(url) as at:
            at.deploy("many", models.many())
            for n in range(size):
                at.engine.handle(c.RecordPerson(actor=c.SYSTEM, person=f"m{n}", name=f"Person {n}", unit="unit"))
            people = [f"m{n}" for n in range(size)]
            began = time.perf_counter()
            instance = at.start("many", people=people, answers=[])
            with reading(at.engine.database) as connection:
                rows = connection.execute(
                    sa.select(ru_task.c.id, ru_task.c.assignee).where(ru_task.c.instance == instance)
                ).all()
            samples = [_complete(at, instance, row.id, row.assignee, what="yes") for row in rows]
            total = time.perf_counter() - began
            result["answer_ms"][str(size)] = median(samples)
            if size == 50:
                result["total_s"] = round(total, 3)
            with reading(at.engine.database) as connection:
                ended = connection.execute(sa.select(ru_instance.c.state).where(ru_instance.c.id == instance)).scalar()
            if ended != "completed":
                raise AssertionError(f"W5 {size}: the instance is {ended}")
            say(f"W5 {size}: {result['answer_ms'][str(size)]} ms")
    return result


WORKLOADS: dict[str, Callable[..., dict[str, Any]]] = {"W1": w1, "W2": w2, "W3": w3, "W4": w4, "W5": w5}
