"""``sapa import``: brings a file of units, people, programmes or appointments in, or says what it would do."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from engine import Settings, open_engine
from engine.cli.main import FAILED, language
from engine.directory.importing import BAD, Verdict
from engine.errors import Invalid
from engine.wording import catalogue, say


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "import",
        help="load units, people, programmes and appointments from CSV or XLSX",
        description="Loads the good rows of a file as one act and lists the others; answers 1 when there are others.",
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--dry-run", action="store_true", help="change nothing, list every row")
    parser.add_argument("--lang", choices=("kk", "ru", "en"), default=argparse.SUPPRESS, help="language of the answer")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    lang = args.lang or language()
    try:
        content = args.file.read_bytes()
    except OSError as error:
        print(f"sapa import: {args.file}: {error.strerror}", file=sys.stderr)
        return FAILED
    engine = open_engine(Settings.from_environment(args.db))
    try:
        if args.dry_run:
            verdicts, loaded = engine.imports.examine(args.file.name, content), 0
        else:
            verdicts, loaded = engine.imports.load_now(args.file.name, content)
    except Invalid as refusal:
        print(f"sapa import: {say(str(refusal.problems['file']), lang)}", file=sys.stderr)
        return FAILED
    finally:
        engine.close()
    if args.json:
        print(json.dumps({"loaded": loaded, "rows": [_told(one, lang) for one in verdicts]}, ensure_ascii=False))
    else:
        for one in verdicts:
            if args.dry_run or one.state == BAD:
                print(_line(one, lang))
        print(json.dumps({"loaded": loaded, "bad": sum(one.state == BAD for one in verdicts)}))
    return FAILED if any(one.state == BAD for one in verdicts) else 0


def _told(one: Verdict, lang: str) -> dict[str, Any]:
    problems = [
        {"column": p.column, "value": p.value, "code": p.code, "reason": say(p.code, lang), "remedy": _remedy(p, lang)}
        for p in one.problems
    ]
    return {"row": one.row.place, "kind": one.row.kind, "state": one.state, "problems": problems}


def _line(one: Verdict, lang: str) -> str:
    why = " ".join(f"{p.column}={p.value!r}: {say(p.code, lang)} {_remedy(p, lang)}" for p in one.problems)
    return f"{one.row.place}\t{one.state}\t{why}".rstrip()


def _remedy(problem: Any, lang: str) -> str:
    code = f"fix_{problem.code}"
    return say(code if code in catalogue() else "fix_other", lang)
