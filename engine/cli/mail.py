"""``sapa mail test ADDRESS``: one letter, sent at once, so that a wrong setting shows before anybody waits for one."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from engine import Settings, open_engine
from engine.cli.main import FAILED, language
from engine.errors import Invalid
from engine.mail.transport import NotSent, Unreachable
from engine.wording import say


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser("mail", help="send a letter to try the settings")
    parser.add_argument("what", choices=("test",), help="what to do")
    parser.add_argument("address", metavar="ADDRESS", help="where to")
    parser.add_argument("--lang", choices=("kk", "ru", "en"), default=argparse.SUPPRESS, help="of letter and answer")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit 1 when the letter was not taken."""
    lang = args.lang or language()
    engine = open_engine(Settings.from_environment(args.db))
    try:
        settings = engine.post.settings
        if settings is None:
            print(say("cli.mail_off", lang), file=sys.stderr)
            return FAILED
        why, code = "", ""
        try:
            engine.post.test(args.address, lang)
        except (NotSent, Unreachable) as problem:
            why, code = problem.say(lang), problem.code
        except Invalid:
            why, code = say("email_malformed", lang), "email_malformed"
    finally:
        engine.close()
    if args.json:
        print(json.dumps({"sent": not why, "where": settings.where, "code": code, "why": why}, ensure_ascii=False))
    elif why:
        print(say("cli.mail_not_sent", lang, {"where": settings.where, "why": why}), file=sys.stderr)
    else:
        print(say("cli.mail_sent", lang, {"to": args.address, "where": settings.where}))
    return FAILED if why else 0
