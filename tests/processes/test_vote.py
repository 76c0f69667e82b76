"""Open named voting: one ballot a member, more than half of those present adopt, who presides decides a tie."""

from __future__ import annotations

import pytest

from engine import commands as c
from engine.errors import NotPermitted, TaskNotOpen
from tests.processes.faculty import Faculty, FormRefused
from tests.processes.meeting import DECISION, Meeting, meeting_of
from tests.processes.stages import MakeFaculty


def ten(make: MakeFaculty) -> Meeting:
    """Ten members, all present; the draft is put to the vote."""
    meeting = meeting_of(make("in_session", size=10))
    meeting.formulate()
    return meeting


# --- the result -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tally", "chair", "result"),
    [
        pytest.param("6-4-0", "for", "adopted", id="6-4-0"),
        pytest.param("5-5-0", "against", "rejected_casting", id="5-5-0 chair against"),
        pytest.param("5-5-0", "for", "adopted_casting", id="5-5-0 chair for"),
        pytest.param("5-4-1", "for", "rejected", id="5-4-1"),
        pytest.param("4-4-2", "for", "adopted_casting", id="4-4-2 chair for"),
        pytest.param("0-0-10", "abstain", "rejected", id="0-0-10"),
    ],
)
def test_7_3_2_ten_present(make: MakeFaculty, tally: str, chair: str, result: str) -> None:
    meeting = ten(make)
    meeting.vote(tally, chair)
    outcome = meeting.outcome
    assert outcome["result"] == result
    assert outcome["adopted"] == result.startswith("adopted")
    assert "-".join(str(outcome[f"votes_{value}"]) for value in ("for", "against", "abstain")) == tally
    assert meeting.open == ["draft_protocol"]


def test_7_3_2_eight_members_four_present_two_to_two_with_the_chair_for(make: MakeFaculty) -> None:
    meeting = meeting_of(make("announced", size=8))
    meeting.open_with(meeting.faculty.members[:4])
    meeting.decide(DECISION, "2-2-0", chair="for")
    assert meeting.outcome["result"] == "adopted_casting"
    number = meeting.finish()
    assert meeting.faculty.register("decisions")[f"{number}-1"]["result"] == "adopted_casting"


def test_7_3_2_what_was_rejected_is_not_registered_as_a_decision(make: MakeFaculty) -> None:
    meeting = ten(make)
    meeting.vote("4-6-0")
    meeting.finish()
    assert meeting.faculty.register("decisions") == {}
    assert meeting.faculty.cases("decision_execution") == []


# --- the casting vote -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("casting", "result"), [("for", "adopted_casting"), ("against", "rejected_casting")])
def test_7_3_2_who_presides_must_break_the_tie_after_abstaining(make: MakeFaculty, casting: str, result: str) -> None:
    meeting = ten(make)
    meeting.vote("4-4-2", "abstain")
    assert meeting.open == ["casting_vote"]
    assert not meeting.faculty.offered(meeting.faculty.deputy, "casting_vote")
    secretary, task = meeting.faculty.secretary, meeting.faculty.task("casting_vote", meeting.case)
    refused = meeting.faculty.refused(meeting.faculty.completion(secretary, task, casting_vote=casting))
    assert isinstance(refused, NotPermitted), "nor does the secretary give it on behalf of whoever presides"
    meeting.do(meeting.faculty.chair, "casting_vote", casting_vote=casting)
    outcome = meeting.outcome
    assert (outcome["result"], outcome["casting"]) == (result, True)
    assert [outcome[f"votes_{value}"] for value in ("for", "against", "abstain")] == [4, 4, 2]
    votes = meeting.votes()
    assert votes[meeting.faculty.chair]["value"] == "abstain"
    assert (votes["casting"]["member"], votes["casting"]["value"]) == (meeting.faculty.chair, casting)
    assert len(votes) == 11


def test_7_3_2_the_casting_vote_knows_no_abstaining(make: MakeFaculty) -> None:
    meeting = ten(make)
    meeting.vote("5-4-1", "abstain")
    assert meeting.outcome["result"] == "rejected"
    other = meeting_of(make("in_session", size=10))
    other.formulate()
    other.vote("4-4-2", "abstain")
    with pytest.raises(FormRefused):
        other.do(other.faculty.chair, "casting_vote", casting_vote="abstain")


@pytest.mark.parametrize("why", ["recused", "absent_now"])
def test_7_3_2_a_tie_does_not_adopt_when_who_presides_has_no_vote_on_the_item(make: MakeFaculty, why: str) -> None:
    meeting = meeting_of(make("in_session", size=10))
    meeting.formulate(**{why: [meeting.faculty.chair]})
    meeting.vote("4-4-1")
    assert not meeting.faculty.offered(meeting.faculty.chair, "casting_vote")
    outcome = meeting.outcome
    assert (outcome["result"], outcome["casting"]) == ("rejected", False)
    assert "casting" not in meeting.votes()


@pytest.mark.parametrize("tally", ["6-4-0", "4-5-1", "0-0-10"])
def test_7_3_2_without_a_tie_nobody_is_asked_for_a_casting_vote(make: MakeFaculty, tally: str) -> None:
    meeting = ten(make)
    meeting.vote(tally, "abstain" if tally == "0-0-10" else "for")
    assert not meeting.outcome["casting"]
    assert "casting" not in meeting.votes()


