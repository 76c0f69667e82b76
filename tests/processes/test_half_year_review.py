"""The half-yearly review: begun in time for a meeting, considered there, told to ASB when the half-year ends first."""

from __future__ import annotations

import pytest

from engine import commands as c
from tests.processes.experts import Report
from tests.processes.faculty import SCHOOL, Faculty
from tests.processes.meeting import INFORMATION, Meeting, at, day
from tests.processes.stages import MakeFaculty

HALF = "2026-H2"


class Review:
    """The review of the second half of 2026, from its first day on."""

    def __init__(self, faculty: Faculty) -> None:
        self.faculty = faculty
        faculty.wait_until(at("2026-10-15 09:00"))
        self.case = next(x for x in faculty.cases("half_year_review") if faculty.variables(x)["school"] == SCHOOL)

    @property
    def row(self) -> dict[str, object]:
        return self.faculty.register("reviews")[HALF]

    @property
    def open(self) -> list[str]:
        return self.faculty.open_tasks(self.case)

    def prepare(self) -> None:
        self.faculty.answer(self.faculty.secretary, "prepare_review", self.case,
                            review_analysis="Шешімдер негізінен мерзімінде орындалды", review_proposals=[])  # fmt: skip

    def consider(self) -> Meeting:
        """A meeting with an item of its own and the one that the case has proposed."""
        meeting = Meeting.call(self.faculty)
        assert [(row["item_id"], row["title"]) for row in meeting.variables["proposals"]] == [
            (f"{SCHOOL}/review/{HALF}",
             "Шешімдердің орындалуын жартыжылдық қарау: 2026 жылдың екінші жартыжылдығы"),
        ]  # fmt: skip
        meeting.announce().open_with()
        meeting.decide(INFORMATION)
        meeting.decide(INFORMATION)
        meeting.finish()
        return meeting


@pytest.fixture
def review(make: MakeFaculty) -> Review:
    return Review(make("decided"))


@pytest.mark.both_ways
def test_7_4_4_it_begins_twice_a_year_early_enough_for_a_meeting(make: MakeFaculty) -> None:
    faculty = make("settled")
    faculty.wait_until(at("2027-04-15 09:01"))
    assert sorted(faculty.variables(x)["half_year"] for x in faculty.cases("half_year_review")) == [
        "2026-H2",
        "2026-H2",
        "2027-H1",
        "2027-H1",
    ]  # fmt: skip - one a school


def test_3_8_1_the_review_tells_how_the_experts_recommendations_stand(faculty: Faculty) -> None:
    report = Report(faculty)
    report.split()
    report.assign(due="2026-10-09")
    totals = faculty.page(faculty.secretary, "prepare_review", Review(faculty).case).data["totals"]
    assert {name: totals[name] for name in ("experts_closed", "experts_open", "experts_late")} == {
        "experts_closed": 0, "experts_open": 2, "experts_late": 2,
    }  # fmt: skip


def test_7_4_4_the_secretary_sees_how_decisions_stand(review: Review) -> None:
    data = review.faculty.page(review.faculty.secretary, "prepare_review", review.case).data
    assert data["totals"] == {
        "adopted": 1, "done": 0, "late": 1, "poor": 0, "open": 1, "experts_closed": 0, "experts_open": 0,
        "experts_late": 0,
    }  # fmt: skip
    assert [row["decision_no"] for row in data["open_rows"]] == [review.faculty.notes["decision"]]


def test_7_4_4_it_is_considered_at_a_meeting_and_concluded(review: Review) -> None:
    review.prepare()
    assert review.row["status"] == "proposed"
    meeting = review.consider()
    assert review.open == ["record_outcome"]
    review.faculty.answer(review.faculty.secretary, "record_outcome", review.case,
                          conclusions="Орындалу қанағаттанарлық", need_analysis=False)  # fmt: skip
    row = review.row
    assert (row["status"], row["meeting_id"]) == ("considered", meeting.variables["meeting_id"])
    assert review.faculty.state(review.case) == "completed"


