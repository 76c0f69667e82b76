"""Finds the command, runs it, and turns every failure into one line a person understands."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from importlib import metadata
from typing import Any

COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("engine.cli.install", "set up a real installation: keys, database, first administrator, models"),
    "demo": ("engine.cli.demo", "set up and serve the demonstration"),
    "serve": ("engine.cli.serve", "serve the pages"),
    "worker": ("engine.cli.serve", "fire timers and deliver messages"),
    "deploy": ("engine.cli.models", "deploy models and forms"),
    "lint": ("engine.cli.models", "say what is wrong with models and forms"),
    "where": ("engine.cli.models", "say where a clause is decided"),
    "play": ("engine.play.command", "run models in memory on a simulated clock"),
    "verify": ("engine.history.command", "check every chain and re-execute every case"),
    "replay": ("engine.history.command", "re-execute one case from its record"),
    "simulate": ("engine.simulation.command", "let people act over the years on a simulated clock"),
    "bench": ("engine.bench.command", "measure the workloads W1 to W5"),
    "doctor": ("engine.cli.doctor", "look whether the installation is healthy"),
    "token": ("engine.cli.tokens", "print a personal token for programs"),
    "mail": ("engine.cli.mail", "send a letter to try the settings"),
    "import": ("engine.cli.importing", "load units, people, programmes and appointments from CSV or XLSX"),
    "export": ("engine.cli.export", "write the record as an event log for process mining"),
    "compliance": ("engine.compliance.command", "say which rules of the regulation each school keeps"),
    "backup": ("engine.cli.backup", "write a copy of everything"),
    "restore": ("engine.cli.backup", "bring a copy back into an empty database"),
}
"""Name -> (module, what it does). Modules of several commands are given one after the other."""

_WITHOUT_ENGINE = ("play", "lint", "where")
"""Commands that open no engine: they need no log and start faster without one."""

FAILED, MISUSED, INTERRUPTED = 1, 2, 130


class _Parser(argparse.ArgumentParser):
    """Takes the common options before the command and after it."""

    def __init__(self, *args: Any, common: bool = True, **options: Any) -> None:
        super().__init__(*args, **options)
        if common:
            default = argparse.SUPPRESS  # else a command's own default would undo what stood before it
            self.add_argument("--db", metavar="URL", default=default, help="database (default: SAPA_DATABASE_URL)")
            self.add_argument("--json", action="store_true", default=default, help="answer in JSON")
            self.add_argument("--debug", action="store_true", default=default, help=argparse.SUPPRESS)


def version() -> str:
    """The program's version."""
    try:
        return metadata.version("sapa")
    except metadata.PackageNotFoundError:
        return "0"


def parser(wanted: str = "") -> argparse.ArgumentParser:
    """The parser with the command wanted, or with all of them for help."""
    top = _Parser(prog="sapa", description="Sapa runs a regulation as executable models.")
    top.add_argument("--version", action="version", version=f"sapa {version()}")
    top.set_defaults(db=None, json=False, debug=False, lang=None)
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=_Parser)
    known = COMMANDS.get(wanted)
    if known is not None:
        importlib.import_module(known[0]).add(commands)
        return top
    for name, (_, summary) in COMMANDS.items():
        commands.add_parser(name, help=summary, add_help=False)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code: 0 done, 1 failed or refused, 2 misused; commands may have more."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    args = parser(_wanted(arguments)).parse_args(arguments)
    if args.command not in _WITHOUT_ENGINE:
        from engine import logs

        logs.configure(human=sys.stderr.isatty())
    try:
        code: int = args.run(args)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads on; say no more at exit
        return 0
    except Exception as problem:
        if args.debug:
            raise
        print(f"sapa {args.command}: {_sentence(problem, args.lang)}", file=sys.stderr)
        return FAILED


def _wanted(arguments: Sequence[str]) -> str:
    """The first word that is a command, and not the value of an option."""
    value = False
    for word in arguments:
        if value:
            value = False
        elif word == "--db":
            value = True
        elif not word.startswith("-"):
            return word
    return ""


def _sentence(problem: Exception, lang: str | None) -> str:
    from engine.errors import SapaError

    lang = lang or language()
    if isinstance(problem, SapaError):
        told = "; ".join(f"{name}: {what}" for name, what in getattr(problem, "problems", {}).items())
        return f"{problem.say(lang)} {told}".strip() + f" [{getattr(problem, 'reason', problem.code)}]"
    origin = getattr(problem, "orig", None) or problem
    first = next(iter(str(origin).strip().splitlines()), "") or type(problem).__name__
    return f"{type(problem).__name__}: {first}"


def language() -> str:
    """kk, ru or en from the environment (SAPA_LANG, then the locale); English when it says nothing of these."""
    for name in ("SAPA_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")[:2].lower()
        if value in ("kk", "ru", "en"):
            return value
    return "en"
