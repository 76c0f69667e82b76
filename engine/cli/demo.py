"""``sapa demo``: builds the demonstration once, brings it up to date, and serves it on this machine."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine import Settings, create_engine
from engine.cli import keys
from engine.cli.install import has_keys
from engine.cli.main import language
from engine.cli.serve import add_address, alone, find_server, serving
from engine.simulation import demo
from engine.wording import say


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser("demo", help="set up and serve the demonstration")
    parser.add_argument("--setup", action="store_true", help="set up only, serve nothing")
    add_address(parser)
    parser.add_argument("--lang", choices=("kk", "ru", "en"), default=argparse.SUPPRESS, help="of the messages")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Raises Broken when the database holds something that is not the demonstration."""
    lang = args.lang or language()
    server = None if args.setup else find_server()
    keys.var().mkdir(parents=True, exist_ok=True)
    if not has_keys(args.db):
        keys.provide()
    settings = Settings.from_environment(args.db, demo=True)
    if settings.mail is not None and not os.environ.get("SAPA_PUBLIC_URL"):
        here = replace(settings.mail, public=f"http://{args.host}:{args.port}")
        settings = replace(settings, mail=here, public=here.public)
    progress = _Progress(lang)
    built = demo.prepare(settings, progress)
    progress.end()
    if built:
        print(say("cli.demo_built", lang), file=sys.stderr)
    with alone(create_engine(settings)) as engine:
        return 0 if server is None else serving(engine, server, args)


class _Progress:
    """How much of the demonstration's past has been played: written over where somebody watches, else a line in ten."""

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self._shown = -1
        self._watched = sys.stderr.isatty()

    def __call__(self, begin: datetime, moment: datetime, end: datetime) -> None:
        percent = round((moment - begin) / (end - begin) * 100) if end > begin else 100
        step = 1 if self._watched else 10
        if percent // step == self._shown // step and self._shown >= 0:
            return
        self._shown = percent
        line = say("cli.demo_progress", self._lang, {"percent": percent, "day": f"{moment:%d.%m.%Y}"})
        if self._watched:
            print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)
        else:
            print(line, file=sys.stderr, flush=True)

    def end(self) -> None:
        if self._watched and self._shown >= 0:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
