"""Everything one person may read, today: the only door for pages, exports and lists. Forbidden looks like absent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.compliance.measuring import places as measured_in
from engine.database import re_definition, reading, reading_one_moment, ru_instance
from engine.definitions.differences import Difference
from engine.definitions.hardening import readable
from engine.definitions.library import resolve
from engine.definitions.model import Process
from engine.directory import absences, reads, visibility
from engine.directory.sorting import alphabet_key
from engine.errors import NotFound
from engine.proposals.reading import Proposals
from engine.queries import (
    cases,
    form_files,
    inbox,
    labels,
    modelling,
    monitoring,
    registers,
    related,
    replaying,
    rooms,
    starting,
    task_forms,
    tasks,
    waiting,
)
from engine.queries.called import CalledProcess, called
from engine.queries.compliance import Compliance, compliance
from engine.queries.decision_tables import ShownTable, table
from engine.queries.explaining import WhoMay, who_may
from engine.queries.form_data import form_data
from engine.queries.people import People
from engine.queries.regulated import Regulated
from engine.queries.rooms import RoomView
from engine.queries.untold import Untold, untold
from engine.queries.vacancies import Vacancy, vacancies
from engine.runtime import permits
from engine.values import day_in_almaty
from engine.views import (
    Access,
    CaseRow,
    CaseView,
    FieldLabel,
    InboxPage,
    InboxRow,
    ModelFile,
    ModelRow,
    ModelVersion,
    Person,
    ProcessLoad,
    Proof,
    RegisterPage,
    RelatedCase,
    StartView,
    TaskView,
    Unit,
    WatchPage,
    Workload,
)

if TYPE_CHECKING:
    from engine.assembly import Engine


class Reader:
    """Made per request; what it may see is decided when it is made, by the appointments of that day."""

    def __init__(self, engine: Engine, person: str, language: str = "kk") -> None:
        self._engine = engine
        self.language = language
        self.now = engine.clock()
        self.today = day_in_almaty(self.now)
        with reading(engine.database) as connection:
            access = visibility.access_of(connection, person, self.today)
        if access is None:
            raise NotFound(what=person)
        self.access: Access = access

    # --- inbox and tasks -------------------------------------------------------------------------------------------

    def inbox(self, view: str = "mine", only: str = "", search: str = "", page: int = 1) -> InboxPage:
        """``view``: mine, role, substitute, waiting (for others), or snoozed."""
        with reading(self._engine.database) as connection:
            if view == "waiting":
                return waiting.page(connection, self._engine.library, self.access, self.now, only, search, page)
            if view == "snoozed":
                return inbox.snoozed(connection, self._engine.library, self.access, self.now, page, inbox.PER_PAGE)
            return inbox.page(connection, self._engine.library, self.access, self.now, view, only, search, page)

    def inbox_tasks(self, view: str, only: str, search: str, most: int) -> tuple[str, ...]:
        """The ids of what ``inbox`` lists, the first ``most``; ``view``: mine, role or substitute."""
        with reading(self._engine.database) as connection:
            return inbox.listed(connection, self.access, self.now, view, only, search, most)

    def chosen(self, tasks: Sequence[str]) -> tuple[InboxRow, ...]:
        """Of these tasks the open ones that the reader may see."""
        with reading(self._engine.database) as connection:
            return inbox.chosen(connection, self._engine.library, self.access, self.now, tasks)

    def task(self, task: str) -> TaskView:
        """An open or ended task of a case the reader may see. Raises NotFound."""
        instance = task.rpartition(".")[0]
        with reading(self._engine.database) as connection:
            row = connection.execute(sa.select(ru_instance).where(ru_instance.c.id == instance)).first()
            if row is None:
                raise NotFound(what=task)
            execution = None
            if row.state in ("active", "suspended"):
                execution = self._engine.bus.instances.load(connection, instance, row.seq)
            view = tasks.view(connection, self._engine.library, self.access, task, execution, self.now, self.language)
            return form_files.told(connection, self._engine.keys, self.access, view)

    # --- starting --------------------------------------------------------------------------------------------------

    def startable(self) -> tuple[StartView, ...]:
        """The processes this person may start by hand, per school; what bars a start now is said."""
        found: list[StartView] = []
        with reading(self._engine.database) as connection:
            d = re_definition.c
            keys = (
                connection.execute(sa.select(d.key).where(d.kind == "process").distinct().order_by(d.key))
                .scalars()
                .all()
            )
            for key in keys:
                id = resolve(connection, "process", key)
                assert id is not None
                process = self._engine.library.process(id).process
                if not process.startable:  # camunda:isStartableInTasklist: other things start it
                    continue
                for school in self._schools(connection, process):
                    if self.access.keys & set(permits.starters(process, school)):
                        found.append(self._start_view(connection, id, process, school))
        return tuple(found)

    def _schools(self, connection: sa.Connection, process: Process) -> tuple[str, ...]:
        if process.properties.get("scope") == "university":
            return tuple(unit.id for unit in reads.units_of_kind(connection, reads.ROOT))
        return reads.schools(connection)

    def _start_view(self, connection: sa.Connection, id: str, process: Process, school: str) -> StartView:
        start = next(iter(process.by_hand), None)
        form_id = task_forms.id_of(start) if start else ""
        form = task_forms.form_of(connection, self._engine.library, start, id) if start else None
        blocked: Mapping[str, Any] | None = None
        if start is None:
            blocked = {"code": "starts_by_itself", "params": {}}
        elif form_id and form is None:
            blocked = {"code": "form_unknown", "params": {"key": form_id}}
        else:
            blocked = starting.held(connection, process, school)
        known: Mapping[str, Any] = {"school": school, "initiator": self.access.person.id}
        note = starting.note(connection, process, known, self.now)
        if start is not None:
            known = task_forms.with_defaults(connection, start, known, self.now)
        return StartView(
            definition=id,
            key=process.id,
            names=process.names,
            label=tasks.worded(process.properties, "startLabel"),
            clause=process.properties.get("clause", ""),
            form=form,
            form_id=form_id,
            data=form_data(connection, form, known, school, self.now, self.language) if form else {},
            school=school,
            blocked=blocked,
            note=note,
        )

    # --- cases and registers ---------------------------------------------------------------------------------------

    def case_entries(self, instance: str) -> int:
        """How many entries the record of a case has, for whoever sees its contents. Raises NotFound."""
        with reading(self._engine.database) as connection:
            row, hidden = cases.visible(connection, self.access, instance)
            if hidden:
                raise NotFound(what=instance)
            return int(row.seq)

    def case(self, instance: str) -> CaseView:
        """A case by its id. Raises NotFound."""
        with reading(self._engine.database) as connection:
            return cases.view(connection, self._engine.library, self._engine.keys, self.access, instance, self.now)

    def related(self, instance: str) -> tuple[RelatedCase, ...]:
        """Cases that a case exchanged messages with or shares its key with. Raises NotFound."""
        with reading(self._engine.database) as connection:
            return related.related(connection, self._engine.library, self.access, instance)

    def called(self, instance: str) -> tuple[CalledProcess, ...]:
        """The processes that steps of a case called. Raises NotFound."""
        with reading(self._engine.database) as connection:
            return called(connection, self._engine.library, self.access, instance)

    def moves(self, instance: str) -> tuple[Mapping[str, str], ...]:
        """For each entry of a case, the elements it moved and their state afterwards. Raises NotFound."""
        with reading(self._engine.database) as connection:
            return replaying.moves(connection, self.access, instance)

    def proof(self, instance: str) -> tuple[Proof, ...]:
        """Each entry of a case done again, compared with the record. Raises NotFound."""
        with reading_one_moment(self._engine.database) as connection:
            library = self._engine.library
            return replaying.proof(connection, self._engine.keys, library, self.access, instance, self.language)

    @property
    def regulation(self) -> Regulated:
        """The regulation as it runs here: its parameters, and where its clauses are decided."""
        return Regulated(self._engine, self.access)

    def labels(self, definition: str, step: str = "") -> Mapping[str, FieldLabel]:
        """How the forms of a process call the values of its cases; ``step``: how the form of that step alone does."""
        with reading(self._engine.database) as connection:
            return labels.labels(connection, self._engine.library, definition, step)

    def cases(
        self, state: str = "", process: str = "", school: str = "", search: str = "", page: int = 1
    ) -> tuple[tuple[CaseRow, ...], bool]:
        with reading(self._engine.database) as connection:
            return cases.listing(connection, self._engine.library, self.access, state, process, school, search, page)

    def register(
        self, name: str, wish: registers.RegisterWish | None = None, page: int = 1, per_page: int = registers.PER_PAGE
    ) -> RegisterPage:
        with reading(self._engine.database) as connection:
            wish = wish or registers.RegisterWish()
            keys = self._engine.bus.keys
            return registers.page(connection, self.access, name, wish, page, keys, per_page, self.today)

    def registers(self) -> Mapping[str, int]:
        """The registers that have a row this reader may see, and how many."""
        with reading(self._engine.database) as connection:
            return registers.sizes(connection, self.access, self.today)

    # --- rooms -----------------------------------------------------------------------------------------------------

    def rooms(self) -> tuple[RoomView, ...]:
        """The running cases on which people work together, those the reader may see; the latest first."""
        with reading(self._engine.database) as connection:
            return rooms.listing(connection, self._engine.library, self._engine.bus.instances, self.access, self.now)

    def rooms_under_way(self) -> Mapping[str, bool]:
        """Those in which people are at work right now; true: where the reader is appointed."""
        with reading(self._engine.database) as connection:
            return rooms.under_way(connection, self._engine.library, self.access)

    def may_enter(self, instance: str) -> None:
        """Raises NotFound as ``room`` does, and reads nothing else."""
        with reading(self._engine.database) as connection:
            rooms.may_enter(connection, self._engine.library, self.access, instance)

    def room(self, instance: str) -> RoomView:
        """One of them, as it is now. Raises NotFound, also when the process has no room."""
        with reading(self._engine.database) as connection:
            return rooms.view(
                connection, self._engine.library, self._engine.bus.instances, self.access, instance, self.now
            )

    # --- models ----------------------------------------------------------------------------------------------------

    def models(self) -> tuple[ModelRow, ...]:
        """Everything deployed, for process owners and auditors. Raises NotFound for others."""
        with reading(self._engine.database) as connection:
            return modelling.listing(connection, self._engine.library, self.access)

    def model_versions(self, kind: str, key: str) -> tuple[ModelVersion, ...]:
        """The versions of one model, the newest first. Raises NotFound."""
        with reading(self._engine.database) as connection:
            return modelling.versions(connection, self._engine.library, self.access, kind, key)

    def model_file(self, kind: str, key: str, version: int) -> ModelFile:
        """The file of a version as it was deployed. Raises NotFound."""
        with reading(self._engine.database) as connection:
            return modelling.file_of(connection, self.access, kind, key, version)

    def model_text(self, kind: str, key: str, version: int) -> str:
        """The same file as text, whatever its encoding. Raises NotFound."""
        return readable(self.model_file(kind, key, version).content)

    def decision_table(self, key: str, version: int) -> ShownTable | None:
        """A decision as rows and columns; None for one that is an expression. Raises NotFound."""
        with reading(self._engine.database) as connection:
            return table(connection, self.access, key, version, self.language)

    def model_differences(self, kind: str, key: str, was: int, now: int) -> tuple[Difference, ...]:
        """What is different in version ``now`` of a model from version ``was``. Raises NotFound."""
        with reading(self._engine.database) as connection:
            return modelling.differences(connection, self.access, kind, key, was, now)

    def findings(self, files: Mapping[str, bytes]) -> list[dict[str, Any]]:
        """What is said of files if they were deployed now; nothing is deployed. Raises NotFound for others."""
        with reading(self._engine.database) as connection:
            return modelling.findings(connection, self.access, files, self.language)

    @property
    def proposals(self) -> Proposals:
        """Versions of models that wait for another person. Raises NotFound for others than owners and auditors."""
        return Proposals(self, self._engine.database)

    # --- what is watched, and the directory ------------------------------------------------------------------------

    @cached_property
    def watched(self) -> tuple[str, ...]:
        """The schools whose running work the reader watches."""
        with reading(self._engine.database) as connection:
            return monitoring.watched(connection, self.access)

    def _places(self, school: str) -> tuple[str, ...]:
        return tuple(place for place in self.watched if school in ("", place))

    def workload(self, school: str = "") -> tuple[Workload, ...]:
        """Running work by school and process, of one school or all that the reader watches."""
        places = self._places(school)
        with reading(self._engine.database) as connection:
            return monitoring.workload(connection, self._engine.library, self.access, self.now, places)

    def untold(self, school: str = "") -> tuple[Untold, ...]:
        """Starts that wait for a date of the academic calendar, in one school or all that the reader watches."""
        places = self._places(school)
        with reading(self._engine.database) as connection:
            return untold(connection, self._engine.library, self.now, places)

    def compliance(self, school: str = "", anew: bool = False) -> tuple[Compliance, ...]:
        """The rules of the regulation in one school or all that the reader watches; ``anew``: measured now."""
        with reading(self._engine.database) as connection:
            places = [
                one
                for one in measured_in(connection)
                if school in ("", one) and visibility.may(self.access.keys, "monitor", one)
            ]
            return compliance(
                connection, self._engine.library, self._engine.measured, self.access, self.now, places, anew
            )

    def process_load(self, process: str, school: str = "") -> ProcessLoad:
        """What waits at each step of a process. Raises NotFound."""
        places = self._places(school)
        with reading(self._engine.database) as connection:
            return monitoring.steps(connection, self._engine.library, self.access, self.now, places, process)

    def watch(self, name: str, school: str = "", **wish: Any) -> WatchPage:
        """A list of engine.queries.monitoring. Raises NotFound."""
        places = self._places(school)
        with reading(self._engine.database) as connection:
            return monitoring.listing(connection, self._engine.library, self.access, self.now, places, name, **wish)

    def units(self) -> dict[str, Unit]:
        with reading(self._engine.database) as connection:
            return reads.units(connection)

    @property
    def directory(self) -> People:
        """People, units and appointments as pages of their own."""
        return People(self._engine.database, self.access, self.today)

    def vacancies(self, days: int = 30) -> tuple[Vacancy, ...]:
        """Roles that models ask for and nobody holds, today or within so many days."""
        with reading(self._engine.database) as connection:
            return vacancies(connection, self._engine.library, self.access, self.today, max(0, min(days, 366)))

    def people(self, ids: Iterable[str]) -> dict[str, str]:
        """Names by id, for showing what a view mentions."""
        with reading(self._engine.database) as connection:
            return reads.names(connection, ids)

    def candidates(self, task: str) -> tuple[Person, ...]:
        """Who could be given this task, today: whoever holds it and is not away. Raises NotFound."""
        found = self.task(task)
        with reading(self._engine.database) as connection:
            return self._holders(connection, found.candidates)

    def receivers(self, tasks: Sequence[str]) -> tuple[Person, ...]:
        """Who could be given one of these tasks, today. Tasks that the reader may not see count for nothing."""
        with reading(self._engine.database) as connection:
            seen = [row.task for row in inbox.chosen(connection, self._engine.library, self.access, self.now, tasks)]
            keys = {key for offered in waiting.offered(connection, seen).values() for key in offered}
            return self._holders(connection, keys)

    def _holders(self, connection: sa.Connection, keys: Iterable[str]) -> tuple[Person, ...]:
        ids: set[str] = set()
        for key in keys:
            role, at, unit = key.partition("@")
            ids.update(reads.holders(connection, role, unit, self.today) if at else [key.removeprefix("person:")])
        here = [id for id in ids if not absences.is_away(connection, id, self.today)]
        return tuple(sorted(reads.persons(connection, here).values(), key=lambda p: alphabet_key(p.name)))

    def who_may(self, right: str, school: str) -> tuple[WhoMay, ...]:
        """Who could do in a school what a right opens, for telling whom to ask."""
        with reading(self._engine.database) as connection:
            return who_may(connection, right, school, self.today)
