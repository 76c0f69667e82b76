"""Semester reporting: begun by the academic calendar, checked for completeness, signed, sent, accepted or returned."""

from __future__ import annotations

from datetime import date

import pytest

from tests.processes.evidence import Evidence
from tests.processes.faculty import SCHOOL, Faculty
from tests.processes.measures import Measures
from tests.processes.meeting import DECISION, Meeting, at, day
from tests.processes.reporting import WHOLE, Reporting, calendar, consider, term, told
from tests.processes.stages import MakeFaculty
from tests.processes.test_capa_cycle import Capa
from tests.processes.test_feedback_survey import Survey
from tests.processes.test_integrity_risk import Risk
from tests.processes.test_peer_review import Cycle
from tests.processes.test_targeted_check import Check


@pytest.fixture
def house(make: MakeFaculty) -> Faculty:
    faculty = make("settled")
    calendar(faculty)
    return faculty


@pytest.fixture
def begun(make: MakeFaculty) -> Reporting:
    """The interim report, on its first day."""
    return Reporting(make("report_begun"))


@pytest.fixture
def interim(make: MakeFaculty) -> Reporting:
    """The interim report; every department has given its input."""
    return Reporting(make("report_to_draft"))


@pytest.fixture
def to_sign(make: MakeFaculty) -> Reporting:
    """The interim report before the chair."""
    return Reporting(make("report_to_sign"))


@pytest.fixture
def final(make: MakeFaculty) -> Reporting:
    """The final report, to be drafted; no department has given its input."""
    return Reporting(make("final_report"), "final")


def test_7_6_1_two_reports_a_year_begin_on_the_days_after_semester_and_year_end(final: Reporting) -> None:
    house = final.faculty
    found = [(house.variables(x)["school"], house.variables(x)["report_id"]) for x in house.cases("semester_reporting")]
    assert sorted(found) == [(s, f"2026/2027/{kind}") for s in (SCHOOL, "law") for kind in ("final", "interim")]


def test_7_6_1_of_semester_ends_by_level_the_latest_counts_and_a_changed_calendar_moves_the_start(
    house: Faculty,
) -> None:
    term(house, "autumn_end_master", "2027-01-16")
    house.wait_until(at("2027-01-16 12:00"))
    assert house.cases("semester_reporting") == []
    report = Reporting(house, begins="2027-01-17 09:00")
    assert report.row["period_end"] == day("2027-01-16")


def test_7_6_1_1_the_interim_report_goes_from_the_departments_to_the_section(begun: Reporting) -> None:
    interim = begun
    assert interim.open == ["dept_input", "dept_input"]
    interim.inputs()
    data = interim.faculty.page(interim.faculty.secretary, "draft", interim.case).data
    assert [row["department"] for row in data["dept_inputs"]] == ["eng-cs", "eng-me"]
    interim.draft()
    assert (interim.row["status"], interim.open) == ("drafted", [])
    interim.until_signing()
    interim.sign()
    assert (interim.row["status"], interim.row["sent_to"]) == ("sent", ["asb"])
    assert interim.open == ["asb_accept"]
    interim.asb()
    assert interim.row["status"] == "accepted"
    assert interim.faculty.state(interim.case) == "active"  # the next meeting takes it up


def test_3_2_who_answers_for_quality_in_the_department_gives_its_input(house: Faculty) -> None:
    house.appoint("teacher", "kib", "eng-cs")
    report = Reporting(house)
    assert [row.element for row in house.offered("teacher", "dept_input")] == ["dept_input"]
    assert house.offered(house.head, "dept_input", report.case) == []


def test_3_2_without_a_departments_input_the_report_goes_on_and_says_so(begun: Reporting) -> None:
    begun.answer(begun.faculty.head, "dept_input", results="Сабақтар өтті", issues="Жабдық аз",
                   data_confirmed=True)  # fmt: skip
    begun.faculty.wait_until(at("2027-01-09 00:10"))
    assert begun.open == ["draft"]
    begun.draft()
    assert begun.row["kib_missing"] == ["eng-me"]
    assert [one["level"] for one in begun.faculty.variables(begun.case)["problems"]] == ["warn"]


