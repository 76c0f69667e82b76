"""What must be true after any course of events, whatever the test was about."""

from __future__ import annotations

import copy
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.database import hi_entry, reading, reading_one_moment, ru_candidate, ru_instance, ru_task
from engine.definitions.library import DeployedLibrary
from engine.directory.tables import id_person
from engine.history import rebuild, replay
from engine.history.anchors import Anchors
from engine.history.comparison import compare, kept, throw_away
from engine.history.deployed import Files
from engine.history.report import Report
from engine.history.streams import INSTANCE, Streams
from engine.history.verify import verify
from tests.processes.faculty import Faculty

PERSON = "person:"


class Beginning:
    """A house as a test is given it: verified and replayed when its stage was reached.

    What the record makes of the tables until then is worked out once for all tests that begin there.
    """

    def __init__(self, faculty: Faculty) -> None:
        self._report = Report()
        self._library = faculty.engine.library
        self.last = 0
        with reading(faculty.engine.database) as connection, throw_away() as target:
            self._target = target
            self._building = rebuild.Rebuild(target, self._library, self._report.add, compare=True)
            for entry in rebuild.entries(connection, faculty.engine.keys):
                self._building.apply(entry)
                self.last = entry.id
            target.commit()
            self._tables = kept(target)
        assert self._report.problems == []

    def apart(self, faculty: Faculty, connection: Connection, report: Report) -> list[str]:
        """Where all tables differ from what the whole record makes of them; ``report`` hears what cannot be applied."""
        with throw_away(self._tables) as target:
            same = {id(self._target): target, id(self._library): faculty.engine.library, id(self._report): report}
            building = copy.deepcopy(self._building, same)
            for entry in rebuild.entries(connection, faculty.engine.keys, self.last):
                building.apply(entry)
            return [str(one) for one in compare(connection, target)]


def of_nobody(faculty: Faculty) -> list[str]:
    """Open tasks offered by name to what is no person, such as the router that began their case."""
    key = ru_candidate.c.key
    asked = sa.select(ru_task.c.element, key).join_from(ru_candidate, ru_task).where(key.startswith(PERSON))
    with reading(faculty.engine.database) as connection:
        known = set(connection.execute(sa.select(id_person.c.id)).scalars())
        return [f"{row.element}: {row.key}" for row in connection.execute(asked) if row.key[len(PERSON) :] not in known]


def always_true(faculty: Faculty) -> None:
    """No incident, no task of nobody, the record verifies, and each case replayed from it stands where it stands."""
    assert faculty.incidents() == []
    assert of_nobody(faculty) == []
    engine = faculty.engine
    assert [problem.say() for problem in verify(engine.database, engine.keys).problems] == []
    with reading(engine.database) as connection:
        for case in connection.execute(sa.select(ru_instance.c.id, ru_instance.c.state)).all():
            last = list(replay.steps(connection, engine.keys, engine.library, case.id))[-1]
            assert {row["id"] for row in last.open if row["waiting"] == "user"} == _open(connection, case.id)
            assert (last.done, last.state, last.problems) == (True, case.state, ())


def still_true(faculty: Faculty, beginning: Beginning) -> None:
    """The same of what came after a beginning: each stream that moved is verified and each of its cases replayed, in
    one go, and all tables are compared with the whole record. Files and checkpoints are left to ``always_true``."""
    assert faculty.incidents() == []
    assert of_nobody(faculty) == []
    engine, report = faculty.engine, Report()
    moved = sa.select(hi_entry.c.stream).where(hi_entry.c.id > beginning.last).distinct()
    with reading_one_moment(engine.database) as connection:
        library = DeployedLibrary(engine.database)  # nothing of what the engine keeps in memory
        checking = Streams(connection, engine.keys, library, Anchors(), Files(), report, lambda: None)
        again = {stream: checking.check(stream) for stream in connection.execute(moved).scalars().all()}
        assert beginning.apart(faculty, connection, report) == []
        assert [problem.say() for problem in report.problems] == []
        for case in _cases(connection, again):
            doing = again[INSTANCE + case.id]
            assert doing is not None and doing.execution is not None and not doing.failed
            open_again = {row["id"] for row in replay.waiting(doing.execution) if row["waiting"] == "user"}
            assert (open_again, doing.execution.state) == (_open(connection, case.id), case.state)


def _cases(connection: Connection, streams: Iterable[str]) -> list[sa.Row[tuple[str, str]]]:
    ids = [stream.removeprefix(INSTANCE) for stream in streams if stream.startswith(INSTANCE)]
    return list(connection.execute(sa.select(ru_instance.c.id, ru_instance.c.state).where(ru_instance.c.id.in_(ids))))


def _open(connection: Connection, case: str) -> set[str]:
    return set(connection.execute(sa.select(ru_task.c.id).where(ru_task.c.instance == case)).scalars())
