"""How measures end or climb: cured, not cured, a passive dean, a review under way, executors of a special kind."""

from __future__ import annotations

import pytest

from engine import commands as c
from engine.errors import NotPermitted
from tests.processes.execution import Execution
from tests.processes.faculty import SCHOOL, Faculty
from tests.processes.measures import Measures
from tests.processes.meeting import DECISION, Meeting, at, day
from tests.processes.stages import MakeFaculty


@pytest.fixture
def overdue(make: MakeFaculty) -> Faculty:
    """A decision was due on 12 October 2026; it is the 13th, the breach waits for the chair."""
    return make("overdue")


@pytest.fixture
def warned(overdue: Faculty) -> Measures:
    """The notice is delivered; to be put right by 28 October 2026."""
    measures = Measures(overdue)
    measures.confirm()
    measures.notify()
    return measures


def charged(faculty: Faculty, person: str) -> Measures:
    """One person has charge, and is late."""
    meeting = Meeting.call(faculty).announce().open_with()
    charge = {"executor_kind": "person", "executor": person, "executor_unit": None}
    meeting.decide(DECISION | charge, due_at="2026-10-12")
    meeting.finish()
    faculty.wait_for_day(day("2026-10-13"))
    return Measures(faculty)


# --- put right --------------------------------------------------------------------------------------------------------


@pytest.mark.both_ways
def test_7_5_1_put_right_after_an_answer_the_measures_end(warned: Measures) -> None:
    faculty = warned.faculty
    warned.respond()
    assert warned.open == []
    Execution(faculty).done()
    assert (warned.row["status"], faculty.state(warned.case)) == ("cured", "completed")
    [notice] = faculty.register("notices").values()
    assert (notice["status"], notice["cured_on"]) == ("cured", day("2026-10-13"))


def test_7_5_1_put_right_without_a_word_the_measures_end_as_well(warned: Measures) -> None:
    Execution(warned.faculty).done()
    assert (warned.row["status"], warned.open) == ("cured", [])


def test_7_5_1_put_right_before_the_notice_was_signed_nobody_is_asked_for_an_answer(overdue: Faculty) -> None:
    measures = Measures(overdue)
    measures.confirm()
    Execution(overdue).done()
    measures.notify()
    assert (measures.row["status"], overdue.state(measures.case)) == ("cured", "completed")
    assert overdue.offered(overdue.head, case=measures.case) == []


def test_7_4_1_what_was_handed_in_within_the_cure_period_is_not_held_against_the_executor(warned: Measures) -> None:
    """The day of submission counts: the secretary verifies only after the cure period."""
    faculty = warned.faculty
    execution = Execution(faculty)
    faculty.wait_until(at("2026-10-28 17:00"))
    execution.report()
    faculty.wait_for_day(day("2026-10-30"))
    assert (faculty.variables(warned.case)["round"], len(faculty.register("breaches"))) == (1, 1)
    execution.verify()
    execution.close()
    assert (warned.row["status"], faculty.state(warned.case)) == ("cured", "completed")


def test_7_5_1_handed_in_poor_it_is_not_put_right(warned: Measures) -> None:
    faculty = warned.faculty
    execution = Execution(faculty)
    faculty.wait_until(at("2026-10-28 17:00"))
    execution.report()
    faculty.wait_for_day(day("2026-10-30"))
    execution.verify("poor")
    faculty.wait_for_day(day("2026-11-05"))
    kinds = [row["breach_type"] for row in faculty.register("breaches").values()]
    assert kinds == ["late", "poor_quality", "uncured"]
    assert warned.level == 2


# --- not put right ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answered", [True, False], ids=["answered", "unanswered"])
def test_7_5_2_an_expired_cure_period_is_one_more_breach(warned: Measures, answered: bool) -> None:
    faculty = warned.faculty
    if answered:
        warned.respond()
    faculty.wait_until(at("2026-10-28 23:59"))
    assert warned.level == 1
    faculty.wait_until(at("2026-10-29 09:00"))
    assert (warned.level, warned.open) == (2, ["inform_dean", "send_notice"])
    [_, uncured] = faculty.register("breaches").values()
    assert (uncured["breach_type"], uncured["of_breach"], uncured["confirmed"]) == ("uncured", warned.breach, True)
    assert next(iter(faculty.register("notices").values()))["status"] == "uncured"


def test_7_5_3_one_decision_never_remedied_climbs_from_notice_to_dean_to_service_review(warned: Measures) -> None:
    faculty = warned.faculty
    faculty.wait_for_day(day("2026-10-29"))
    warned.notify()
    warned.inform_dean()
    warned.take()
    faculty.wait_for_day(day("2026-11-13"))
    assert warned.level == 3
    warned.notify()
    warned.inform_dean()
    assert warned.open == ["initiate_service_review", "respond", "take_measures"]
    assert [row["level"] for row in faculty.register("notices").values()] == [1, 2, 3]


