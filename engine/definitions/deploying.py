"""Keeps the house from knowing what a deployment is: files checked whole, versions counted, starts armed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Connection

from engine import commands as c
from engine import facts as f
from engine.answers import Answers
from engine.database import re_definition, re_resource, ru_timer
from engine.definitions import checks, decisions, reader
from engine.definitions.checking import fields
from engine.definitions.checking.form_files import id_of, takes_files
from engine.definitions.checking.known import Known
from engine.definitions.library import DeployedLibrary, deployed_at, is_newest, newest, resolve
from engine.definitions.model import Finding, Node, Process
from engine.directory import reads
from engine.errors import Invalid, ModelRefused, StepFailed
from engine.runtime.operations import OPERATIONS
from engine.timers import yearly
from engine.timers.starts import Round, first_round, told_now
from engine.values import canonical, instant, moment
from engine.world import LiveWorld

log = structlog.get_logger("sapa")
_A_YEAR = 1000
"""A round from here on is a year's, a smaller one was counted by a schedule of another kind."""


class Deploying:
    """Decides a deployment and writes its definitions (they are content, not cache)."""

    def __init__(self, library: DeployedLibrary) -> None:
        self._library = library
        self._examined: dict[str, list[Finding]] = {}

    def examine(self, connection: Connection, files: Mapping[str, bytes]) -> None:
        """Check all files; what was accepted need not be checked again by accept(). Raises Invalid, ModelRefused."""
        self._examined = {_fingerprint(files): self._check(connection, files)}

    def accept(self, connection: Connection, files: Mapping[str, bytes]) -> list[Finding]:
        """What examine() found in these files; checks them when it has not seen them. Raises Invalid, ModelRefused."""
        findings = self._examined.pop(_fingerprint(files), None)
        return self._check(connection, files) if findings is None else findings

    def _check(self, connection: Connection, files: Mapping[str, bytes]) -> list[Finding]:
        if not files:
            raise Invalid(problems={"files": "required"})
        findings = checks.check(files, known(connection, files))
        if any(finding.severity == "error" for finding in findings):
            raise ModelRefused(findings)
        return findings

    def decide(self, connection: Connection, command: c.Deploy, now: datetime) -> tuple[list[f.Fact], dict[str, Any]]:
        """Version what is new of the files. Raises Invalid, ModelRefused."""
        findings = self.accept(connection, command.files)
        deployment = hashlib.sha256(f"{instant(now)}{command.name}".encode()).hexdigest()[:12]
        facts: list[f.Fact] = []
        deployed: dict[str, str] = {}
        for file, content in command.files.items():
            digest = hashlib.sha256(content).hexdigest()
            new = False
            for kind, key, names, tag, process in contents(file, content):
                last, last_digest = latest(connection, kind, key)
                if last_digest == digest:
                    continue
                new = True
                version = last + 1
                id = f"{key}:{version}"
                deployed[f"{kind}/{key}"] = id
                facts.append(
                    f.DefinitionDeployed(
                        id=id,
                        definition_kind=kind,
                        key=key,
                        version=version,
                        file=file,
                        sha256=digest,
                        names=names,
                        version_tag=tag,
                        deployment=deployment,
                    )
                )
                connection.execute(
                    sa.insert(re_definition),
                    {
                        "id": f"{kind}/{id}",
                        "kind": kind,
                        "key": key,
                        "version": version,
                        "file": file,
                        "sha256": digest,
                        "names": canonical(names),
                        "version_tag": tag,
                        "deployment": deployment,
                        "at": instant(now),
                        "by": command.actor,
                    },
                )
                if process is not None:
                    facts.extend(self._starts(connection, process, id, now))
            if new:
                facts.insert(0, f.FileStored(sha256=digest, file=file, size=len(content)))
                store(connection, digest, content)
        result = {"deployment": deployment, "definitions": deployed, "findings": findings}
        return facts, result

    # --- starts ----------------------------------------------------------------------------------------------------

    def _starts(self, connection: Connection, process: Process, id: str, now: datetime) -> list[f.Fact]:
        starts = [
            [node.event.kind, node.id, node.event.name]
            for node in map(process.nodes.__getitem__, process.children)
            if node.kind == "startEvent" and node.event.kind in ("message", "signal", "timer")
        ]
        facts: list[f.Fact] = [f.StartsReplaced(process=process.id, definition=id, starts=starts)]
        armed = [fact for unit in _places(connection, process) for fact in self._armed(connection, process, unit, now)]
        again = {(fact.element, fact.school) for fact in armed}
        c = ru_timer.c
        before = sa.select(c.element, c.school).where(c.process_key == process.id, c.instance == "")
        for element, school in connection.execute(before.order_by(c.id)).all():
            if (element, school) not in again:  # the version before waits for nothing any more
                facts.append(f.StartTimerDropped(process=process.id, element=element, school=school))
        return [*facts, *armed]

    def _armed(
        self, connection: Connection, process: Process, school: str, now: datetime, since: datetime | None = None
    ) -> list[f.StartTimerArmed]:
        """Raises Invalid when a schedule cannot be told: nothing would ever begin, and nobody would know."""
        world = LiveWorld(now, Answers(connection, now))
        facts: list[f.StartTimerArmed] = []
        for node in process.starts("timer"):
            try:
                round = _kept(connection, process.id, node, school, world) or first_round(
                    node, school, world, since or now
                )
            except StepFailed as failure:
                raise Invalid(problems={f"{process.id}/{node.id}": str(failure)}) from None
            if round is not None:
                facts.append(_arming(process.id, node.id, school, round))
        return facts

    def rearmed(self, connection: Connection, now: datetime) -> list[f.Fact]:
        """The starts of which the calendar and the parameters now tell another date than they wait for."""
        world = LiveWorld(now, Answers(connection, now))
        facts: list[f.Fact] = []
        t = ru_timer.c
        for row in connection.execute(sa.select(ru_timer).where(t.instance == "").order_by(t.id)).all():
            id = resolve(connection, "process", row.process_key)
            assert id is not None
            node, waits = self._library.node(id, row.element), Round(row.round, moment(row.due))
            since = deployed_at(connection, id)
            if waits.due <= now:  # due before the newest version came, and not begun yet
                since = min(since, waits.due - timedelta(seconds=1))
            try:
                round = told_now(node, row.school, world, waits, since)
            except StepFailed as failure:  # nobody can be told here: it is shown as what the calendar does not tell
                log.error("start timer stopped", process=row.process_key, element=row.element, problem=str(failure))
                round = Round(row.round, yearly.UNTOLD)
            if round is not None and round != waits:
                facts.append(_arming(row.process_key, row.element, row.school, round))
        return facts

    def without_school(self, connection: Connection, school: str) -> list[f.Fact]:
        """A school that is closed: nothing begins in it by the calendar any more."""
        c = ru_timer.c
        rows = connection.execute(sa.select(c.process_key, c.element).where(c.school == school, c.instance == ""))
        return [
            f.StartTimerDropped(process=process, element=element, school=school) for process, element in sorted(rows)
        ]

    def timers_for_school(self, connection: Connection, school: str, now: datetime) -> list[f.Fact]:
        """The start timers of every latest process, for one school; they count from the deployment like all others."""
        d = re_definition.c
        keys = connection.execute(sa.select(d.key).where(d.kind == "process").distinct().order_by(d.key)).scalars()
        facts: list[f.Fact] = []
        for key in list(keys):
            id = resolve(connection, "process", key)
            if id is not None:
                process = self._library.process(id).process
                if process.properties.get("scope") != "university":
                    facts.extend(self._armed(connection, process, school, now, deployed_at(connection, id)))
        return facts


