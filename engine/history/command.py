"""``sapa verify`` and ``sapa replay``: prints what verification found and how a case went, entry by entry."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from engine.assembly import Engine, Settings, open_engine
from engine.cli.main import language
from engine.database import reading_one_moment
from engine.definitions.library import DeployedLibrary
from engine.definitions.model import Node
from engine.directory import reads
from engine.documents import soundness
from engine.errors import SapaError
from engine.history import replay, timeline
from engine.history.checkpoints import Checkpoint, Checkpoints
from engine.history.in_place import rebuild_in_place
from engine.history.report import CLEAN, NOT_REPRODUCED, TAMPERED, Problem, Report
from engine.history.verify import verify
from engine.notes import soundness as attached
from engine.wording import catalogue, say

MISUSED = 2


def add(subparsers: Any) -> None:
    checking = subparsers.add_parser("verify", help="check every chain and re-execute every case")
    checking.add_argument(
        "--stream", action="append", metavar="S", help="only this stream, e.g. instance:abc, directory"
    )
    checking.add_argument("--rebuild", action="store_true", help="first rebuild every cache from the record")
    checking.add_argument("--checkpoint", action="store_true", help="afterwards, if clean, write a checkpoint")
    checking.add_argument("--known", default="", metavar="ID:HASH", help="a checkpoint kept outside the system")
    checking.set_defaults(run=run_verify)
    going = subparsers.add_parser("replay", help="re-execute one case from its record")
    going.add_argument("instance", metavar="INSTANCE")
    going.add_argument("--step", type=int, metavar="N", help="only entry N, with the values that stood after it")
    going.set_defaults(run=run_replay)
    for parser in (checking, going):
        parser.add_argument(
            "--lang", choices=("kk", "ru", "en"), default=argparse.SUPPRESS, help="language of the answer"
        )


def run_verify(args: argparse.Namespace) -> int:
    """Exit 0 clean, 1 tampered, 3 not reproduced by this version of the program."""
    lang = args.lang or language()
    engine = open_engine(Settings.from_environment(args.db))
    try:
        progress = _Progress(lang, quiet=args.json)
        rebuilt = rebuild_in_place(engine.bus, progress) if args.rebuild else 0
        report = verify(engine.database, engine.keys, args.stream, progress, args.known)
        if not args.stream:
            _documents(engine, report)
        report.rebuilt = args.rebuild
        progress.end()
        written = Checkpoints(engine.bus).write() if args.checkpoint and report.clean else None
        if written is not None:
            report.anchor, report.unanchored = written.mark, 0
        if args.json:
            print(json.dumps(report.as_json(lang), ensure_ascii=False))
        else:
            _print(report, lang, args.checkpoint, written, rebuilt)
        return report.exit_code
    finally:
        engine.close()


def _documents(engine: Engine, report: Report) -> None:
    """The files of recorded documents and of what was attached, which lie outside the database."""
    with reading_one_moment(engine.database) as connection:
        for one in soundness.check(connection, engine.keys, engine.files):
            report.add(Problem(f"document_{one.state}", table="vw_document", key=one.document, file=one.file))
        for one in attached.check(connection, engine.keys, engine.files):
            report.add(Problem(f"attachment_{one.state}", table="vw_note", key=one.document, file=one.file))


def _print(report: Report, lang: str, asked: bool, written: Checkpoint | None, rebuilt: int) -> None:
    figures = report.as_json(lang)
    if report.rebuilt:
        print(say("verify.rebuilt", lang, {"entries": rebuilt}))
    for problem in report.problems:
        print(problem.say(lang))
    hidden = report.tampered + report.not_reproduced - len(report.problems)
    if hidden:
        print(say("verify.more", lang, {"count": hidden}))
    print(say("verify.counts", lang, figures))
    if report.erased:
        print(say("verify.erased", lang, figures))
    if report.skipped:
        print(say("verify.skipped", lang, figures))
    if written is not None:
        print(say("verify.checkpoint_written", lang, {"mark": written.mark}))
    elif asked and report.clean:
        print(say("verify.checkpoint_needless", lang))
    print(say("verify.anchored" if report.anchor else "verify.not_anchored", lang, figures))
    outcome = {CLEAN: "clean", TAMPERED: "tampered", NOT_REPRODUCED: "not_reproduced"}[report.exit_code]
    print(say(f"verify.{outcome}", lang, figures))


class _Progress:
    """One line that is written over, where somebody watches; nothing in a pipe."""

    def __init__(self, lang: str, quiet: bool) -> None:
        self._lang = lang
        self._on = not quiet and sys.stderr.isatty()

    def __call__(self, what: str, done: int, total: int) -> None:
        if self._on:
            line = say(f"verify.doing.{what}", self._lang, {"done": done, "total": total})
            print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        if self._on:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


# --- replay --------------------------------------------------------------------------------------------------------


def run_replay(args: argparse.Namespace) -> int:
    """Exit 0 all alike, 1 the record was changed, 2 no such entry, 3 not reproduced by this version."""
    lang = args.lang or language()
    engine = open_engine(Settings.from_environment(args.db))
    try:
        return _Replay(engine, lang, args.json, args.step).run(args.instance)
    finally:
        engine.close()


class _Replay:
    def __init__(self, engine: Engine, lang: str, as_json: bool, only: int | None) -> None:
        self._engine = engine
        self._lang = lang
        self._json = as_json
        self._only = only
        self._library = DeployedLibrary(engine.database)
        self._definition = ""

    def run(self, instance: str) -> int:
        report, count, shown, erased = Report(), 0, 0, False
        with reading_one_moment(self._engine.database) as connection:
            for step in replay.steps(connection, self._engine.keys, self._library, instance):
                count += 1
                erased = erased or step.entry.values is None
                self._definition = step.entry.body["head"].get("definition", self._definition)
                for problem in step.problems:
                    report.add(problem)
                if self._only is None or self._only == step.entry.seq:
                    shown += 1
                    people = reads.names(connection, timeline.mentioned(step.entry))
                    self._show(step, people)
        if not shown:
            print(say("replay.no_step", self._lang, {"step": self._only}), file=sys.stderr)
            return MISUSED
        if not self._json:
            outcome = "replay.erased" if erased else "replay.clean"
            print(say(outcome if report.clean else "verify.tampered", self._lang, {"count": count, **report.as_json()}))
        return report.exit_code

    def _show(self, step: replay.Step, people: dict[str, str]) -> None:
        row, lang = step.row, self._lang
        captions = [timeline.caption(fact, lang, self._names, people) for fact in row.facts]
        if self._json:
            line: dict[str, Any] = {
                "seq": row.seq, "at": row.at.isoformat(), "actor": row.actor, "as": row.acted_as, "command": row.kind,
                "facts": [dict(fact) for fact in row.facts], "values": dict(row.values), "open": list(step.open),
                "state": step.state, "reenacted": step.done, "problems": [each.as_json(lang) for each in step.problems],
            }  # fmt: skip
            if self._only is not None:
                line["variables"] = step.variables
            print(json.dumps(line, ensure_ascii=False))
            return
        who = people.get(row.actor) or (
            say(f"actor.{row.actor}", lang) if f"actor.{row.actor}" in catalogue() else row.actor
        )
        as_role = f" ({row.acted_as})" if row.acted_as else ""
        print(f"{row.seq:>4}  {timeline.local(row.at)}  {who}{as_role}: {timeline.command(row.kind, lang)}")
        for sentence in captions:
            print(f"      · {sentence}")
        if step.state in ("completed", "cancelled"):
            print(f"      = {say('replay.ended', lang)}")
        elif step.done:
            waiting = ", ".join(self._waiting(each) for each in step.open) or say("replay.none", lang)
            print(f"      = {say('replay.open', lang)}: {waiting}")
        if self._only is not None:
            print(json.dumps(step.variables, ensure_ascii=False, indent=2))
        for problem in step.problems:
            print(f"      ! {problem.say(lang)}")

    def _waiting(self, each: dict[str, Any]) -> str:
        name = each["names"].get(self._lang) or each["names"].get("kk") or each["element"]
        return f"{name} [{each['waiting']}]"

    def _names(self, place: str) -> dict[str, str]:
        definition, _, element = place.rpartition("/")
        try:
            node: Node = self._library.node(definition or self._definition, element)
        except (SapaError, LookupError, StopIteration):
            return {"kk": element}
        return dict(node.names) or {"kk": element}
