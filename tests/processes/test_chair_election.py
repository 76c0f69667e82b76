"""The election to a post: only members, by a majority of the Council, a second round, the terms that follow."""

from __future__ import annotations

from typing import Any

import pytest

from tests.decisions.tables import decide
from tests.processes.faculty import SCHOOL, Faculty, FormRefused
from tests.processes.meeting import day
from tests.processes.stages import MakeFaculty


class Election:
    """An election begun by the dean's office in the settled school."""

    def __init__(self, faculty: Faculty, post: str) -> None:
        self.faculty = faculty
        self.case = faculty.start("chair_election", faculty.office, post=post)

    @property
    def open(self) -> list[str]:
        return self.faculty.open_tasks(self.case)

    def propose(self, *candidates: str, **more: Any) -> None:
        answers = {"candidates": list(candidates), "consent": True, **more}
        self.faculty.answer(self.faculty.office, "propose", self.case, **answers)

    def vote(self, total: int, present: int, **votes: int) -> None:
        rows = [{"candidate": one, "votes": n} for one, n in votes.items()]
        extract = [self.faculty.attach(self.faculty.office, self.case, "Үзінді.pdf")]
        self.faculty.answer(self.faculty.office, "council_vote", self.case, session_date=self.faculty.today.isoformat(),
                            council_protocol="7", council_extract=extract, council_total=total, council_present=present,
                            votes=rows)  # fmt: skip

    def holders(self, role: str) -> list[str]:
        people = [self.faculty.dean, self.faculty.head, *self.faculty.members]
        return [one for one in people if f"{role}@{SCHOOL}" in self.faculty.engine.reader(one).access.keys]


@pytest.fixture
def faculty(make: MakeFaculty) -> Faculty:
    return make("settled")


@pytest.mark.both_ways
def test_4_3_the_elected_chair_takes_over_from_the_day_of_the_session(faculty: Faculty) -> None:
    election = Election(faculty, "chair")
    election.propose("m5", "m6")
    election.vote(15, 12, m5=8, m6=4)
    assert election.open == []
    assert election.holders("chair") == ["m5"]
    (row,) = faculty.register("posts").values()
    assert (row["post"], row["person"], row["votes"], row["status"]) == ("chair", "m5", 8, "elected")


def test_4_3_exactly_half_of_the_council_is_no_majority_and_the_two_leading_meet_again(faculty: Faculty) -> None:
    election = Election(faculty, "chair")
    election.propose("m5", "m6", "m7")
    election.vote(16, 16, m5=8, m6=5, m7=3)
    assert election.open == ["council_vote"]
    assert election.holders("chair") == ["m1"]
    offered = faculty.page(faculty.office, "council_vote", election.case).data["_options_candidate"]
    assert [one["value"] for one in offered] == ["m5", "m6"]
    election.vote(16, 16, m5=9, m6=7)
    assert election.holders("chair") == ["m5"]


def test_4_3_after_a_second_round_without_a_majority_candidates_are_proposed_anew(faculty: Faculty) -> None:
    election = Election(faculty, "chair")
    election.propose("m5", "m6")
    election.vote(16, 16, m5=8, m6=8)
    election.vote(16, 16, m5=8, m6=8)
    assert election.open == ["propose"]
    election.propose("m7")
    election.vote(16, 10, m7=9)
    assert election.holders("chair") == ["m7"]


def test_4_3_nobody_holds_two_of_the_three_posts(faculty: Faculty) -> None:
    election = Election(faculty, "secretary")
    offered = faculty.page(faculty.office, "propose", election.case).data["_options_candidates"]
    assert {one["value"] for one in offered} == set(faculty.members) - {faculty.chair, faculty.deputy}


def test_4_3_who_is_no_member_is_not_elected(faculty: Faculty) -> None:
    election = Election(faculty, "chair")
    with pytest.raises(FormRefused):
        election.propose(faculty.dean)


def test_4_3_no_more_votes_are_given_than_people_were_present(faculty: Faculty) -> None:
    election = Election(faculty, "chair")
    election.propose("m5", "m6")
    for votes in ({"m5": 3, "m6": 1}, {}):
        with pytest.raises(FormRefused) as refused:
            election.vote(15, 3, **votes)
        assert list(refused.value.errors) == ["votes"]


