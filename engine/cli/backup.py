"""``sapa backup DIR``, ``sapa restore DIR``: a copy of everything recorded, and a house brought back from it."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from engine import Settings, open_engine
from engine.assembly import DEFAULT_DATABASE, read_master_key
from engine.cli import archive, keys
from engine.cli.main import language, version
from engine.cli.refusing import Unusable
from engine.database import open_database, reading
from engine.history import checkpoints
from engine.history.verify import verify
from engine.values import instant
from engine.wording import say


def add(subparsers: Any) -> None:
    backup = subparsers.add_parser("backup", help="write a copy of everything into a folder; the house may go on")
    backup.add_argument("folder", metavar="DIR", type=Path, help="a new or empty folder")
    backup.add_argument("--with-keys", action="store_true", help="put the master key in: then the copy opens by itself")
    backup.set_defaults(run=run_backup)
    restore = subparsers.add_parser("restore", help="bring a copy back into an empty database and verify it")
    restore.add_argument("folder", metavar="DIR", type=Path)
    restore.set_defaults(run=run_restore)
    for parser in (backup, restore):
        parser.add_argument("--lang", choices=("kk", "ru", "en"), default=argparse.SUPPRESS, help="of the messages")


def run_backup(args: argparse.Namespace) -> int:
    lang = args.lang or language()
    engine = open_engine(Settings.from_environment(args.db))
    try:
        key = engine.settings.master_key
        with reading(engine.database) as connection:
            last = checkpoints.newest(connection)
        about = {
            "program": version(), "at": instant(engine.clock()), "from": engine.database.dialect.name,
            "key": archive.key_mark(key), "checkpoint": f"{last.id}:{last.hash}" if last else "",
        }  # fmt: skip
        inside = key if args.with_keys else None
        manifest = archive.write(engine.database, engine.settings.var / "files", args.folder, about, inside)
    finally:
        engine.close()
    rows = sum(table["rows"] for table in manifest["tables"].values())
    files = sum(name.startswith("files/") for name in manifest["hashes"])
    mark = archive.mark(args.folder)
    if args.json:
        print(json.dumps({"folder": str(args.folder), "rows": rows, "files": files, "manifest": mark}))
        return 0
    print(say("cli.backup_done", lang, {"folder": args.folder, "rows": rows, "files": files}))
    print(say("cli.backup_mark", lang, {"mark": mark}))
    print(say("cli.backup_with_key" if args.with_keys else "cli.backup_without_key", lang))
    return 0


def run_restore(args: argparse.Namespace) -> int:
    """Exit 1 when the copy is damaged, the database is not empty, the key is another one, or verification fails."""
    lang = args.lang or language()
    manifest = archive.opened(args.folder)
    made = _key_from(args.folder)
    key = read_master_key(keys.var())
    if archive.key_mark(key) != manifest["key"]:
        raise Unusable("copy_other_key")
    database = open_database(args.db or os.environ.get("SAPA_DATABASE_URL") or DEFAULT_DATABASE)
    try:
        archive.read(args.folder, manifest, database, keys.var() / "files")
    finally:
        database.dispose()
    engine = open_engine(Settings.from_environment(args.db))
    try:
        report = verify(engine.database, engine.keys, known=manifest["checkpoint"])
    finally:
        engine.close()
    if args.json:
        print(json.dumps({"folder": str(args.folder), "key": made, "verify": report.as_json(lang)}, ensure_ascii=False))
        return report.exit_code
    print(say("cli.restored", lang, {"folder": args.folder, "entries": report.entries}))
    for problem in report.problems:
        print(problem.say(lang), file=sys.stderr)
    return report.exit_code


def _key_from(folder: Path) -> str:
    """Put the copy's key into place when it has one and there is none here; the file made."""
    inside, here = folder / archive.KEY, keys.key_file()
    if not inside.exists() or keys.in_environment() or here.exists():
        return ""
    here.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    keys.write(here, inside.read_text(encoding="ascii"))
    return str(here)
