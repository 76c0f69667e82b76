"""First, second, third breach: notice; the dean as well; a service review as well. What counts, and for how long."""

from __future__ import annotations

import pytest

from engine.errors import NotPermitted
from tests.processes.execution import Execution
from tests.processes.faculty import Faculty, FormRefused
from tests.processes.measures import Measures
from tests.processes.meeting import DECISION, Meeting, at, day
from tests.processes.stages import MakeFaculty


@pytest.fixture
def overdue(make: MakeFaculty) -> Faculty:
    """A decision was due on 12 October 2026; it is the 13th, the breach waits for the chair."""
    return make("overdue")


def three_late(make: MakeFaculty) -> tuple[Faculty, list[Measures]]:
    """Three decisions for the same department, each late by now; none of the breaches is confirmed yet."""
    faculty = make("several")
    faculty.wait_for_day(day("2026-10-15"))
    return faculty, [Measures(faculty, f"{decision}/1") for decision in faculty.notes["decisions"][:3]]


# --- the levels -------------------------------------------------------------------------------------------------------


@pytest.mark.both_ways
def test_7_5_1_the_first_breach_a_notice(make: MakeFaculty) -> None:
    faculty, [first, _, _] = three_late(make)
    first.confirm()
    assert (first.level, first.open) == (1, ["send_notice"])
    notice = first.notify()
    assert (notice["level"], notice["executor_unit"], notice["signed_by"]) == (1, "eng-cs", faculty.chair)
    assert faculty.offered(faculty.dean) == []


def test_7_5_2_the_second_breach_a_notice_and_the_dean(make: MakeFaculty) -> None:
    faculty, [first, second, _] = three_late(make)
    first.confirm()
    second.confirm()
    assert (second.level, second.open) == (2, ["inform_dean", "send_notice"])
    second.notify()
    second.inform_dean()
    assert (second.row["level"], second.row["dean_informed_on"]) == (2, day("2026-10-15"))
    assert [row.element for row in faculty.offered(faculty.dean)] == ["take_measures"]
    second.take()
    assert second.row["measure_by"] == faculty.dean
    assert faculty.register("service_reviews") == {}


def test_7_5_3_the_third_breach_within_a_year_a_service_review_as_well(make: MakeFaculty) -> None:
    faculty, [first, second, third] = three_late(make)
    first.confirm()
    second.confirm()
    third.confirm()
    assert third.level == 3
    third.notify()
    third.inform_dean()
    assert third.open == ["initiate_service_review", "respond", "take_measures"]
    third.take()
    third.initiate()
    [review] = faculty.register("service_reviews").values()
    assert (review["status"], review["executor_id"], review["order_no"]) == ("open", "eng-cs", "21-ө")
    third.conclude()
    [review] = faculty.register("service_reviews").values()
    assert (review["status"], review["review_result"]) == ("closed", "confirmed")
    assert third.row["review_result"] == "confirmed"


def test_7_5_3_three_breaches_of_the_same_day_are_counted_one_after_another(make: MakeFaculty) -> None:
    _, breaches = three_late(make)
    for number, breach in enumerate(reversed(breaches), start=1):
        breach.confirm()
        assert breach.level == number


def test_7_5_3_what_counts_as_systematic_is_a_parameter(make: MakeFaculty) -> None:
    faculty, [first, second, third] = three_late(make)
    faculty.set_parameter("P_SYSTEMIC_N", 2)
    first.confirm()
    second.confirm()
    third.confirm()
    assert [m.level for m in (first, second, third)] == [1, 3, 3]


# --- what counts ------------------------------------------------------------------------------------------------------


def test_7_5_1_a_breach_that_is_not_confirmed_does_not_count(make: MakeFaculty) -> None:
    faculty, [first, second, _] = three_late(make)
    first.confirm(verdict="annulled")
    assert (first.row["status"], faculty.state(first.case)) == ("annulled", "completed")
    assert first.row["reason"] == "Құжаттар тексерілді"
    second.confirm()
    assert second.level == 1


def test_7_5_1_a_verdict_has_a_reason(overdue: Faculty) -> None:
    with pytest.raises(FormRefused) as refused:
        Measures(overdue).do(overdue.chair, "confirm_breach", verdict="confirmed")
    assert set(refused.value.errors) == {"verdict_reason"}


def test_7_5_2_breaches_of_another_unit_do_not_count(make: MakeFaculty) -> None:
    faculty, [first, second, _] = three_late(make)
    first.confirm()
    second.confirm()
    faculty.wait_for_day(day("2026-12-02"))
    other = Measures(faculty, f"{faculty.notes['decisions'][3]}/1")
    other.confirm()
    assert (other.row["executor_unit"], other.level) == ("eng-me", 1)


def test_7_5_2_breaches_older_than_twelve_months_do_not_count(overdue: Faculty) -> None:
    first = Measures(overdue)
    first.confirm()
    first.notify()
    Execution(overdue).done()
    overdue.wait_until(at("2027-09-20 09:00"))
    later = Meeting.call(overdue).announce().open_with()
    later.decide(DECISION, due_at="2027-10-13")
    later.finish()
    overdue.wait_for_day(day("2027-10-14"))
    second = Measures(overdue)
    second.confirm()
    assert (second.row["detected_on"], second.level) == (day("2027-10-13"), 1)


