"""``sapa simulate``: lets people act over the years, shows how far it is, and verifies the record at the end."""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

from engine import commands as c
from engine.assembly import Settings
from engine.calendar.durations import add_months
from engine.cli import keys
from engine.cli.main import language
from engine.database import reading
from engine.history.report import Report
from engine.history.verify import verify
from engine.simulation import habits, house, place, tally
from engine.simulation.actors import Actors
from engine.simulation.agreement import Difference, differences
from engine.values import day_in_almaty
from engine.wording import say
from engine.world import ManualClock

BEGIN = date(2026, 9, 1)
"""The first simulated day: the beginning of an academic year."""
LOOKS = timedelta(days=7)
"""How often a simulated house looks whether the rules are kept; a real one does every night."""
CURIOUS = 0.9
"""How often simulated people do what nobody did yet at a step, where there is a choice (0..1)."""
_LONGEST = 50
"""Years."""
_SHOWN = 10


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser("simulate", help="let people act over the years on a simulated clock")
    parser.add_argument("--years", type=_years, default=3, metavar="N", help="how long (default: 3)")
    parser.add_argument("--schools", type=_schools, default=2, metavar="N", help="how many schools (default: 2)")
    parser.add_argument("--seed", type=_seed, default="7", metavar="N", help="what chance begins with (default: 7)")
    parser.add_argument("--missed", action="store_true", help="name what of the models nobody came to")
    parser.add_argument("--lang", choices=("kk", "ru", "en"), default=argparse.SUPPRESS, help="language of the answer")
    parser.set_defaults(run=run)


def _years(text: str) -> float:
    years = float(text)
    if not 0 < years <= _LONGEST or _end(years) <= BEGIN:
        raise argparse.ArgumentTypeError(f"0.01 to {_LONGEST}")
    return years


def _schools(text: str) -> int:
    schools = int(text)
    if schools < 1:
        raise argparse.ArgumentTypeError("1 or more")
    return schools


def _seed(text: str) -> str:
    if not text.isalnum():  # it stands in the name of the folder a run is kept in
        raise argparse.ArgumentTypeError("letters and digits")
    return text


def run(args: argparse.Namespace) -> int:
    """Exit 0, or 1 when the verification at the end is not clean. Raises Broken for a database that is not empty."""
    lang = args.lang or language()
    settings = _settings(args)
    end = _end(args.years)
    clock = ManualClock(place.morning(BEGIN))
    university = house.made_up(habits.FOLDER / "schools.yaml", args.schools, args.seed)
    engine = place.prepared(settings, clock, university, BEGIN, end, quick=args.db is None)
    try:
        people = [person.id for person in university.people]
        known = habits.read()
        actors = Actors(
            engine, clock, known, university.schools, people, place.morning(end), args.seed, curious=CURIOUS
        )
        progress = _Progress(lang, BEGIN, end)
        reason = f"{LOOKS.days} d"
        engine.handle(c.SetParameter(actor=c.SYSTEM, name="P_WATCH_D", value=LOOKS.days, reason=reason))
        actors.run(progress, LOOKS)
        progress.end()
        counted = tally.count(engine)
        misdeeds = actors.misdeeds.all()
        with reading(engine.database) as connection:
            differing = differences(connection, engine.clock(), misdeeds)
        report = verify(engine.database, engine.keys)
        _summary(lang, actors, counted, report, settings.database_url, args.missed)
        _agreement(lang, len(misdeeds), differing)
        if args.json:
            told = {**counted.as_json(misdeeds), "differences": [one.as_json() for one in differing]}
            print(json.dumps(told, ensure_ascii=False))
        return 0 if report.clean and not differing else 1
    finally:
        engine.close()


def _end(years: float) -> date:
    return add_months(BEGIN, int(years * 12)) + timedelta(days=round(years * 12 % 1 * 30))


def _settings(args: argparse.Namespace) -> Settings:
    """The database given; else one of this run's own under var/, which a run with the same figures replaces."""
    if args.db is not None:
        keys.provide()
        return Settings.from_environment(args.db)
    folder = keys.var() / "simulations" / f"{args.years:g}-years-{args.schools}-schools-seed-{args.seed}"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("sapa.db*"):
        old.unlink()
    return Settings(f"sqlite:///{folder / 'sapa.db'}", place.key_in(folder / "master.key"), folder)


class _Progress:
    """A line for each simulated month; written over where somebody watches."""

    def __init__(self, lang: str, begin: date, end: date) -> None:
        self._lang, self._begin, self._days = lang, begin, (end - begin).days
        self._month: tuple[int, int] | None = None
        self._started = time.monotonic()
        self._watched = sys.stderr.isatty()

    def __call__(self, moment: datetime) -> None:
        day = day_in_almaty(moment)
        if self._month and (day.year, day.month) <= self._month:  # what is done late is told with its own moment
            return
        self._month = (day.year, day.month)
        params = {
            "month": f"{day:%m.%Y}", "percent": round((day - self._begin).days / max(self._days, 1) * 100),
            "seconds": round(time.monotonic() - self._started),
            "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }  # fmt: skip
        line = say("simulate.progress", self._lang, params)
        if self._watched:
            print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)
        else:
            print(line, file=sys.stderr, flush=True)

    def end(self) -> None:
        if self._watched:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _summary(lang: str, actors: Actors, counted: tally.Tally, report: Report, url: str, missed: bool) -> None:
    """For people, on stderr: stdout is for the one line of --json."""

    def line(code: str, **params: Any) -> None:
        print(say(f"simulate.{code}", lang, params), file=sys.stderr)

    line("summary", cases=counted.cases, entries=counted.entries, incidents=counted.incidents)
    for key, reached in sorted(counted.processes.items()):
        line("process", name=key, **reached.as_json())
        if missed and reached.missed:
            line("missed", what=", ".join(reached.missed))
    line("forms", checked=actors.checking.checked, sent_back=actors.checking.sent_back)
    line("refusals", what=", ".join(f"{code} {n}" for code, n in sorted(actors.refusals.items())) or "0")
    rules = Counter(misdeed.rule for misdeed in actors.misdeeds.all())
    line("violations", what=", ".join(f"{rule} {n}" for rule, n in sorted(rules.items())) or "0")
    for what, times in Counter([*actors.checking.faults, *actors.undone]).most_common(_SHOWN):
        line("fault", what=what, times=times)
    for problem in report.problems[:_SHOWN]:
        print(problem.say(lang), file=sys.stderr)
    line("verified" if report.clean else "not_verified", entries=report.entries, database=url)


def _agreement(lang: str, misdeeds: int, differing: list[Difference]) -> None:
    """Whether the compliance rules find what the people did, and nothing else."""
    for one in differing[:_SHOWN]:
        print(say(f"simulate.known_to_{one.known}", lang, one.as_json()), file=sys.stderr)
    code = "differing" if differing else "agreeing"
    print(say(f"simulate.{code}", lang, {"misdeeds": misdeeds, "differing": len(differing)}), file=sys.stderr)
