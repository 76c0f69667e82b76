"""Forming a commission: nominations, the two checks, the order, the elections, one day for the change of terms."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine import commands as c
from engine.database import reading, ru_instance
from engine.errors import AlreadyUnderWay, NotPermitted, TaskNotOpen
from engine.views import StartView
from tests.play import models as m
from tests.processes.faculty import SCHOOL, Faculty, FormRefused, NotOffered
from tests.processes.formation import ALL, CS, ME, STUDENTS, Formation, candidate, holds
from tests.processes.meeting import Meeting, at, day, item, meeting_of
from tests.processes.stages import MakeFaculty

MODES = (False,)  # only the longest courses run a second time without memory


@pytest.fixture
def faculty(make: MakeFaculty) -> Faculty:
    """A school with students, whose commission is in the directory only, without an end."""
    faculty = make("settled")
    for one in STUDENTS:
        faculty.person(one, ("student", SCHOOL))
    return faculty


@pytest.mark.both_ways
def test_4_1_nominations_order_election_and_undertakings_make_an_active_commission(faculty: Faculty) -> None:
    formation = Formation(faculty)
    formation.until_order()
    formation.sign()
    assert holds(faculty, "member", *ALL, *faculty.members) == list(ALL)
    assert holds(faculty, "chair", *faculty.members) == []
    formation.elect()
    formation.undertake()
    faculty.wait(minutes=1)
    assert (faculty.state(formation.case), faculty.incidents()) == ("completed", [])
    row = formation.commission("2")
    assert (row["status"], row["chair"], row["deputy_chair"], row["secretary"]) == ("active", "head", None, "teacher")
    assert (row["term_end"], row["last_day"]) == (day("2029-09-07"), day("2029-09-06"))
    assert formation.commission("1")["status"] == "expired"
    (order,) = faculty.register("orders").values()
    assert (order["order_no"], order["kind"], order["effective_from"]) == ("21-ө", "commission", day("2026-09-07"))
    members = faculty.register("memberships")
    assert {one["undertaking"] for one in members.values()} == {"given"}
    assert members["2/s1"]["category"] == "student"


def test_4_1_before_a_formation_is_begun_the_office_is_told_of_the_commission_in_office(faculty: Faculty) -> None:
    def shown() -> StartView:
        rows = faculty.engine.reader("office").startable()
        return next(row for row in rows if (row.key, row.school) == ("commission_formation", SCHOOL))

    first = shown()
    assert first.blocked is None
    members = len(holds(faculty, "member", *faculty.members))
    assert f"мүшелер саны: {members}" in first.note["kk"]
    assert set(first.note) == {"kk", "ru", "en"}
    faculty.start("commission_formation", "office")
    later = shown()
    assert later.blocked is not None and later.blocked["code"] == "already_under_way"


def test_4_2_old_memberships_and_posts_end_on_the_day_on_which_the_new_ones_begin(faculty: Faculty) -> None:
    formation = Formation(faculty)
    formation.until_order()
    formation.sign("2026-09-21")
    formation.elect()
    everybody = [*ALL, *faculty.members]
    faculty.wait_until(at("2026-09-20 23:59"))
    assert holds(faculty, "member", *everybody) == faculty.members
    assert holds(faculty, "chair", *everybody) == [faculty.chair]
    assert formation.commission("2")["status"] == "approved"
    faculty.wait_until(at("2026-09-21 00:01"))
    assert holds(faculty, "member", *everybody) == list(ALL)
    assert holds(faculty, "chair", *everybody) == ["head"]
    assert holds(faculty, "deputy_chair", *everybody) == []
    assert formation.commission("2")["status"] == "active"


def test_5_2_7_each_term_asks_its_members_to_read_the_regulation_anew(faculty: Faculty) -> None:
    """Whoever sits again is asked once more: a key of the person alone would be taken since the first term."""
    formation = Formation(faculty)
    formation.until_order()
    formation.sign()
    formation.elect()
    formation.undertake()
    faculty.wait(minutes=1)
    instance = ru_instance.c
    with reading(faculty.engine.database) as connection:
        asked = connection.execute(sa.select(instance.business_key).where(instance.process_key == "acknowledgement"))
        assert set(asked.scalars()) == {f"{person}/2026-09-07" for person in ALL}


@pytest.mark.both_ways
def test_4_2_the_next_formation_begins_by_itself_before_the_term_ends(faculty: Faculty) -> None:
    faculty.set_parameter("P_RENEW_LEAD", 1090)  # of the 1096 days of the term
    formation = Formation(faculty)
    formation.until_order()
    formation.sign()
    formation.elect()
    faculty.wait(minutes=1)
    formation.undertake()
    (watch,) = faculty.cases("commission_term", "active")
    faculty.wait_until(at("2026-09-13 08:59"))
    assert faculty.cases("commission_formation", "active") == []
    faculty.wait_until(at("2026-09-13 09:00"))
    (renewal,) = faculty.cases("commission_formation", "active")
    assert faculty.state(watch) == "completed"
    assert faculty.variables(renewal)["term_no"] == 3
    again = Formation(faculty, renewal)
    again.until_order()  # the same people stay on
    again.sign("2026-10-01")
    faculty.wait_for_day(day("2026-10-01"))
    assert holds(faculty, "member", *ALL) == list(ALL)
    assert faculty.incidents() == []


def test_4_2_a_dissolved_commission_is_not_renewed(faculty: Faculty) -> None:
    faculty.set_parameter("P_RENEW_LEAD", 1090)
    throw = m.element(
        "intermediateThrowEvent", "t", m.extensions(m.properties(messageKey='school + "/2"')) + m.event("message", "M")
    )
    model = m.model(
        m.message("M", "commission.dissolved"), m.process("dissolve", m.start("s"), throw, m.end("e"), "s -> t -> e")
    )
    faculty.do(c.Deploy(actor=c.SYSTEM, name="dissolve", files={"dissolve.bpmn": model}))
    formation = Formation(faculty)
    formation.until_order()
    formation.sign()
    formation.elect()
    faculty.wait(minutes=1)
    formation.undertake()
    faculty.do(c.StartProcess(actor=c.SYSTEM, definition="dissolve", school=SCHOOL))
    assert faculty.cases("commission_term", "active") == []
    faculty.wait_for_day(day("2026-09-14"))
    assert faculty.cases("commission_formation", "active") == []


def test_4_1_one_formation_at_a_time_in_a_school(faculty: Faculty) -> None:
    Formation(faculty)
    start = c.StartProcess(actor="office", definition="commission_formation", school=SCHOOL)
    assert isinstance(faculty.refused(start), AlreadyUnderWay)
    start = c.StartProcess(actor="dean", definition="commission_formation", school=SCHOOL)
    assert isinstance(faculty.refused(start), NotPermitted)


def test_4_4_the_size_is_no_smaller_than_the_parameter_and_is_reasoned(faculty: Faculty) -> None:
    with pytest.raises(FormRefused) as refused:
        Formation(faculty, size=2).set_size()
    assert set(refused.value.errors) == {"planned_size"}


def test_4_5_4_7_the_dean_and_a_student_on_the_epc_are_replaced_or_withdrawn(faculty: Faculty) -> None:
    faculty.appoint("s2", "epc")
    formation = Formation(faculty)
    formation.set_size()
    formation.do("head2", "nominate", candidates=[*ME, candidate("dean", "teacher"), candidate("s2", "student")])
    shown = faculty.page("head2", "replace_candidate", formation.case).data["blocked"]
    assert [(row["blocked_person"], row["code"]) for row in shown] == [
        ("dean", "DEAN_NOT_ALLOWED"),
        ("s2", "STUDENT_ON_EPC"),
    ]
    rows = [{**shown[0], "verdict": "withdraw"}, {**shown[1], "verdict": "replace", **candidate("s1", "student")}]
    formation.do("head2", "replace_candidate", blocked=rows)
    formation.do("head", "nominate", candidates=CS[:2])
    people = {row["person"] for row in faculty.page("dean", "compose", formation.case).data["nominees"]}
    assert people == set(ALL)


def test_4_7_whoever_stands_in_for_the_dean_is_no_member_either(faculty: Faculty) -> None:
    faculty.do(c.RecordAbsence(actor="dean", person="dean", substitute="teacher", start=day("2026-09-07"),
                               end=day("2026-10-07"), basis="Іссапар"))  # fmt: skip
    formation = Formation(faculty)
    formation.set_size()
    formation.do("head", "nominate", candidates=CS)
    assert faculty.offered("head", "replace_candidate", formation.case)


def test_4_5_a_candidate_who_does_not_agree_is_not_nominated(faculty: Faculty) -> None:
    formation = Formation(faculty)
    formation.set_size()
    with pytest.raises(FormRefused):
        formation.do("head", "nominate", candidates=[{**CS[0], "consent": False}])


def test_4_2_a_silent_department_is_reminded_then_passed_over_and_named(faculty: Faculty) -> None:
    formation = Formation(faculty)
    formation.set_size()
    formation.do("head", "nominate", candidates=CS)
    task = faculty.task("nominate", formation.case)
    faculty.wait_for_day(day("2026-09-15"))
    assert faculty.register("nominations")["2/1/eng-me"]["reminded_on"] == day("2026-09-14")
    faculty.wait_for_day(day("2026-09-22"))
    assert faculty.register("nominations")["2/1/eng-me"]["status"] == "silent"
    assert isinstance(faculty.refused(faculty.completion("head2", task, candidates=ME)), TaskNotOpen)
    assert faculty.page("dean", "compose", formation.case).data["silent"] == ["eng-me"]
    formation.compose("head", "teacher", "s1")
    codes = [row["code"] for row in faculty.page("dean", "confirm_warnings", formation.case).data["warnings"]]
    assert codes == ["SIZE_DIFFERS", "DEPARTMENT_UNREPRESENTED"]
    formation.confirm()
    formation.sign()
    row = formation.commission("2")
    assert (row["silent"], row["unrepresented"]) == (["eng-me"], ["eng-me"])
    assert [one["warning_reason"] for one in row["reasons"]] == ["Басқа үміткер болмады"] * 2


def test_4_5_where_everybody_is_silent_the_dean_composes_and_the_gap_is_recorded(faculty: Faculty) -> None:
    formation = Formation(faculty, size=3)
    formation.set_size()
    faculty.wait_for_day(day("2026-09-22"))
    rows = [{**one, "department": "eng-cs", "direct_reason": "Кафедра ұсынбады"} for one in CS]
    formation.do("dean", "compose", added=rows)
    formation.confirm()
    formation.sign()
    assert {one["direct"] for one in faculty.register("memberships").values()} == {True}
    assert formation.commission("2")["silent"] == ["eng-cs", "eng-me"]


def test_4_5_a_category_nobody_named_is_asked_for_once_more(faculty: Faculty) -> None:
    formation = Formation(faculty)
    formation.set_size()
    formation.nominate(cs=CS[:2])
    assert faculty.page("head", "nominate", formation.case).data["missing"] == ["NO_STUDENT"]
    formation.do("head", "nominate", no_candidate=True)
    formation.do("head2", "nominate", candidates=[candidate("s2", "student")])
    formation.compose("head", "teacher", "head2", "colleague", "s2")
    assert formation.open == ["sign_order"]


def test_4_5_a_list_without_a_category_goes_back_to_the_dean(faculty: Faculty) -> None:
    formation = Formation(faculty, size=4)
    formation.set_size()
    formation.nominate()
    formation.compose("head", "teacher", "head2", "colleague")
    assert formation.open == ["compose"]
    assert faculty.page("dean", "compose", formation.case).data["problems"] == [{"code": "NO_STUDENT", "person": None}]
    formation.compose("head", "teacher", "head2", "s1")
    assert formation.open == ["sign_order"]  # an even number is only told


def test_4_6_each_warning_needs_the_dean_s_reason_and_stays_with_the_member(faculty: Faculty) -> None:
    faculty.appoint("colleague", "member", "law")
    faculty.appoint("colleague", "vice_dean")
    young = candidate("teacher", "teacher", hei_years=4, has_expert_panel=False, pedagogy_cert_date="2023-09-06")
    formation = Formation(faculty)
    formation.set_size()
    formation.nominate(cs=[CS[0], young, CS[2]])
    formation.compose(*ALL)
    rows = faculty.page("dean", "confirm_warnings", formation.case).data["warnings"]
    told = [(row["person"], row["code"], row["missing_half"]) for row in rows]
    assert told == [("teacher", "EXPERIENCE", None), ("teacher", "PRACTICE", "panel"), ("teacher", "PEDAGOGY", None),
                    ("colleague", "VICE_DEAN", None), (None, "IN_ANOTHER_COMMISSION", None)]  # fmt: skip
    with pytest.raises(FormRefused):
        formation.do("dean", "confirm_warnings", warnings=rows)
    formation.confirm()
    formation.sign()
    assert [one["code"] for one in faculty.register("memberships")["2/teacher"]["warnings"]] == [
        "EXPERIENCE",
        "PRACTICE",
        "PEDAGOGY",
    ]


def test_4_1_an_acting_dean_signs_with_the_document_of_authority(faculty: Faculty) -> None:
    faculty.dismiss("dean", "dean")
    formation = Formation(faculty)
    assert faculty.offered("dean") == []
    faculty.person("deputy", ("dean", SCHOOL))
    faculty.dean = "deputy"
    with pytest.raises(NotOffered):
        formation.set_size()  # the former dean
    formation.do("deputy", "set_size", planned_size=5, reasoning="Әр кафедрадан екі өкіл")
    formation.nominate()
    shown = faculty.page("deputy", "compose", formation.case).data["nominees"]
    formation.do("deputy", "compose", nominees=[{**row, "chosen": True} for row in shown])
    order = {"order_no": "21-ө", "order_date": "2026-09-07", "effective_from": "2026-09-07", "acting_dean": True}
    with pytest.raises(FormRefused) as refused:
        formation.do("deputy", "sign_order", **order)
    assert set(refused.value.errors) == {"authority"}
    formation.do("deputy", "sign_order", **order, authority="№ 112 бұйрық, 01.09.2026")
    row = formation.commission("2")
    assert (row["acting_dean"], row["authority"]) == (True, "№ 112 бұйрық, 01.09.2026")


def test_4_3_until_the_council_elects_the_commission_is_approved_but_not_operational(faculty: Faculty) -> None:
    formation = Formation(faculty)
    formation.until_order()
    formation.sign("2026-09-14")
    faculty.wait_for_day(day("2026-09-14"))
    assert formation.commission("2")["status"] == "not_operational"
    assert holds(faculty, "member", *ALL) == list(ALL)
    assert holds(faculty, "chair", *ALL, *faculty.members) == []
    formation.elect(deputy="colleague")
    faculty.wait(minutes=1)
    assert formation.commission("2")["status"] == "active"
    assert [row["from"] for row in faculty.register("posts").values()] == [day("2026-09-14")] * 3


def test_4_3_who_has_left_since_the_term_began_is_elected_to_nothing(faculty: Faculty) -> None:
    formation = Formation(faculty)
    formation.until_order()
    formation.sign("2026-09-14")
    faculty.wait_for_day(day("2026-09-15"))
    formation.do("office", "propose", candidates=["teacher"], consent=True)
    faculty.dismiss("teacher", "member")
    formation.vote({"candidate": "teacher", "votes": 12})
    assert (formation.open.count("propose"), holds(faculty, "chair", *ALL)) == (1, [])
    offered = faculty.page(faculty.office, "propose", formation.case).data["_options_candidates"]
    assert "teacher" not in {one["value"] for one in offered}


def formed_before_a_term_ends(faculty: Faculty, end: str = "2026-10-01") -> Formation:
    """The order waits for its signature; the members' term ends on that day."""
    faculty.person("s1", ("student", SCHOOL))
    for one in faculty.members:
        faculty.dismiss(one, "member", day(end))
    formation = Formation(faculty)
    formation.until_order()
    return formation


