"""Proves who admits an appeal and who considers it: the first row that fits, every row reached."""

from __future__ import annotations

import pytest

from tests.decisions.tables import decide, rows

ADMISSION = (
    # duplicate, author, P_ANON, result, row
    (True, "student", "as_signal", "duplicate", "duplicate"),
    (True, "anonymous", "reject", "duplicate", "duplicate"),  # before anything else
    (False, "anonymous", "as_signal", "signal", "anonymous_signal"),
    (False, "anonymous", "reject", "closed", "anonymous_closed"),
    (False, "other", "reject", "forward", "somebody_else"),
    (False, "student", "reject", "admit", "admitted"),
    (False, "employee", "as_signal", "admit", "admitted"),
)
ROUTES = (
    # corruption, about, topic, kind, departments, level, route, row
    (True, "dean", "grade_dispute", "systemic", 9, "compliance", "compliance", "corruption"),
    (False, "chair", "grade_dispute", "individual", 1, "asb", "reassign", "about_person"),
    (False, "secretary", "teaching", "individual", 1, "asb", "reassign", "about_person"),
    (False, "dean", "integrity", "systemic", 1, "asb", "reassign", "about_person"),
    (False, "none", "grade_dispute", "systemic", 3, "other", "outside", "grade_dispute"),
    (False, "none", "integrity", "systemic", 3, "commission", "integrity", "integrity"),
    (False, "none", "teaching", "systemic", 0, "commission", "systemic", "wide_teaching"),
    (False, "none", "assessment", "individual", 2, "commission", "systemic", "wide_teaching"),
    (False, "none", "materials", "individual", 1, "department", "kib", "one_department"),
    (False, "none", "assessment", "individual", 0, "department", "kib", "one_department"),
    (False, "none", "programme", "systemic", 5, "epc", "epc", "programme"),
    (False, "none", "organisation", "systemic", 5, "dean", "dean", "dean_matters"),
    (False, "none", "resources", "individual", 1, "dean", "dean", "dean_matters"),
    (False, "none", "conflict", "individual", 1, "dean", "dean", "dean_matters"),
    (False, "none", "qa_system", "individual", 1, "asb", "escalate", "qa_system"),
    (False, "none", "other", "systemic", 4, "commission", "by_hand", "by_hand"),
)


@pytest.mark.parametrize(("duplicate", "author", "anonymous", "result", "row"), ADMISSION)
def test_1_4_10_admission(duplicate: bool, author: str, anonymous: str, result: str, row: str) -> None:
    found = decide("appeal_admission", duplicate=duplicate, author_type=author, anonymous=anonymous)
    assert found == (result, row)


@pytest.mark.parametrize(("corruption", "about", "topic", "kind", "departments", "level", "route", "row"), ROUTES)
def test_1_4_10_route_by_level_of_competence(
    corruption: bool, about: str, topic: str, kind: str, departments: int, level: str, route: str, row: str
) -> None:
    found = decide("appeal_route", corruption_sign=corruption, about_person=about, topic=topic, kind=kind,
                   departments_affected=departments, wide_from=2)  # fmt: skip
    assert found == ({"level": level, "route": route}, row)


def test_1_4_10_from_how_many_departments_an_appeal_is_wide_is_a_parameter() -> None:
    found = [
        decide("appeal_route", corruption_sign=False, about_person="none", topic="teaching", kind="individual",
               departments_affected=2, wide_from=limit)[1]
        for limit in (2, 3)
    ]  # fmt: skip
    assert found == ["wide_teaching", "one_department"]


def test_every_row_is_reached() -> None:
    assert {one[-1] for one in ADMISSION} == rows("appeal_admission")
    assert {one[-1] for one in ROUTES} == rows("appeal_route")