def test_7_3_2_the_deputy_who_presides_has_the_casting_vote(make: MakeFaculty) -> None:
    meeting = meeting_of(make("announced", size=8))
    faculty = meeting.faculty
    meeting.come()
    meeting.confirm(chair=False)
    meeting.attend([m for m in faculty.members if m != faculty.chair][:6])
    meeting.formulate()
    meeting.vote("2-2-2", chair="abstain")  # who presides: the deputy
    assert not faculty.offered(faculty.chair, "casting_vote")
    meeting.do(faculty.deputy, "casting_vote", casting_vote="for")
    assert meeting.outcome["result"] == "adopted_casting"
    assert meeting.votes()["casting"]["member"] == faculty.deputy


# --- the ballots ------------------------------------------------------------------------------------------------------


def test_7_3_2_each_member_has_one_ballot_and_a_second_is_refused(in_session: Meeting) -> None:
    faculty = in_session.faculty
    in_session.formulate()
    task = in_session.ballot("m5")
    faculty.complete("m5", task, vote="for")
    assert faculty.offered("m5", "open_vote") == []
    refusal = faculty.refused(faculty.completion("m5", task, vote="against"))
    assert isinstance(refusal, TaskNotOpen)
    assert refusal.params["who"] == "Адам m5"
    in_session.vote("7-1-0")
    assert in_session.votes()["m5"]["value"] == "for"
    assert len(in_session.votes()) == 9


def test_7_3_2_a_double_click_is_one_ballot(in_session: Meeting) -> None:
    faculty = in_session.faculty
    in_session.formulate()
    task = in_session.ballot("m5")
    click = c.CompleteTask(actor="m5", key="click-1", instance=in_session.case, task=task, variables={"vote": "for"})
    assert [faculty.do(click).repeated for _ in range(2)] == [False, True]
    assert len(in_session.voters()) == 8


def test_7_3_2_a_vote_after_the_vote_has_closed_is_refused(in_session: Meeting) -> None:
    faculty = in_session.faculty
    in_session.formulate()
    tasks = {member: in_session.ballot(member) for member in faculty.members}
    in_session.vote("5-4-0")
    for member, task in tasks.items():
        assert isinstance(faculty.refused(faculty.completion(member, task, vote="against")), TaskNotOpen)
    assert in_session.outcome["votes_against"] == 4


def test_7_3_2_nobody_votes_for_somebody_else(in_session: Meeting) -> None:
    faculty = in_session.faculty
    in_session.formulate()
    task = in_session.ballot("m5")
    for other in ("m6", faculty.chair, faculty.dean, faculty.stranger):
        assert isinstance(faculty.refused(faculty.completion(other, task, vote="for")), NotPermitted)


def test_7_3_2_in_a_roll_call_the_secretary_enters_the_votes(in_session: Meeting) -> None:
    faculty = in_session.faculty
    in_session.formulate()
    for member in ("m4", "m5"):
        faculty.complete(faculty.secretary, in_session.ballot(member), vote="against")
    in_session.vote("7-0-0")
    in_session.do(faculty.chair, "confirm_paper", paper_verdict="confirm")
    votes = in_session.votes()
    assert [(votes[m]["member"], votes[m]["value"], votes[m]["entered_by"]) for m in ("m4", "m5", "m6")] == [
        ("m4", "against", faculty.secretary),
        ("m5", "against", faculty.secretary),
        ("m6", "for", "m6"),
    ]


def test_7_2_2_an_invited_expert_has_no_vote(faculty: Faculty) -> None:
    meeting = Meeting.call(faculty)
    meeting.announce(experts={"Силлабустардың сапасы": faculty.expert})
    meeting.open_with(experts=[faculty.expert])
    meeting.formulate()
    assert faculty.offered(faculty.expert) == []
    task = meeting.ballot("m5")
    assert isinstance(faculty.refused(faculty.completion(faculty.expert, task, vote="for")), NotPermitted)
    meeting.vote("9-0-0")
    assert faculty.expert not in meeting.votes()
    assert meeting.row["experts"] == [{"expert": faculty.expert, "mode": "in_person"}]


def test_7_2_2_an_absent_member_has_no_ballot(announced: Meeting) -> None:
    faculty = announced.faculty
    announced.open_with(faculty.members[:6])
    announced.formulate()
    assert announced.voters() == faculty.members[:6]
    assert faculty.offered("m9", "open_vote") == []


def test_7_3_2_a_ballot_has_three_answers(in_session: Meeting) -> None:
    in_session.formulate()
    for answer in ("maybe", "", None):
        with pytest.raises(FormRefused) as refused:
            in_session.do("m5", "open_vote", vote=answer)
        assert set(refused.value.errors) == {"vote"}


# --- the draft --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("missing", ["executor_unit", "due_at", "report_form", "decision_text"])
def test_7_4_1_no_decision_goes_to_the_vote_without_executor_term_and_form(in_session: Meeting, missing: str) -> None:
    with pytest.raises(FormRefused) as refused:
        in_session.formulate(**{missing: None})
    assert set(refused.value.errors) == {missing}
    assert in_session.open == ["formulate"]


def test_7_4_1_the_term_lies_after_the_meeting(in_session: Meeting) -> None:
    with pytest.raises(FormRefused) as refused:
        in_session.formulate(due_at=in_session.faculty.today.isoformat())
    assert set(refused.value.errors) == {"due_at"}


def test_7_4_1_a_decision_without_execution_gives_the_reason_why(in_session: Meeting) -> None:
    with pytest.raises(FormRefused) as refused:
        in_session.formulate({"decision_text": "Ақпарат алынды", "outcome_type": "information"})
    assert set(refused.value.errors) == {"no_execution_reason"}
