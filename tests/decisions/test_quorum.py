"""Proves the quorum: at least half of the members, experts never counted."""

from __future__ import annotations

import pytest

from engine.definitions import regulation
from engine.values import Value
from tests.decisions.tables import decide, rows

HALF = regulation.parameters()["QUORUM"].value


def decided(quorum_share: Value = HALF, **numbers: Value) -> tuple[Value, str]:
    return decide("quorum", quorum_share=quorum_share, **numbers)


@pytest.mark.parametrize(
    ("members", "present", "outcome"),
    [
        (7, 3, "no_quorum"),
        (7, 4, "quorum"),
        (8, 4, "quorum"),  # exactly half is enough
        (8, 3, "no_quorum"),
        (9, 4, "no_quorum"),
        (9, 5, "quorum"),
        (1, 1, "quorum"),
        (1, 0, "no_quorum"),
        (9, 9, "quorum"),
    ],
)
def test_half_of_the_members(members: int, present: int, outcome: str) -> None:
    assert decided(members_total=members, present_voting=present)[0] == outcome


def test_expert_does_not_make_the_quorum() -> None:
    """Four members of nine and one expert: the expert is no voting participant, five members are needed."""
    voting, experts = 4, 1
    assert decided(members_total=9, present_voting=voting)[0] == "no_quorum"
    assert decided(members_total=9, present_voting=voting + experts)[0] == "quorum"  # were he counted


def test_no_members_is_no_quorum() -> None:
    assert decided(members_total=0, present_voting=0)[0] == "no_quorum"


def test_exactly_one_row_always() -> None:
    for members in range(15):
        for present in range(members + 1):
            outcome, row = decided(members_total=members, present_voting=present)
            assert row in rows("quorum")
            assert (outcome == "quorum") == (members > 0 and 2 * present >= members)


def test_another_share_of_a_later_edition_counts() -> None:
    two_thirds = [decided(0.66, members_total=9, present_voting=present)[0] for present in (5, 6)]
    assert two_thirds == ["no_quorum", "quorum"]