def test_7_5_2_where_an_expired_cure_period_does_not_count_the_notice_is_repeated(overdue: Faculty) -> None:
    overdue.set_parameter("P_UNCURED_COUNTS", False)
    measures = Measures(overdue)
    measures.confirm()
    measures.notify()
    overdue.wait_for_day(day("2026-10-29"))
    assert (measures.level, measures.open, len(overdue.register("breaches"))) == (1, ["send_notice"], 1)


def test_7_5_2_a_recount_that_finds_nothing_sends_nothing(overdue: Faculty) -> None:
    """Expired cure periods do not count here and the breach itself is older than the window by then."""
    overdue.set_parameter("P_UNCURED_COUNTS", False)
    overdue.set_parameter("P_REPEAT_WINDOW", 1)
    measures = Measures(overdue)
    measures.confirm()
    measures.notify(cure_due="2026-11-20")
    overdue.wait_for_day(day("2026-11-23"))
    assert (overdue.state(measures.case), len(overdue.register("notices"))) == ("completed", 1)
    [breach] = overdue.register("breaches").values()
    assert (breach["status"], breach["closed_on"]) == ("stopped", day("2026-11-20"))


# --- the dean ---------------------------------------------------------------------------------------------------------


def repeated(warned: Measures) -> None:
    """Not put right: the dean is informed on 29 October 2026."""
    warned.faculty.wait_for_day(day("2026-10-29"))
    warned.notify()
    warned.inform_dean()


def test_7_5_2_a_dean_who_does_not_act_in_five_working_days_is_told_to_asb(warned: Measures) -> None:
    faculty = warned.faculty
    repeated(warned)
    [row] = faculty.offered(faculty.dean, "take_measures")
    assert row.due == at("2026-11-05 23:59:59")
    faculty.wait_until(at("2026-11-05 23:59"))
    assert faculty.offered(faculty.asb, "consider_inaction") == []
    faculty.wait_until(at("2026-11-06 09:00"))
    warned.do(faculty.asb, "consider_inaction", inaction_note="Деканмен сөйлестік")
    assert warned.open == ["respond", "take_measures"]
    warned.take()
    assert warned.row["measure"] == "Кафедра меңгерушісіне ескерту жасалды"


def test_7_5_2_a_dean_told_late_of_one_breach_is_not_taken_for_told_of_the_next(warned: Measures) -> None:
    warned.faculty.wait_for_day(day("2026-10-29"))
    warned.notify()
    warned.faculty.wait_for_day(day("2026-11-16"))
    assert warned.open.count("inform_dean") == 2
    warned.inform_dean()
    warned.inform_dean()
    assert sorted(told["round"] for told in warned.row["informed"]) == [2, 3]


def test_7_5_2_a_dean_who_acts_in_time_is_not_told_to_asb(warned: Measures) -> None:
    repeated(warned)
    warned.take()
    warned.faculty.wait_for_day(day("2026-11-09"))
    assert warned.faculty.offered(warned.faculty.asb) == []


def test_7_5_3_a_service_review_not_initiated_is_told_to_asb_too(warned: Measures) -> None:
    faculty = warned.faculty
    faculty.set_parameter("P_SYSTEMIC_N", 2)
    repeated(warned)
    warned.take()
    faculty.wait_for_day(day("2026-11-06"))
    assert [row.element for row in faculty.offered(faculty.asb)] == ["consider_inaction"]
    assert "initiate_service_review" in warned.open


def test_7_5_3_only_the_dean_initiates(warned: Measures) -> None:
    faculty = warned.faculty
    faculty.set_parameter("P_SYSTEMIC_N", 2)
    repeated(warned)
    task = faculty.task("initiate_service_review")
    for person in (faculty.chair, faculty.secretary, faculty.office, faculty.asb):
        assert isinstance(faculty.refused(faculty.completion(person, task, order_no="1")), NotPermitted)


def test_7_5_3_further_breaches_are_attached_to_a_review_under_way(make: MakeFaculty) -> None:
    faculty = make("several")
    faculty.set_parameter("P_SYSTEMIC_N", 2)
    faculty.wait_for_day(day("2026-10-15"))
    first, second, third = (Measures(faculty, f"{decision}/1") for decision in faculty.notes["decisions"][:3])
    first.confirm()
    second.confirm()
    second.inform_dean()
    third.confirm()
    third.inform_dean()
    assert (second.level, third.level) == (3, 3)
    assert "initiate_service_review" not in third.open
    assert len(faculty.register("service_reviews")) == 1
    second.initiate()
    second.conclude("not_confirmed")
    assert [m.row["review_result"] for m in (second, third)] == ["not_confirmed", "not_confirmed"]
    faculty.wait_for_day(day("2026-11-20"))
    assert len(faculty.register("service_reviews")) == 1


# --- who has charge ---------------------------------------------------------------------------------------------------


