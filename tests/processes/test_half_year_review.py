"""The half-yearly review: begun in time for a meeting, considered there, told to ASB when the half-year ends first."""

from __future__ import annotations

import pytest

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
        assert [row["item_id"] for row in meeting.variables["proposals"]] == [f"{SCHOOL}/review/{HALF}"]
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


def test_7_4_4_the_secretary_sees_how_decisions_stand(review: Review) -> None:
    data = review.faculty.page(review.faculty.secretary, "prepare_review", review.case).data
    assert data["totals"] == {"adopted": 1, "done": 0, "late": 1, "poor": 0, "open": 1}
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


def test_7_4_4_without_decisions_in_work_the_item_is_proposed_all_the_same(make: MakeFaculty) -> None:
    review = Review(make("settled"))
    data = review.faculty.page(review.faculty.secretary, "prepare_review", review.case).data
    assert (data["totals"]["open"], data["open_rows"]) == (0, [])
    review.prepare()
    assert review.row["status"] == "proposed"
