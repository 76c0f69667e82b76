"""The annual plan: checked before it goes round, four sign-offs in order, returned and resumed, amended, in force."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import commands as c
from tests.decisions.tables import decide
from tests.processes.faculty import FormRefused
from tests.processes.meeting import at, day
from tests.processes.planning import ENDORSED, SIGNERS, Plan
from tests.processes.reporting import Reporting
from tests.processes.stages import MakeFaculty
from tests.processes.test_capa_cycle import Capa


@pytest.fixture
def plan(make: MakeFaculty) -> Plan:
    return Plan(make("settled"))


@pytest.mark.both_ways
def test_7_1_s1_four_sign_offs_in_order_put_the_plan_in_force(plan: Plan) -> None:
    faculty = plan.faculty
    items = [{**one, "planned_date": str(one["planned_date"])} for one in plan.items]
    with pytest.raises(FormRefused):
        faculty.answer(faculty.secretary, "draft", plan.case, items=[{**items[0], "responsible": None}])
    faculty.answer(faculty.secretary, "draft", plan.case, items=items)
    faculty.answer(faculty.chair, "chair_review", plan.case, chair_decision="agree")
    for step in (*SIGNERS, ENDORSED):
        who, given = plan.verdict(step)
        shown = {k: v.isoformat() if k.endswith("date") else v for k, v in given.items() if v is not None}
        faculty.answer(who, step, plan.case, **shown)
    assert faculty.state(plan.case) == "completed"
    row = plan.row
    assert (row["plan_no"], row["status"], row["version"]) == ("2027/2028", "in_force", 1)
    assert [(one["step"], one["carried"]) for one in row["signoffs"]] == [(s, False) for s in (*SIGNERS, ENDORSED)]
    entered = faculty.register("plan_items")
    assert len(entered) == len(row["items"])
    assert {one["status"] for one in entered.values()} == {"planned"}


def test_7_1_s1_the_drafter_sees_the_capa_in_work(plan: Plan) -> None:
    faculty = plan.faculty
    assert faculty.page(faculty.secretary, "draft", plan.case).data["open_capa"] == []
    Capa(faculty).in_work()
    amended = Plan(faculty, year="current")
    ((action, due),) = [
        (row["action"], row["due_on"])
        for row in faculty.page(faculty.secretary, "draft", amended.case).data["open_capa"]
    ]
    assert (action, due) == ("Үлгіні жаңарту", "01.10.2026")


def test_7_1_s1_the_drafter_sees_what_the_last_report_found(make: MakeFaculty) -> None:
    faculty = make("report_to_sign")
    Reporting(faculty).sign()
    last = faculty.page(faculty.secretary, "draft", Plan(faculty).case).data["last_report"]
    assert (last["report_no"], last["results"]) == ("2026/2027-1", "Жоспар орындалды")


def test_7_1_s1_it_begins_by_itself_before_the_academic_year_and_once(make: MakeFaculty) -> None:
    faculty = make("settled")
    faculty.do(c.SetTerm(actor=c.SYSTEM, year="2027/2028", name="year_start", day=day("2027-09-01")))
    faculty.wait_until(at("2027-07-17 12:00"))
    assert faculty.cases("annual_plan") == []
    faculty.wait_until(at("2027-07-19 09:00"))
    assert sorted(faculty.variables(x)["academic_year"] for x in faculty.cases("annual_plan")) == ["2027/2028"] * 2
    assert faculty.register("plans")["2027/2028"]["status"] == "draft"


def test_7_1_s1_a_year_that_begins_without_its_plan_is_told_to_the_section(plan: Plan) -> None:
    plan.draft().review()
    plan.faculty.wait_until(at("2027-09-01 09:01"))
    assert plan.row["late_on"] == day("2027-09-01")
    plan.do(plan.faculty.asb, "acknowledge_late", late_note=None)
    plan.sign()
    assert plan.row["status"] == "in_force"


def test_7_1_s1_after_the_dean_the_plan_waits_for_the_academic_council_and_runs_with_a_flag(plan: Plan) -> None:
    plan.draft().review().sign(*SIGNERS)
    assert plan.row["status"] == "approved_pending_endorsement"
    plan.faculty.wait_until(at("2027-09-01 09:01"))
    assert "acknowledge_late" not in plan.open
    assert plan.faculty.variables(plan.case)["announced_version"] == 1
    plan.decide(ENDORSED)
    assert plan.row["status"] == "in_force"


def test_7_1_s1_approved_after_the_year_began_it_is_announced_at_once(make: MakeFaculty) -> None:
    plan = Plan(make("settled"), year="current").draft().review()
    plan.faculty.wait(minutes=1)
    assert "acknowledge_late" in plan.open  # the year 2026/2027 began on 1 September
    plan.sign(*SIGNERS)
    assert plan.faculty.variables(plan.case)["announced_version"] == 1


@pytest.mark.parametrize(
    ("left_out", "code"),
    [("quarterly_inquiry", "NO_INQUIRY"), ("monitoring_review", "NO_REVIEW"), ("report", "NO_FINAL_REPORT")],
)
def test_7_4_3_7_4_4_7_6_1_what_the_regulation_wants_planned_is_not_left_out(
    make: MakeFaculty, left_out: str, code: str
) -> None:
    plan = Plan(make("settled"))
    plan.draft([one for one in plan.items if one["kind"] != left_out])
    assert plan.open == ["draft"]
    assert ("block", code) in plan.findings


def test_7_2_1_meetings_are_planned_at_least_every_two_months(plan: Plan) -> None:
    meetings = [one for one in plan.items if one["kind"] == "meeting"]
    plan.draft([one for one in plan.items if one != meetings[2]])
    assert (plan.open, plan.findings) == (["draft"], {("block", "MEETING_GAP")})
    plan.draft([*plan.items, meetings[2]])
    assert plan.open == ["chair_review"]


def test_7_2_1_the_first_meeting_is_counted_from_the_last_one_held(make: MakeFaculty) -> None:
    plan = Plan(make("decided"), year="current")  # a meeting was held on 21 September 2026
    late = [one for one in plan.items if one["kind"] != "meeting" or one["planned_date"] > day("2026-11-21")]
    assert plan.draft(late).findings == {("block", "MEETING_GAP")}


def test_2_1_7_8_3_what_is_doubtful_is_a_warning_and_goes_along(plan: Plan) -> None:
    kept = [one for one in plan.items if one["kind"] != "expertise"]
    review = {"title": "Өзара сабаққа қатысу", "kind": "peer_review", "responsible": "head", "department": "eng-cs"}
    plan.draft([*kept, {**review, "planned_date": day("2027-10-10"), "tool": None}])  # a Sunday
    assert plan.open == ["chair_review"]
    assert plan.findings == {("warn", "KIND_MISSING"), ("warn", "DAY_OFF"), ("warn", "NO_SOP")}


def test_7_1_s1_an_editorial_change_goes_on_with_who_returned_it_and_keeps_the_sign_offs(plan: Plan) -> None:
    plan.draft().review().sign("asb_agree", "council_approve").decide("dean_approve", "return")
    assert (plan.open, plan.row["version"]) == (["draft"], 1)
    plan.faculty.wait(minutes=20)
    first, *rest = plan.items
    plan.draft([{**first, "title": "Комиссияның бірінші отырысы"}, *rest])
    plan.review(change_kind="editorial")
    assert plan.open == ["dean_approve"]
    plan.sign("dean_approve", ENDORSED)
    signed = [(one["version"], one["carried"]) for one in plan.row["signoffs"]]
    assert signed == [(1, True), (1, True), (2, False), (2, False)]
    assert plan.row["changes"][0]["now"].endswith("Комиссияның бірінші отырысы")


def test_7_1_s1_the_academic_council_may_return_it_and_an_editorial_change_comes_back_to_it(plan: Plan) -> None:
    plan.draft().review().sign(*SIGNERS).decide(ENDORSED, "return")
    plan.draft().review(change_kind="editorial")
    assert (plan.open, plan.row["status"]) == ([ENDORSED], "approved_pending_endorsement")
    assert [one["step"] for one in plan.row["signoffs"]] == list(SIGNERS)


def test_7_1_s1_a_changed_day_is_signed_anew_by_all(plan: Plan) -> None:
    plan.draft().review().sign("asb_agree").decide("council_approve", "return")
    first, *rest = plan.items
    plan.draft([{**first, "planned_date": first["planned_date"] - timedelta(days=1)}, *rest])
    plan.review()
    assert plan.open == ["asb_agree"]
    assert plan.sign().row["version"] == 2


def test_7_1_s1_returned_twice_by_the_section_the_chair_meets_with_it(plan: Plan) -> None:
    plan.draft().review().decide("asb_agree", "return")
    plan.draft().review(change_kind="substance").decide("asb_agree", "return")
    assert plan.open == ["meet_asb"]
    plan.do(plan.faculty.chair, "meet_asb", asb_met_on=plan.faculty.today, asb_agreed_points="Күндері келісілді")
    assert plan.open == ["draft"]


def test_6_2_1_the_chair_may_return_the_draft_before_anybody_signs(plan: Plan) -> None:
    plan.draft().review(chair_decision="return", chair_remarks="Мониторинг толықтырылсын")
    assert plan.open == ["draft"]
    assert plan.faculty.page(plan.faculty.secretary, "draft", plan.case).data["return_remarks"].startswith("Монит")


def test_7_1_s1_who_is_to_sign_is_reminded_of_after_five_working_days(plan: Plan) -> None:
    plan.draft().review()
    plan.faculty.wait_until(at("2026-09-14 09:01"))
    assert plan.open == ["asb_agree", "remind_asb"]
    plan.do(plan.faculty.secretary, "remind_asb", remind_note="Қаралуда")
    plan.sign()
    assert plan.faculty.state(plan.case) == "completed"


def test_7_1_s1_an_amendment_goes_the_same_way_and_supersedes_the_plan(plan: Plan) -> None:
    faculty = plan.faculty
    plan.draft().review().sign()
    amendment = Plan(faculty, "amend")
    *kept, last = amendment.items
    amendment.draft([*kept, {**last, "planned_date": last["planned_date"] + timedelta(days=1)}]).review()
    assert (amendment.open, faculty.register("plans")["2027/2028"]["status"]) == (["asb_agree"], "in_force")
    amendment.sign()
    plans = faculty.register("plans")
    assert {key: row["status"] for key, row in plans.items()} == {
        "2027/2028": "superseded", "2027/2028-2": "in_force",
    }  # fmt: skip
    standing = [row["status"] for row in faculty.register("plan_items").values()]
    assert standing.count("planned") == standing.count("superseded") == len(amendment.items)


def test_7_1_s1_a_year_has_one_plan(plan: Plan) -> None:
    plan.draft().review().sign()
    plan.faculty.wait(days=1)
    again = Plan(plan.faculty)
    assert plan.faculty.state(again.case) == "completed"
    assert list(plan.faculty.register("plans")) == ["2027/2028"]


@pytest.mark.parametrize(
    ("touched", "kind", "by", "resume"),
    [
        (True, "editorial", "dean_approve", "asb_agree"),
        (False, "substance", "dean_approve", "asb_agree"),
        (False, "editorial", "none", "asb_agree"),
        *[(False, "editorial", step, step) for step in (*SIGNERS, ENDORSED)],
    ],
)
def test_7_1_s1_where_the_sign_offs_resume(touched: bool, kind: str, by: str, resume: str) -> None:
    assert decide("plan_resume", touched=touched, change_kind=kind, returned_by=by)[0] == resume
