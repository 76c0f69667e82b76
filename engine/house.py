"""Keeps the bus from knowing how the house's own streams are written: directory, calendar, parameters, models."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine import access
from engine import commands as c
from engine import facts as f
from engine.answers import parameter
from engine.database import ru_instance
from engine.definitions import editions, regulation
from engine.definitions.deploying import Deploying
from engine.definitions.library import DeployedLibrary
from engine.directory import absence_rules, importing, reads
from engine.directory import decide as directory
from engine.directory.projection import write_login
from engine.documents import recording
from engine.errors import Invalid, NotFound
from engine.history import ledger, sealing
from engine.projections.batch import Batch
from engine.projections.house import project
from engine.proposals.deciding import Proposals
from engine.runtime import permits
from engine.values import day_in_almaty, instant, plain

_PRIVATE_ARGUMENTS = frozenset(
    {
        "actor",
        "key",
        "digest",
        "link",
        "keep",
        "files",
        "name",
        "position",
        "email",
        "value",
        "rows",
        "expected",
        "documents",
        "wrong",
        "right",
        "why",
    }
)
MOST_CODES = 500
"""On one sheet; our default."""
_YEAR = re.compile(r"\d{4}/\d{4}")
_PRIVATE_OF: Mapping[type[c.Command], str] = {c.RecordAbsence: "basis", c.EndAbsence: "reason"}
"""Arguments that are private in one command and not in others: why somebody is away."""


class House:
    """Carries out commands that are about no instance, inside the caller's transaction."""

    def __init__(self, library: DeployedLibrary, keys: sealing.KeyRing) -> None:
        self._keys = keys
        self._deploying = Deploying(library)
        self._proposals = Proposals(self._deploying)

    def examine(self, connection: Connection, command: c.Command, now: datetime) -> None:
        """Check models before their transaction. Raises NotPermitted, Invalid, ModelRefused with every finding."""
        permits.by_right(connection, command, "", day_in_almaty(now))
        self._proposals.examine(connection, command)

    def carry_out(self, connection: Connection, command: c.Command, now: datetime) -> c.Done:
        """Permit, decide, append, project. Raises Refused."""
        stream, decide = _RULES[type(command)]
        today = day_in_almaty(now)
        school = _school(connection, command, today)
        acted_as = permits.by_right(connection, command, school, today)
        seq = 0
        schools = set(reads.schools(connection)) if isinstance(command, c.RecordUnit | c.ImportDirectory) else set()
        facts, result = decide(self, connection, command, now)
        if facts:
            head = {
                field.name: plain(getattr(command, field.name))
                for field in fields(command)
                if field.name not in _PRIVATE_ARGUMENTS and field.name != _PRIVATE_OF.get(type(command))
            }
            kind = type(command).__name__
            seq = self.record(
                connection,
                stream,
                kind,
                command.actor,
                now,
                facts,
                head=head,
                acted_as=acted_as.key,
                appointment=acted_as.appointment,
                request=command.key,
            )
        if facts and isinstance(command, c.SetTerm | c.SetDay | c.SetParameter):
            self._rearm(connection, command.actor, now)
        if isinstance(command, c.RecordUnit | c.ImportDirectory):
            for school in sorted(schools ^ set(reads.schools(connection))):
                self._schedule(connection, command.actor, school, now, opened=school not in schools)
        return c.Done(stream, seq, now, "", result)

    def record(
        self,
        connection: Connection,
        stream: str,
        kind: str,
        actor: str,
        now: datetime,
        facts: Sequence[f.Fact],
        *,
        head: Mapping[str, Any] | None = None,
        acted_as: str = "",
        appointment: str = "",
        cause: str = "",
        request: str = "",
    ) -> int:
        """Append an entry to one of the house's streams and project it; answers its seq."""
        last, prev = ledger.head(connection, stream)
        draft = ledger.Draft(
            stream=stream,
            seq=last + 1,
            prev=prev,
            at=now,
            kind=kind,
            actor=actor,
            acted_as=acted_as,
            appointment=appointment,
            head=head or {},
            inputs={},
            world=[],
            facts=facts,
            cause=cause,
            request=request,
        )
        ledger.append(connection, draft, self._keys.house(connection, stream))
        batch = Batch()
        for fact in facts:
            project(connection, batch, fact, stream, last + 1, instant(now))
        batch.flush(connection)
        return last + 1

    # --- the directory ---------------------------------------------------------------------------------------------

    def _unit(self, connection: Connection, command: c.RecordUnit, now: datetime) -> tuple[list[f.Fact], Any]:
        return directory.decide_unit(connection, command), command.unit

    def _person(self, connection: Connection, command: c.RecordPerson, now: datetime) -> tuple[list[f.Fact], Any]:
        return directory.decide_person(connection, command), command.person

    def _appoint(self, connection: Connection, command: c.Appoint, now: datetime) -> tuple[list[f.Fact], Any]:
        seq, _ = ledger.head(connection, "directory")
        id = f"a{seq + 1}"
        return directory.decide_appoint(connection, command, appointment_id=id, roles=_role_scopes()), id

    def _end(self, connection: Connection, command: c.EndAppointment, now: datetime) -> tuple[list[f.Fact], Any]:
        return directory.decide_end(connection, command), command.appointment

    def _absent(self, connection: Connection, command: c.RecordAbsence, now: datetime) -> tuple[list[f.Fact], Any]:
        seq, _ = ledger.head(connection, "directory")
        id = f"b{seq + 1}"
        return absence_rules.decide_absence(connection, command, id, day_in_almaty(now)), id

    def _back(self, connection: Connection, command: c.EndAbsence, now: datetime) -> tuple[list[f.Fact], Any]:
        facts = absence_rules.decide_absence_end(connection, command, day_in_almaty(now))
        return facts, command.absence

    def _import(self, connection: Connection, command: c.ImportDirectory, now: datetime) -> tuple[list[f.Fact], Any]:
        """The rows that would still do what was foreseen; answers the verdict of each row as it stands now."""
        seq, _ = ledger.head(connection, "directory")
        verdicts, facts = importing.judge(
            connection, command.rows, importing.roles(), first=f"a{seq + 1}", source=command.source
        )
        foreseen = {one.row.place for one in verdicts if command.expected.get(one.row.place) == one.state}
        return [fact for place, told in facts.items() if place in foreseen for fact in told], tuple(verdicts)

    def _password(self, connection: Connection, command: c.SetPassword, now: datetime) -> tuple[list[f.Fact], Any]:
        facts = directory.decide_password(connection, command)
        write_login(connection, command.person, command.login, command.digest)
        return facts, None

    def _own_password(
        self, connection: Connection, command: c.ChangePassword, now: datetime
    ) -> tuple[list[f.Fact], Any]:
        return access.change_password(connection, command, now), None

    def _reset(self, connection: Connection, command: c.IssueReset, now: datetime) -> tuple[list[f.Fact], Any]:
        return access.issue_reset(connection, command, now), None

    def _codes(self, connection: Connection, command: c.IssueCodes, now: datetime) -> tuple[list[f.Fact], Any]:
        if not 1 <= command.count <= MOST_CODES:
            raise Invalid(problems={"count": "codes_count"})
        return [f.CodesIssued(instance=command.instance, count=command.count)], None

    def _token(self, connection: Connection, command: c.IssueToken, now: datetime) -> tuple[list[f.Fact], Any]:
        seq, _ = ledger.head(connection, "access")
        id = f"t{seq + 1}"
        return access.issue_token(connection, command, id, now), id

    def _no_token(self, connection: Connection, command: c.RevokeToken, now: datetime) -> tuple[list[f.Fact], Any]:
        return access.revoke_token(connection, command), None

    def appoint_for(self, connection: Connection, now: datetime, cause: str, args: Mapping[str, Any]) -> str | None:
        """A model's appointment: None when made, else the reason's code."""
        command = c.Appoint(
            actor=c.SYSTEM,
            person=args["person"],
            role=args["role"],
            unit=args["unit"],
            start=args["start"],
            end=args["end"],
            basis=args["basis"],
        )
        return self._for_model(
            connection,
            now,
            cause,
            command,
            lambda: directory.decide_appoint(
                connection, command, appointment_id=args["appointment"], roles=_role_scopes()
            ),
        )

    def end_for(self, connection: Connection, now: datetime, cause: str, args: Mapping[str, Any]) -> str | None:
        command = c.EndAppointment(
            actor=c.SYSTEM, appointment=args["appointment"], end=args["end"], reason=args["reason"]
        )
        return self._for_model(connection, now, cause, command, lambda: directory.decide_end(connection, command))

    def _for_model(
        self,
        connection: Connection,
        now: datetime,
        cause: str,
        command: c.Command,
        decide: Callable[[], list[f.Fact]],
        stream: str = "directory",
    ) -> str | None:
        try:
            facts = decide()
        except Invalid as refusal:
            return ", ".join(f"{name}: {code}" for name, code in sorted(refusal.problems.items()))
        self.record(connection, stream, type(command).__name__, command.actor, now, facts, cause=cause)
        return None

    def term_for(self, connection: Connection, now: datetime, cause: str, args: Mapping[str, Any]) -> str | None:
        """A model's date of the academic calendar: None when recorded, else the reason's code."""
        command = c.SetTerm(actor=c.SYSTEM, year=args["year"], name=args["name"], day=args["day"])
        refused = self._for_model(
            connection, now, cause, command, lambda: self._term(connection, command, now)[0], "calendar"
        )
        if refused is None:
            self._rearm(connection, c.SYSTEM, now, cause)
        return refused

    # --- documents -------------------------------------------------------------------------------------------------

    def _documents(self, connection: Connection, command: c.RecordDocuments, now: datetime) -> tuple[list[f.Fact], Any]:
        return recording.made(connection, command), None

    def _erratum(self, connection: Connection, command: c.IssueErratum, now: datetime) -> tuple[list[f.Fact], Any]:
        return recording.erratum(connection, self._keys, command), command.document

    # --- models ----------------------------------------------------------------------------------------------------

    def _deploy(self, connection: Connection, command: c.Deploy, now: datetime) -> tuple[list[f.Fact], Any]:
        return self._proposals.deploy(connection, command, now)

    def _propose(self, connection: Connection, command: c.ProposeModels, now: datetime) -> tuple[list[f.Fact], Any]:
        return self._proposals.propose(connection, command, now)

    def _explain(self, connection: Connection, command: c.ExplainProposal, now: datetime) -> tuple[list[f.Fact], Any]:
        return self._proposals.explain(connection, command, now)

    def _effective(self, connection: Connection, command: c.MakeEffective, now: datetime) -> tuple[list[f.Fact], Any]:
        return self._proposals.make_effective(connection, command, now)

    def _return(self, connection: Connection, command: c.ReturnProposal, now: datetime) -> tuple[list[f.Fact], Any]:
        return self._proposals.send_back(connection, command, now)

    # --- calendar and parameters -----------------------------------------------------------------------------------

    def _day(self, connection: Connection, command: c.SetDay, now: datetime) -> tuple[list[f.Fact], Any]:
        _reasoned(command.reason)
        return [f.DaySet(day=command.day.isoformat(), working=command.working, reason=command.reason)], None

    def _term(self, connection: Connection, command: c.SetTerm, now: datetime) -> tuple[list[f.Fact], Any]:
        if not _YEAR.fullmatch(command.year) or int(command.year[5:]) != int(command.year[:4]) + 1:
            raise Invalid(problems={"year": "academic_year_unreadable"})
        return [f.TermSet(year=command.year, name=command.name, day=command.day.isoformat())], None

    def _parameter(self, connection: Connection, command: c.SetParameter, now: datetime) -> tuple[list[f.Fact], Any]:
        setting = regulation.parameters().get(command.name)
        if setting is None:
            raise Invalid(problems={"name": "parameter_unknown"})
        stated = setting.source == "regulation"
        if stated and not editions.may_change(connection, command.edition):
            raise Invalid(problems={"edition": "parameter_of_regulation"})
        _reasoned(command.reason)
        if not setting.accepts(command.value):
            raise _unacceptable(setting)
        _in_order(connection, setting, command.value)
        was = parameter(connection, command.name)
        edition = command.edition if stated else ""
        told = {"name": command.name, "value": plain(command.value), "was": plain(was), "edition": edition}
        return [f.ParameterSet(reason=command.reason, by=command.actor, **told)], None

    def _schedule(self, connection: Connection, actor: str, school: str, now: datetime, *, opened: bool) -> None:
        """A school has opened or closed: what starts by the calendar begins or stops to count for it."""
        if opened:
            facts = self._deploying.timers_for_school(connection, school, now)
        else:
            facts = self._deploying.without_school(connection, school)
        if facts:
            self.record(connection, "schedule", "ArmSchool" if opened else "DisarmSchool", actor, now, facts)

    def _rearm(self, connection: Connection, actor: str, now: datetime, cause: str = "") -> None:
        """The calendar has changed: what starts by it and has not begun waits for the new date."""
        if facts := self._deploying.rearmed(connection, now):
            self.record(connection, "schedule", "RearmStarts", actor, now, facts, cause=cause)


