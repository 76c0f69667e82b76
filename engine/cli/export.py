"""``sapa export``: the record leaves the house as an event log for process mining."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from engine import Settings, open_engine
from engine.cli.main import language
from engine.database import reading_one_moment
from engine.history import xes


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "export",
        help="write the record as an event log",
        description="Writes cases as an event log in XES, without their contents and without names of people.",
    )
    parser.add_argument("format", choices=("xes",))
    parser.add_argument("-o", "--output", required=True, type=Path, metavar="FILE", help="where to; - for the output")
    parser.add_argument("--process", default="", metavar="KEY", help="only cases of this process")
    parser.add_argument("--school", default="", metavar="UNIT", help="only cases of this school")
    parser.add_argument("--confidential", action="store_true", help="confidential cases too, without their keys")
    parser.add_argument("--lang", choices=("kk", "ru", "en"), default=argparse.SUPPRESS, help="language of the names")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """A file is there whole or not at all: it is written beside its place and moved."""
    lang = args.lang or language()
    wish = xes.Wish(process=args.process, school=args.school, confidential=args.confidential, language=lang)
    engine = open_engine(Settings.from_environment(args.db))
    try:
        with reading_one_moment(engine.database) as connection:
            if str(args.output) == "-":
                written = xes.write(connection, engine.library, sys.stdout.buffer, wish)
            else:
                handle, beside = tempfile.mkstemp(dir=args.output.parent, prefix=f".{args.output.name}.")
                try:
                    with os.fdopen(handle, "wb") as target:
                        written = xes.write(connection, engine.library, target, wish)
                    os.replace(beside, args.output)
                except BaseException:
                    Path(beside).unlink(missing_ok=True)
                    raise
    finally:
        engine.close()
    told = {"cases": written.cases, "events": written.events}
    print(json.dumps(told) if args.json else f"{args.output}: {written.cases} / {written.events}", file=sys.stderr)
    return 0
