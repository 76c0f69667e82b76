"""Dissolving the commission: successors for open work, the order, the end of roles and meetings on its day."""

from __future__ import annotations

import pytest

from tests.processes.appeals import Appeal
from tests.processes.faculty import SCHOOL, Faculty, FormRefused
from tests.processes.formation import STUDENTS, Formation, holds
from tests.processes.meeting import Meeting, at, day
from tests.processes.stages import MakeFaculty
from tests.processes.test_capa_cycle import Capa
from tests.processes.test_targeted_check import Check

MODES = (False,)  # only the longest course runs a second time without memory


def begin(faculty: Faculty, effective: str = "") -> str:
    case = faculty.start("commission_dissolution", faculty.dean)
    faculty.answer(faculty.dean, "state_ground", case, ground="Мектеп басқа мектеппен біріктірілді",
                   effective_from=effective or faculty.today.isoformat())  # fmt: skip
    return case


def sign(faculty: Faculty, case: str, new_needed: bool = False) -> None:
    faculty.answer(faculty.dean, "sign_order", case, order_no="23-ө", order_date=faculty.today.isoformat(),
                   new_needed=new_needed)  # fmt: skip
    faculty.wait(minutes=1)


@pytest.mark.both_ways
def test_4_1_the_order_ends_memberships_posts_and_the_commission_on_its_day(make: MakeFaculty) -> None:
    faculty = make("settled")
    case = begin(faculty, "2026-09-14")
    sign(faculty, case)
    faculty.wait_for_day(day("2026-09-13"))
    assert holds(faculty, "member", *faculty.members) == faculty.members
    faculty.wait_for_day(day("2026-09-14"))
    assert [holds(faculty, role, *faculty.members) for role in ("member", "chair", "secretary")] == [[], [], []]
    row = faculty.register("commissions")["1"]
    assert (row["status"], row["ended_on"], row["dissolution_no"]) == ("dissolved", day("2026-09-14"), "23-ө")
    faculty.answer(faculty.asb, "acknowledge_dissolution", case)
    assert (faculty.state(case), faculty.cases("commission_formation"), faculty.incidents()) == ("completed", [], [])
    assert [row["source_id"] for row in faculty.register("files").values()] == ["eng/1"]


def test_4_1_who_was_to_become_a_member_meanwhile_does_not_outlast_the_commission(make: MakeFaculty) -> None:
    faculty = make("settled")
    case = begin(faculty, "2026-09-14")
    faculty.appoint("teacher", "member", start=day("2026-09-10"))
    sign(faculty, case)
    faculty.wait_for_day(day("2026-09-12"))
    assert holds(faculty, "member", "teacher") == ["teacher"]
    faculty.wait_for_day(day("2026-09-14"))
    assert holds(faculty, "member", "teacher", *faculty.members) == []


def test_4_1_things_of_two_kinds_with_one_number_are_handed_over_apart(make: MakeFaculty) -> None:
    faculty = make("settled")
    appeal, check = Appeal(faculty).register(), Check(faculty).order()
    assert appeal.row["appeal_no"] == check.no
    case = begin(faculty)
    rows = faculty.page(faculty.secretary, "handover", case).data["open_items"]
    faculty.answer(faculty.secretary, "handover", case, open_items=[{**row, "successor": "office"} for row in rows])
    sign(faculty, case)
    handed = [row["kind"] for row in faculty.register("handovers").values() if row["item_id"] == check.no]
    assert (sorted(handed), faculty.incidents()) == (["appeal", "check", "information"], [])


@pytest.mark.parametrize("process", ["commission_dissolution", "composition_change"])
def test_4_1_where_no_commission_is_left_there_is_nothing_to_dissolve_and_nobody_to_change(
    make: MakeFaculty, process: str
) -> None:
    faculty = make("settled")
    case = begin(faculty, "2026-09-14")
    sign(faculty, case)
    faculty.wait_for_day(day("2026-09-14"))
    faculty.answer(faculty.asb, "acknowledge_dissolution", case)
    by = faculty.dean if process == "commission_dissolution" else faculty.office
    again = faculty.start(process, by)
    assert (faculty.state(again), faculty.open_tasks(again)) == ("completed", [])
    assert faculty.register("commissions")["1"]["status"] == "dissolved"


def test_4_1_a_new_commission_is_formed_where_one_is_needed(make: MakeFaculty) -> None:
    faculty = make("settled")
    sign(faculty, begin(faculty), new_needed=True)
    (formation,) = faculty.cases("commission_formation", "active")
    assert faculty.variables(formation)["term_no"] == 2


