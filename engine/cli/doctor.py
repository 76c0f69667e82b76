"""``sapa doctor``: looks whether the installation is healthy and says, for all that is not, what to do."""

from __future__ import annotations

import argparse
import json
from typing import Any

from engine.cli.health import Check, examine
from engine.cli.main import FAILED, language
from engine.wording import say


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser("doctor", help="look whether the installation is healthy")
    parser.add_argument("--lang", choices=("kk", "ru", "en"), default=argparse.SUPPRESS, help="language of the answer")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit 1 when something is an error; warnings leave it 0."""
    lang = args.lang or language()
    checks = examine(args.db)
    if args.json:
        print(json.dumps([_told(check, lang) for check in checks], ensure_ascii=False))
    else:
        for check in checks:
            told = _told(check, lang)
            print(f"{say('doctor.' + check.state, lang):<10} {told['message']}")
            if told["remedy"]:
                print(f"{'':<10}   → {told['remedy']}")
    return FAILED if any(check.state == "error" for check in checks) else 0


def _told(check: Check, lang: str) -> dict[str, Any]:
    remedy = "" if check.state == "ok" else say(f"doctor.{check.code}.remedy", lang, check.params)
    message = say(f"doctor.{check.code}.{check.state}", lang, check.params)
    return {"check": check.code, "state": check.state, "message": message, "remedy": remedy}