def test_7_5_2_a_breach_of_exactly_twelve_months_ago_still_counts(overdue: Faculty) -> None:
    first = Measures(overdue)
    first.confirm()
    first.notify()
    Execution(overdue).done()
    overdue.wait_until(at("2027-09-20 09:00"))
    later = Meeting.call(overdue).announce().open_with()
    later.decide(DECISION, due_at="2027-10-11")
    later.finish()
    overdue.wait_for_day(day("2027-10-12"))
    second = Measures(overdue)
    second.confirm()
    assert (first.row["detected_on"], second.level) == (day("2026-10-12"), 2)


def test_7_5_2_where_persons_are_counted_a_colleague_begins_at_one(faculty: Faculty) -> None:
    faculty.set_parameter("P_EXEC_SCOPE", "person")
    meeting = Meeting.call(faculty).announce("Бірінші мәселе", "Екінші мәселе", "Үшінші мәселе").open_with()
    for person in (faculty.teacher, faculty.teacher, faculty.head):
        charge = {"executor_kind": "person", "executor": person, "executor_unit": None}
        meeting.decide(DECISION | charge, due_at="2026-10-12")
    number = meeting.finish()
    faculty.wait_for_day(day("2026-10-13"))
    levels = []
    for n in (1, 2, 3):
        breach = Measures(faculty, f"{number}-{n}/1")
        breach.confirm()
        levels.append(breach.level)
    assert levels == [1, 2, 1]


def test_7_5_1_nobody_judges_a_breach_of_their_own_in_the_chairs_place(faculty: Faculty) -> None:
    meeting = Meeting.call(faculty).announce("Бірінші мәселе", "Екінші мәселе").open_with()
    for charge in ({"executor_kind": "person", "executor": faculty.deputy, "executor_unit": None}, {}):
        meeting.decide(DECISION | charge, due_at="2026-10-12")
    number = meeting.finish()
    faculty.wait_for_day(day("2026-10-13"))
    own, other = (Measures(faculty, f"{number}-{n}/1") for n in (1, 2))
    answers = {"verdict": "annulled", "verdict_reason": "Құжаттар тексерілді"}
    with pytest.raises(NotPermitted):
        faculty.submit(faculty.deputy, faculty.task("confirm_breach", own.case), **answers)
    faculty.submit(faculty.deputy, faculty.task("confirm_breach", other.case), **answers)
    own.confirm()
    own.do(faculty.secretary, "send_notice", notice_text="Шешім мерзімінде орындалмады", demand="Есеп тапсырыңыз")
    with pytest.raises(NotPermitted):
        faculty.submit(
            faculty.deputy, faculty.task("sign_notice", own.case), notice_verdict="sign", notice_signature=True
        )


def test_7_5_2_where_persons_are_counted_a_department_counts_for_itself(faculty: Faculty) -> None:
    faculty.set_parameter("P_EXEC_SCOPE", "person")
    meeting = Meeting.call(faculty).announce("Бірінші мәселе", "Екінші мәселе").open_with()
    for unit in ("eng-cs", "eng-me"):
        meeting.decide(DECISION | {"executor_unit": unit}, due_at="2026-10-12")
    number = meeting.finish()
    faculty.wait_for_day(day("2026-10-13"))
    breaches = [Measures(faculty, f"{number}-{n}/1") for n in (1, 2)]
    for breach in breaches:
        breach.confirm()
    assert [breach.level for breach in breaches] == [1, 1]


# --- the notice -------------------------------------------------------------------------------------------------------


def test_7_5_1_the_notice_gives_ten_working_days_to_put_it_right(overdue: Faculty) -> None:
    measures = Measures(overdue)
    measures.confirm()
    notice = measures.notify()
    assert (notice["cure_due"], notice["delivered_on"], notice["status"]) == (
        day("2026-10-28"),  # the Republic Day on Sunday 25 October makes the Monday free
        day("2026-10-13"),
        "sent",
    )


def test_7_5_1_a_cure_period_ending_on_a_day_off_ends_on_the_next_working_day(overdue: Faculty) -> None:
    measures = Measures(overdue)
    measures.confirm()
    notice = measures.notify(cure_due="2026-10-24")
    assert notice["cure_due"] == day("2026-10-27")


def test_7_5_1_the_chair_returns_a_notice_that_is_not_right(overdue: Faculty) -> None:
    measures = Measures(overdue)
    measures.confirm()
    measures.do(overdue.secretary, "send_notice", notice_text="Шешім орындалмады", demand="Есеп тапсырыңыз")
    measures.do(overdue.chair, "sign_notice", notice_verdict="return", return_reason="Мерзімі қате")
    assert overdue.page(overdue.secretary, "send_notice").data["return_reason"] == "Мерзімі қате"
    assert overdue.register("notices") == {}
    measures.notify()
    assert list(overdue.register("notices")) == ["1/2026"]


def test_7_5_1_poor_quality_leads_to_the_same_measures(decided: Faculty) -> None:
    execution = Execution(decided)
    execution.accept()
    execution.report()
    execution.verify("poor")
    measures = Measures(decided)
    measures.confirm()
    measures.notify()
    assert (measures.row["breach_type"], measures.open) == ("poor_quality", ["respond"])
    execution.done()
    assert measures.row["status"] == "cured"