def test_4_1_nothing_open_stays_without_a_successor(make: MakeFaculty) -> None:
    faculty = make("several")
    case = begin(faculty)
    rows = faculty.page(faculty.secretary, "handover", case).data["open_items"]
    assert [(row["kind"], row["item_id"]) for row in rows] == [("decision", no) for no in faculty.notes["decisions"]]
    with pytest.raises(FormRefused):
        faculty.answer(faculty.secretary, "handover", case, open_items=[{**rows[0], "successor": "office"}, *rows[1:]])
    faculty.answer(faculty.secretary, "handover", case, open_items=[{**row, "successor": "office"} for row in rows])
    sign(faculty, case)
    assert {row["successor"] for row in faculty.register("handovers").values()} == {"office"}
    executors = {row["executor_unit"] for row in faculty.register("decisions").values()}
    assert executors == {"eng-cs", "eng-me"}  # who carries them out stays


def test_4_1_meetings_still_to_come_are_cancelled(make: MakeFaculty) -> None:
    faculty = make("announced")
    meeting = faculty.notes["meeting"]
    early = Meeting.call(faculty).case
    sign(faculty, begin(faculty))
    assert [faculty.state(one) for one in (meeting, early)] == ["completed", "completed"]
    assert {row["status"] for row in faculty.register("meetings").values()} == {"cancelled"}


def test_7_3_3_a_meeting_that_was_held_goes_on_to_its_protocol(make: MakeFaculty) -> None:
    faculty = make("in_session")
    sign(faculty, begin(faculty))
    assert faculty.state(faculty.notes["meeting"]) == "active"


def test_4_2_a_change_of_composition_under_way_is_dropped(make: MakeFaculty) -> None:
    faculty = make("settled")
    change = faculty.start("composition_change", faculty.office)
    today = faculty.today.isoformat()
    faculty.answer("office", "register_ground", change, leaver="m5", ground="resigned", date=today)
    sign(faculty, begin(faculty))
    assert "nominate" not in faculty.open_tasks(change)
    assert faculty.register("changes")["1/m5"]["status"] == "overtaken"


def test_4_1_the_day_of_dissolution_is_not_over(make: MakeFaculty) -> None:
    with pytest.raises(FormRefused) as refused:
        begin(make("settled"), "2026-09-06")
    assert set(refused.value.errors) == {"effective_from"}


def test_1_4_10_appeals_about_the_chair_secretary_or_dean_are_shown_to_nobody_and_enter_no_list(
    make: MakeFaculty,
) -> None:
    faculty = make("settled")
    plain = Appeal(faculty).register()
    for about in ("chair", "dean"):
        Appeal(faculty, about_person=about).register()
    Appeal(faculty, faculty.asb, about_person="secretary").register()
    Appeal(faculty).register().classify(about_person="secretary")  # found later
    Appeal(faculty).register(about_person="dean")
    case = begin(faculty)
    rows = faculty.page(faculty.secretary, "handover", case).data["open_items"]
    assert [row["item_id"] for row in rows] == [plain.row["appeal_no"]]
    faculty.answer(faculty.secretary, "handover", case, open_items=[{**row, "successor": "office"} for row in rows])
    sign(faculty, case)
    assert [row["item_id"] for row in faculty.register("handovers").values()] == [plain.row["appeal_no"]]


def test_4_1_nobody_is_elected_into_a_commission_dissolved_meanwhile(make: MakeFaculty) -> None:
    faculty = make("settled")
    for student in STUDENTS:
        faculty.person(student, ("student", SCHOOL))
    formation = Formation(faculty)
    formation.until_order()
    formation.sign()
    assert "propose" in formation.open
    sign(faculty, begin(faculty))
    faculty.wait(days=1)
    assert (formation.open, faculty.state(formation.case)) == ([], "completed")
    assert formation.commission("2")["status"] == "dissolved"


def test_4_1_forming_the_next_commission_goes_on_when_the_present_one_is_dissolved(make: MakeFaculty) -> None:
    faculty = make("settled")
    formation = Formation(faculty)
    formation.set_size()
    sign(faculty, begin(faculty))
    faculty.wait(days=1)
    assert (formation.open, faculty.state(formation.case)) == (["nominate", "nominate"], "active")


def hand_over(faculty: Faculty, to: str = "office") -> None:
    """The commission is dissolved today; whatever is listed is taken over by one person."""
    case = begin(faculty)
    if "handover" in faculty.open_tasks(case):
        rows = faculty.page(faculty.secretary, "handover", case).data["open_items"]
        faculty.answer(faculty.secretary, "handover", case, open_items=[{**row, "successor": to} for row in rows])
    sign(faculty, case)
    faculty.wait(minutes=1)


def test_4_1_a_task_that_is_open_goes_to_whom_the_appeal_was_handed_over(make: MakeFaculty) -> None:
    faculty = make("settled")
    early, later = Appeal(faculty).register(), Appeal(faculty).register().classify()
    hand_over(faculty, "colleague")
    assert (early.open, later.open) == (["classify"], ["transfer"])
    assert not faculty.offered("office", case=early.case)
    early.intake = later.intake = "colleague"
    early.classify(kind="systemic")
    early.answer("colleague", "confirm_systemic", kind="individual")  # in the place of the chair
    later.transfer().unit_answers(faculty.head)
    later.reply()
    assert (early.open, later.row["status"]) == (["transfer"], "replied")