def test_7_6_2_the_commission_considers_the_report_before_it_is_signed(house: Faculty) -> None:
    house.set_parameter("P_REPORT_WD", 30)
    report = Reporting(house)
    report.inputs()
    report.draft()
    meeting = consider(report)
    assert report.open == ["sign"]
    report.sign()
    report.asb()
    assert report.row["meeting_id"] == meeting.variables["meeting_id"]
    assert report.row["considered_on"] is not None
    assert house.state(report.case) == "completed"


def test_7_6_1_a_report_that_no_meeting_took_in_time_is_taken_by_the_next(to_sign: Reporting) -> None:
    to_sign.sign()
    to_sign.asb()
    meeting = consider(to_sign)
    assert to_sign.row["meeting_id"] == meeting.variables["meeting_id"]
    assert to_sign.faculty.state(to_sign.case) == "completed"


def test_6_2_5_the_chair_returns_the_draft_with_remarks(to_sign: Reporting) -> None:
    to_sign.sign("return", chair_remarks="Тәуекелдерді нақтылау керек")
    data = to_sign.faculty.page(to_sign.faculty.secretary, "draft", to_sign.case).data
    assert data["chair_remarks"] == "Тәуекелдерді нақтылау керек"
    to_sign.draft(risks="Кадр тапшылығы")
    to_sign.sign()  # it stays on the agenda of the next meeting and is not proposed twice
    assert to_sign.row["risks"] == "Кадр тапшылығы"


def test_7_6_3_the_section_returns_the_report_and_accepts_the_next_version(to_sign: Reporting) -> None:
    to_sign.sign()
    to_sign.asb("return", asb_remarks="Сандар түсіндірілсін")
    assert (to_sign.row["status"], to_sign.row["asb_remarks"], to_sign.open) == (
        "returned",
        "Сандар түсіндірілсін",
        ["draft"],
    )
    to_sign.draft(results="Жоспар орындалды: түсіндірме қоса беріледі")
    assert to_sign.open == ["sign"]
    to_sign.sign()
    assert (to_sign.row["status"], to_sign.row["version"]) == ("sent", 2)
    to_sign.asb()
    assert to_sign.row["status"] == "accepted"


def test_7_6_1_a_report_that_is_not_sent_in_time_is_told_to_the_section_the_next_day(interim: Reporting) -> None:
    due = interim.row["report_due"]
    interim.faculty.wait_until(at(f"{due} 23:00"))
    assert "acknowledge_late" not in interim.open
    interim.faculty.wait(hours=1)
    assert "acknowledge_late" in interim.open
    assert interim.row["late_on"] == due  # at its last second
    interim.answer(interim.faculty.asb, "acknowledge_late", late_note=None)
    assert interim.faculty.state(interim.case) == "active"


def test_7_6_1_a_calendar_moved_while_the_report_is_made_moves_the_alert(interim: Reporting) -> None:
    due = interim.row["report_due"]
    term(interim.faculty, "autumn_end", "2027-01-09")
    interim.faculty.wait_for_day(due.replace(day=due.day + 1))
    assert "acknowledge_late" not in interim.open
    assert interim.row["report_due"] > due
    interim.faculty.wait_until(at("2027-02-01 09:00"))
    assert "acknowledge_late" in interim.open


def test_7_6_1_a_term_for_reports_that_is_shortened_meanwhile_holds_for_the_next_report(interim: Reporting) -> None:
    due = interim.row["report_due"]
    interim.faculty.wait(days=1)
    interim.faculty.set_parameter("P_REPORT_WD", 3)
    interim.faculty.wait_for_day(due.replace(day=due.day + 1))
    assert (interim.row["report_due"], "acknowledge_late" in interim.open) == (due, True)


