"""``sapa token``: prints a personal token, for programs that act for somebody. It is shown this once."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine import Settings, open_engine
from engine import commands as c
from engine.cli.main import FAILED, MISUSED, language
from engine.cli.refusing import Unusable
from engine.database import reading
from engine.directory import reads
from engine.directory.tables import id_appointment, id_person
from engine.values import day_in_almaty


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "token",
        help="print a personal token for programs",
        description="Prints a personal token of somebody, named by login or as the first who holds a role today.",
    )
    parser.add_argument("login", nargs="?", default="", metavar="LOGIN")
    parser.add_argument("--role", default="", metavar="ROLE", help="the first holder of this role today")
    parser.add_argument("--label", default="sapa token", metavar="TEXT", help="what the token is for")
    parser.add_argument("--days", type=_days, default=None, metavar="N", help="good for so many days (default: always)")
    parser.add_argument("--lang", choices=("kk", "ru", "en"), default=argparse.SUPPRESS, help="language of the answer")
    parser.set_defaults(run=run)


def _days(text: str) -> int:
    days = int(text)
    if not 1 <= days <= 3660:
        raise argparse.ArgumentTypeError("1 to 3660")
    return days


def run(args: argparse.Namespace) -> int:
    lang = args.lang or language()
    if bool(args.login) == bool(args.role):
        print(f"sapa token: {Unusable('token_of_whom').say(lang)}", file=sys.stderr)
        return MISUSED
    engine = open_engine(Settings.from_environment(args.db))
    try:
        today = day_in_almaty(engine.clock())
        with reading(engine.database) as connection:
            if args.login:
                found = reads.login_of(connection, args.login)
                person = found[0] if found else ""
            else:
                person = _first(connection, args.role, today.isoformat())
        if not person:
            print(f"sapa token: {Unusable('token_nobody', who=args.login or args.role).say(lang)}", file=sys.stderr)
            return FAILED
        token = engine.tokens.issue(person, args.label, args.days, actor=c.SYSTEM)
    finally:
        engine.close()
    print(json.dumps({"person": person, "token": token}) if args.json else token)
    return 0


def _first(connection: Connection, role: str, today: str) -> str:
    """The first active person, by id, who holds the role anywhere today; empty when nobody does."""
    a, p = id_appointment.c, id_person.c
    query = (
        sa.select(a.person)
        .join(id_person, p.id == a.person)
        .where(a.role == role, p.active, a.start <= today, sa.or_(a.end.is_(None), a.end > today))
        .order_by(a.person)
    )
    return str(connection.execute(query).scalar() or "")
