"""``sapa compliance``: which rules of the regulation each school keeps, today or on an earlier day of the record."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.assembly import Engine, Settings, open_engine
from engine.cli.main import MISUSED, language
from engine.compliance.measuring import Finding, measure, places, told
from engine.compliance.past import as_of, end_of
from engine.compliance.rules import rules
from engine.database import hi_entry, reading_one_moment
from engine.values import Value, day_in_almaty, moment
from engine.wording import say

_SIGNS = {"ok": "✓", "warning": "⚠", "violation": "✗", "no_data": "?"}


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "compliance",
        help="say which rules of the regulation each school keeps",
        description="Measures the compliance rules. Exit 0: answered, whatever was found; 2: no such school or day.",
    )
    parser.add_argument("--school", default="", metavar="UNIT", help="only this school")
    parser.add_argument("--rule", action="append", default=[], metavar="R12", help="only this rule; may be repeated")
    parser.add_argument("--on", metavar="DATE", help="as it was known when that day ended (2027-03-31)")
    parser.add_argument("--lang", choices=("kk", "ru", "en"), default=argparse.SUPPRESS, help="language of the answer")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit 0 when it was measured, 2 when what was asked for does not exist."""
    lang = args.lang or language()
    engine = open_engine(Settings.from_environment(args.db))
    try:
        findings = _findings(engine, args.school, args.rule, args.on)
    except _Unknown as problem:
        print(f"sapa compliance: {say(problem.code, lang, {'given': problem.given})}", file=sys.stderr)
        return MISUSED
    finally:
        engine.close()
    if args.json:
        print(json.dumps([finding.as_json() for finding in findings], ensure_ascii=False))
    else:
        _print(findings, lang)
    return 0


class _Unknown(Exception):
    def __init__(self, code: str, given: str) -> None:
        self.code = f"compliance.unknown_{code}"
        self.given = given


def _findings(engine: Engine, school: str, numbers: Sequence[str], on: str | None) -> list[Finding]:
    """Raises _Unknown; Broken for a day whose entries cannot be applied."""
    unknown = [number for number in numbers if number not in rules()]
    if unknown:
        raise _Unknown("rule", unknown[0])
    now = engine.clock()
    today = day_in_almaty(now)
    day = _day(on) if on else today
    with reading_one_moment(engine.database) as connection:
        last = _last_day(connection)
        if day > max(today, last):
            raise _Unknown("day", str(on))
        if school and school not in places(connection):
            raise _Unknown("school", school)
        if day == today:
            return list(measure(connection, now, school, numbers))
        if day >= last:  # nothing was recorded since
            return list(measure(connection, end_of(day), school, numbers))
        with as_of(connection, engine.keys, engine.library, day) as beside:
            return list(measure(beside, end_of(day), school, numbers))


def _last_day(connection: Connection) -> date:
    """Of the record: a simulated one reaches beyond today."""
    last = connection.execute(sa.select(sa.func.max(hi_entry.c.at))).scalar()
    return day_in_almaty(moment(last)) if last else date.min


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _Unknown("day", text) from None


def _print(findings: Sequence[Finding], lang: str) -> None:
    school = None
    for one in findings:
        if one.school != school:
            school = one.school
            print(school)
        said = [_SIGNS[one.status], one.rule.number, one.rule.names[lang], f"({', '.join(one.rule.clauses)})"]
        if one.since:
            params = {"since": one.since.isoformat(), "measure": _text(one.measure), "threshold": _text(one.threshold)}
            said.append(say(f"compliance.{one.status}", lang, params))
        print("  " + " ".join(said))
    counted: Counter[str] = Counter(one.status for one in findings)
    params = {"rules": str(len({one.rule.number for one in findings})), **{code: str(counted[code]) for code in _SIGNS}}
    print(say("compliance.sum", lang, params))


def _text(value: Value) -> str:
    return "—" if value is None else str(told(value))
