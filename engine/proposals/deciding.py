"""Keeps the house from knowing how models change hands: who proposed, who makes it effective, when it is too late."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine import commands as c
from engine import facts as f
from engine.database import re_resource
from engine.definitions.deploying import Deploying, contents, latest, store
from engine.directory import reads
from engine.directory.permissions import permissions
from engine.directory.sorting import alphabet_key
from engine.errors import (
    Invalid,
    NotFound,
    NothingNew,
    NotPermitted,
    OneAlone,
    OwnProposal,
    ProposalClosed,
    ProposalStale,
)
from engine.proposals.tables import vw_proposal
from engine.values import canonical, day_in_almaty

RIGHT = "models"
LONGEST = 2_000
MOST = 2**31 - 1
"""No proposal has a higher number; what is beyond it databases cannot even be asked for."""
"""Characters of a reason, and of why."""
Outcome = tuple[list[f.Fact], Any]


class Proposals:
    """Decides the four acts on a proposal; what is made effective is an ordinary deployment of its files."""

    def __init__(self, deploying: Deploying) -> None:
        self._deploying = deploying

    def examine(self, connection: Connection, command: c.Command) -> None:
        """The slow part, before the transaction. Raises Invalid, ModelRefused with every finding."""
        if isinstance(command, c.Deploy) and command.actor != c.SYSTEM:
            raise OneAlone()
        if isinstance(command, c.MakeEffective):
            row = find(connection, command.proposal)
            if row.state == "waiting" and row.by != command.actor and not stale(connection, json.loads(row.files)):
                self._deploying.examine(connection, files_of(connection, row))
        elif isinstance(command, c.ProposeModels | c.Deploy):
            self._deploying.examine(connection, command.files)

    def deploy(self, connection: Connection, command: c.Deploy, now: datetime) -> Outcome:
        """Without a second pair of eyes, which only the set-up of an installation may (see examine)."""
        return self._deploying.decide(connection, command, now)

    def propose(self, connection: Connection, command: c.ProposeModels, now: datetime) -> Outcome:
        """Store the files and what they would change. The same files proposed again are the proposal that waits."""
        findings = self._deploying.accept(connection, command.files)
        told = described(connection, command.files)
        whole = [one for file in told for one in file["definitions"]]
        if all(one["same"] for one in whole):
            raise NothingNew([(one["kind"], one["key"]) for one in whole])
        p = vw_proposal.c
        mine = sa.select(p.number, p.files).where(p.state == "waiting", p.by == command.actor)
        for row in connection.execute(mine):
            if _same_files(json.loads(row.files), told):
                return [], {"proposal": row.number, "findings": findings}
        number = (connection.execute(sa.select(sa.func.max(p.number))).scalar() or 0) + 1
        facts: list[f.Fact] = []
        for name, content in command.files.items():
            digest = hashlib.sha256(content).hexdigest()
            facts.append(f.FileStored(sha256=digest, file=name, size=len(content)))
            store(connection, digest, content)
        proposed = f.ModelsProposed(
            proposal=number,
            name=command.name.strip()[:200],
            source=command.source.strip()[:200],
            why=command.why.strip()[:LONGEST],
            files=told,
            by=command.actor,
        )
        return [*facts, proposed], {"proposal": number, "findings": findings}

    def explain(self, connection: Connection, command: c.ExplainProposal, now: datetime) -> Outcome:
        row = _waiting(connection, command.proposal)
        if row.by != command.actor:
            raise NotPermitted(who=reads.names(connection, [row.by]).get(row.by, "—"))
        why = _said(command.why, "why", "proposal_why_missing")
        return [f.ProposalExplained(proposal=row.number, why=why)], row.number

    def make_effective(self, connection: Connection, command: c.MakeEffective, now: datetime) -> Outcome:
        """Deploy the files. Raises OwnProposal, ProposalClosed, ProposalStale, Invalid, ModelRefused."""
        row = _waiting(connection, command.proposal)
        if row.by == command.actor:
            others = confirmers(connection, row.by, day_in_almaty(now))
            raise OwnProposal(who=", ".join(others) or "—")
        overtaken = stale(connection, json.loads(row.files))
        if overtaken:
            raise ProposalStale(models=", ".join(overtaken))
        if not row.why:
            raise Invalid(problems={"why": "proposal_why_missing"})
        deploy = c.Deploy(actor=command.actor, name=row.name, files=files_of(connection, row), source=row.source)
        facts, result = self._deploying.decide(connection, deploy, now)
        deployment = result["deployment"]
        effective = f.ProposalMadeEffective(proposal=row.number, deployment=deployment, by=command.actor)
        return [effective, *facts], {"proposal": row.number, **result}

    def send_back(self, connection: Connection, command: c.ReturnProposal, now: datetime) -> Outcome:
        row = _waiting(connection, command.proposal)
        reason = _said(command.reason, "reason", "reason_missing")
        return [f.ProposalReturned(proposal=row.number, reason=reason, by=command.actor)], row.number


def described(connection: Connection, files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """Each file with the definitions in it, and how they stand to what is in force."""
    told = []
    for name, content in files.items():
        digest = hashlib.sha256(content).hexdigest()
        definitions = []
        for kind, key, names, tag, _ in contents(name, content):
            was, last = latest(connection, kind, key)
            definitions.append(
                {"kind": kind, "key": key, "names": dict(names), "tag": tag, "was": was, "same": last == digest}
            )
        told.append({"file": name, "sha256": digest, "size": len(content), "definitions": definitions})
    return told


def stale(connection: Connection, files: Sequence[Mapping[str, Any]]) -> list[str]:
    """Keys of which another version went into force since the files were described."""
    definitions = [one for file in files for one in file["definitions"]]
    return [one["key"] for one in definitions if latest(connection, one["kind"], one["key"])[0] != one["was"]]


def files_of(connection: Connection, row: Any) -> dict[str, bytes]:
    """The contents of a proposal's files, in their order."""
    told = json.loads(row.files)
    r = re_resource.c
    held = {
        found.sha256: bytes(found.content)
        for found in connection.execute(sa.select(re_resource).where(r.sha256.in_([file["sha256"] for file in told])))
    }
    try:
        return {file["file"]: held[file["sha256"]] for file in told}
    except KeyError as missing:
        raise NotFound(what=str(missing)) from None


def find(connection: Connection, number: int) -> Any:
    """The proposal's row. Raises NotFound."""
    query = sa.select(vw_proposal).where(vw_proposal.c.number == number)
    row = connection.execute(query).first() if 0 < number <= MOST else None
    if row is None:
        raise NotFound(what=f"№ {number}")
    return row


def confirmers(connection: Connection, proposer: str, today: date) -> list[str]:
    """Names of the people who can make a proposal of this person effective today."""
    roles = set(permissions().roles_with(RIGHT))
    held = {one.person for one in reads.in_force(connection, today) if one.role in roles} - {proposer}
    return sorted((one.name for one in reads.persons(connection, held).values() if one.active), key=alphabet_key)


def _waiting(connection: Connection, number: int) -> Any:
    row = find(connection, number)
    if row.state != "waiting":
        who = reads.names(connection, [row.closed_by]).get(row.closed_by, row.closed_by)
        raise ProposalClosed(who=who)
    return row


def _same_files(one: Sequence[Mapping[str, Any]], other: Sequence[Mapping[str, Any]]) -> bool:
    """The same contents against the same versions in force."""
    return canonical(list(one)) == canonical(list(other))


def _said(text: str, field: str, otherwise: str) -> str:
    said = text.strip()[:LONGEST]
    if not said:
        raise Invalid(problems={field: otherwise})
    return said