def test_7_4_4_a_month_before_the_end_the_secretary_is_reminded_and_proposes_again(review: Review) -> None:
    review.prepare()
    review.faculty.wait_until(at("2026-12-01 09:00"))
    assert review.open == ["remind_agenda"]
    review.faculty.answer(review.faculty.secretary, "remind_agenda", review.case, on_agenda="propose")
    assert review.open == []
    assert review.faculty.state(review.case) == "active"


def test_7_4_4_a_half_year_that_ends_without_it_is_told_to_the_section_and_still_waits(review: Review) -> None:
    review.prepare()
    review.faculty.wait_until(at("2027-01-01 00:01"))
    assert "acknowledge_missed" in review.open
    assert review.row["missed_on"] == day("2026-12-31")  # at the last second of the day
    review.faculty.answer(review.faculty.asb, "acknowledge_missed", review.case, asb_note=None)
    assert review.faculty.state(review.case) == "active"


def test_7_4_4_a_half_year_that_ends_before_the_review_is_prepared_is_told_to_the_section_once(review: Review) -> None:
    review.faculty.wait_until(at("2027-01-01 00:01"))
    assert review.open == ["acknowledge_missed", "prepare_review"]
    review.faculty.answer(review.faculty.asb, "acknowledge_missed", review.case, asb_note=None)
    review.prepare()
    review.faculty.wait(minutes=1)
    assert "acknowledge_missed" not in review.open
    assert (review.row["status"], review.row["missed_on"]) == ("proposed", day("2026-12-31"))


def proposed(meeting: Meeting) -> list[str]:
    return [row["item_id"] for row in meeting.variables["proposals"]]


def test_7_4_4_what_the_chair_takes_off_the_agenda_is_proposed_to_the_next_meeting(review: Review) -> None:
    review.prepare()
    meeting = Meeting.call(review.faculty)
    meeting.collect("Силлабустардың сапасы")
    title = next(row["title"] for row in meeting.variables["proposals"])
    meeting.approve(decline={title: "Деректер толық емес"})
    meeting.distribute()
    meeting.open_with().decide(INFORMATION)
    meeting.finish()
    assert (review.row["status"], review.faculty.state(review.case)) == ("proposed", "active")
    review.consider()
    assert review.open == ["record_outcome"]


def test_7_3_1_an_item_left_without_quorum_is_not_considered_and_is_proposed_to_the_next_meeting(
    review: Review,
) -> None:
    review.prepare()
    faculty = review.faculty
    meeting = Meeting.call(faculty).announce()
    meeting.open_with(faculty.members[:5])
    meeting.decide(INFORMATION)
    meeting.formulate(INFORMATION, absent_now=faculty.members[3:5])
    assert meeting.outcome["result"] == "invalid"
    meeting.finish()
    assert (review.open, review.row["status"]) == ([], "proposed")
    assert review.consider().variables["outcomes"][-1]["result"] == "adopted"
    assert review.open == ["record_outcome"]


def test_4_1_what_a_dissolved_commission_did_not_consider_waits_for_the_next(review: Review) -> None:
    review.prepare()
    faculty = review.faculty
    meeting = Meeting.call(faculty)
    assert proposed(meeting) == [f"{SCHOOL}/review/{HALF}"]
    faculty.engine.handle(
        c.CorrectVariables(actor=c.SYSTEM, instance=meeting.case, variables={"dissolved": True}, reason="тарату")
    )
    assert faculty.state(meeting.case) == "completed"
    assert proposed(Meeting.call(faculty)) == [f"{SCHOOL}/review/{HALF}"]


def test_7_4_4_without_decisions_in_work_the_item_is_proposed_all_the_same(make: MakeFaculty) -> None:
    review = Review(make("settled"))
    data = review.faculty.page(review.faculty.secretary, "prepare_review", review.case).data
    assert (data["totals"]["open"], data["open_rows"]) == (0, [])
    review.prepare()
    assert review.row["status"] == "proposed"
