"""How a round of voting ends: by itself, early, void; votes entered by another; members recused (our defaults)."""

from __future__ import annotations

import pytest

from engine.errors import NotPermitted, TaskNotOpen
from tests.decisions.tables import decide
from tests.processes.faculty import Faculty, FormRefused
from tests.processes.meeting import INFORMATION, Meeting
from tests.processes.stages import MakeFaculty

REASON = "Шешім жобасының мәтіні дұрыс емес"


def void(meeting: Meeting) -> None:
    meeting.do(meeting.faculty.secretary, "conduct_round", round_verdict="void", void_reason=REASON)


def paper(meeting: Meeting, *members: str, value: str = "against") -> None:
    """The secretary enters votes given on paper."""
    for member in members:
        meeting.faculty.complete(meeting.faculty.secretary, meeting.ballot(member), vote=value)


# --- ended early ------------------------------------------------------------------------------------------------------


def test_7_3_2_who_has_not_voted_when_the_vote_ends_counts_as_present_and_has_no_vote(in_session: Meeting) -> None:
    faculty = in_session.faculty
    in_session.formulate()
    for member in faculty.members[:5]:
        faculty.complete(member, in_session.ballot(member), vote="for")
    late = in_session.ballot("m9")
    in_session.do(faculty.secretary, "conduct_round", round_verdict="close")
    outcome = in_session.outcome
    assert (outcome["result"], outcome["votes_for"], outcome["present_voting"]) == ("adopted", 5, 9)
    assert outcome["not_voted"] == ["m6", "m7", "m8", "m9"]
    assert sorted(in_session.votes()) == faculty.members[:5]
    assert isinstance(faculty.refused(faculty.completion("m9", late, vote="for")), TaskNotOpen)


def test_7_3_2_four_of_nine_do_not_adopt_when_the_others_have_not_voted(in_session: Meeting) -> None:
    in_session.formulate()
    for member in in_session.faculty.members[:4]:
        in_session.faculty.complete(member, in_session.ballot(member), vote="for")
    in_session.do(in_session.faculty.secretary, "conduct_round", round_verdict="close")
    assert in_session.outcome["result"] == "rejected"


def test_7_3_2_a_vote_in_which_nobody_voted_cannot_be_ended(in_session: Meeting) -> None:
    in_session.formulate()
    with pytest.raises(FormRefused):
        in_session.do(in_session.faculty.secretary, "conduct_round", round_verdict="close")
    assert len(in_session.ballots()) == 9


def test_7_3_2_nothing_is_left_to_conduct_once_everybody_has_voted(in_session: Meeting) -> None:
    in_session.decide()
    assert "conduct_round" not in in_session.open


def test_6_1_4_a_member_does_not_conduct_the_vote(in_session: Meeting) -> None:
    in_session.formulate()
    task = in_session.faculty.task("conduct_round", in_session.case)
    command = in_session.faculty.completion("m5", task, round_verdict="close")
    assert isinstance(in_session.faculty.refused(command), NotPermitted)


# --- void -------------------------------------------------------------------------------------------------------------


def test_7_3_2_a_void_round_is_held_again_and_its_ballots_do_not_count(in_session: Meeting) -> None:
    faculty = in_session.faculty
    in_session.formulate()
    for member in faculty.members[:4]:
        faculty.complete(member, in_session.ballot(member), vote="against")
    void(in_session)
    assert in_session.open == ["formulate"]
    shown = faculty.page(faculty.secretary, "formulate", in_session.case).data
    assert shown["decision_text"] == "Силлабустар жаңартылсын"  # what was settled stands, to be mended
    in_session.decide(tally="9-0-0")
    outcome = in_session.outcome
    assert (outcome["result"], outcome["votes_for"], outcome["votes_against"]) == ("adopted", 9, 0)
    [round_one] = outcome["voided"]
    assert (round_one["round"], round_one["reason"]) == (1, REASON)
    assert [ballot["member"] for ballot in round_one["ballots"]] == faculty.members[:4]
    assert len(in_session.votes()) == 9


def test_7_3_2_a_round_is_declared_void_only_with_a_reason(in_session: Meeting) -> None:
    in_session.formulate()
    with pytest.raises(FormRefused):
        in_session.do(in_session.faculty.secretary, "conduct_round", round_verdict="void", void_reason="")


def test_7_3_2_a_round_may_be_void_twice(in_session: Meeting) -> None:
    for _ in range(2):
        in_session.formulate()
        void(in_session)
    in_session.decide(tally="9-0-0")
    assert [one["round"] for one in in_session.outcome["voided"]] == [1, 2]


# --- on paper ---------------------------------------------------------------------------------------------------------


def mend(meeting: Meeting, member: str, vote: str) -> None:
    """The secretary puts an entered vote right."""
    secretary = meeting.faculty.secretary
    meeting.do(secretary, "conduct_round", round_verdict="correct", mended_member=member, mended_vote=vote)


def test_7_3_2_an_entered_vote_is_put_right_while_the_vote_is_open_and_what_it_was_is_kept(in_session: Meeting) -> None:
    faculty = in_session.faculty
    in_session.formulate()
    paper(in_session, "m4", "m5")
    mend(in_session, "m4", "for")
    in_session.vote("7-0-0")
    [row] = [b for b in faculty.page(faculty.chair, "confirm_paper", in_session.case).data["ballots"] if "was" in b]
    assert (row["member"], row["value"], row["was"], row["entered_by"]) == ("m4", "for", "against", faculty.secretary)
    in_session.do(faculty.chair, "confirm_paper", paper_verdict="confirm")
    assert (in_session.outcome["votes_for"], in_session.outcome["votes_against"]) == (8, 1)
    assert in_session.votes()["m4"]["value"] == "for"


