"""The protocol: drafted, signed by two different people, registered, received by the dean's office and ASB."""

from __future__ import annotations

import pytest

from engine import commands as c
from engine.errors import NotPermitted, SamePerson
from tests.processes.faculty import FormRefused
from tests.processes.meeting import INFORMATION, Meeting, at, day, meeting_of
from tests.processes.stages import MakeFaculty


@pytest.fixture
def voted(make: MakeFaculty) -> Meeting:
    """Everything is voted on; the protocol is to be written."""
    return meeting_of(make("voted"))


# --- two signatures ---------------------------------------------------------------------------------------------------


def test_7_3_3_who_presided_and_the_secretary_sign_in_this_order(voted: Meeting) -> None:
    faculty = voted.faculty
    voted.draft()
    assert (voted.open, faculty.offered(faculty.secretary, "sign_secretary")) == (["sign_chair"], [])
    voted.do(faculty.chair, "sign_chair", chair_verdict="sign", chair_signature=True)
    assert voted.open == ["sign_secretary"]
    voted.do(faculty.secretary, "sign_secretary", secretary_verdict="sign", secretary_signature=True)
    number = voted.enter()
    protocol = faculty.register("protocols")[number]
    assert (protocol["signed_by_chair"], protocol["signed_by_secretary"]) == (faculty.chair, faculty.secretary)
    assert protocol["signed_by_chair_at"] == at("2026-09-21 09:00")


def test_7_3_3_the_same_person_may_not_sign_twice(voted: Meeting) -> None:
    """The chair has become secretary as well meanwhile."""
    faculty = voted.faculty
    faculty.appoint(faculty.chair, "secretary")
    voted.draft()
    voted.do(faculty.chair, "sign_chair", chair_verdict="sign", chair_signature=True)
    [row] = faculty.offered(faculty.chair, "sign_secretary")
    view = faculty.engine.reader(faculty.chair).task(row.task)
    assert (view.may_complete, view.blocked and view.blocked["code"]) == (False, "same_person")
    signature = {"secretary_verdict": "sign", "secretary_signature": True}
    assert isinstance(faculty.refused(faculty.completion(faculty.chair, row.task, **signature)), SamePerson)
    voted.do(faculty.secretary, "sign_secretary", **signature)
    assert voted.open == ["register_protocol"]


@pytest.mark.parametrize("other", ["m3", "m2", "dean", "office"])
def test_7_3_3_nobody_signs_for_who_presided(voted: Meeting, other: str) -> None:
    faculty = voted.faculty
    voted.draft()
    task = faculty.task("sign_chair")
    refusal = faculty.refused(faculty.completion(other, task, chair_verdict="sign", chair_signature=True))
    assert isinstance(refusal, NotPermitted)


def test_7_3_3_signing_without_the_mark_is_no_signature(voted: Meeting) -> None:
    voted.draft()
    with pytest.raises(FormRefused) as refused:
        voted.do(voted.faculty.chair, "sign_chair", chair_verdict="sign")
    assert set(refused.value.errors) == {"chair_signature"}


def test_7_3_3_a_chair_who_refuses_returns_the_draft_with_the_reason(voted: Meeting) -> None:
    faculty = voted.faculty
    voted.draft()
    with pytest.raises(FormRefused) as refused:
        voted.do(faculty.chair, "sign_chair", chair_verdict="return")
    assert set(refused.value.errors) == {"return_reason"}
    voted.do(faculty.chair, "sign_chair", chair_verdict="return", return_reason="Екінші сөз түсіп қалған")
    assert voted.open == ["draft_protocol"]
    assert faculty.page(faculty.secretary, "draft_protocol").data["return_reason"] == "Екінші сөз түсіп қалған"
    voted.draft()
    assert faculty.page(faculty.chair, "sign_chair").data.get("chair_verdict") is None
    voted.sign()
    assert voted.open == ["register_protocol"]


def test_7_3_3_what_was_returned_before_the_meeting_is_not_told_of_the_protocol(announced: Meeting) -> None:
    faculty = announced.faculty
    announced.open_with(faculty.members[:4])
    [row] = faculty.offered(faculty.secretary, "no_quorum_record")
    late = c.ReturnTask(actor=faculty.secretary, instance=announced.case, task=row.task, reason="Бір мүше кешікті")
    faculty.do(late)
    announced.attend()
    announced.decide(INFORMATION)
    assert not faculty.page(faculty.secretary, "draft_protocol").data.get("return_reason")


