"""Proves who presides: chair, then deputy, then a member named by order, else the meeting cannot open."""

from __future__ import annotations

from itertools import product

import pytest

from tests.decisions.tables import decide, rows


@pytest.mark.parametrize(
    ("chair", "deputy", "acting", "presides"),
    [
        (True, True, True, "chair"),
        (True, False, False, "chair"),
        (False, True, False, "deputy_chair"),
        (False, True, True, "deputy_chair"),
        (False, False, True, "acting_chair"),
        (False, False, False, "dean_order"),
    ],
)
def test_order_of_substitution(chair: bool, deputy: bool, acting: bool, presides: str) -> None:
    found, _ = decide("presiding_officer", chair_present=chair, deputy_present=deputy, acting_present=acting)
    assert found == presides


def test_chair_and_deputy_absent_without_order_needs_the_dean() -> None:
    assert (
        decide("presiding_officer", chair_present=False, deputy_present=False, acting_present=False)[0] == "dean_order"
    )


def test_unknown_counts_as_absent() -> None:
    assert decide("presiding_officer", chair_present=None, deputy_present=None, acting_present=None)[0] == "dean_order"


def test_exactly_one_row_always_and_every_row_is_reached() -> None:
    reached = {
        decide("presiding_officer", chair_present=c, deputy_present=d, acting_present=a)[1]
        for c, d, a in product([True, False], repeat=3)
    }
    assert reached == rows("presiding_officer")