def test_4_3_a_deputy_may_be_found_not_needed_with_a_reason(faculty: Faculty) -> None:
    election = Election(faculty, "deputy_chair")
    faculty.answer(faculty.office, "propose", election.case, deputy_needed=False,
                   reason_no_deputy="Комиссия құрамы шағын, орынбасар қажет емес")  # fmt: skip
    assert election.open == []
    (row,) = faculty.register("posts").values()
    assert (row["status"], row["person"]) == ("not_needed", None)


def test_4_3_the_secretary_serves_three_years(faculty: Faculty) -> None:
    election = Election(faculty, "secretary")
    election.propose("m5")
    election.vote(15, 12, m5=12)
    (row,) = faculty.register("posts").values()
    assert row["until"] == day(faculty.today.replace(year=faculty.today.year + 3).isoformat())


def test_4_2_whoever_is_elected_serves_no_longer_than_a_commission_known_from_its_appointments(
    faculty: Faculty,
) -> None:
    faculty.appoint("teacher", "member", end=day("2027-01-01"))
    election = Election(faculty, "chair")
    election.propose("teacher")
    election.vote(15, 12, teacher=12)
    held = faculty.engine.reader("teacher").access.appointments
    assert [one.end for one in held if one.role == "chair"] == [day("2027-01-01")]


def test_4_3_two_elections_to_a_post_on_one_day_both_stand_in_the_register(faculty: Faculty) -> None:
    for who in ("m5", "m6"):
        election = Election(faculty, "chair")
        election.propose(who)
        election.vote(15, 12, **{who: 12})
    assert election.holders("chair") == ["m6"]
    assert {row["person"] for row in faculty.register("posts").values()} == {"m5", "m6"}
    assert faculty.incidents() == []


def test_4_3_who_has_left_the_commission_meanwhile_takes_no_post(faculty: Faculty) -> None:
    election = Election(faculty, "chair")
    election.propose("m5", "m6")
    faculty.dismiss("m5", "member")
    election.vote(15, 12, m5=12)
    assert (election.open, election.holders("chair")) == (["propose"], ["m1"])
    offered = faculty.page(faculty.office, "propose", election.case).data["_options_candidates"]
    assert "m5" not in {one["value"] for one in offered}


@pytest.mark.parametrize(
    ("base", "votes", "total", "present", "result"),
    [
        ("all_members", 8, 16, 10, "not_elected"),
        ("all_members", 9, 16, 10, "elected"),
        ("present", 5, 16, 10, "not_elected"),
        ("present", 6, 16, 10, "elected"),
    ],
)
def test_4_3_what_a_majority_is_counted_from(base: str, votes: int, total: int, present: int, result: str) -> None:
    given = {"base": base, "votes_for": votes, "council_total": total, "present": present}
    assert decide("council_majority", **given)[0] == result


def test_4_3_where_no_commission_is_there_is_nobody_to_elect(make: MakeFaculty) -> None:
    faculty = make(size=0, deputy=False)
    election = Election(faculty, "chair")
    assert (election.open, faculty.state(election.case)) == ([], "completed")
    assert faculty.register("posts") == {}


def test_4_3_with_nobody_left_for_a_deputy_it_can_still_be_said_that_none_is_needed(faculty: Faculty) -> None:
    for member in faculty.members[2:]:
        faculty.dismiss(member, "member")
    election = Election(faculty, "deputy_chair")
    faculty.answer(faculty.office, "propose", election.case, deputy_needed=False,
                   reason_no_deputy="Комиссия құрамы шағын, орынбасар қажет емес")  # fmt: skip
    (row,) = faculty.register("posts").values()
    assert (row["status"], election.open) == ("not_needed", [])


def test_4_3_when_every_member_left_holds_another_post_nobody_is_elected(faculty: Faculty) -> None:
    """Nominations without anybody to nominate would wait for ever."""
    election = Election(faculty, "secretary")
    election.propose("m4", "m5")
    for member in faculty.members:
        if member not in (faculty.chair, faculty.deputy):
            faculty.dismiss(member, "member")
    election.vote(16, 16, m4=9, m5=7)
    assert (election.open, faculty.state(election.case)) == ([], "completed")
