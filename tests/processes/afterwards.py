"""What must be true after any course of events, whatever the test was about."""

from __future__ import annotations

import sqlalchemy as sa

from engine.database import hi_entry, reading, ru_candidate, ru_instance, ru_task
from engine.directory.tables import id_person
from engine.history import replay
from engine.history.streams import INSTANCE
from engine.history.verify import caches, verify
from tests.processes.faculty import Faculty

PERSON = "person:"


def last_entry(faculty: Faculty) -> int:
    """The number of the newest entry of the record; 0 when it is empty."""
    with reading(faculty.engine.database) as connection:
        return connection.execute(sa.select(sa.func.max(hi_entry.c.id))).scalar() or 0


def of_nobody(faculty: Faculty) -> list[str]:
    """Open tasks offered by name to what is no person, such as the router that began their case."""
    key = ru_candidate.c.key
    asked = sa.select(ru_task.c.element, key).join_from(ru_candidate, ru_task).where(key.startswith(PERSON))
    with reading(faculty.engine.database) as connection:
        known = set(connection.execute(sa.select(id_person.c.id)).scalars())
        return [f"{row.element}: {row.key}" for row in connection.execute(asked) if row.key[len(PERSON) :] not in known]


def always_true(faculty: Faculty, since: int = 0) -> None:
    """No incident, no task of nobody, the record verifies, and each case replayed from it stands where it stands.

    ``since``: the last entry of the stage a test began from; streams in which nothing happened after it were verified
    and replayed when the stage was reached. What is drawn from the record is compared whole.
    """
    assert faculty.incidents() == []
    assert of_nobody(faculty) == []
    engine = faculty.engine
    moved = sa.select(hi_entry.c.stream).where(hi_entry.c.id > since).distinct()
    with reading(engine.database) as connection:
        streams = connection.execute(moved).scalars().all() if since else None
        apart = [] if streams is None else list(caches(connection, engine.keys, engine.library))
    problems = verify(engine.database, engine.keys, streams).problems
    assert [problem.say() for problem in (*problems, *apart)] == []
    with reading(engine.database) as connection:
        cases = sa.select(ru_instance.c.id, ru_instance.c.state).where((INSTANCE + ru_instance.c.id).in_(moved))
        for case in connection.execute(cases).all():
            last = list(replay.steps(connection, engine.keys, engine.library, case.id))[-1]
            open_now = connection.execute(sa.select(ru_task.c.id).where(ru_task.c.instance == case.id)).scalars()
            assert {row["id"] for row in last.open if row["waiting"] == "user"} == set(open_now)
            assert (last.done, last.state, last.problems) == (True, case.state, ())
