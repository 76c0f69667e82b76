"""Keeps the runtime from knowing where deployed models lie: by definition id, parsed once per process."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from threading import RLock
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.engine import Engine as Database

from engine.database import re_definition, re_resource, reading
from engine.definitions import decisions, forms, reader
from engine.definitions.decisions import Decision
from engine.definitions.hardening import readable
from engine.definitions.model import Node, Process
from engine.errors import NotFound
from engine.runtime.definition import Definition
from engine.values import moment

Made = TypeVar("Made")


_d = re_definition.c
_FILE = (
    sa.select(_d.key, re_resource.c.content, _d.file)
    .select_from(re_definition.join(re_resource, re_resource.c.sha256 == _d.sha256))
    .where(_d.id == sa.bindparam("id"))
)
_PROCESSES = sa.select(_d.id).where(_d.kind == "process").order_by(_d.id)
_DEPLOYED_AT = sa.select(_d.at).where(_d.id == sa.bindparam("id"))
_ANY = sa.select(_d.key, _d.version).where(_d.kind == sa.bindparam("kind"), _d.key == sa.bindparam("key")).limit(1)
_LATEST = _ANY.order_by(_d.version.desc())
_NUMBERED = _LATEST.where(_d.version == sa.bindparam("version"))
_TAGGED = _LATEST.where(_d.version_tag == sa.bindparam("version"))
_mine, _at = (
    sa.select(column).where(_d.id == sa.bindparam("own")).scalar_subquery() for column in (_d.deployment, _d.at)
)
_TOGETHER = _ANY.where(sa.or_(_d.deployment == _mine, _d.at <= _at)).order_by(
    (_d.deployment == _mine).desc(), _d.version.desc()
)
_STOOD = _ANY.order_by((_d.at <= sa.bindparam("began")).desc(), _d.version.desc())


class DeployedLibrary:
    """Definitions never change once deployed, so what was parsed is kept. Safe for several threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = RLock()
        self._processes: dict[str, Definition] = {}
        self._decisions: dict[str, Decision] = {}
        self._forms: dict[str, dict[str, Any]] = {}
        self._catches: dict[str, frozenset[str]] = {}
        self._carries: dict[tuple[str, str], bool] = {}
        self._sends: dict[tuple[str, str], bool] = {}
        self._worked_out: dict[tuple[str, str], tuple[int, Any]] = {}

    def process(self, id: str) -> Definition:
        """A process ready to run. Raises NotFound."""
        with self._lock:
            found = self._processes.get(id)
            if found is None:
                key, content, file = self._load("process", id)
                found = self._processes[id] = _definition(id, content, file, key)
            return found

    def decision(self, id: str) -> Decision:
        with self._lock:
            found = self._decisions.get(id)
            if found is None:
                key, content, file = self._load("decision", id)
                found = self._decisions[id] = decision_of(content, file, key)
            return found

    def form(self, id: str) -> dict[str, Any]:
        """A form's schema as deployed."""
        with self._lock:
            found = self._forms.get(id)
            if found is None:
                _, content, _ = self._load("form", id)
                found = self._forms[id] = json.loads(content)
            return found

    def form_in_model(self, definition: str, element: str) -> dict[str, Any]:
        """The form that stands in a process as camunda:formData, made once per version."""
        id = f"{definition}/{element}"
        with self._lock:
            found = self._forms.get(id)
            if found is None:
                fields = self.process(definition).node(element).fields
                found = self._forms[id] = forms.schema_of(element, fields)
            return found

    def node(self, definition: str, element: str) -> Node:
        return self.process(definition).node(element)

    def carrying(self, name: str) -> tuple[str, ...]:
        """The process definitions ("key:version") whose process has the property: read once each."""
        ids = self._process_ids()
        for id in ids:
            if (id, name) not in self._carries:
                said = name.encode() in self._load("process", id)[1]  # only then is it worth taking the model apart
                self._carries[id, name] = said and name in self.process(id).process.properties
        return tuple(id for id in ids if self._carries[id, name])

    def catches(self, message: str) -> bool:
        """Whether a deployed process waits for, or begins with, a message of this name."""
        ids = self._process_ids()
        for id in ids:
            if id not in self._catches:
                nodes = self.process(id).process.nodes.values()
                self._catches[id] = frozenset(node.event.name for node in nodes if node.receives_message)
        return any(message in self._catches[id] for id in ids)

    def sending(self, message: str) -> tuple[str, ...]:
        """The newest process definitions that send a message of this name."""
        ids = self._process_ids(newest_only=True)
        for id in ids:
            if (id, message) not in self._sends:
                said = message.encode() in self._load("process", id)[1]  # only then is it worth taking the model apart
                nodes = self.process(id).process.nodes.values() if said else ()
                self._sends[id, message] = any(node.sends_message and node.event.name == message for node in nodes)
        return tuple(id for id in ids if self._sends[id, message])

    def until_deployment(self, connection: Connection, about: str, id: str, make: Callable[[], Made]) -> Made:
        """What was worked out of everything that is deployed: once, and again when something else is deployed."""
        deployed = connection.execute(sa.select(sa.func.count()).select_from(re_definition)).scalar_one()
        kept, found = self._worked_out.get((about, id), (-1, None))
        if kept != deployed:
            found = make()
            self._worked_out[about, id] = (deployed, found)
        made: Made = found
        return made

    def _process_ids(self, newest_only: bool = False) -> list[str]:
        query = _newest_processes() if newest_only else _PROCESSES
        with reading(self._database) as connection:
            return [id.removeprefix("process/") for id in connection.execute(query).scalars()]

    def xml(self, id: str) -> bytes:
        return self._load("process", id)[1]

    def text(self, id: str) -> str:
        """The model's XML for whoever draws it, whatever its encoding."""
        return readable(self.xml(id))

    def _load(self, kind: str, id: str) -> tuple[str, bytes, str]:
        with reading(self._database) as connection:
            row = connection.execute(_FILE, {"id": f"{kind}/{id}"}).first()
        if row is None:
            raise NotFound(what=id)
        return row.key, bytes(row.content), row.file


