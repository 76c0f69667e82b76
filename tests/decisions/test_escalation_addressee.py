"""Proves who is told about a breach and who signs the notice, also when the executor is the dean or the chair."""

from __future__ import annotations

from itertools import product

import pytest

from tests.decisions.tables import decide, rows


@pytest.mark.parametrize(
    ("dean", "outside", "chair", "deputy", "signer", "further"),
    [
        (True, False, False, True, "chair", ["asb"]),
        (False, True, False, True, "chair", ["asb", "unit"]),
        (False, False, True, True, "deputy_chair", []),
        (False, False, True, False, "acting_chair", []),  # nobody signs a notice to oneself
        (False, False, False, True, "chair", []),
        (False, False, False, False, "chair", []),
    ],
)
def test_addressee(dean: bool, outside: bool, chair: bool, deputy: bool, signer: str, further: list[str]) -> None:
    found, _ = decide(
        "escalation_addressee", executor_is_dean=dean, executor_outside_school=outside, executor_is_chair=chair,
        deputy_exists=deputy,
    )  # fmt: skip
    assert found == {"signer": signer, "further": further}


def test_exactly_one_row_always_and_every_row_is_reached() -> None:
    reached = {
        decide(
            "escalation_addressee", executor_is_dean=d, executor_outside_school=o, executor_is_chair=c, deputy_exists=e
        )[1]
        for d, o, c, e in product([True, False], repeat=4)
    }
    assert reached == rows("escalation_addressee")
