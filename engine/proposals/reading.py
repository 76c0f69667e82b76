"""Keeps pages from knowing how proposals lie in the database, and who may read them."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.database import re_definition, reading
from engine.definitions import checks
from engine.definitions.deploying import known, latest
from engine.definitions.differences import Difference, between
from engine.definitions.findings import describe
from engine.definitions.hardening import readable
from engine.directory import reads
from engine.proposals.deciding import confirmers, files_of, find
from engine.proposals.tables import vw_proposal
from engine.proposals.views import Definition, Proposal, ProposedFile
from engine.queries import modelling
from engine.values import moment

if TYPE_CHECKING:
    from engine.queries.reader import Reader

_p = vw_proposal.c
CLOSED_SHOWN = 50
_DAY_ONE = (1980, 1, 1, 0, 0, 0)


class Proposals:
    """What one reader may see of proposals: process owners and auditors everything, others nothing (NotFound)."""

    def __init__(self, reader: Reader, database: sa.Engine) -> None:
        modelling.only_for_owners(reader.access)
        self._reader = reader
        self._database = database

    def waiting(self) -> tuple[Proposal, ...]:
        """Those that wait for another person, the oldest first."""
        return self._listed(sa.select(vw_proposal).where(_p.state == "waiting").order_by(_p.number))

    def closed(self) -> tuple[Proposal, ...]:
        """The latest that were made effective or returned."""
        query = sa.select(vw_proposal).where(_p.state != "waiting").order_by(_p.number.desc()).limit(CLOSED_SHOWN)
        return self._listed(query)

    def get(self, number: int) -> Proposal:
        """One, with what is said of its files while it waits and who can make it effective. Raises NotFound."""
        with reading(self._database) as connection:
            row = find(connection, number)
            names = reads.names(connection, {row.by, row.closed_by})
            findings: list[dict[str, Any]] = []
            others: list[str] = []
            if row.state == "waiting":
                files = files_of(connection, row)
                found = checks.check(files, known(connection, files))
                findings = [describe(finding, self._reader.language) for finding in found]
                others = confirmers(connection, row.by, self._reader.today)
            return _proposal(connection, row, names, _running_now(connection, [row]), others, findings)

    def file(self, number: int, name: str) -> bytes | None:
        """A proposed file, byte for byte; None when there is none of this name. Raises NotFound."""
        with reading(self._database) as connection:
            return files_of(connection, find(connection, number)).get(name)

    def text(self, number: int, name: str) -> str | None:
        """The same file as text, whatever its encoding. Raises NotFound."""
        content = self.file(number, name)
        return None if content is None else readable(content)

    def differences(self, number: int) -> Mapping[str, tuple[Difference, ...]]:
        """File -> what is different in it from the version in force when it was proposed; files that are new are left
        out. Raises NotFound."""
        with reading(self._database) as connection:
            row = find(connection, number)
            files = files_of(connection, row)
            found = {}
            for file in json.loads(row.files):
                name, known_before = file["file"], next((one for one in file["definitions"] if one["was"]), None)
                if known_before is not None and not all(one["same"] for one in file["definitions"]):
                    held = (known_before[what] for what in ("kind", "key", "was"))
                    was = modelling.file_of(connection, self._reader.access, *held)
                    found[name] = between(was.content, files[name], name)
            return found

    def archive(self, number: int) -> bytes:
        """All files of a proposal as ZIP. Raises NotFound."""
        with reading(self._database) as connection:
            files = files_of(connection, find(connection, number))
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():  # a fixed date: the same files make the same archive
                archive.writestr(zipfile.ZipInfo(name, _DAY_ONE), content, zipfile.ZIP_DEFLATED)
        return target.getvalue()

    def behind(self, deployments: Iterable[str]) -> Mapping[str, Proposal]:
        """Deployment -> the proposal that it came from, where it came from one."""
        found = self._listed(sa.select(vw_proposal).where(_p.deployment.in_(set(deployments) - {""})))
        return {one.deployment: one for one in found}

    def deployments(self, first: int, most: int) -> tuple[tuple[str, str, str, datetime], ...]:
        """(id, name, source, moment) of what went into force, the latest first."""
        d = re_definition.c
        query = (
            sa.select(d.deployment, sa.func.min(d.at).label("at"), sa.func.min(d.file).label("file"))
            .group_by(d.deployment)
            .order_by(sa.desc("at"), d.deployment)
            .offset(first)
            .limit(most)
        )
        with reading(self._database) as connection:
            rows = connection.execute(query).all()
        behind = self.behind(row.deployment for row in rows)
        return tuple(
            (row.deployment, behind[row.deployment].name, behind[row.deployment].source, moment(row.at))
            if row.deployment in behind
            else (row.deployment, row.file, "sapa", moment(row.at))
            for row in rows
        )

    def _listed(self, query: sa.Select[Any]) -> tuple[Proposal, ...]:
        with reading(self._database) as connection:
            rows = connection.execute(query).all()
            names = reads.names(connection, {id for row in rows for id in (row.by, row.closed_by)})
            running = _running_now(connection, rows)
            return tuple(_proposal(connection, row, names, running, [], []) for row in rows)


def _running_now(connection: Connection, rows: Sequence[Any]) -> Mapping[str, tuple[int, int]]:
    """Definition -> (cases that run, that ended), where a proposal still waits: counted once for all of them."""
    return modelling.counts(connection) if any(row.state == "waiting" for row in rows) else {}


def _proposal(
    connection: Connection,
    row: Any,
    names: Mapping[str, str],
    running: Mapping[str, tuple[int, int]],
    others: list[str],
    findings: list[dict[str, Any]],
) -> Proposal:
    files = tuple(_file(connection, file, running, row.state) for file in json.loads(row.files))
    waits = row.state == "waiting"
    return Proposal(
        number=row.number,
        name=row.name,
        source=row.source,
        why=row.why,
        by=row.by,
        by_name=names.get(row.by, row.by),
        at=moment(row.at),
        state=row.state,
        files=files,
        stale=tuple(one.key for file in files for one in file.definitions if waits and one.now != one.was),
        closed_by=row.closed_by,
        closed_by_name=names.get(row.closed_by, row.closed_by),
        closed_at=moment(row.closed_at) if row.closed_at else None,
        reason=row.reason,
        deployment=row.deployment,
        confirmers=tuple(others),
        findings=tuple(findings),
    )


def _file(
    connection: Connection, file: Mapping[str, Any], running: Mapping[str, tuple[int, int]], state: str
) -> ProposedFile:
    definitions = tuple(
        Definition(
            kind=one["kind"],
            key=one["key"],
            names=one["names"],
            was=one["was"],
            now=latest(connection, one["kind"], one["key"])[0] if state == "waiting" else one["was"],
            same=one["same"],
            running=_running(one["key"], running) if one["kind"] == "process" else (),
        )
        for one in file["definitions"]
    )
    if all(one.same for one in definitions):
        what = "unchanged"
    else:
        what = "changed" if any(one.was for one in definitions) else "new"
    return ProposedFile(file["file"], file["sha256"], file["size"], what, definitions)


def _running(key: str, counts: Mapping[str, tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    found = []
    for definition, (active, _ended) in counts.items():
        process, _, version = definition.rpartition(":")
        if process == key and active:
            found.append((int(version), active))
    return tuple(sorted(found, reverse=True))