def test_7_3_2_a_vote_that_a_member_gave_is_final(in_session: Meeting) -> None:
    in_session.formulate()
    in_session.faculty.complete("m4", in_session.ballot("m4"), vote="for")
    with pytest.raises(FormRefused):
        mend(in_session, "m4", "against")
    with pytest.raises(FormRefused):
        mend(in_session, "m5", "against")  # nothing is entered yet
    assert "conduct_round" in in_session.open


def test_votes_the_secretary_entered_await_whoever_presides(in_session: Meeting) -> None:
    faculty = in_session.faculty
    in_session.formulate()
    paper(in_session, "m4", "m5")
    in_session.vote("7-0-0")
    assert in_session.open == ["confirm_paper"]
    task = faculty.task("confirm_paper", in_session.case)
    refused = faculty.refused(faculty.completion(faculty.secretary, task, paper_verdict="confirm"))
    assert isinstance(refused, NotPermitted)
    in_session.do(faculty.chair, "confirm_paper", paper_verdict="confirm")
    assert (in_session.outcome["votes_for"], in_session.outcome["votes_against"]) == (7, 2)


def test_votes_that_are_not_confirmed_make_the_round_void(in_session: Meeting) -> None:
    in_session.formulate()
    paper(in_session, "m4")
    in_session.vote("8-0-0")
    in_session.do(
        in_session.faculty.chair, "confirm_paper", paper_verdict="refuse", void_reason="Мүше бұлай айтқан жоқ"
    )
    assert in_session.open == ["formulate"]
    in_session.decide(tally="9-0-0")
    [first] = in_session.outcome["voided"]
    assert first["reason"] == "Мүше бұлай айтқан жоқ"


# --- recused ----------------------------------------------------------------------------------------------------------


def test_a_recused_member_counts_for_the_quorum_and_has_no_ballot(faculty: Faculty) -> None:
    meeting = Meeting.call(faculty).announce()
    meeting.open_with(faculty.members[:5])
    meeting.formulate(recused=["m5"])
    assert list(meeting.ballots()) == faculty.members[:4]
    meeting.vote("3-1-0")
    assert (meeting.outcome["result"], meeting.outcome["recused"]) == ("adopted", ["m5"])


def test_recusal_can_be_switched_off(make: MakeFaculty) -> None:
    faculty = make()
    faculty.set_parameter("P_RECUSAL", False)
    meeting = Meeting.call(faculty).announce()
    meeting.open_with()
    meeting.formulate(recused=["m5"])
    assert "m5" in meeting.ballots()


# --- who left ---------------------------------------------------------------------------------------------------------


def test_7_3_1_who_has_left_stays_away_from_the_next_item_until_said_otherwise(faculty: Faculty) -> None:
    meeting = Meeting.call(faculty).announce("Бірінші мәселе", "Екінші мәселе")
    meeting.open_with()
    meeting.decide(INFORMATION, absent_now=["m9"])
    assert faculty.page(faculty.secretary, "formulate", meeting.case).data["absent_now"] == ["m9"]


@pytest.mark.parametrize("size", [3, 8, 9, 10])
def test_7_3_1_the_meter_of_the_room_needs_what_the_table_of_the_quorum_needs(make: MakeFaculty, size: int) -> None:
    faculty = make(size=size)
    meeting = Meeting.call(faculty).announce()
    meeting.come()
    meeting.confirm()
    needed = int(meeting.variables["quorum_needed"])
    for present, result in ((needed, "quorum"), (needed - 1, "no_quorum")):
        share = 0.5  # of the regulation, which the parameter QUORUM holds
        assert decide("quorum", quorum_share=share, present_voting=present, members_total=size)[0] == result


# --- what is told apart -----------------------------------------------------------------------------------------------


def test_7_3_2_ballots_of_several_items_say_which_item_they_are_about(make: MakeFaculty) -> None:
    meeting = Meeting.call(make("settled")).announce("Бірінші мәселе", "Екінші мәселе").open_with()
    meeting.decide()
    meeting.formulate()
    faculty = meeting.faculty
    (ballot,) = faculty.offered("m5", "open_vote", meeting.case)
    assert ballot.about == "№ 2. Екінші мәселе"
    assert faculty.page("m5", "open_vote", meeting.case).about == ballot.about
    found = faculty.engine.reader("m5").inbox(search="екінші").rows
    assert [row.task for row in found] == [ballot.task]


def test_7_3_2_the_register_tells_the_casting_vote_and_a_vote_on_paper_from_the_others(in_session: Meeting) -> None:
    in_session.formulate()
    paper(in_session, "m4", value="for")
    in_session.vote("3-4-1", chair="abstain")
    in_session.do(in_session.faculty.chair, "confirm_paper", paper_verdict="confirm")
    in_session.do(in_session.faculty.chair, "casting_vote", casting_vote="against")
    rows = in_session.faculty.register("votes").values()
    told = {(row["member"], row["cast"], row["value"]) for row in rows if row["cast"] != "own"}
    assert told == {("m4", "paper", "for"), ("m1", "casting", "against")}
    assert {row["round"] for row in rows} == {"1"}