def test_7_5_2_when_the_dean_has_charge_asb_is_informed_as_well(faculty: Faculty) -> None:
    measures = charged(faculty, faculty.dean)
    measures.confirm()
    measures.notify()
    measures.respond(by=faculty.dean)
    faculty.wait_for_day(day("2026-10-29"))
    measures.notify()
    measures.inform_dean()
    assert measures.open == ["acknowledge", "respond", "take_measures"]
    measures.do(faculty.asb, "acknowledge", noted=True)
    assert measures.open == ["respond", "take_measures"]


def test_7_5_1_when_the_chair_has_charge_the_deputy_confirms_and_signs(faculty: Faculty) -> None:
    measures = charged(faculty, faculty.chair)
    assert faculty.offered(faculty.chair, "confirm_breach") == []
    task = faculty.task("confirm_breach")
    refusal = faculty.refused(faculty.completion(faculty.chair, task, verdict="annulled", verdict_reason="Негізсіз"))
    assert isinstance(refusal, NotPermitted)
    measures.confirm(by=faculty.deputy)
    notice = measures.notify(by=faculty.deputy)
    assert (notice["signed_by"], notice["executor"]) == (faculty.deputy, faculty.chair)


def test_7_5_1_without_a_deputy_an_acting_chair_signs_against_the_chair(make: MakeFaculty) -> None:
    faculty = make(deputy=False)
    measures = charged(faculty, faculty.chair)
    assert faculty.offered(faculty.chair, "confirm_breach") == []
    faculty.appoint("m4", "acting_chair", start=faculty.today)
    measures.confirm(by="m4")
    assert measures.notify(by="m4")["signed_by"] == "m4"


@pytest.mark.parametrize("unit", ["law-civil", "univ"])
def test_7_5_2_when_the_executor_works_outside_the_school_asb_and_that_unit_are_informed(
    faculty: Faculty, unit: str
) -> None:
    """A colleague goes over to another school while the item is being voted on; the university itself has no head."""
    meeting = Meeting.call(faculty).announce().open_with()
    charge = {"executor_kind": "person", "executor": faculty.colleague, "executor_unit": None}
    meeting.formulate(DECISION | charge, due_at="2026-10-12")
    faculty.person(faculty.colleague, unit=unit)
    meeting.vote()
    meeting.finish()
    faculty.wait_for_day(day("2026-10-13"))
    measures = Measures(faculty)
    assert measures.row["executor_unit"] == unit
    measures.confirm()
    measures.notify()
    faculty.wait_for_day(day("2026-10-29"))
    measures.notify()
    measures.inform_dean()
    measures.do(faculty.asb, "acknowledge", noted=True)
    if unit != "univ":
        measures.do("civil", "acknowledge", noted=True)
    assert measures.open == ["respond", "take_measures"]


def test_7_5_1_with_a_new_executor_the_unit_keeps_its_breach_and_the_other_begins_at_one(make: MakeFaculty) -> None:
    from tests.processes.execution import change

    faculty = make("second_meeting_late")
    measures = Measures(faculty)
    measures.confirm()
    measures.notify()
    change(faculty, "replace", new_executor=faculty.colleague)
    Execution(faculty).accept(by=faculty.colleague)
    faculty.wait_for_day(day("2026-11-12"))
    assert [row["executor_unit"] for row in faculty.register("breaches").values()] == ["eng-cs", "eng-me"]
    assert measures.level == 1
    measures.notify()
    measures.respond(by=faculty.colleague)
    Execution(faculty).report(by=faculty.colleague)
    assert measures.open == []


# --- held up ----------------------------------------------------------------------------------------------------------


def test_7_5_1_while_the_executor_is_away_measures_rest_and_go_on_afterwards(warned: Measures) -> None:
    faculty = warned.faculty
    faculty.do(c.SuspendInstance(actor=faculty.chair, instance=warned.case, reason="Ұзақ мерзімді еңбек демалысы"))
    faculty.wait_for_day(day("2026-11-20"))
    assert len(faculty.register("breaches")) == 1
    assert faculty.offered(faculty.head, "respond") == []
    faculty.do(c.ResumeInstance(actor=faculty.chair, instance=warned.case, reason="Демалыстан шықты"))
    faculty.wait(minutes=1)
    assert warned.level == 2


def test_7_5_1_measures_are_seen_in_the_own_school_by_asb_and_by_whom_they_concern(warned: Measures) -> None:
    faculty = warned.faculty
    seen = {
        person: bool(faculty.engine.reader(person).register("breaches").rows)
        for person in (faculty.chair, faculty.dean, faculty.asb, faculty.head, faculty.stranger, faculty.other_head)
    }
    assert [person for person, rows in seen.items() if rows] == ["m1", "dean", "asb1", "head"]
    assert SCHOOL not in faculty.engine.reader(faculty.stranger).access.schools
