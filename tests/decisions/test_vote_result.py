"""Proves the result of a vote: more than half of the participants, a tie decided by the person presiding."""

from __future__ import annotations

import pytest

from engine.definitions import regulation
from engine.values import Value
from tests.decisions.tables import decide, rows

SHARES = {
    "quorum_share": regulation.parameters()["QUORUM"].value,
    "adopt_share": regulation.parameters()["ADOPT"].value,
}


def result(tally: tuple[int, int, int], chair: str | None = None, members: int = 10, **shares: Value) -> str:
    for_, against, _ = tally
    outcome, _ = decide(
        "vote_result", present_voting=sum(tally), seated=sum(tally), members_total=members, votes_for=for_,
        votes_against=against, chair_vote=chair, **(SHARES | shares),
    )  # fmt: skip
    assert isinstance(outcome, str)
    return outcome


@pytest.mark.parametrize(
    ("tally", "chair", "outcome"),
    [
        ((6, 4, 0), "for", "adopted"),
        ((5, 5, 0), "against", "rejected_casting"),
        ((5, 5, 0), "for", "adopted_casting"),
        ((5, 4, 1), "for", "rejected"),  # abstaining counts as taking part
        ((4, 4, 2), "for", "adopted_casting"),
        ((4, 4, 2), "against", "rejected_casting"),
        ((4, 4, 2), "abstain", "need_casting_vote"),
        ((5, 5, 0), None, "need_casting_vote"),
        ((0, 0, 10), "abstain", "rejected"),  # nobody for, nobody against is no tie
        ((0, 10, 0), "against", "rejected"),
        ((10, 0, 0), "for", "adopted"),
    ],
)
def test_ten_present(tally: tuple[int, int, int], chair: str | None, outcome: str) -> None:
    assert result(tally, chair) == outcome


def test_eight_members_four_present_two_to_two_the_chair_for() -> None:
    assert result((2, 2, 0), "for", members=8) == "adopted_casting"


def test_exactly_half_in_favour_is_not_enough() -> None:
    assert result((5, 0, 5), "for") == "rejected"
    assert result((5, 4, 1), "for") == "rejected"


def test_lost_quorum_makes_the_vote_void_whatever_the_tally() -> None:
    assert result((3, 0, 0), "for", members=7) == "invalid"
    assert result((1, 1, 0), "for", members=9) == "invalid"


def test_casting_vote_never_changes_the_tally() -> None:
    """The table runs again with the same tally and the vote of the person presiding."""
    assert result((4, 4, 2), "abstain") == "need_casting_vote"
    assert result((4, 4, 2), "for") == "adopted_casting"


def test_other_shares_of_a_later_edition_count() -> None:
    assert result((6, 4, 0), adopt_share=0.66) == "rejected"
    assert result((7, 3, 0), adopt_share=0.66) == "adopted"
    assert result((6, 0, 0), quorum_share=0.66) == "invalid"


def test_exactly_one_row_for_every_vote_of_ten_and_every_row_is_reached() -> None:
    reached = set()
    for present in range(11):
        for for_ in range(present + 1):
            for against in range(present - for_ + 1):
                for chair in ("for", "against", "abstain", None):
                    outcome, row = decide(
                        "vote_result", present_voting=present, seated=present, members_total=10, votes_for=for_,
                        votes_against=against, chair_vote=chair, **SHARES,
                    )  # fmt: skip
                    reached.add(row)
                    assert (outcome == "adopted") == (2 * present >= 10 and 2 * for_ > present)
    assert reached == rows("vote_result")