def test_7_6_1_missed_while_the_system_was_down_it_begins_once_it_is_back(house: Faculty) -> None:
    house.out_of_order_until(at("2027-01-05 10:00"))
    report = Reporting(house, begins="2027-01-05 10:01")
    assert report.row["period_end"] == day("2026-12-26")


@pytest.mark.parametrize(
    ("missing", "begins"),
    [
        ("results", "The report has"),
        ("strengths", "The final report has"),
        ("risks", "The final report has"),
        ("capa_proposals", "The final report has"),
    ],
)
def test_3_10_a_final_report_that_lacks_a_block_goes_back_to_the_draft(
    final: Reporting, missing: str, begins: str
) -> None:
    report = final
    report.draft(**{**WHOLE, missing: [] if missing == "capa_proposals" else None})
    assert report.open.count("draft") == 1
    assert report.row["status"] == "drafting"
    (one,) = [x for x in report.faculty.variables(report.case)["problems"] if x["level"] == "block"]
    assert one["en"].startswith(begins)
    report.draft(**WHOLE)
    assert report.row["status"] == "drafted"


def test_3_10_the_final_report_goes_to_three_and_its_proposals_go_on(final: Reporting) -> None:
    report, house = final, final.faculty
    report.draft(**WHOLE)
    report.until_signing()
    report.sign()
    assert report.row["sent_to"] == ["asb", "council", "deans_office"]
    assert [row["unit"] for row in report.row["addressees"]] == ["univ", SCHOOL]
    assert report.open == ["asb_accept", "confirm_receipt", "confirm_receipt"]
    report.asb()
    for _ in ("council", "deans_office"):  # nobody keeps the Council's post: the dean's office confirms for it
        report.answer(house.office, "confirm_receipt", receipt_note=None)
    assert sorted(report.row["receipts"]) == ["council", "deans_office"]
    assert report.row["status"] == "accepted"
    assert told(report, "capa.requested") == [("eng-cs+2026/2027/final", "Бағалау критерийлерін жаңарту")]
    assert told(report, "recommendation.adopted") == [(f"{SCHOOL}/2026/2027/final/1", "Элективті пәндерді толықтыру")]


def test_7_6_2_a_final_report_without_capa_says_why(final: Reporting) -> None:
    report = final
    report.draft(**{**WHOLE, "capa_proposals": [], "no_capa_reason": "Түзетуді қажет ететін мәселе анықталмады"})
    assert report.row["status"] == "drafted"


def test_7_6_1_2_a_final_report_is_not_passed_before_the_year_is_over(final: Reporting) -> None:
    report, house = final, final.faculty
    term(house, "year_end", "2027-07-10")
    report.draft(**WHOLE)
    assert report.row["status"] == "drafting"
    house.wait_until(at("2027-07-11 09:00"))
    report.draft(**WHOLE)
    assert report.row["status"] == "drafted"


def test_7_6_1_a_period_without_work_is_reported_too(interim: Reporting) -> None:
    report = interim
    assert report.faculty.page(report.faculty.secretary, "draft", report.case).data["idle"] is True
    report.draft(results="Отырыстар өткізілмеді, себебі жоспар бекітілмеген")
    assert report.row["idle"] is True


def test_7_6_1_figures_come_from_the_registers_and_other_numbers_are_pointed_out(make: MakeFaculty) -> None:
    faculty = make("decided")
    calendar(faculty)
    report = Reporting(faculty)
    report.inputs()
    shown = report.faculty.page(faculty.secretary, "draft", report.case).data["figures"]
    counted = {row["figure"]: row["counted"] for row in shown}
    assert (counted["meetings"], counted["decisions"], counted["risks"]) == (1, 1, 0)
    report.draft(figures=[{**row, "reported": row["counted"] + 1} for row in shown])
    assert [x["en"][:7] for x in faculty.variables(report.case)["problems"]] == ["Numbers"]
    assert {row["figure"]: row["number"] for row in report.row["figures"]}["meetings"] == 2