def test_7_3_3_what_the_secretary_returns_is_signed_anew_by_both(voted: Meeting) -> None:
    faculty = voted.faculty
    voted.draft()
    voted.do(faculty.chair, "sign_chair", chair_verdict="sign", chair_signature=True)
    voted.do(faculty.secretary, "sign_secretary", secretary_verdict="return", return_reason="Қосымша түсіп қалған")
    voted.draft()
    assert voted.open == ["sign_chair"]
    voted.sign()
    assert voted.open == ["register_protocol"]


def test_7_3_3_a_dissenting_opinion_goes_with_the_signature(voted: Meeting) -> None:
    faculty = voted.faculty
    voted.draft()
    voted.do(faculty.chair, "sign_chair", chair_verdict="sign", chair_signature=True, chair_dissent="Мерзімі қысқа")
    voted.do(faculty.secretary, "sign_secretary", secretary_verdict="sign", secretary_signature=True)
    number = voted.enter()
    protocol = faculty.register("protocols")[number]
    assert (protocol["chair_dissent"], protocol["secretary_dissent"]) == ("Мерзімі қысқа", None)


# --- registration and receipt -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("date", ["2026-09-20", "2026-09-22"])
def test_6_1_4_the_date_lies_between_the_meeting_and_today(voted: Meeting, date: str) -> None:
    voted.draft()
    voted.sign()
    with pytest.raises(FormRefused) as refused:
        voted.do(voted.faculty.secretary, "register_protocol", reg_date=date)
    assert set(refused.value.errors) == {"reg_date"}


def test_6_1_4_the_number_is_given_not_typed(voted: Meeting) -> None:
    voted.draft()
    voted.sign()
    voted.do(voted.faculty.secretary, "register_protocol", reg_date="2026-09-21", reg_no="777")
    assert list(voted.faculty.register("protocols")) == ["1/2026"]


def test_6_1_5_deans_office_and_asb_receive_it_each_on_its_own(voted: Meeting) -> None:
    faculty = voted.faculty
    voted.draft()
    voted.sign()
    number = voted.enter()
    voted.do(faculty.asb, "receive_at_asb", received=True)
    assert (voted.open, faculty.state(voted.case)) == (["receive_at_deans_office"], "active")
    faculty.wait(days=1)
    voted.do(faculty.office, "receive_at_deans_office", received=True, receipt_note="Папкада")
    protocol = faculty.register("protocols")[number]
    assert (protocol["asb_received_by"], protocol["deans_office_received_by"]) == (faculty.asb, faculty.office)
    assert (protocol["asb_received_at"], protocol["deans_office_received_at"]) == (
        at("2026-09-21 09:00"),
        at("2026-09-22 09:00"),
    )
    assert (protocol["status"], protocol.get("late_dispatch")) == ("sent", None)
    assert faculty.state(voted.case) == "completed"


def test_6_1_5_neither_receives_for_the_other(voted: Meeting) -> None:
    faculty = voted.faculty
    voted.draft()
    voted.sign()
    voted.enter()
    for person, element in ((faculty.asb, "receive_at_deans_office"), (faculty.office, "receive_at_asb")):
        task = faculty.task(element)
        assert isinstance(faculty.refused(faculty.completion(person, task, received=True)), NotPermitted)


def test_6_1_5_received_on_the_fifth_working_day_is_in_time(voted: Meeting) -> None:
    faculty = voted.faculty
    voted.draft()
    voted.sign()
    number = voted.enter()
    [row] = faculty.offered(faculty.asb, "receive_at_asb")
    assert row.due == at("2026-09-28 23:59:59")
    faculty.wait_until(at("2026-09-28 23:30"))
    voted.deliver()
    assert "late_dispatch" not in faculty.register("protocols")[number]


def test_6_1_5_a_protocol_not_received_after_five_working_days_is_noted_as_late(voted: Meeting) -> None:
    faculty = voted.faculty
    voted.draft()
    voted.sign()
    number = voted.enter()
    faculty.wait_for_day(day("2026-09-29"))
    protocol = faculty.register("protocols")[number]
    assert (protocol["status"], protocol["late_dispatch"]) == ("registered", True)
    voted.deliver()
    assert faculty.register("protocols")[number]["status"] == "sent"


def test_6_1_5_a_protocol_signed_after_the_limit_is_late_from_the_first(voted: Meeting) -> None:
    faculty = voted.faculty
    faculty.wait_for_day(day("2026-10-05"))
    voted.draft()
    voted.sign()
    number = voted.enter()
    faculty.wait(minutes=1)
    assert faculty.register("protocols")[number]["late_dispatch"] is True