def _reasoned(reason: str) -> None:
    if not reason.strip():
        raise Invalid(problems={"reason": "required"})


def _unacceptable(setting: regulation.Setting) -> Invalid:
    """What the parameter does take, in figures where it is a number."""
    if setting.type != "number" or setting.options:
        return Invalid(problems={"value": "parameter_value"})
    low, high = setting.limits
    return Invalid(
        problems={"value": f"parameter_{'share' if setting.unit == 'share' else 'range'}"}, low=low, high=high
    )


def _in_order(connection: Connection, setting: regulation.Setting, value: Any) -> None:
    """Two parameters of which one is always the smaller keep their order, whichever of them is set."""
    for other, code in ((setting.below, "parameter_below"), (setting.above, "parameter_above")):
        limit = parameter(connection, other) if other else None
        if isinstance(limit, int | float) and not (value < limit if code == "parameter_below" else value > limit):
            raise Invalid(problems={"value": code}, other=regulation.parameters()[other].names, limit=limit)


def _role_scopes() -> dict[str, str]:
    return {code: role.scope for code, role in regulation.roles().items()}


def _school(connection: Connection, command: c.Command, today: date) -> str:
    """Where the right to it must be held, if that depends."""
    if isinstance(command, c.IssueErratum):
        return recording.school(connection, command, today)
    if isinstance(command, c.IssueCodes):
        row = connection.execute(sa.select(ru_instance).where(ru_instance.c.id == command.instance)).first()
        if row is None or row.state != "active":
            raise NotFound(what=command.instance)
        return str(row.school)
    return ""