def test_7_6_1_every_figure_is_counted_in_its_register_and_what_came_to_nothing_is_not(make: MakeFaculty) -> None:
    faculty = make("settled")
    calendar(faculty)
    Capa(faculty).in_work(count=2)
    Risk(faculty).registered()
    nothing = faculty.start("integrity_risk", "m5", stage="assessment", description="Екі тапсырма мәтіні бірдей")
    faculty.answer("m2", "register_risk", nothing, signal="false", false_note="Кездейсоқ сәйкестік")
    Cycle(faculty).plan()
    Check(faculty).order()
    evidence = Evidence(faculty)
    evidence.describe()
    evidence.verify()
    Survey(faculty).design(opens_on="2026-09-28")
    meeting = Meeting.call(faculty).announce("Бірінші мәселе", "Екінші мәселе").open_with()
    for unit in ("eng-cs", "eng-me"):
        meeting.decide(DECISION | {"executor_unit": unit}, due_at="2026-10-12")
    meeting.finish()
    faculty.wait_for_day(day("2026-10-13"))
    for breach, verdict in zip(faculty.register("breaches"), ("confirmed", "annulled"), strict=True):
        Measures(faculty, breach).confirm(verdict=verdict)
    report = Reporting(faculty)
    for person in ("kib1", faculty.other_head):
        report.answer(person, "dept_input", results="Сабақтар өтті", issues="Жабдық ескі", data_confirmed=True)
    shown = faculty.page(faculty.secretary, "draft", report.case).data["figures"]
    assert {row["figure"]: row["counted"] for row in shown} == {
        "meetings": 1, "decisions": 2, "decisions_done": 0, "breaches": 1, "checks": 1, "surveys": 1, "peer_reviews": 1,
        "risks": 1, "capa": 2, "evidence": 1, "expert_recommendations": 0,
    }  # fmt: skip


def test_7_6_2_no_report_goes_on_without_results(interim: Reporting) -> None:
    interim.draft(results=None)
    assert (interim.open, [row["en"] for row in interim.faculty.variables(interim.case)["problems"]]) == (
        ["draft"], ["The report has no results."],
    )  # fmt: skip


def test_4_2_a_commission_formed_within_the_period_reports_from_that_day(make: MakeFaculty) -> None:
    faculty = make("settled")
    calendar(faculty)
    for person in faculty.members:
        faculty.dismiss(person, "member")
        faculty.appoint(person, "member", start=date(2026, 11, 2))
    report = Reporting(faculty)
    report.inputs()
    report.draft()
    assert (report.row["formed_late"], report.row["period_from"]) == (True, day("2026-11-02"))


def test_4_1_a_school_without_a_commission_reports_nothing_and_the_section_knows(house: Faculty) -> None:
    for person in house.members:
        house.dismiss(person, "member")
    report = Reporting(house)
    assert (report.row["status"], report.open) == ("no_commission", ["acknowledge_none"])
    report.answer(house.asb, "acknowledge_none", none_note=None)
    assert house.state(report.case) == "completed"


def test_7_6_2_a_report_the_commission_does_not_support_is_drafted_and_considered_again(house: Faculty) -> None:
    house.set_parameter("P_REPORT_WD", 60)
    report = Reporting(house)
    report.inputs()
    report.draft()
    consider(report, supported=False)
    assert report.open == ["draft"]
    report.draft(results="Жоспар орындалды, кемшіліктері көрсетілді")
    consider(report)
    assert report.open == ["sign"]
    assert len(told(report, "agenda.proposed", "item_id")) == 2
    report.sign()
    report.asb("return", asb_remarks="Тәуекелдер толық емес")
    report.draft(risks="Кадр тапшылығы", substance_changed=True)  # so the commission is asked once more
    assert report.open == []
