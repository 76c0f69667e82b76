"""The procedures on PostgreSQL: what every other file here proves on SQLite holds there as well."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import TaskNotOpen
from tests.processes.afterwards import always_true
from tests.processes.execution import Execution, change
from tests.processes.faculty import Faculty
from tests.processes.measures import Measures
from tests.processes.meeting import DECISION, INFORMATION, Meeting, at, day

pytestmark = pytest.mark.postgres


@pytest.fixture
def faculty(postgres_url: str, tmp_path: Path, forget_between: bool) -> Iterator[Faculty]:
    """Five members with a deputy chair, on PostgreSQL."""
    faculty = Faculty(postgres_url, tmp_path, forget_between=forget_between)
    faculty.settle_in()
    faculty.form_commission(5)
    yield faculty
    try:
        always_true(faculty)
    finally:
        faculty.close()


@pytest.mark.both_ways
def test_7_3_2_a_meeting_its_vote_and_its_protocol(faculty: Faculty) -> None:
    meeting = Meeting.call(faculty).announce("Бірінші мәселе", "Екінші мәселе").open_with(faculty.members[:4])
    meeting.formulate()
    task = meeting.ballot("m4")
    meeting.vote("2-2-0", chair="for")
    assert meeting.outcome["result"] == "adopted_casting"
    assert isinstance(faculty.refused(faculty.completion("m4", task, vote="for")), TaskNotOpen)
    meeting.decide(INFORMATION)
    number = meeting.finish()
    assert list(faculty.register("decisions")) == [f"{number}-1", f"{number}-2"]
    assert len(faculty.register("votes")) == 8


def test_7_5_2_a_decision_not_carried_out_is_asked_about_and_climbs_until_it_is_put_right(faculty: Faculty) -> None:
    meeting = Meeting.call(faculty).announce().open_with()
    meeting.decide(DECISION, due_at="2026-10-12")
    faculty.notes["decision"] = meeting.finish() + "-1"
    faculty.wait_until(at("2026-10-13 10:00"))
    assert len(faculty.offered(faculty.secretary, "send_inquiries")) == 1
    execution, measures = Execution(faculty), Measures(faculty)
    measures.confirm()
    measures.notify()
    faculty.wait_for_day(day("2026-10-29"))
    assert measures.level == 2
    measures.notify()
    measures.inform_dean()
    measures.take()
    execution.accept()
    execution.done()
    assert (execution.row["status"], measures.row["status"]) == ("done_late", "cured")
    assert faculty.state(measures.case) == "completed"


def test_7_4_1_a_decision_is_cancelled_by_a_later_one_and_its_measures_stop(faculty: Faculty) -> None:
    meeting = Meeting.call(faculty).announce().open_with()
    meeting.decide(DECISION, due_at="2026-10-12")
    faculty.notes["decision"] = meeting.finish() + "-1"
    faculty.wait_for_day(day("2026-10-13"))
    measures = Measures(faculty)
    faculty.notes["meeting"] = Meeting.call(faculty).announce().open_with().case
    change(faculty, "cancel")
    assert (Execution(faculty).row["status"], measures.row["status"]) == ("cancelled", "stopped")
    assert not {"execute", "confirm_breach", "send_notice", "sign_notice", "inform_dean"} & set(faculty.open_tasks())


def test_7_2_3_an_acting_chair_by_order_opens_the_meeting(faculty: Faculty) -> None:
    meeting = Meeting.call(faculty).announce()
    faculty.wait_until(at("2026-09-18 10:00"))
    meeting.confirm(chair=False, deputy=False)
    faculty.answer(faculty.secretary, "report_absence", absent=[faculty.chair, faculty.deputy],
                   absence_reason="Іссапар", absent_from="2026-09-18", absent_to="2026-09-25")  # fmt: skip
    faculty.answer(faculty.dean, "choose_acting", acting_person="m4", scope="meeting")
    faculty.answer(faculty.dean, "sign_order", order_no="15-ө", order_date="2026-09-18", order_signed=True)
    meeting.come()
    meeting.confirm(chair=False, deputy=False, acting=True)
    meeting.attend(["m2", "m4", "m5"])
    assert (meeting.variables["presiding"], meeting.open) == ("m4", ["formulate"])
