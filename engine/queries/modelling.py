"""Keeps pages from knowing how models lie in the database: what is deployed, its versions, the cases on each."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.database import re_definition, re_resource, ru_instance
from engine.definitions import checks
from engine.definitions.deploying import known
from engine.definitions.differences import Difference, between
from engine.definitions.findings import describe
from engine.definitions.library import DeployedLibrary, is_newest, newest
from engine.definitions.model import LANGUAGES
from engine.directory import reads
from engine.errors import NotFound
from engine.queries.task_forms import id_of
from engine.values import moment
from engine.views import Access, ModelFile, ModelRow, ModelVersion, Names

KINDS = ("process", "decision", "form")
_RIGHTS = frozenset({"models", "audit"})
_d = re_definition.c


def only_for_owners(access: Access) -> None:
    """Raises NotFound for everybody else."""
    if not access.rights & _RIGHTS:
        raise NotFound(what="models")


def listing(connection: Connection, library: DeployedLibrary, access: Access) -> tuple[ModelRow, ...]:
    """The latest version of everything deployed, processes first; with how many cases run on all versions."""
    only_for_owners(access)
    running = counts(connection)
    totals: dict[str, int] = defaultdict(int)
    for definition, (active, _ended) in running.items():
        totals[definition.rpartition(":")[0]] += active
    last = newest()
    query = sa.select(re_definition, last.c.versions).join(last, is_newest(last))
    rows = connection.execute(query).all()
    people = reads.names(connection, {row.by for row in rows})
    steps = _form_names(library, [f"{row.key}:{row.version}" for row in rows if row.kind == "process"])
    found = [
        ModelRow(
            kind=row.kind,
            key=row.key,
            names=_names(library, row) or (steps.get(row.key, {}) if row.kind == "form" else {}),
            version=row.version,
            versions=row.versions,
            at=moment(row.at),
            by=people.get(row.by, row.by),
            running=totals[row.key] if row.kind == "process" else 0,
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda row: (KINDS.index(row.kind), row.key)))


def _names(library: DeployedLibrary, row: Any) -> Names:
    """Tables were once deployed with their Kazakh name alone: their own file has them all."""
    told: Names = json.loads(row.names)
    whole = row.kind != "decision" or set(LANGUAGES) <= set(told)
    return told if whole else library.decision(f"{row.key}:{row.version}").names


def _form_names(library: DeployedLibrary, processes: Iterable[str]) -> dict[str, Names]:
    """A form has no name of its own: it is called by the step it belongs to, in its process."""
    found: dict[str, Names] = {}
    for id in processes:
        process = library.process(id).process
        for node in process.nodes.values():
            if form := id_of(node):
                whole = process.names
                found.setdefault(form, {lang: f"{name} · {whole.get(lang, '')}" for lang, name in node.names.items()})
    return found


def counts(connection: Connection) -> dict[str, tuple[int, int]]:
    """definition id -> (cases that run, cases that ended)."""
    i = ru_instance.c
    counted: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for definition, state, n in connection.execute(
        sa.select(i.definition, i.state, sa.func.count()).group_by(i.definition, i.state)
    ):
        counted[definition][state in ("completed", "cancelled")] += n
    return {definition: (running, ended) for definition, (running, ended) in counted.items()}


def versions(
    connection: Connection, library: DeployedLibrary, access: Access, kind: str, key: str
) -> tuple[ModelVersion, ...]:
    """Every version of one model, the newest first. Raises NotFound."""
    only_for_owners(access)
    query = sa.select(re_definition).where(_d.kind == kind, _d.key == key).order_by(_d.version.desc())
    rows = connection.execute(query).all()
    if not rows:
        raise NotFound(what=key)
    people = reads.names(connection, {row.by for row in rows})
    counted = counts(connection)
    return tuple(
        ModelVersion(
            kind=row.kind,
            key=row.key,
            names=_names(library, row),
            version=row.version,
            tag=row.version_tag,
            file=row.file,
            sha256=row.sha256,
            deployment=row.deployment,
            at=moment(row.at),
            by=people.get(row.by, row.by),
            running=counted.get(f"{key}:{row.version}", (0, 0))[0] if kind == "process" else 0,
            ended=counted.get(f"{key}:{row.version}", (0, 0))[1] if kind == "process" else 0,
        )
        for row in rows
    )


def file_of(connection: Connection, access: Access, kind: str, key: str, version: int) -> ModelFile:
    """The file of one version, byte for byte as it was deployed. Raises NotFound."""
    only_for_owners(access)
    query = (
        sa.select(_d.file, re_resource.c.content)
        .join(re_resource, re_resource.c.sha256 == _d.sha256)
        .where(_d.kind == kind, _d.key == key, _d.version == version)
    )
    row = connection.execute(query).first()
    if row is None:
        raise NotFound(what=f"{key}:{version}")
    return ModelFile(name=row.file.rpartition("/")[2], content=bytes(row.content))


def differences(
    connection: Connection, access: Access, kind: str, key: str, was: int, now: int
) -> tuple[Difference, ...]:
    """What is different in version ``now`` from version ``was``, element by element. Raises NotFound."""
    one, other = (file_of(connection, access, kind, key, version) for version in (was, now))
    return between(one.content, other.content, other.name)


def findings(connection: Connection, access: Access, files: Mapping[str, bytes], lang: str) -> list[dict[str, Any]]:
    """What would be said of these files if they were deployed now, in words; nothing is deployed."""
    only_for_owners(access)
    return [describe(finding, lang) for finding in checks.check(files, known(connection, files))]