def _fingerprint(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, content in files.items():
        digest.update(name.encode() + b"\0" + hashlib.sha256(content).digest())
    return digest.hexdigest()


def _kept(connection: Connection, process: str, node: Node, school: str, world: LiveWorld) -> Round | None:
    """What a start that is told by the calendar already waits for: a new version does not begin a year twice."""
    if not yearly.counts(node):
        return None
    t = ru_timer.c
    here = (t.instance == "", t.process_key == process, t.element == node.id, t.school == school)
    row = connection.execute(sa.select(t.round, t.due).where(*here)).first()
    if row is None or row.round < _A_YEAR:
        return None
    if moment(row.due) <= world.now:
        return Round(row.round, moment(row.due))
    return Round(row.round, yearly.armed(node, school, world, row.round, world.now))


def _arming(process: str, element: str, school: str, round: Round) -> f.StartTimerArmed:
    return f.StartTimerArmed(
        process=process, element=element, school=school, due=instant(round.due), round=round.number
    )


def _places(connection: Connection, process: Process) -> tuple[str, ...]:
    """Where a process runs: each school, or once at the university."""
    if process.properties.get("scope") == "university":
        return tuple(unit.id for unit in reads.units_of_kind(connection, reads.ROOT))
    return reads.schools(connection)


def latest(connection: Connection, kind: str, key: str) -> tuple[int, str]:
    """(version in force, SHA-256 of its file); (0, "") when there is none."""
    d = re_definition.c
    row = connection.execute(
        sa.select(d.version, d.sha256).where(d.kind == kind, d.key == key).order_by(d.version.desc()).limit(1)
    ).first()
    return (row.version, row.sha256) if row else (0, "")


def store(connection: Connection, digest: str, content: bytes) -> None:
    if connection.execute(sa.select(re_resource.c.sha256).where(re_resource.c.sha256 == digest)).first() is None:
        connection.execute(sa.insert(re_resource), {"sha256": digest, "content": content})


def contents(file: str, content: bytes) -> list[tuple[str, str, Mapping[str, str], str, Process | None]]:
    """(kind, key, names, version tag, process) of each definition in a file, by the file's extension."""
    kind = checks.kind_of(file)
    if kind == "bpmn":
        return [
            ("process", p.id, dict(p.names), p.version_tag, p)
            for p in reader.read(content, file).processes
            if p.executable
        ]
    if kind == "dmn":
        found = decisions.read(content, file).decisions
        return [("decision", d.id, d.names, d.version_tag, None) for d in found]
    schema = json.loads(content)
    return [("form", schema["id"], {}, str(schema.get("versionTag", "")), None)]


def known(connection: Connection, files: Mapping[str, bytes]) -> Known:
    """What new files may refer to, and what refers to them."""
    d = re_definition.c
    keys: dict[str, set[str]] = {"process": set(), "decision": set(), "form": set()}
    versions: set[str] = set()
    for row in connection.execute(sa.select(d.id, d.kind, d.key, d.version_tag)):
        keys[row.kind].add(row.key)
        versions |= {row.id, f"{row.kind}/{row.key}@{row.version_tag}"}
    return Known.of_house(
        processes=frozenset(keys["process"]),
        decisions=frozenset(keys["decision"]),
        forms=frozenset(keys["form"]),
        operations=frozenset(OPERATIONS),
        versions=frozenset(versions),
        filing=frozenset(row.key for row in _newest(connection, "form") if takes_files(row.content)),
        beginning=_beginning(connection, files),
    )


def _beginning(connection: Connection, files: Mapping[str, bytes]) -> Mapping[str, frozenset[str]]:
    """Which deployed processes begin with one of the forms at hand that take files."""
    forms = [id_of(data) for file, data in files.items() if checks.kind_of(file) == "form" and takes_files(data)]
    rows = _newest(connection, "process") if forms else ()
    naming = [row for row in rows if any(form.encode() in row.content for form in forms)]  # few models do
    read = ((row.key, one) for row in naming for one in reader.read(row.content, row.file).processes)
    return fields.beginning(process for key, process in read if process.id == key)


def _newest(connection: Connection, kind: str) -> Sequence[Any]:
    """Key, file and content of everything of a kind in its newest version."""
    d, r, last = re_definition.c, re_resource.c, newest()
    query = (
        sa.select(d.key, d.file, r.content)
        .select_from(re_definition.join(re_resource, r.sha256 == d.sha256).join(last, is_newest(last)))
        .where(d.kind == kind)
    )
    return connection.execute(query).all()
