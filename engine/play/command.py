"""``sapa play``: keeps the command line from knowing what a play is; imports what is heavy only inside the sandbox."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.play import sandbox

SECONDS, MEGABYTES = 10.0, 256
_KINDS = (".bpmn", ".bpmn20.xml", ".dmn", ".form")

_EPILOG = """\
Steps are a JSON list; each of them is an object with one of:
  {"start": {"process"?, "variables"?, "business_key"?}}
  {"complete": {"task": "name, element id, or * for any", "data"?, "all"?: true}}
  {"advance": "P3D"}    {"advance_to": "2026-12-31T23:59:59+05:00"}
  {"message": {"name", "key"?, "variables"?}}    {"signal": {"name", "variables"?}}
  {"external": {"topic", "variables"?, "error_code"?, "failure"?}}
  {"decide": {"decision", "variables"?}}
  {"correct": {"variables"}}    {"retry": {"element"?}}      after an incident

One JSON line a step: "step" counts from 1 (0: the files or the steps were refused before the first); "status" is
running, completed, refused (the step could not be taken, the play goes on) or failed (an incident: "error");
"open" is what waits, armed boundary events and event sub-processes after it and marked with "on";
"variables" are the instance's own, without what the engine keeps beside them (school, initiator, business_key,
instance, process, ID_by, ID_at); "instances" are the others; "now" is the simulated clock, which begins at
2026-09-01T09:00+05:00. A line is about the instance that was started first, or by the latest start step.
A date in variables: {"@": "date", "v": "2026-10-01"} (dt: date and time); plain texts stay texts.
Answers are taken as given: what a form would require of them is asked on the pages only.

Exit: 0 played, 2 model or input refused, 3 stopped at a limit.
"""


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "play",
        help="run models in memory on a simulated clock",
        description="Runs models in memory on a simulated clock: no database, no permissions.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help=".bpmn, .dmn and .form files, or folders of them")
    parser.add_argument("--steps", required=True, metavar="STEPS.json", help="what is to be done; - for standard input")
    parser.add_argument("--process", default="", metavar="ID", help="what a start without a process starts")
    parser.add_argument("--lang", choices=("kk", "ru", "en"), help="language of messages and names (default: en)")
    parser.add_argument("--limit", type=_positive, default=SECONDS, metavar="SECONDS", help="at most (default: 10)")
    parser.add_argument("--memory", type=_positive, default=MEGABYTES, metavar="MB", help="at most (default: 256)")
    parser.set_defaults(run=run)


def _positive(text: str) -> float:
    number = float(text)
    if not 0 < number < 1e9:
        raise argparse.ArgumentTypeError(text)
    return number


def run(args: argparse.Namespace) -> int:
    """Prints one JSON line per step. Never a traceback; always ends."""

    def work(say: sandbox.Say) -> int:
        return _play(args.files, args.steps, args.process, args.lang, say)

    def word(reason: str) -> str:
        from engine.wording import say

        params = {"seconds": f"{args.limit:g}", "megabytes": int(args.memory)}
        return say(f"play.limit_{reason}", args.lang or "en", params)

    try:
        return sandbox.run(
            work, args.limit, int(args.memory) or 1, _print, word=word, debug=getattr(args, "debug", False)
        )
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads on; say no more at exit
        return 0


def _print(line: bytes) -> None:
    sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()


def _play(paths: Sequence[str], script: str, process: str, lang: str | None, say: sandbox.Say) -> int:
    from engine.play.lines import Lines
    from engine.play.performance import REFUSED, perform
    from engine.play.steps import StepRefused

    files: dict[str, bytes] = {}
    try:
        for path in _files(paths):
            files[path] = _content(path)
        steps = sys.stdin.buffer.read() if script == "-" else _content(script)
    except _Unreadable as problem:
        refusal = StepRefused("file_unreadable", problem.path, file=problem.path, why=problem.why)
        say(Lines(lang).refused_input(refusal))
        return REFUSED
    return perform(files, steps, process, lang, say)


class _Unreadable(Exception):
    def __init__(self, path: str, why: str) -> None:
        self.path, self.why = path, why
        super().__init__(path)


def _content(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except (OSError, ValueError) as problem:
        raise _Unreadable(path, getattr(problem, "strerror", "") or str(problem)) from None


def _files(paths: Sequence[str]) -> list[str]:
    """The files named, and those in folders named, in a steady order."""
    found: list[str] = []
    for path in paths:
        if os.path.isdir(path):
            inside = (file for file in Path(path).rglob("*") if file.name.endswith(_KINDS) and file.is_file())
            found += sorted(map(str, inside))
        else:
            found.append(path)
    return list(dict.fromkeys(found))
