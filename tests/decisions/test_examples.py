"""Decisions like the worked examples of DMN 1.3 chapters 8 and 11; each expected result is derived by hand."""

from __future__ import annotations

import pytest

from engine.values import Value
from tests.decisions.writing_tables import decide, literal, needing, read, table

# Applicant risk rating (chapter 8's kind of table: two inputs, intervals and a comparison, UNIQUE).
RISK = read(
    table(
        ["age", "history"],
        ["rating"],
        [
            ("> 60", '"good"', '"Medium"'),
            ("> 60", '"bad"', '"High"'),
            ("[25..60]", "-", '"Medium"'),
            ("< 25", '"good"', '"Low"'),
            ("< 25", '"bad"', '"Medium"'),
        ],
        input_types={0: "number", 1: "string"},
        allowed={1: '"good", "bad"'},
        output_types={"rating": "string"},
    )
)


@pytest.mark.parametrize(
    ("age", "history", "rating"),
    [
        (61, "good", "Medium"),
        (61, "bad", "High"),
        (60, "bad", "Medium"),  # 60 lies in [25..60]
        (25, "good", "Medium"),
        (24.9, "good", "Low"),
        (24, "bad", "Medium"),
    ],
)
def test_applicant_risk_rating(age: float, history: str, rating: str) -> None:
    assert decide(RISK, age=age, history=history).value == rating


# Discount by customer and size of the order: FIRST with a row for all the rest.
DISCOUNT = read(
    table(
        ["customer", "order", "delivery"],
        ["discount"],
        [
            ('"Business"', "< 10", "-", "0.05"),
            ('"Business"', ">= 10", "-", "0.10"),
            ('"Private"', "-", '"same day"', "0"),
            ('"Private"', "-", '"slow"', "0.05"),
            ("-", "-", "-", "0"),
        ],
        "FIRST",
    )
)


@pytest.mark.parametrize(
    ("customer", "order", "delivery", "discount", "row"),
    [
        ("Business", 9, "slow", 0.05, 1),
        ("Business", 10, "slow", 0.1, 2),
        ("Private", 10, "same day", 0, 3),
        ("Private", 1, "slow", 0.05, 4),
        ("Government", 100, "slow", 0, 5),
        ("Business", None, "slow", 0, 5),  # null is neither below 10 nor above
    ],
)
def test_discount(customer: str, order: float | None, delivery: str, discount: float, row: int) -> None:
    result = decide(DISCOUNT, customer=customer, order=order, delivery=delivery)
    assert (result.value, result.rows[0]["index"]) == (discount, row)


# Holiday days: everybody 22; under 18, or 60 and above, or 30 years of service, five more; 15 to 30 years, or 45 and
# above, two more unless five are given; 60 with 30 years of service three more still. COLLECT SUM.
HOLIDAYS = read(
    table(
        ["age", "service"],
        ["days"],
        [
            ("-", "-", "22"),
            (">= 60", "-", "3"),
            ("-", ">= 30", "3"),
            ("< 18", "-", "5"),
            (">= 60", "-", "5"),
            ("[18..60)", ">= 30", "5"),
            ("[18..60)", "[15..30)", "2"),
            ("[45..60)", "< 15", "2"),
        ],
        "COLLECT",
        aggregation="SUM",
    )
)


@pytest.mark.parametrize(
    ("age", "service", "days"),
    [
        (16, 1, 27),  # 22 + 5
        (25, 5, 22),
        (44, 20, 24),  # 22 + 2
        (50, 5, 24),  # 22 + 2
        (50, 30, 30),  # 22 + 3 + 5
        (60, 20, 30),  # 22 + 3 + 5
        (60, 33, 33),  # 22 + 3 + 3 + 5
    ],
)
def test_holidays(age: int, service: int, days: int) -> None:
    assert decide(HOLIDAYS, age=age, service=service).value == days


# A loan: strategy from risk and eligibility from affordability, each a decision of its own (chapter 11's graph).
#   instalment  = amount * rate / 12 / (1 - (1 + rate / 12) ** -months)
#   affordable  = income - expenses - instalment > 0, checked by a table over the ratio to income
#   routing     = FIRST over both
LOAN = read(
    needing("instalment", logic=literal("amount * rate / 12 / (1 - (1 + rate / 12) ** -months)")),
    needing("disposable", logic=literal("income - expenses")),
    needing("affordability", "instalment", "disposable", logic=literal("disposable - instalment")),
    needing(
        "risk",
        logic=table(["score", "age"], ["risk"], [("< 500", "-", '"high"'), (">= 500", "< 25", '"medium"'),
                                                 (">= 500", ">= 25", '"low"')]),
    ),
    needing(
        "routing",
        "affordability",
        "risk",
        "instalment",
        logic=table(
            ["affordability", "risk", "instalment / income"],
            ["routing", "reason"],
            [
                ("<= 0", "-", "-", '"decline"', '"cannot be paid"'),
                ("-", '"high"', "-", '"decline"', '"risk"'),
                ("-", '"medium"', "> 0.3", '"refer"', '"risk with a large share of income"'),
                ("-", "-", "-", '"accept"', "null"),
            ],
            "FIRST",
        ),
    ),
)  # fmt: skip
BORROWER: dict[str, Value] = {
    "amount": 12_000, "rate": 0.12, "months": 12, "income": 4_000, "expenses": 1_500, "score": 700, "age": 30,
}  # fmt: skip


def test_a_loan_is_routed_by_a_graph_of_decisions() -> None:
    """12,000 at 1 % a month over 12 months: 120 / (1 - 1.01 ** -12) = 120 / 0.112551… = 1,066.19 a month; 2,500 are
    left before it."""
    result = decide(LOAN, **BORROWER)
    assert result.value == {"routing": "accept", "reason": None}
    assert [(row["decision"], row["index"]) for row in result.rows] == [("risk", 3), ("routing", 4)]
    instalment = decide(LOAN.siblings["instalment"], **BORROWER).value
    assert round(instalment, 2) == 1066.19


@pytest.mark.parametrize(
    ("changed", "routing"),
    [
        ({"score": 499}, "decline"),
        ({"age": 24}, "accept"),  # 1,066 of 4,000 are less than 0.3
        ({"age": 24, "income": 3_500}, "refer"),  # 1,066 of 3,500 are 0.305
        ({"expenses": 2_934}, "decline"),  # 4,000 - 2,934 = 1,066: 19 cents short
        ({"expenses": 2_933}, "accept"),
    ],
)
def test_a_loan_is_declined_or_referred(changed: dict[str, Value], routing: str) -> None:
    assert decide(LOAN, **{**BORROWER, **changed}).value["routing"] == routing


# Student eligibility for finances: compound output, nulls for what does not apply.
def test_student_financial_package() -> None:
    rows = [
        ("> 3.5", ">= 4", ">= 2", '["20% scholarship", "30% loan"]'),
        ("> 3.0", "-", ">= 2", '["30% loan"]'),
        ("> 3.0", "-", "< 2", '["20% loan"]'),
    ]
    decision = read(table(["average", "activities", "groups"], ["packages"], rows, "COLLECT"))
    assert decide(decision, average=3.6, activities=4, groups=2).value == [
        ["20% scholarship", "30% loan"],
        ["30% loan"],
    ]
    assert decide(decision, average=3.2, activities=0, groups=1).value == [["20% loan"]]
    assert decide(decision, average=3.0, activities=9, groups=9).value is None