@pytest.mark.both_ways
def test_4_2_a_term_that_ends_without_a_new_order_lapses(make: MakeFaculty) -> None:
    faculty = make("settled")
    formation = formed_before_a_term_ends(faculty)
    faculty.wait_until(at("2026-10-01 00:01"))
    row = formation.commission("1")
    assert (row["status"], row["ended_on"]) == ("lapsed", day("2026-10-01"))
    formation.do("asb1", "acknowledge_lapse")
    formation.sign()
    formation.elect()
    faculty.wait(minutes=1)
    assert [row["status"] for row in faculty.register("commissions").values()] == ["lapsed", "active"]


def test_4_2_meetings_still_to_come_are_called_off_as_the_commission_lapses(make: MakeFaculty) -> None:
    faculty = make("announced")
    announced, early = meeting_of(faculty), Meeting.call(faculty)
    formation = formed_before_a_term_ends(faculty, "2026-09-16")
    faculty.wait_until(at("2026-09-16 00:01"))
    assert formation.commission("1")["status"] == "lapsed"
    assert [faculty.state(one.case) for one in (announced, early)] == ["completed", "completed"]
    assert {row["status"] for row in faculty.register("meetings").values()} == {"cancelled"}
    formation.sign()
    formation.elect()
    faculty.wait(minutes=1)
    first = Meeting.call(faculty, "teacher")
    faculty.engine.settle()
    first.do("teacher", "collect_items", items=[item("Жаңа құрамның жұмысы")])
    shown = faculty.page("head", "approve_agenda", first.case).data["items"]
    assert [row["title"] for row in shown] == ["Жаңа құрамның жұмысы", "Силлабустардың сапасы"]
    assert faculty.incidents() == []


