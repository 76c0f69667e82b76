"""What was due keeps the figure of its time: a changed parameter judges nothing that began before."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from engine import commands as c
from engine import feel
from engine.answers import Answers
from engine.compliance.measuring import Finding, judge
from engine.compliance.rules import rules
from engine.database import reading
from engine.history.in_place import rebuild_in_place
from engine.values import ALMATY
from engine.world import LiveWorld
from tests.core.place import Place
from tests.history.models import EDITION

HELD = date(2026, 9, 1)


def judged(place: Place, number: str, rows: dict[str, list[dict[str, Any]]]) -> Finding:
    now = place.clock()
    with reading(place.engine.database) as connection:
        return judge(rules()[number], LiveWorld(now, Answers(connection, now)), "eng", rows, [])


def said(place: Place, text: str) -> Any:
    now = place.clock()
    with reading(place.engine.database) as connection:
        return feel.compile(text).evaluate({}, LiveWorld(now, Answers(connection, now)))


def meetings(*days: date) -> dict[str, list[dict[str, Any]]]:
    """Held on these days, each begun in that morning."""
    return {
        "meetings": [
            {"key": str(day), "case": str(day), "begun": datetime.combine(day, time(8), ALMATY)}
            | {"status": "held", "held_on": day}
            for day in days
        ]
    }


def test_6_1_5_a_shorter_term_for_protocols_leaves_meetings_already_held_their_days(place: Place) -> None:
    place.later(days=1)
    assert judged(place, "R23", meetings(HELD)).coming[0].since == date(2026, 9, 9), "five working days"
    place.system(c.SetParameter, name="P_PROTOCOL_WD", value=1, reason="келісім")
    place.later(days=2)
    later = HELD + timedelta(days=1)
    found = judged(place, "R23", meetings(HELD, later))
    assert [(one.case, one.since) for one in found.broken] == [(str(later), date(2026, 9, 4))]
    assert found.threshold == 1


def test_a_parameter_is_told_as_it_stood_on_a_day_and_at_a_moment(place: Place) -> None:
    place.later(days=1)
    place.system(c.SetParameter, name="P_PROTOCOL_WD", value=7, reason="келісім")
    place.later(days=3)
    place.system(c.SetParameter, name="P_PROTOCOL_WD", value=9, reason="келісім")
    asked = 'for d in 1..6 return parameter_on("P_PROTOCOL_WD", date(2026, 9, d))'
    assert said(place, asked) == [5, 7, 7, 7, 9, 9], "of the day of a change: as it stood when the day ended"
    assert said(place, 'parameter_on("P_PROTOCOL_WD", date and time("2026-09-02T08:59:00@Asia/Almaty"))') == 5
    assert said(place, 'parameter_on("P_PROTOCOL_WD", null)') is None
    assert said(place, 'parameter_on("P_UNKNOWN", today())') is None
    rebuild_in_place(place.engine.bus)
    assert said(place, asked) == [5, 7, 7, 7, 9, 9]


def test_7_3_1_a_meeting_is_judged_by_the_quorum_its_case_was_begun_with(place: Place) -> None:
    rows = {"meetings": [{**meetings(HELD)["meetings"][0], "members_total": 10, "present_voting": 6}]}
    assert judged(place, "R17", rows).status == "ok"
    place.deploy(EDITION)
    place.start("edition")
    place.system(c.SetParameter, name="QUORUM", value=0.7, reason="7.3.1", edition="2")
    place.later(days=1)
    assert judged(place, "R17", rows).status == "ok"


OF_TODAY = {"P_FINDING_M", "P_ATTEND_WINDOW", "P_ATTEND_MIN", "P_ATTEND_FROM", "P_PLAN_LEAD"}
"""How far back is looked, what members' presence is held against, how far ahead the calendar must reach: no term of a
step that was begun."""


def test_8_4_no_rule_judges_a_step_by_the_figure_of_today() -> None:
    found = {
        (number, name)
        for number, rule in rules().items()
        for text in (*rule.let.values(), rule.measure, rule.episodes, rule.judged)
        for name in re.findall(r'\bparameter\("(\w+)"\)', text)
    }
    assert {one for one in found if one[1] not in OF_TODAY} == set()