_RULES: dict[type[c.Command], tuple[str, Callable[[House, Connection, Any, datetime], tuple[list[f.Fact], Any]]]] = {
    c.RecordUnit: ("directory", House._unit),
    c.RecordPerson: ("directory", House._person),
    c.Appoint: ("directory", House._appoint),
    c.EndAppointment: ("directory", House._end),
    c.RecordAbsence: ("directory", House._absent),
    c.EndAbsence: ("directory", House._back),
    c.ImportDirectory: ("directory", House._import),
    c.SetPassword: ("access", House._password),
    c.ChangePassword: ("access", House._own_password),
    c.IssueReset: ("access", House._reset),
    c.IssueCodes: ("codes", House._codes),
    c.IssueToken: ("access", House._token),
    c.RevokeToken: ("access", House._no_token),
    c.SetDay: ("calendar", House._day),
    c.SetTerm: ("calendar", House._term),
    c.SetParameter: ("parameters", House._parameter),
    c.RecordDocuments: ("documents", House._documents),
    c.IssueErratum: ("documents", House._erratum),
    c.Deploy: ("models", House._deploy),
    c.ProposeModels: ("models", House._propose),
    c.ExplainProposal: ("models", House._explain),
    c.MakeEffective: ("models", House._effective),
    c.ReturnProposal: ("models", House._return),
}
