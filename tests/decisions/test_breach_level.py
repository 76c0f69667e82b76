"""Proves the steps of escalation: notice, then also the dean, then also a service review."""

from __future__ import annotations

import pytest

from tests.decisions.tables import decide, rows


@pytest.mark.parametrize(
    ("counted", "level"),
    [
        (0, 0),  # recount after an annulment
        (1, 1),  # first late: notice
        (2, 2),  # second late: and the dean
        (3, 3),  # third in twelve months: and a service review
        (4, 3),
        (12, 3),
    ],
)
def test_first_second_and_third_breach(counted: int, level: int) -> None:
    assert decide("breach_level", breach_count=counted, systemic_n=3)[0] == level


def test_university_may_call_the_second_breach_systematic() -> None:
    assert [decide("breach_level", breach_count=n, systemic_n=2)[0] for n in range(4)] == [0, 1, 3, 3]


def test_university_may_wait_longer() -> None:
    assert [decide("breach_level", breach_count=n, systemic_n=5)[0] for n in range(7)] == [0, 1, 2, 2, 2, 3, 3]


def test_exactly_one_row_always_and_every_row_is_reached() -> None:
    reached = {decide("breach_level", breach_count=n, systemic_n=limit)[1] for n in range(10) for limit in range(2, 8)}
    assert reached == rows("breach_level")
