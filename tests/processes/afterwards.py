"""What must be true after any course of events, whatever the test was about."""

from __future__ import annotations

import sqlalchemy as sa

from engine.database import reading, ru_instance, ru_task
from engine.history import replay
from engine.history.verify import verify
from tests.processes.faculty import Faculty


def always_true(faculty: Faculty) -> None:
    """No incident, the record verifies, and each case replayed from it stands where the real one stands."""
    assert faculty.incidents() == []
    engine = faculty.engine
    assert [problem.say() for problem in verify(engine.database, engine.keys).problems] == []
    with reading(engine.database) as connection:
        for case in connection.execute(sa.select(ru_instance.c.id, ru_instance.c.state)).all():
            last = list(replay.steps(connection, engine.keys, engine.library, case.id))[-1]
            open_now = connection.execute(sa.select(ru_task.c.id).where(ru_task.c.instance == case.id)).scalars()
            assert {row["id"] for row in last.open if row["waiting"] == "user"} == set(open_now)
            assert (last.done, last.state, last.problems) == (True, case.state, ())