def test_4_1_without_a_commission_the_deans_office_considers_what_was_handed_over(make: MakeFaculty) -> None:
    faculty = make("settled")
    appeal = Appeal(faculty).register()
    hand_over(faculty, "colleague")
    appeal.intake = "colleague"
    appeal.classify(topic="other")
    appeal.answer("colleague", "decide_level", level="commission", level_reason="Мәселе бүкіл мектепке қатысты")
    appeal.assign_and_handle("colleague", "office")
    assert (appeal.open, faculty.incidents()) == (["reply"], [])


def test_4_1_danger_is_left_to_the_successor_and_the_dean(make: MakeFaculty) -> None:
    faculty = make("settled")
    appeal = Appeal(faculty).register(urgency="danger")
    hand_over(faculty, "colleague")
    assert appeal.open == ["act_on_danger", "classify"]
    assert [bool(faculty.offered(who, "act_on_danger")) for who in ("colleague", "dean", "m1")] == [True, True, False]


@pytest.mark.parametrize("about", ["chair", "dean"])
def test_1_4_10_asb_goes_on_with_an_appeal_about_the_chair_or_the_dean(make: MakeFaculty, about: str) -> None:
    faculty = make("settled")
    appeal = Appeal(faculty, about_person=about).register()
    hand_over(faculty)
    assert not faculty.offered("office", case=appeal.case)
    appeal.intake = faculty.asb
    appeal.classify(about_person=about).transfer(to=None)
    assert faculty.register("handovers") == {}


def test_3_3_whoever_takes_a_check_over_decides_on_its_term(make: MakeFaculty) -> None:
    faculty = make("settled")
    check = Check(faculty).order().materials()
    faculty.wait_until(at("2026-10-06 00:01"))
    assert check.open == ["check", "extend_check"]
    hand_over(faculty, "colleague")
    assert check.open == ["check", "extend_check"]
    check.answer("colleague", "extend_check", extended="yes", extended_to="2026-10-20", extension_reason="Құрам тарады")
    assert check.row["due_at"] == day("2026-10-20")


def test_7_9_2_4_whoever_takes_an_action_over_checks_its_effect(make: MakeFaculty) -> None:
    faculty = make("settled")
    capa = Capa(faculty).in_work()
    capa.done()
    faculty.wait_until(at("2026-10-07 09:01"))
    assert capa.open == ["effect_check"]
    hand_over(faculty, "colleague")
    capa.answer("colleague", "effect_check", effective="yes", check_note="Индикатор нысаналы мәнге жетті")
    assert capa.item()["status"] == "closed"


def test_7_9_2_4_an_action_handed_over_before_it_was_done_is_checked_by_the_successor(make: MakeFaculty) -> None:
    faculty = make("settled")
    capa = Capa(faculty).in_work()
    hand_over(faculty, "colleague")
    capa.done()
    faculty.wait_until(at("2026-10-07 09:01"))
    capa.answer("colleague", "effect_check", effective="yes", check_note="Индикатор нысаналы мәнге жетті")
    assert capa.item()["status"] == "closed"


def test_4_1_every_open_matter_is_listed_and_each_gets_a_successor(make: MakeFaculty) -> None:
    faculty = make("settled")
    faculty.start("feedback_survey", faculty.secretary, purpose="Оқыту сапасына қанағаттану")
    asked = {"to_kind": "department", "to_unit": "eng-cs", "text": "Сабақ кестесі", "purpose": "Мониторинг"}
    faculty.start("information_request", "m5", **asked)
    case = begin(faculty)
    rows = faculty.page(faculty.secretary, "handover", case).data["open_items"]
    assert sorted((row["kind"], row["title"]) for row in rows) == [
        ("information", "Сабақ кестесі"), ("survey", "Оқыту сапасына қанағаттану"),
    ]  # fmt: skip
    closing = {"outcome": "close", "close_reason": "Сауалнаманы жаңа комиссия өткізеді"}
    for last in ({}, closing):
        answered = [{**rows[0], "successor": "office"}, {**rows[1], **last}]
        with pytest.raises(FormRefused) as refused:
            faculty.answer(faculty.secretary, "handover", case, open_items=answered)
        assert "open_items.1.successor" in refused.value.errors
    faculty.answer(faculty.secretary, "handover", case, open_items=[{**row, "successor": "office"} for row in rows])
    sign(faculty, case)
    handed = faculty.register("handovers").values()
    assert {row["kind"]: (row["status"], row["successor"]) for row in handed} == {
        "information": ("handed_over", "office"), "survey": ("handed_over", "office"),
    }  # fmt: skip
