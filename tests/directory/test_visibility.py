"""Who sees which case: a table of readers against cases, with the real tables behind it."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.database import ru_candidate, ru_instance, ru_participant, ru_task
from engine.directory import visibility
from engine.views import Access
from tests.directory.small_university import START, TODAY, appoint, record_person, statements

CASES = {
    "eng-open": ("eng", False),
    "eng-secret": ("eng", True),
    "law-open": ("law", False),
    "law-secret": ("law", True),
    "univ-open": ("univ", False),
}


def case(conn: Connection, name: str, school: str, *, confidential: bool) -> None:
    row: dict[str, Any] = {column.name: "" for column in ru_instance.c}
    row |= {"id": name, "school": school, "confidential": confidential, "sealed": False, "seq": 1, "incidents": 0}
    conn.execute(ru_instance.insert(), row | {"unique_key": None, "ended": None})


def task(conn: Connection, instance: str, *, key: str = "", assignee: str = "") -> None:
    row: dict[str, Any] = {column.name: "" for column in ru_task.c}
    row |= {"id": f"{instance}:{key}{assignee}", "instance": instance, "assignee": assignee}
    conn.execute(ru_task.insert(), row | {"due": None, "follow_up": None, "priority": 50, "suspended": False})
    if key:
        conn.execute(ru_candidate.insert(), {"key": key, "claimed": False, "due_sort": "", "task": row["id"]})


@pytest.fixture
def cases(conn: Connection) -> Connection:
    for name, (school, confidential) in CASES.items():
        case(conn, name, school, confidential=confidential)
    return conn


def access(conn: Connection, person: str) -> Access:
    found = visibility.access_of(conn, person, TODAY)
    assert found is not None
    return found


def seen(conn: Connection, person: str) -> set[str]:
    condition = visibility.case_condition(access(conn, person))
    return set(conn.execute(sa.select(ru_instance.c.id).where(condition)).scalars())


OPEN = {"eng-open", "law-open", "univ-open"}


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        ("p001", {"eng-open"}),  # chair
        ("p002", {"eng-open"}),  # secretary and member
        ("p003", set()),  # head of a department
        ("p004", {"law-open"}),  # dean
        ("p005", OPEN),  # academic quality section
        ("p006", set(CASES)),  # auditor
        ("p007", {"eng-open"}),  # member who is the administrator too: nothing more by that
    ],
)
def test_by_role(cases: Connection, person: str, expected: set[str]) -> None:
    assert seen(cases, person) == expected


@pytest.mark.parametrize("person", ["p001", "p003", "p004", "p005", "p007"])
@pytest.mark.parametrize("name", ["law-secret", "eng-secret", "univ-open"])
@pytest.mark.parametrize("way", ["took part", "offered by role", "offered in person", "assigned"])
def test_whoever_takes_part_sees(cases: Connection, person: str, name: str, way: str) -> None:
    before = seen(cases, person)
    if way == "took part":
        cases.execute(ru_participant.insert(), {"instance": name, "person": person})
    elif way == "assigned":
        task(cases, name, assignee=person)
    elif way == "offered in person":
        task(cases, name, key=f"person:{person}")
    else:
        keys = access(cases, person).keys
        task(cases, name, key=min(key for key in keys if "@" in key))
    assert seen(cases, person) == before | {name}


def test_what_is_offered_to_others_opens_nothing(cases: Connection) -> None:
    task(cases, "eng-secret", key="chair@law")
    task(cases, "eng-secret", assignee="p001")
    cases.execute(ru_participant.insert(), {"instance": "eng-secret", "person": "p001"})
    for person in ("p002", "p003", "p004", "p005", "p007"):
        assert "eng-secret" not in seen(cases, person)


def test_an_ended_appointment_shows_nothing(cases: Connection) -> None:
    record_person(cases, "p100")
    appoint(cases, "p100", "chair", "law", start=START.replace(year=2025), end=TODAY)
    task(cases, "law-secret", key="chair@law")
    assert seen(cases, "p100") == set()


def test_the_operator_sees_that_cases_exist(cases: Connection) -> None:
    record_person(cases, "p100")
    appoint(cases, "p100", "admin", "univ")
    operator = access(cases, "p100")
    rows = sa.select(ru_instance.c.id).where(visibility.row_condition(operator))
    assert set(cases.execute(rows).scalars()) == set(CASES)
    assert seen(cases, "p100") == set()
    chair = visibility.row_condition(access(cases, "p001"))
    assert set(cases.execute(sa.select(ru_instance.c.id).where(chair)).scalars()) == {"eng-open"}


def test_access(conn: Connection) -> None:
    found = access(conn, "p002")
    assert found.keys == {"person:p002", "secretary@eng", "member@eng"}
    assert found.schools == ("eng",) and {one.role for one in found.appointments} == {"secretary", "member"}
    assert {"start", "see_school_cases"} <= found.rights
    assert access(conn, "p003").schools == ()
    assert access(conn, "p005").schools == ("eng", "law")
    assert visibility.access_of(conn, "none", TODAY) is None
    record_person(conn, "p002", active=False)
    assert visibility.access_of(conn, "p002", TODAY) is None


def test_schools_of_several_posts(conn: Connection) -> None:
    assert visibility.visible_schools(conn, {"chair@eng", "dean@law", "department@eng-cs"}) == (False, ("eng", "law"))
    assert visibility.visible_schools(conn, {"secretary@eng-cs"}) == (False, ("eng",))
    assert visibility.visible_schools(conn, {"asb@univ", "chair@eng"}) == (True, ("eng", "law"))
    assert visibility.visible_schools(conn, {"person:p001", "teacher@eng-cs"}) == (False, ())


@pytest.mark.parametrize(("person", "count"), [("p003", 3), ("p002", 4), ("p005", 4)])
def test_few_statements(conn: Connection, person: str, count: int) -> None:
    with statements(conn) as sent:
        access(conn, person)
    assert len(sent) == count