@lru_cache(maxsize=1)
def _newest_processes() -> sa.Select[tuple[str]]:
    last = newest()
    return _PROCESSES.join(last, is_newest(last))


@lru_cache(maxsize=256)
def _definition(id: str, content: bytes, file: str, key: str) -> Definition:
    """The same bytes are made ready once per process, whoever reads them."""
    return Definition(id, process_of(content, file, key))


def process_of(content: bytes, file: str, key: str) -> Process:
    return next(p for p in reader.read(content, file).processes if p.id == key)


def decision_of(content: bytes, file: str, key: str) -> Decision:
    return next(d for d in decisions.read(content, file).decisions if d.id == key)


def deployed_at(connection: Connection, process: str) -> datetime:
    """When a version ("key:version") was deployed: what its schedules without a beginning count from."""
    return moment(connection.execute(_DEPLOYED_AT, {"id": f"process/{process}"}).scalar_one())


def newest() -> sa.Subquery:
    """Kind and key of everything deployed, its latest ``version`` and how many ``versions`` there are."""
    d = re_definition.c
    counted = sa.select(d.kind, d.key, sa.func.max(d.version).label("version"), sa.func.count().label("versions"))
    return counted.group_by(d.kind, d.key).subquery()


def is_newest(last: sa.Subquery) -> sa.ColumnElement[bool]:
    """Rows of re_definition that stand in ``newest()``."""
    d = re_definition.c
    return sa.and_(d.kind == last.c.kind, d.key == last.c.key, d.version == last.c.version)


def resolve(
    connection: Connection, kind: str, key: str, binding: str = "latest", version: str = "", of: str = "",
    began: str = "",
) -> str | None:  # fmt: skip
    """The id ("key:version") a reference means: the latest, the one deployed together with ``of``, or a version.

    What did not change is not deployed again: then it is the one that stood when ``of`` was deployed.
    ``began``: the latest is the one that stood at this instant, if there was one.
    """
    query, asked = _LATEST, dict[str, Any](kind=kind, key=key)
    if binding == "version" and version.isdigit():
        query, asked = _NUMBERED, asked | {"version": int(version)}
    elif binding in ("version", "versionTag") and version:
        query, asked = _TAGGED, asked | {"version": version}
    elif binding == "deployment" and of:
        query, asked = _TOGETHER, asked | {"own": f"process/{of}"}
    elif began:
        query, asked = _STOOD, asked | {"began": began}
    row = connection.execute(query, asked).first()
    return f"{row.key}:{row.version}" if row else None
