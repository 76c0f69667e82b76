"""``sapa init``: sets up a real installation. Keys and secrets come from files or the environment, no demo data.

May be run again: it brings the schema up to date and deploys what has changed; who is there already stays as they are.
"""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from argon2 import PasswordHasher

from engine import Engine, Settings, create_engine
from engine import commands as c
from engine.assembly import DEFAULT_DATABASE
from engine.cli import files, keys
from engine.cli.main import FAILED, MISUSED, language
from engine.cli.refusing import Unusable
from engine.database import id_key, open_database, reading
from engine.directory import reads
from engine.directory.tables import id_login
from engine.values import day_in_almaty
from engine.wording import say

ROOT_UNIT, RIGHT, PERSON = "univ", "admin", "admin"
SHORTEST = 12
"""Characters of an administrator's password."""


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "init",
        help="set up a real installation: keys, database, first administrator, models",
        description="Sets up a real installation; may be run again after an update.",
    )
    parser.add_argument("--admin-login", default=os.environ.get("SAPA_ADMIN_LOGIN", ""), metavar="LOGIN")
    parser.add_argument("--admin-name", default="", metavar="NAME", help="the first administrator's full name")
    parser.add_argument(
        "--admin-password-file", default="", metavar="FILE",
        help="the first line is the password (otherwise SAPA_ADMIN_PASSWORD, otherwise asked for)",
    )  # fmt: skip
    parser.add_argument("--university", default="", metavar="NAME", help="the university's name in Kazakh")
    parser.add_argument("--university-ru", default="", metavar="NAME")
    parser.add_argument("--university-en", default="", metavar="NAME")
    parser.add_argument("--lang", choices=("kk", "ru", "en"), default=argparse.SUPPRESS, help="language of the answer")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    lang = args.lang or language()
    try:
        done = _set_up(args)
    except Unusable as problem:
        print(f"sapa init: {problem.say(lang)}", file=sys.stderr)
        return MISUSED
    if args.json:
        print(json.dumps(done, ensure_ascii=False))
    else:
        _tell(done, lang)
    return 0 if done["administrator"] else FAILED


def _tell(done: dict[str, Any], lang: str) -> None:
    if done["key"]:
        print(say("cli.init_key", lang, {"file": done["key"]}))
    print(say("cli.init_database", lang, {"url": done["database"]}))
    print(say("cli.init_models", lang, {"count": done["deployed"]}))
    print(say("cli.init_administrator", lang, {"login": done["administrator"]}))


def _set_up(args: argparse.Namespace) -> dict[str, Any]:
    """Raises Unusable before anything is written when the administrator is not told properly."""
    keys.var().mkdir(parents=True, exist_ok=True)
    made = None if has_keys(args.db) else keys.provide()
    engine = create_engine(Settings.from_environment(args.db))
    try:
        with reading(engine.database) as connection:
            engine.keys.of(connection, "directory")  # raises Broken when the key is another one
        login = _administrator(engine)
        if not login:
            login, digest = _asked(args)
            _people(engine, args, login, digest)
        done = engine.handle(c.Deploy(actor=c.SYSTEM, name="sapa init", files=files.shipped()))
        return {
            "database": engine.database.url.render_as_string(hide_password=True),
            "key": str(made) if made else "",
            "administrator": login,
            "deployed": len(done.result["definitions"]),
        }
    finally:
        engine.close()


def has_keys(url: str | None) -> bool:
    """Whether the database holds anything sealed: then a new key would be the wrong one."""
    database = open_database(url or os.environ.get("SAPA_DATABASE_URL") or DEFAULT_DATABASE)
    try:
        if not sa.inspect(database).has_table(id_key.name):
            return False
        with reading(database) as connection:
            return connection.execute(sa.select(id_key.c.stream).limit(1)).first() is not None
    finally:
        database.dispose()


def _administrator(engine: Engine) -> str:
    """The sign-in name of somebody who is an administrator today; empty when there is nobody."""
    today = day_in_almaty(engine.clock())
    with reading(engine.database) as connection:
        holders = reads.holders(connection, RIGHT, ROOT_UNIT, today)
        query = sa.select(id_login.c.login).where(id_login.c.person.in_(holders)).order_by(id_login.c.login)
        return connection.execute(query).scalar() or ""


def _asked(args: argparse.Namespace) -> tuple[str, str]:
    """(login, digest of the password) of the first administrator. Raises Unusable."""
    login = args.admin_login.strip().lower()
    if not login:
        raise Unusable("init_no_login")
    password = _password(args.admin_password_file, login)
    if len(password) < SHORTEST:
        raise Unusable("init_password_short", count=SHORTEST)
    return login, PasswordHasher().hash(password)


def _password(file: str, login: str) -> str:
    if file:
        try:
            return Path(file).read_text(encoding="utf-8").split("\n", 1)[0].rstrip("\r")
        except (OSError, ValueError) as problem:
            raise Unusable("unreadable", file=file, why=getattr(problem, "strerror", "") or str(problem)) from None
    if "SAPA_ADMIN_PASSWORD" in os.environ:
        return os.environ["SAPA_ADMIN_PASSWORD"]
    if not sys.stdin.isatty():
        raise Unusable("init_no_password")
    first = getpass.getpass(f"{login}: ")
    if getpass.getpass(f"{login} ×2: ") != first:
        raise Unusable("init_password_differs")
    return first


def _people(engine: Engine, args: argparse.Namespace, login: str, digest: str) -> None:
    """The university and its first administrator."""
    today = day_in_almaty(engine.clock())
    with reading(engine.database) as connection:
        there = reads.unit(connection, ROOT_UNIT) is not None
        appointed = PERSON in reads.holders(connection, RIGHT, ROOT_UNIT, today)
    if not there:
        names = {
            "kk": args.university or "Университет",
            "ru": args.university_ru or args.university or "Университет",
            "en": args.university_en or args.university or "University",
        }
        engine.handle(c.RecordUnit(actor=c.SYSTEM, unit=ROOT_UNIT, kind="university", parent=None, names=names))
    name = args.admin_name.strip() or login
    lang = args.lang or language()
    engine.handle(c.RecordPerson(actor=c.SYSTEM, person=PERSON, name=name, unit=ROOT_UNIT, language=lang))
    if not appointed:
        appoint = c.Appoint(actor=c.SYSTEM, person=PERSON, role=RIGHT, unit=ROOT_UNIT, start=today, basis="sapa init")
        engine.handle(appoint)
    engine.handle(c.SetPassword(actor=c.SYSTEM, person=PERSON, login=login, digest=digest))
