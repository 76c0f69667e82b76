"""What must be true after any course of events, whatever the test was about."""

from __future__ import annotations

import sqlalchemy as sa

from engine.database import hi_entry, reading, ru_instance, ru_task
from engine.history import replay
from engine.history.streams import INSTANCE
from engine.history.verify import verify
from tests.processes.faculty import Faculty


def last_entry(faculty: Faculty) -> int:
    """The number of the newest entry of the record; 0 when it is empty."""
    with reading(faculty.engine.database) as connection:
        return connection.execute(sa.select(sa.func.max(hi_entry.c.id))).scalar() or 0


def always_true(faculty: Faculty, since: int = 0) -> None:
    """No incident, the record verifies, and each case replayed from it stands where the real one stands.

    ``since``: the last entry of the stage a test began from; cases in which nothing happened after it were replayed
    when the stage was reached.
    """
    assert faculty.incidents() == []
    engine = faculty.engine
    assert [problem.say() for problem in verify(engine.database, engine.keys).problems] == []
    with reading(engine.database) as connection:
        moved = sa.select(hi_entry.c.stream).where(hi_entry.c.id > since)
        cases = sa.select(ru_instance.c.id, ru_instance.c.state).where((INSTANCE + ru_instance.c.id).in_(moved))
        for case in connection.execute(cases).all():
            last = list(replay.steps(connection, engine.keys, engine.library, case.id))[-1]
            open_now = connection.execute(sa.select(ru_task.c.id).where(ru_task.c.instance == case.id)).scalars()
            assert {row["id"] for row in last.open if row["waiting"] == "user"} == set(open_now)
            assert (last.done, last.state, last.problems) == (True, case.state, ())
