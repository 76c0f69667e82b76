"""Changing the composition: ground, candidate, the two checks, the dean's order, what follows on its day."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine import commands as c
from tests.play import models as m
from tests.processes.execution import Execution
from tests.processes.faculty import SCHOOL, Faculty, FormRefused
from tests.processes.formation import ALL, STUDENTS, Formation, candidate, holds
from tests.processes.meeting import Meeting, at, day
from tests.processes.stages import MakeFaculty
from tests.processes.test_commission_dissolution import begin, sign
from tests.processes.test_commission_formation import formed_before_a_term_ends

MODES = (False,)  # only the longest course runs a second time without memory


@pytest.fixture
def faculty(make: MakeFaculty) -> Faculty:
    """Nine members in the directory only: two are students, two work in a department."""
    faculty = make("settled")
    for one in STUDENTS:
        faculty.person(one, ("student", SCHOOL))
    faculty.appoint("m8", "student")
    faculty.person("m4", unit="eng-cs")
    faculty.person("m5", unit="eng-cs")
    faculty.appoint("m4", "teacher", "eng-cs")
    return faculty


class Change:
    def __init__(self, faculty: Faculty, leaver: str = "m5", **more: Any) -> None:
        self.faculty = faculty
        self.case = faculty.start("composition_change", faculty.office)
        if leaver:
            self.register(leaver, **more)

    def register(self, leaver: str = "m5", *, ground: str = "resigned", **more: Any) -> None:
        today = self.faculty.today.isoformat()
        self.do("office", "register_ground", leaver=leaver, ground=ground, date=today, **more)

    def do(self, person: str, element: str, **answers: Any) -> None:
        self.faculty.answer(person, element, self.case, **answers)

    @property
    def open(self) -> list[str]:
        return self.faculty.open_tasks(self.case)

    def nominate(self, by: str = "head", who: Any = None) -> None:
        self.do(by, "nominate", candidates=[who or candidate("colleague", "teacher")])

    def sign(self, start: str = "", **more: Any) -> None:
        today = self.faculty.today.isoformat()
        shown = self.faculty.page("dean", "sign_change_order", self.case)
        rows = [{**row, "warning_reason": "Басқа үміткер болмады"} for row in shown.data["warnings"]]
        more = {"warnings": rows, **more} if rows else more
        self.do("dean", "sign_change_order", order_no="22-ө", order_date=today, effective_from=start or today, **more)
        self.faculty.wait(minutes=1)

    def row(self, key: str = "1/m5") -> Any:
        return self.faculty.register("changes")[key]


def test_4_2_of_two_cases_for_one_member_the_later_is_dropped(faculty: Faculty) -> None:
    later = Change(faculty, leaver="")
    first = Change(faculty)
    later.register()
    assert (later.row("1/m5/2")["status"], faculty.state(later.case)) == ("overtaken", "completed")
    assert faculty.register("memberships")["1/m5"]["status"] == "leaving"
    first.nominate()
    first.sign()
    first.do("colleague", "accept_duties", confidentiality=True, ethics=True)
    assert (first.row()["status"], faculty.incidents()) == ("made", [])


@pytest.mark.both_ways
def test_4_2_the_successor_takes_the_seat_on_the_order_s_day_for_the_rest_of_the_term(faculty: Faculty) -> None:
    change = Change(faculty)
    assert faculty.register("memberships")["1/m5"]["status"] == "leaving"
    change.nominate()
    change.sign("2026-09-14")
    faculty.wait_for_day(day("2026-09-13"))
    assert holds(faculty, "member", "m5", "colleague") == ["m5"]
    faculty.wait_for_day(day("2026-09-14"))
    assert holds(faculty, "member", "m5", "colleague") == ["colleague"]
    change.do("colleague", "accept_duties", confidentiality=True, ethics=True)
    assert (faculty.state(change.case), faculty.incidents()) == ("completed", [])
    row, members = change.row(), faculty.register("memberships")
    assert (row["status"], row["successor"], row["ground"]) == ("made", "colleague", "resigned")
    assert (members["1/m5"]["status"], members["1/m5"]["end_ground"]) == ("ended", "resigned")
    new = members["1/colleague/2026-09-14"]
    assert (new["from"], new["department"], new["undertaking"]) == (day("2026-09-14"), "eng-cs", "given")
    assert faculty.register("commissions")["1"]["members"] == 9


def test_4_5_a_category_left_empty_is_told_the_asb_and_must_be_filled(faculty: Faculty) -> None:
    change = Change(faculty, "m8", ground="graduated")
    assert faculty.offered("asb1", "acknowledge_conflict", change.case)
    change.nominate("office")
    assert change.open == ["acknowledge_conflict", "nominate"]
    assert faculty.page("office", "nominate", change.case).data["problems"] == ["NO_STUDENT"]
    change.nominate("office", candidate("s1", "student"))
    change.sign()
    assert holds(faculty, "member", "m8", "s1") == ["s1"]


def test_4_5_who_is_leaving_already_no_longer_fills_a_category(faculty: Faculty) -> None:
    faculty.appoint("m7", "student")
    first = Change(faculty, "m7", ground="graduated")
    second = Change(faculty, "m8", ground="graduated")
    assert (first.row("1/m7")["category_empty"], second.row("1/m8")["category_empty"]) == (False, True)
    second.nominate("office")
    assert faculty.page("office", "nominate", second.case).data["problems"] == ["NO_STUDENT"]


def test_4_5_4_7_the_dean_a_student_on_the_epc_and_a_member_are_no_candidates(faculty: Faculty) -> None:
    faculty.appoint("s2", "epc")
    change = Change(faculty)
    for who, code in (
        (candidate("dean", "teacher"), "DEAN_NOT_ALLOWED"),
        (candidate("s2", "student"), "STUDENT_ON_EPC"),
        (candidate("m4", "teacher"), "DUPLICATE"),
    ):
        change.nominate(who=who)
        assert faculty.page("head", "nominate", change.case).data["problems"] == [code]


def test_4_7_a_member_who_became_dean_is_changed_by_message_and_the_asb_is_told(faculty: Faculty) -> None:
    other = Change(faculty, "m9")  # the register knows everybody now
    faculty.dismiss("dean", "dean")
    faculty.appoint("m6", "dean")
    given = m.mapping({"membership_id": "1/m6", "kind": "became_dean"})
    key = m.properties(messageKey='"1/m6"')
    throw = m.element("intermediateThrowEvent", "t", m.extensions(key + given) + m.event("message", "M"))
    model = m.model(
        m.message("M", "membership.conflict"), m.process("found", m.start("s"), throw, m.end("e"), "s -> t -> e")
    )
    faculty.do(c.Deploy(actor=c.SYSTEM, name="found", files={"found.bpmn": model}))
    faculty.do(c.StartProcess(actor=c.SYSTEM, definition="found", school=SCHOOL))
    faculty.wait(minutes=1)
    (case,) = set(faculty.cases("composition_change", "active")) - {other.case}
    shown = faculty.page("office", "register_ground", case).data
    assert (shown["leaver"], shown["ground"]) == ("m6", "became_dean")
    faculty.answer("office", "register_ground", case, date="2026-09-07")
    assert faculty.offered("asb1", "acknowledge_conflict", case)


def test_4_2_an_empty_seat_is_reminded_of_every_five_working_days(faculty: Faculty) -> None:
    change = Change(faculty)
    faculty.wait_for_day(day("2026-09-22"))
    assert (change.row()["reminders"], change.row()["reminded_on"]) == (2, day("2026-09-21"))
    change.nominate()
    assert change.open == ["sign_change_order"]


def test_4_4_no_replacement_when_the_dean_lowers_the_size(faculty: Faculty) -> None:
    change = Change(faculty, size_lowered=True, size_reason="Кафедралар саны азайды")
    assert change.open == ["sign_change_order"]
    change.sign()
    commission = faculty.register("commissions")["1"]
    assert (commission["members"], commission["planned_size"]) == (8, 8)
    assert faculty.state(change.case) == "completed"


def test_4_4_several_seats_at_once_are_several_changes_and_each_warning_needs_a_reason(faculty: Faculty) -> None:
    first, second = Change(faculty), Change(faculty, "m6")
    assert "m5" not in faculty.variables(second.case)["may_leave"]
    first.nominate(who=candidate("colleague", "teacher", hei_years=2))
    second.nominate("office", candidate("teacher", "teacher"))
    with pytest.raises(FormRefused):
        first.sign(warnings=faculty.page("dean", "sign_change_order", first.case).data["warnings"])
    first.sign()
    second.sign()
    assert holds(faculty, "member", "m5", "m6", "colleague", "teacher") == ["colleague", "teacher"]
    codes = [one["code"] for one in faculty.register("memberships")["1/colleague/2026-09-07"]["warnings"]]
    assert codes == ["EXPERIENCE", "DEPARTMENT_UNREPRESENTED"]


def test_7_3_1_quorum_is_counted_from_the_composition_of_the_meeting_s_day(make: MakeFaculty) -> None:
    faculty = make("announced")
    change = Change(faculty, size_lowered=True, size_reason="Кафедралар саны азайды")
    change.sign("2026-09-21")
    Meeting(faculty, faculty.notes["meeting"]).open_with()
    assert faculty.variables(faculty.notes["meeting"])["members_total"] == 8


def test_4_3_a_vacated_post_is_elected_anew(faculty: Faculty) -> None:
    change = Change(faculty, faculty.chair)
    change.nominate("office")
    change.sign()
    assert holds(faculty, "chair", *faculty.members) == []
    change.do("office", "propose", candidates=["m4"], consent=True)
    change.do("office", "council_vote", session_date=faculty.today.isoformat(), council_protocol="7",
              council_extract=[faculty.attach("office", change.case, "Үзінді.pdf")], council_total=15,
              council_present=12, votes=[{"candidate": "m4", "votes": 12}])  # fmt: skip
    assert holds(faculty, "chair", *faculty.members) == ["m4"]


def leaving_with_a_decision(faculty: Faculty) -> tuple[Change, str]:
    """A member with an open decision is replaced; the number of the decision."""
    faculty.appoint("colleague", "member")
    change = Change(faculty, "colleague")
    change.nominate("head2", candidate("teacher", "department_rep"))
    change.sign()
    return change, str(faculty.notes["decisions"][3])


def test_7_4_1_open_decisions_of_who_leaves_pass_to_somebody_else(make: MakeFaculty) -> None:
    faculty = make("several")
    change, number = leaving_with_a_decision(faculty)
    rows = faculty.page("office", "reassign", change.case).data["open_items"]
    assert [row["item_id"] for row in rows] == [number]
    change.do("office", "reassign", open_items=[{**rows[0], "new_executor": "teacher"}])
    faculty.wait(minutes=1)
    decision = faculty.register("decisions")[number]
    assert (decision["executor"], decision["replaced_executor"]) == ("teacher", "colleague")


def test_7_4_1_what_was_finished_while_a_new_executor_was_looked_for_gets_none(make: MakeFaculty) -> None:
    faculty = make("several")
    change, number = leaving_with_a_decision(faculty)
    rows = faculty.page("office", "reassign", change.case).data["open_items"]
    execution = Execution(faculty, number)
    execution.accept("colleague")
    execution.report("colleague")
    execution.verify()
    execution.close()
    change.do("office", "reassign", open_items=[{**rows[0], "new_executor": "teacher"}])
    faculty.wait(minutes=1)
    assert (faculty.register("decisions")[number]["executor"], faculty.undelivered("executor.replaced")) == (
        "colleague",
        0,
    )
    assert faculty.incidents() == []


@pytest.mark.parametrize(("who", "role", "kind"), [("m5", "dean", "became_dean"), ("m8", "epc", "joined_epc")])
def test_4_5_4_7_a_conflict_found_at_night_begins_a_change(faculty: Faculty, who: str, role: str, kind: str) -> None:
    faculty.appoint(who, role, start=faculty.today)
    for _ in range(2):
        faculty.engine.watch.look()
        faculty.engine.settle()
        faculty.wait(days=1)
    (case,) = faculty.cases("composition_change")
    told = faculty.variables(case)
    assert (told["leaver"], told["ground"]) == (who, kind)
    assert faculty.open_tasks(case) == ["register_ground"]


def test_4_7_who_is_leaving_already_is_told_of_no_more(faculty: Faculty) -> None:
    Change(faculty)
    faculty.appoint("m5", "dean", start=faculty.today)
    faculty.engine.watch.look()
    faculty.engine.settle()
    assert "R04" in [row["rule"] for row in faculty.register("findings").values()]
    assert len(faculty.cases("composition_change")) == 1


def test_4_1_a_successor_ordered_for_a_day_after_the_dissolution_never_takes_the_seat(faculty: Faculty) -> None:
    change = Change(faculty)
    change.nominate()
    change.sign("2026-09-21")
    dissolution = begin(faculty, "2026-09-14")
    sign(faculty, dissolution)
    faculty.wait_for_day(day("2026-09-22"))
    assert holds(faculty, "member", "colleague", *faculty.members) == []
    assert (change.row()["status"], faculty.state(change.case), faculty.incidents()) == ("overtaken", "completed", [])


def test_4_1_a_change_is_not_ordered_for_a_day_after_the_term_of_the_commission(faculty: Faculty) -> None:
    for one in faculty.members:
        faculty.dismiss(one, "member", day("2026-10-01"))
    change = Change(faculty)
    change.nominate()
    [row] = faculty.offered("dean", "sign_change_order", change.case)
    assert row.about == "m5"  # of several changes at once each says whose it is
    with pytest.raises(FormRefused) as refused:
        change.sign("2026-10-01")
    assert set(refused.value.errors) == {"effective_from"}
    change.sign("2026-09-30")
    faculty.wait_for_day(day("2026-09-30"))
    assert (holds(faculty, "member", "colleague"), faculty.incidents()) == (["colleague"], [])


def test_4_1_a_successor_ordered_for_a_day_of_the_next_term_never_takes_the_seat(faculty: Faculty) -> None:
    faculty.person("spare", ("teacher", "eng-cs"), unit="eng-cs")
    change = Change(faculty)
    change.nominate(who=candidate("spare", "teacher"))
    change.sign("2026-09-24")
    formation = Formation(faculty)
    formation.until_order()
    formation.sign("2026-09-21")
    faculty.wait_for_day(day("2026-09-25"))
    assert holds(faculty, "member", "spare", "m5", *ALL) == list(ALL)
    assert formation.commission("1")["members"] == 9
    assert {row["status"] for row in faculty.register("memberships").values() if row["term_no"] == 1} == {"ended"}
    assert (change.row()["status"], faculty.state(change.case), faculty.incidents()) == ("overtaken", "completed", [])


def test_4_2_a_change_under_way_is_dropped_as_the_commission_lapses(make: MakeFaculty) -> None:
    faculty = make("settled")
    faculty.person("spare", ("teacher", "eng-cs"))
    formation = formed_before_a_term_ends(faculty, "2026-09-14")
    asked, weighed = Change(faculty), Change(faculty, "m6")
    weighed.nominate("office", candidate("spare", "teacher"))
    assert [one.open for one in (asked, weighed)] == [["nominate"], ["sign_change_order"]]
    faculty.wait_until(at("2026-09-14 00:01"))
    assert formation.commission("1")["status"] == "lapsed"
    assert [one.open for one in (asked, weighed)] == [[], []]
    faculty.wait_for_day(day("2026-09-22"))
    assert holds(faculty, "member", "spare", *faculty.members) == []
    assert [asked.row()["status"], weighed.row("1/m6")["status"]] == ["overtaken", "overtaken"]
    assert [faculty.state(one.case) for one in (asked, weighed)] == ["completed", "completed"]
    assert faculty.incidents() == []


def next_term(faculty: Faculty) -> None:
    faculty.person("s1", ("student", SCHOOL))
    formation = Formation(faculty)
    formation.until_order()
    formation.sign("2026-09-14")


def lapse(faculty: Faculty) -> None:
    formed_before_a_term_ends(faculty, "2026-09-14")


def dissolution(faculty: Faculty) -> None:
    sign(faculty, begin(faculty, "2026-09-14"))


@pytest.mark.parametrize("end", [next_term, lapse, dissolution])
def test_4_2_a_ground_registered_after_the_commission_has_ended_changes_nothing(
    make: MakeFaculty, end: Callable[[Faculty], None]
) -> None:
    faculty = make("settled")
    end(faculty)
    change = Change(faculty, "")
    faculty.wait_until(at("2026-09-14 00:01"))
    before = dict(faculty.register("memberships")["1/m5"]), dict(faculty.register("commissions"))
    change.register("m5")
    assert (change.open, faculty.state(change.case), faculty.incidents()) == ([], "completed", [])
    assert change.row()["status"] == "overtaken"
    assert (faculty.register("memberships")["1/m5"], dict(faculty.register("commissions"))) == before
