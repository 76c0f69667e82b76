"""What the directory accepts and what it refuses, field by field."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy.engine import Connection

from engine.commands import Appoint, EndAppointment, RecordPerson, RecordUnit, SetPassword
from engine.directory import decide, projection, reads
from engine.errors import Invalid
from engine.facts import Fact
from engine.wording import catalogue
from tests.directory.small_university import ROLES, START, appoint, keep, record_person, record_unit

Deciding = Callable[[Connection], list[Fact]]


def unit(**fields: Any) -> Deciding:
    whole: dict[str, Any] = {"unit": "new", "kind": "department", "parent": "eng", "names": {"kk": "Жаңа"}} | fields
    return lambda conn: decide.decide_unit(conn, RecordUnit(actor="system", **whole))


def person(**fields: Any) -> Deciding:
    whole: dict[str, Any] = {"person": "p100", "name": "Жаңа Адам", "unit": "eng"} | fields
    return lambda conn: decide.decide_person(conn, RecordPerson(actor="system", **whole))


def appointing(name: str = "new", **fields: Any) -> Deciding:
    whole: dict[str, Any] = {"person": "p003", "role": "member", "unit": "eng", "start": START} | fields
    command = Appoint(actor="system", **whole)
    return lambda conn: decide.decide_appoint(conn, command, appointment_id=name, roles=ROLES)


def ending(**fields: Any) -> Deciding:
    whole: dict[str, Any] = {"appointment": "p001-chair-eng", "end": date(2027, 1, 1), "reason": "бұйрық"} | fields
    return lambda conn: decide.decide_end(conn, EndAppointment(actor="system", **whole))


def password(**fields: Any) -> Deciding:
    whole: dict[str, Any] = {"person": "p001", "login": "aigul", "digest": "secret digest"} | fields
    return lambda conn: decide.decide_password(conn, SetPassword(actor="system", **whole))


REFUSED: list[tuple[Deciding, dict[str, str]]] = [
    (unit(unit="a@b"), {"unit": "id_malformed"}),
    (unit(unit=""), {"unit": "id_malformed"}),
    (unit(unit="x" * 65), {"unit": "id_malformed"}),
    (unit(kind="faculty"), {"kind": "unit_kind_unknown"}),
    (unit(unit="eng-cs", kind="school", parent="univ"), {"kind": "unit_kind_fixed"}),
    (unit(names={"ru": "Новая"}), {"names": "unit_names_missing"}),
    (unit(names={"kk": " "}), {"names": "unit_names_missing"}),
    (unit(names={"kk": "Жаңа", "de": "Neu"}), {"names": "unit_names_missing"}),
    (unit(parent=None), {"parent": "unit_parent_missing"}),
    (unit(parent="nowhere"), {"parent": "unit_unknown"}),
    (unit(unit="eng", kind="school", parent="eng-cs-6B06102"), {"parent": "unit_ring"}),
    (unit(unit="eng", kind="school", parent="eng"), {"parent": "unit_ring"}),
    (unit(unit="univ", kind="university", parent="eng"), {"parent": "unit_root_has_no_parent"}),
    (
        unit(unit="?", kind="?", parent="?"),
        {"unit": "id_malformed", "kind": "unit_kind_unknown", "parent": "unit_unknown"},
    ),
    (person(person="p 1"), {"person": "id_malformed"}),
    (person(name="  "), {"name": "person_name_missing"}),
    (person(name="я" * 201), {"name": "person_name_missing"}),
    (person(kind="robot"), {"kind": "person_kind_unknown"}),
    (person(language="de"), {"language": "language_unknown"}),
    (person(email="a@b"), {"email": "email_malformed"}),
    (person(unit="nowhere"), {"unit": "unit_unknown"}),
    (appointing(person="none"), {"person": "person_unknown"}),
    (appointing(role="king"), {"role": "role_unknown"}),
    (appointing(unit="nowhere"), {"unit": "unit_unknown"}),
    (appointing(end=START), {"end": "end_before_start"}),
    (appointing(role="asb"), {"unit": "role_not_in_unit"}),
    (appointing(role="auditor", unit="eng-cs"), {"unit": "role_not_in_unit"}),
    (appointing(unit="univ"), {"unit": "role_not_in_unit"}),
    (appointing(person="p002"), {"start": "appointment_overlaps"}),
    (appointing(person="p002", start=date(2025, 1, 1), end=date(2026, 9, 2)), {"start": "appointment_overlaps"}),
    (appointing(name="p001-chair-eng"), {"appointment": "appointment_known"}),
    (ending(appointment="none"), {"appointment": "appointment_unknown"}),
    (ending(end=date(2026, 8, 31)), {"end": "end_before_start"}),
    (ending(reason=" "), {"reason": "reason_missing"}),
    (password(person="none"), {"person": "person_unknown"}),
    (password(login="айгүл"), {"login": "login_malformed"}),
    (password(login="a b"), {"login": "login_malformed"}),
]


@pytest.mark.parametrize(("deciding", "problems"), REFUSED)
def test_refused(conn: Connection, deciding: Deciding, problems: dict[str, str]) -> None:
    with pytest.raises(Invalid) as caught:
        deciding(conn)
    assert caught.value.problems == problems
    assert set(problems.values()) <= set(catalogue())


def test_state_that_refuses(conn: Connection) -> None:
    record_person(conn, "p003", active=False)
    record_unit(conn, "eng-me", "department", "eng", active=False)
    with pytest.raises(Invalid) as caught:
        appointing(unit="eng-me")(conn)
    assert caught.value.problems == {"person": "person_inactive", "unit": "unit_inactive"}
    with pytest.raises(Invalid):
        person(unit="eng-me")(conn)
    record_person(conn, "p050", unit="eng-me", active=False)  # somebody who left a closed unit stays recorded
    with pytest.raises(Invalid) as caught:
        password(person="p003")(conn)
    assert caught.value.problems == {"person": "person_inactive"}


def test_login_belongs_to_one(conn: Connection) -> None:
    projection.write_login(conn, "p002", "nurlan", "digest")
    with pytest.raises(Invalid) as caught:
        password(login="Nurlan")(conn)
    assert caught.value.problems == {"login": "login_taken"}
    (fact,) = password(person="p002", login=" Nurlan ")(conn)
    assert "secret" not in repr(fact) and "login='nurlan'" in repr(fact)


def test_terms_may_follow_each_other(conn: Connection) -> None:
    appoint(conn, "p003", "member", "eng", end=date(2027, 9, 1), name="first")
    appoint(conn, "p003", "member", "eng", start=date(2027, 9, 1), end=date(2028, 9, 1), name="second")
    appoint(conn, "p003", "member", "eng", start=date(2026, 1, 1), end=START, name="before")
    appoint(conn, "p003", "member", "law", name="elsewhere")
    with pytest.raises(Invalid):
        appointing(start=date(2028, 8, 31))(conn)


def test_an_end_can_come_sooner_but_not_later(conn: Connection) -> None:
    for end in (date(2028, 1, 1), date(2027, 1, 1)):
        keep(conn, ending(end=end)(conn))
    with pytest.raises(Invalid) as caught:
        ending(end=date(2027, 1, 2))(conn)
    assert caught.value.problems == {"end": "appointment_over_earlier"}
    assert reads.holders(conn, "chair", "eng", date(2026, 12, 31)) == ["p001"]
    assert reads.holders(conn, "chair", "eng", date(2027, 1, 1)) == []


def test_an_annulled_appointment_leaves_room(conn: Connection) -> None:
    keep(conn, ending(end=START)(conn))
    assert reads.holders(conn, "chair", "eng", START) == []
    appoint(conn, "p001", "chair", "eng", name="again")
    assert reads.holders(conn, "chair", "eng", START) == ["p001"]


def test_texts_are_kept_tidy(conn: Connection) -> None:
    record_person(conn, "p100", name="  Жаңа Адам ", position=" доцент ")
    someone = reads.person(conn, "p100")
    assert someone is not None and (someone.name, someone.position) == ("Жаңа Адам", "доцент")
