"""Houses to begin from, each lived up to once a run and then copied: settled, announced, in session, decided, …

A test pays for what it is about, not for deploying models and calling a meeting.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from tests.processes.afterwards import Beginning, always_true
from tests.processes.faculty import Faculty
from tests.processes.meeting import DECISION, INFORMATION, Meeting, at, meeting_of
from tests.processes.reporting import Reporting, calendar
from tests.sharing import alone

MakeFaculty = Callable[..., Faculty]
"""``make(stage, size=…, deputy=…)``: the fixture of that name."""
Key = tuple[str, int, bool]


def settled(faculty: Faculty) -> None:
    """The commission is formed; nothing is going on. (What was done before: ``Stages._build``.)"""


def announced(faculty: Faculty) -> None:
    """A regular meeting is called for Monday 21 September 2026 at nine, one item, materials sent."""
    faculty.notes["meeting"] = Meeting.call(faculty).announce().case


def in_session(faculty: Faculty) -> None:
    """The chair has opened the meeting; every member is there; the first item is called."""
    meeting_of(faculty).open_with()


def voted(faculty: Faculty) -> None:
    """The only item is voted on; the protocol is to be written."""
    meeting_of(faculty).decide(INFORMATION)


def decided(faculty: Faculty) -> None:
    """The commission has charged the department eng-cs; due on Monday 12 October 2026."""
    meeting = meeting_of(faculty)
    meeting.decide(DECISION)
    faculty.notes["decision"] = meeting.finish() + "-1"


def overdue(faculty: Faculty) -> None:
    """The department has taken the decision on and let its term pass; the breach waits for the chair."""
    faculty.answer(faculty.head, "accept_task", answer="accept")
    faculty.wait_for_day(datetime(2026, 10, 13).date())


def several(faculty: Faculty) -> None:
    """Three decisions for the department eng-cs, due on 12, 13 and 14 October 2026, one for a colleague of eng-me."""
    meeting = Meeting.call(faculty).announce("Бірінші мәселе", "Екінші мәселе", "Үшінші мәселе", "Төртінші мәселе")
    meeting.open_with()
    for due in ("2026-10-12", "2026-10-13", "2026-10-14"):
        meeting.decide(DECISION, due_at=due)
    person = {"executor_kind": "person", "executor": faculty.colleague, "executor_unit": None}
    meeting.decide(DECISION | person, due_at="2026-12-01")
    number = meeting.finish()
    faculty.notes["decisions"] = [f"{number}-{n}" for n in (1, 2, 3, 4)]
    faculty.notes["decision"] = f"{number}-1"


def second_meeting(faculty: Faculty) -> None:
    """The department has taken the decision on; on Monday 5 October 2026 the commission is in session again."""
    faculty.answer(faculty.head, "accept_task", answer="accept")
    faculty.notes["meeting"] = Meeting.call(faculty).announce().open_with().case


def second_meeting_late(faculty: Faculty) -> None:
    """The decision is overdue, the breach unconfirmed; on Tuesday 27 October 2026 the commission is in session."""
    faculty.notes["meeting"] = Meeting.call(faculty).announce().open_with().case


def report_begun(faculty: Faculty) -> None:
    """The autumn semester has ended; each department is asked for its input to the interim report."""
    calendar(faculty)
    Reporting(faculty)


def report_to_draft(faculty: Faculty) -> None:
    Reporting(faculty).inputs()


def report_to_sign(faculty: Faculty) -> None:
    """No meeting falls in time: the interim report has gone on to the chair."""
    report = Reporting(faculty)
    report.draft()
    report.until_signing()


def final_report(faculty: Faculty) -> None:
    """The academic year has ended, the departments are silent; the final report is to be drafted."""
    calendar(faculty)
    Reporting(faculty, "final")
    faculty.wait_until(at("2027-07-03 00:10"))


BEFORE: dict[str, tuple[Callable[[Faculty], None], str]] = {
    "settled": (settled, ""),
    "announced": (announced, "settled"),
    "in_session": (in_session, "announced"),
    "decided": (decided, "in_session"),
    "voted": (voted, "in_session"),
    "overdue": (overdue, "decided"),
    "several": (several, "settled"),
    "second_meeting": (second_meeting, "decided"),
    "second_meeting_late": (second_meeting_late, "overdue"),
    "report_begun": (report_begun, "settled"),
    "report_to_draft": (report_to_draft, "report_begun"),
    "report_to_sign": (report_to_sign, "report_to_draft"),
    "final_report": (final_report, "settled"),
}
"""How a stage is reached, and from which."""


class Stages:
    """Keeps the houses that have been lived up to a stage; gives out copies."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: dict[Key, Path] = {}
        self._beginnings: dict[Key, Beginning] = {}
        folder.mkdir(exist_ok=True)

    def copy(self, stage: str, size: int, deputy: bool, folder: Path, forget_between: bool = False) -> Faculty:
        """A faculty of its own at this stage, in ``folder``."""
        kept = self._at((stage, size, deputy))
        shutil.copytree(kept, folder, dirs_exist_ok=True)
        return self._open(folder, size, deputy, forget_between)

    def beginning(self, stage: str, size: int, deputy: bool, faculty: Faculty) -> Beginning:
        """What its record says of this stage; ``faculty``: a copy in which nothing has happened yet."""
        key = (stage, size, deputy)
        if key not in self._beginnings:
            self._beginnings[key] = Beginning(faculty)
        return self._beginnings[key]

    def _at(self, key: Key) -> Path:
        if key not in self._kept:
            folder = self._folder / "-".join(map(str, key))
            with alone(folder):
                if not (folder / "state.json").exists():
                    shutil.rmtree(folder, ignore_errors=True)
                    self._build(key, folder)
            self._kept[key] = folder
        return self._kept[key]

    def _build(self, key: Key, folder: Path) -> None:
        stage, size, deputy = key
        live, before = BEFORE[stage]
        if before:
            shutil.copytree(self._at((before, size, deputy)), folder)
            faculty = self._open(folder, size, deputy)
        elif size:
            shutil.copytree(self._at((stage, 0, False)), folder)
            faculty = self._open(folder, 0, False)
            faculty.form_commission(size, deputy)
        else:
            folder.mkdir()
            faculty = Faculty(url(folder), folder)
            faculty.settle_in()
        live(faculty)
        always_true(faculty)
        state = {"now": faculty.clock().isoformat(), "notes": faculty.notes}
        faculty.close()
        (folder / "state.json").write_text(json.dumps(state), encoding="utf-8")

    def _open(self, folder: Path, size: int, deputy: bool, forget_between: bool = False) -> Faculty:
        state = json.loads((folder / "state.json").read_text(encoding="utf-8"))
        now = datetime.fromisoformat(state["now"])
        faculty = Faculty(url(folder), folder, now=now, forget_between=forget_between)
        faculty.notes = state["notes"]
        if size:
            faculty.know_commission(size, deputy)
        return faculty


def url(folder: Path) -> str:
    return f"sqlite:///{folder / 'sapa.db'}"
