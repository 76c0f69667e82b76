"""Applies the facts of the whole ledger, in global order, to empty caches: the tables they ought to be.

Used into a throw-away database to compare, and in place to rebuild. Facts alone decide: no model is executed, so a
rebuild never depends on the program's behaviour version. What cannot follow from facts is named in ``NOT_FROM_FACTS``.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy import Table
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from engine import access, marks, once, presence
from engine import database as d
from engine import facts as f
from engine.definitions.library import DeployedLibrary
from engine.definitions.model import Node
from engine.delegations import ru_delegation
from engine.directory import projection as directory
from engine.directory import tables as t
from engine.documents import tables as papers
from engine.errors import SapaError
from engine.history import ledger, sealing
from engine.history.report import Problem
from engine.mail import tables as mail
from engine.notes import tables as notes
from engine.projections import house
from engine.projections.batch import Batch
from engine.projections.instance import Context, Standing, project
from engine.proposals.tables import vw_proposal
from engine.values import canonical, day_in_almaty, moment

CACHES: tuple[Table, ...] = (
    d.ru_instance, d.ru_participant, d.ru_task, d.ru_candidate, d.ru_word, d.ru_timer, d.ru_subscription, d.ru_start,
    d.ru_external, d.ru_incident, d.ru_outbox, d.ru_receipt, d.ru_request,
    d.vw_register, d.vw_number, d.vw_day, d.vw_term, d.vw_parameter, d.vw_parameter_past,
    t.id_unit, t.id_person, t.id_appointment, t.id_absence, ru_delegation, notes.vw_note, notes.vw_mention,
    papers.ru_document_due, papers.vw_document,
    vw_proposal,
)  # fmt: skip
"""What follows from facts and may be dropped and rebuilt in place (parents before children)."""
ALSO_COMPARED: tuple[Table, ...] = (t.id_login, access.id_token, d.re_definition)
"""What follows from facts in part; compared, never rebuilt: digests of passwords are not recorded."""
NOT_FROM_FACTS: dict[Table, dict[str, str]] = {
    d.ru_external: dict.fromkeys(("lock_owner", "lock_until"), "locks of workers are not recorded"),
    d.ru_outbox: {"due": "when delivery is tried next is not recorded", "tries": "attempts are not recorded"},
    papers.ru_document_due: dict.fromkeys(("tries", "next", "problem"), "attempts are not recorded"),
    t.id_login: {"digest": "digests of passwords are never recorded"},
    access.id_token: {"digest": "digests of tokens are never recorded", "last_used": "uses are not recorded"},
    access.id_reset: {"*": "links are never recorded, only that one was made"},
    access.id_setting: {"*": "settings are not recorded"},
    presence.ru_presence: {"*": "marks are not recorded, only the step that takes them over"},
    d.ru_snapshot: {"*": "sealed with a random nonce; compared with re-execution instead"},
    d.id_session: {"*": "sessions are not recorded"},
    marks.id_snooze: {"*": "what a person has put off is not recorded"},
    marks.id_seen: {"*": "what a person has opened is not recorded"},
    marks.id_filter: {"*": "saved filters are not recorded"},
    d.id_draft: {"*": "drafts are not recorded"},
    notes.id_mention_read: {"*": "what was read is not recorded"},
    t.id_import: {"*": "files that wait for their load are not recorded, only what was loaded"},
    once.ou_once: {"*": "what became of codes is never recorded"},
    once.ou_once_code: {"*": "digests of codes are never recorded"},
    mail.ou_cursor: {"*": "how far letters were read off is not recorded"},
    mail.ou_letter: {"*": "letters are not recorded; a rebuild sends none"},
    mail.ou_event: {"*": "what calendars were last told is not recorded"},
    mail.id_feed: {"*": "secret addresses of calendars are never recorded"},
    d.id_key: {"*": "keys are secrets; checked by opening every payload"},
    d.re_resource: {"*": "contents; compared with the recorded hash"},
}
"""Columns ("*": the whole table) that facts do not tell, and why. Every other column of every table must be equal."""
_CHUNK = 500
_KEYS_HELD = 4_096


class Rebuild:
    """Takes entries in global order. ``problem`` hears of entries that cannot be applied."""

    def __init__(
        self, target: Connection, library: DeployedLibrary, problem: Callable[[Problem], None], *, compare: bool
    ) -> None:
        self._target = target
        self._library = library
        self._problem = problem
        self._compare = compare  # also the tables that are only compared
        self._standings: dict[str, Standing] = {}
        self._numbers: dict[tuple[str, str, str], int] = {}
        self._appointments: dict[str, tuple[str, str]] = {}  # id -> (person, "role@unit")
        self._absences: dict[str, f.AbsenceRecorded] = {}

    def apply(self, entry: ledger.Entry) -> None:
        """Project one entry."""
        try:
            facts = entry.facts()
            batch = Batch()
            if entry.stream.startswith("instance:"):
                self._instance(batch, entry, facts)
            else:
                for fact in facts:
                    house.project(self._target, batch, fact, entry.stream, entry.seq, entry.at)
                    if isinstance(fact, f.Appointed):
                        self._appointments[fact.appointment] = (fact.person, f"{fact.role}@{fact.unit}")
                    elif isinstance(fact, f.AbsenceRecorded):
                        self._absences[fact.absence] = fact
                    elif isinstance(fact, f.AbsenceEnded):
                        self._absences[fact.absence] = replace(self._absences[fact.absence], end=fact.end)
            self._granted(entry)
            self._request(batch, entry)
            if self._compare:
                self._compared(batch, entry, facts)
            batch.flush(self._target)
        except (SQLAlchemyError, SapaError, LookupError, TypeError, ValueError, AttributeError) as why:
            if isinstance(why, sa.exc.OperationalError):
                raise
            text = str(getattr(why, "orig", why))[:200]
            self._problem(Problem("not_applied", stream=entry.stream, seq=entry.seq, stored=text))

    def _instance(self, batch: Batch, entry: ledger.Entry, facts: list[f.Fact]) -> None:
        instance = entry.stream.partition(":")[2]
        standing = self._standings.setdefault(instance, Standing(instance))
        context = Context(
            batch, standing, entry.stream, entry.seq, entry.at, self._node, rebuilding=True, erased=entry.values is None
        )
        for fact in facts:
            project(context, fact)
            if isinstance(fact, (f.InstanceCompleted, f.InstanceCancelled, f.InstanceErased)):
                self._standings.pop(instance, None)  # nothing but its erasure can follow
            elif isinstance(fact, f.NumberAllocated):
                self._number(entry, fact)
        batch.patch(d.ru_instance, instance, seq=entry.seq, head=entry.hash)

    def _granted(self, entry: ledger.Entry) -> None:
        """What an entry names must have been given before: the appointment, for this role, to this person or to
        somebody whom this person stood in for on that day."""
        id = entry.body["appointment"]
        if id and not self._holds(entry, id):
            stored = f"{id}: {entry.actor}, {entry.body['as']}"
            self._problem(Problem("grant", stream=entry.stream, seq=entry.seq, field="appointment", stored=stored))

    def _holds(self, entry: ledger.Entry, id: str) -> bool:
        held, _, rest = id.partition("/")
        if not rest:
            return self._appointments.get(held) == (entry.actor, entry.body["as"])
        number, _, person = rest.partition("/")
        absence = self._absences.get(number)
        day = day_in_almaty(moment(entry.at)).isoformat()
        return (
            absence is not None
            and (absence.person, absence.substitute) == (person, entry.actor)
            and absence.appointment in ("", held)
            and absence.start <= day < absence.end
            and self._appointments.get(held) == (person, entry.body["as"])
        )

    def _node(self, definition: str, element: str) -> Node:
        try:
            return self._library.node(definition, element)
        except (SapaError, LookupError, StopIteration):  # a changed file is named where files are checked
            return Node(id=element, kind="userTask", line=0, parent="", names={})

    def _number(self, entry: ledger.Entry, fact: f.NumberAllocated) -> None:
        """Numbers of a series leave no gap: a number that is missing was given by an entry that is missing."""
        series = (fact.series, fact.school, fact.year)
        expected = self._numbers.get(series, 0) + 1
        if fact.number != expected:
            self._problem(
                Problem("number", stream=entry.stream, seq=entry.seq, key="/".join(series), stored=str(fact.number),
                        expected=str(expected))
            )  # fmt: skip
        self._numbers[series] = fact.number

    def _request(self, batch: Batch, entry: ledger.Entry) -> None:
        if entry.body["request"]:
            row = {"actor": entry.actor, "key": entry.body["request"], "stream": entry.stream, "seq": entry.seq}
            batch.put(d.ru_request, row)

    def _compared(self, batch: Batch, entry: ledger.Entry, facts: list[f.Fact]) -> None:
        for fact in facts:
            if isinstance(fact, f.PasswordChanged):
                directory.write_login(self._target, fact.person, fact.login, "")
            elif isinstance(fact, f.TokenIssued):
                access.write_token(self._target, fact, entry.at, "")
            elif isinstance(fact, f.TokenRevoked):
                access.drop_token(self._target, fact.token)
            elif isinstance(fact, f.DefinitionDeployed):
                row = {"id": f"{fact.definition_kind}/{fact.id}", "kind": fact.definition_kind, "key": fact.key,
                       "version": fact.version, "file": fact.file, "sha256": fact.sha256,
                       "names": canonical(fact.names), "version_tag": fact.version_tag,
                       "deployment": fact.deployment, "at": entry.at, "by": entry.actor}  # fmt: skip
                batch.put(d.re_definition, row)


def entries(connection: Connection, keys: sealing.KeyRing, after: int = 0) -> Iterator[ledger.Entry]:
    """Every entry in global order, opened as far as its key exists; bodies that cannot be read are left out.

    ``after``: only those behind the entry of this number.
    """
    held: OrderedDict[str, bytes | None] = OrderedDict()

    def key_of(stream: str) -> bytes | None:
        if stream not in held:
            try:
                held[stream] = keys.of(connection, stream)
            except (sealing.Erased, SapaError):
                held[stream] = None
            if len(held) > _KEYS_HELD:
                held.popitem(last=False)
        held.move_to_end(stream)
        return held[stream]

    e, p = d.hi_entry.c, d.hi_payload.c
    query = (
        sa.select(d.hi_entry, p.sealed)
        .select_from(d.hi_entry.outerjoin(d.hi_payload, sa.and_(p.stream == e.stream, p.seq == e.seq)))
        .where(e.id > sa.bindparam("after"))
        .order_by(e.id)
        .limit(_CHUNK)
    )
    while True:
        found = connection.execute(query, {"after": after}).all()
        for row in found:
            try:
                yield ledger.entry_of(row, key_of(row.stream))
            except (ValueError, KeyError, TypeError):
                try:
                    yield ledger.entry_of(row, None)  # the payload does not open: what is public still counts
                except ValueError:
                    continue
        if len(found) < _CHUNK:
            return
        after = found[-1].id


def clear(connection: Connection) -> None:
    """Empty every table that is rebuilt, children first."""
    for table in reversed(CACHES):
        connection.execute(sa.delete(table))
