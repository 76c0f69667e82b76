"""``sapa serve``, ``sapa worker``: the long-running processes, each stopped cleanly by SIGTERM or Ctrl+C.

The beat fires timers in one place: in the worker, or inside the server on SQLite, where a second process is refused.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import metadata
from typing import Any, NoReturn

from engine import Engine, Settings, open_engine
from engine.cli.main import language
from engine.cli.refusing import Unusable
from engine.database import is_sqlite
from engine.wording import say

GROUP = "sapa.server"
"""Who serves pages says so in its packaging (entry points of this group): the engine knows no web."""
HOST, PORT = "127.0.0.1", 8000

Server = Callable[[Engine, str, int, bool], None]


def add(subparsers: Any) -> None:
    serve = subparsers.add_parser("serve", help="serve the pages (on SQLite with timers and messages)")
    add_address(serve)
    serve.set_defaults(run=run_serve)
    worker = subparsers.add_parser("worker", help="fire timers and deliver messages until stopped")
    worker.set_defaults(run=run_worker)
    for parser in (serve, worker):
        parser.add_argument("--lang", choices=("kk", "ru", "en"), default=argparse.SUPPRESS, help="of the messages")


def add_address(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default=HOST, help=f"default: {HOST}")
    port = os.environ.get("PORT") or str(PORT)  # a text: a wrong one is refused like an argument
    parser.add_argument("--port", type=_port, default=port, help=f"default: PORT or {PORT}")


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(text)
    return int(text)


def run_serve(args: argparse.Namespace) -> int:
    server = find_server()
    with alone(open_engine(Settings.from_environment(args.db))) as engine:
        return serving(engine, server, args)


def serving(engine: Engine, server: Server, args: argparse.Namespace) -> int:
    """Serve until stopped; exit 0 when told to stop."""
    lang = args.lang or language()
    if is_sqlite(engine.database):
        engine.beat.run()
    try:
        with stopping():
            print(say("cli.serving", lang, {"url": f"http://{args.host}:{args.port}"}), flush=True)
            server(engine, args.host, args.port, engine.settings.demo)
    except Stopped:
        print(say("cli.stopped", lang), file=sys.stderr)
    return 0


def find_server() -> Server:
    """What serves the pages. Raises Unusable when it is not installed."""
    for entry in metadata.entry_points(group=GROUP):
        server: Server = entry.load()
        return server
    raise Unusable("no_server", group=GROUP)


def run_worker(args: argparse.Namespace) -> int:
    lang = args.lang or language()
    with alone(open_engine(Settings.from_environment(args.db))) as engine:
        engine.beat.run()
        try:
            with stopping():
                print(say("cli.working", lang), flush=True)
                threading.Event().wait()
        except Stopped:
            print(say("cli.stopped", lang), file=sys.stderr)
    return 0


# --- one process on SQLite -----------------------------------------------------------------------------------------


@contextmanager
def alone(engine: Engine) -> Iterator[Engine]:
    """Closes the engine at the end; on SQLite holds a lock meanwhile. Raises Unusable when another process has it."""
    lock = None
    try:
        file = engine.database.url.database if is_sqlite(engine.database) else None
        if file and file != ":memory:":
            lock = open(f"{file}.lock", "w", encoding="ascii")  # noqa: SIM115 - held as long as the process serves
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Unusable("served_already", file=file) from None
        yield engine
    finally:
        engine.close()
        if lock is not None:
            lock.close()


# --- being stopped -------------------------------------------------------------------------------------------------


class Stopped(BaseException):
    """SIGTERM or SIGINT: not an Exception, so that nobody on the way takes it for a fault."""


@contextmanager
def stopping() -> Iterator[None]:
    """Raises Stopped in the main thread on SIGTERM and SIGINT."""

    def stop(number: int, frame: Any) -> NoReturn:
        raise Stopped

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
