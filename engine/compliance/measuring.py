"""Keeps pages and commands from knowing how a rule is measured: FEEL over registers and appointments, for one day."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine import feel, withdrawn
from engine.answers import Answers
from engine.compliance.rules import Rule, rules
from engine.database import ru_instance, vw_register
from engine.directory import reads
from engine.feel.limits import ROOM, Run
from engine.values import Value, day_in_almaty, moment, plain, typed
from engine.world import LiveWorld, World

Status = Literal["ok", "warning", "violation", "no_data"]


@dataclass(frozen=True, slots=True)
class Episode:
    """``until``: the first day on which the rule is kept again; None: not known yet. ``case``: an instance, or "".

    ``row``: what the row of the register is called where a case has several, or "".
    """

    since: date
    until: date | None
    case: str
    row: str = ""

    def lasts_on(self, day: date) -> bool:
        return self.since <= day and (not self.until or day < self.until)


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule in one school on one day. ``episodes``: all that are known, earlier and coming ones too."""

    rule: Rule
    school: str
    day: date
    status: Status
    measure: Value
    threshold: Value
    episodes: tuple[Episode, ...]

    @property
    def broken(self) -> tuple[Episode, ...]:
        """What breaks the rule on this day, the longest first."""
        return tuple(one for one in self.episodes if one.lasts_on(self.day))

    @property
    def coming(self) -> tuple[Episode, ...]:
        """What will break it unless somebody acts, the nearest first."""
        return tuple(one for one in self.episodes if one.since > self.day)

    @property
    def shown(self) -> tuple[Episode, ...]:
        """What its status is about."""
        return self.broken or (self.coming if self.status == "warning" else ())

    @property
    def cases(self) -> list[str]:
        """The cases its status is about."""
        return sorted({one.case for one in self.shown if one.case})

    @property
    def since(self) -> date | None:
        """The first day of what breaks the rule; of what is warned of, the day on which it will."""
        return self.shown[0].since if self.shown else None

    def as_json(self) -> dict[str, Any]:
        return {
            "rule": self.rule.number, "school": self.school, "status": self.status, "measure": told(self.measure),
            "threshold": told(self.threshold), "clause": ", ".join(self.rule.clauses), "source": self.rule.basis,
            "since": self.since.isoformat() if self.since else None,
            "cases": self.cases,
        }  # fmt: skip


def told(figure: Value) -> Any:
    """Days as ``since`` is written: programs that read it know nothing of typed values."""
    return figure.isoformat() if isinstance(figure, date) else plain(figure)


def measure(connection: Connection, now: datetime, school: str = "", numbers: Sequence[str] = ()) -> Iterator[Finding]:
    """Each rule wherever it counts (or in one place) at a moment of the database at hand, by place and rule.

    ``numbers``: of these rules only. Raises StepFailed and FeelSyntax for a rule that cannot be worked out.
    """
    wanted = [rule for number, rule in rules().items() if not numbers or number in numbers]
    for one, kind in places(connection).items():
        if school in ("", one):
            seen = _School(connection, now, one)
            yield from (seen.finding(rule) for rule in wanted if kind in rule.kinds)


def places(connection: Connection) -> dict[str, str]:
    """Where rules are measured: each active school, and the university itself; with the kind of unit."""
    kinds = (reads.SCHOOL, reads.ROOT)
    return {unit.id: kind for kind in kinds for unit in reads.units_of_kind(connection, kind)}


class _School:
    """What the rules may look at, read once."""

    def __init__(self, connection: Connection, now: datetime, school: str) -> None:
        self._connection = connection
        self._now = now
        self._school = school
        self._registers = _registers(connection, school)
        self._appointed = reads.appointments_within(connection, school)

    def finding(self, rule: Rule) -> Finding:
        world = LiveWorld(self._now, Answers(self._connection, self._now))
        return judge(rule, world, self._school, self._registers, self._appointed)


def judge(
    rule: Rule,
    world: World,
    school: str,
    registers: Mapping[str, list[dict[str, Any]]],
    appointed: list[dict[str, Any]],
) -> Finding:
    """One rule on the world's day, from rows with ``key``, ``case`` and ``begun`` and from appointments.

    Raises StepFailed and FeelSyntax.
    """
    day = day_in_almaty(world.now)
    scope: dict[str, Any] = {"school": school, "appointed": appointed}
    scope.update((name, registers.get(register, [])) for name, register in rule.reads.items())

    def say(text: str) -> Any:
        return feel.compile(text).evaluate(scope, world, run=Run(world, ROOM))

    for name, text in rule.let.items():
        scope[name] = say(text)
    episodes = _episodes(say(rule.episodes)) if say(rule.judged) is True else None
    lasting = [one for one in episodes or () if one.lasts_on(day)]
    scope["broken"] = [{"since": one.since, "case": one.case} for one in lasting]
    return Finding(
        rule, school, day, _status(rule, day, episodes, lasting),
        None if episodes is None else say(rule.measure), say(rule.threshold), episodes or (),
    )  # fmt: skip


def _status(rule: Rule, day: date, episodes: tuple[Episode, ...] | None, lasting: list[Episode]) -> Status:
    if episodes is None:
        return "no_data"
    if lasting:
        return "violation"
    soon = day + timedelta(days=rule.warn)
    return "warning" if any(day < one.since <= soon for one in episodes) else "ok"


def _episodes(found: Any) -> tuple[Episode, ...]:
    """In order. What is put right on the first day was broken for that morning; before it, never."""
    told = [
        Episode(one["since"], one.get("until"), one.get("case") or "", one.get("row") or "")
        for one in found or ()
        if one is not None and one.get("since") is not None
    ]
    real = {one for one in told if one.until is None or one.since <= one.until}
    return tuple(sorted(real, key=lambda one: (one.since, one.case, one.row)))


def _registers(connection: Connection, school: str) -> Mapping[str, list[dict[str, Any]]]:
    """Every row with its ``key``, its ``case`` and when that has ``begun``, in the order in which they were entered."""
    r, i = vw_register.c, ru_instance.c
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    query = (
        sa.select(r.register, r.key, r.instance, r.content, sa.func.coalesce(i.started, r.at).label("begun"))
        .select_from(vw_register.outerjoin(ru_instance, i.id == r.instance))
        .where(r.school == school, withdrawn.stands())
        .order_by(r.at, r.key)
    )
    for row in connection.execute(query):
        case = {"key": row.key, "case": row.instance, "begun": moment(row.begun)}
        found[row.register].append({**case, **typed(json.loads(row.content))})
    return found