def test_7_3_3_a_meeting_that_reached_its_quorum_goes_on_to_its_protocol_after_a_lapse(make: MakeFaculty) -> None:
    faculty = make("announced")
    formed_before_a_term_ends(faculty, "2026-09-22")
    meeting = meeting_of(faculty).open_with()
    faculty.wait_until(at("2026-09-22 00:01"))
    assert (faculty.state(meeting.case), meeting.row["status"]) == ("active", "in_session")


def test_4_2_an_order_made_in_time_leaves_nothing_to_lapse(make: MakeFaculty) -> None:
    faculty = make("settled")
    formation = formed_before_a_term_ends(faculty)
    formation.sign("2026-10-01")
    faculty.wait_for_day(day("2026-10-02"))
    assert formation.commission("1")["status"] == "expired"
    assert formation.commission("2")["status"] == "not_operational"


def test_5_2_5_an_undertaking_not_given_within_a_month_of_its_day_is_recorded(faculty: Faculty) -> None:
    formation = Formation(faculty)
    formation.until_order()
    formation.sign()
    formation.elect()
    formation.undertake("head", "s1")
    faculty.wait_for_day(day("2026-10-15"))
    given = {one["person"]: one["undertaking"] for one in faculty.register("memberships").values()}
    assert given == {"head": "given", "s1": "given", "teacher": "missing", "head2": "missing", "colleague": "missing"}
    assert faculty.state(formation.case) == "completed"
