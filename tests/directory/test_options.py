"""Choices for forms: from roles, units, lists of people and rows of the case, in Kazakh alphabetical order."""

from typing import Any

import pytest
from sqlalchemy.engine import Connection

from engine.directory.options import options, readable
from engine.directory.sorting import alphabet_key
from engine.errors import StepFailed
from tests.directory.small_university import TODAY, appoint, statements

DATA: dict[str, Any] = {
    "unit": "law",
    "chosen": ["p006", "p001", "p002", "none", 7],
    "item": {"reviewers": ["p003"]},
    "items": [
        {"id": "b", "text": {"kk": "Екінші", "ru": "Второй"}},
        {"id": "a", "text": "Бірінші"},
        {"id": 3},
        {"text": "no id"},
        "not a row",
    ],
}


def chosen(conn: Connection, source: str, lang: str = "kk") -> list[tuple[Any, str]]:
    found = options(conn, source, data=DATA, school="eng", day=TODAY, lang=lang)
    return [(option["value"], option["label"]) for option in found]


def test_holders(conn: Connection) -> None:
    members = [("p007", "Абай Жанар"), ("p002", "Әбенов Нұрлан")]
    assert chosen(conn, "holders:member@school") == members
    assert chosen(conn, "holders:member@eng") == members
    assert chosen(conn, "holders:dean@unit") == [("p004", "Өтеген Сәуле")]
    assert chosen(conn, "holders:member@law") == []


def test_staff_are_those_at_home_in_a_unit_and_those_with_a_post_there(conn: Connection) -> None:
    at_home = ["p001", "p002", "p003", "p007"]
    assert sorted(value for value, _ in chosen(conn, "staff:school")) == at_home
    appoint(conn, "p004", "teacher", "eng-me")
    appoint(conn, "p005", "teacher", "eng-me", start=TODAY.replace(year=2020), end=TODAY)
    assert sorted(value for value, _ in chosen(conn, "staff:school")) == ["p001", "p002", "p003", "p004", "p007"]
    assert sorted(value for value, _ in chosen(conn, "staff:eng-me")) == ["p003", "p004"]


def test_units(conn: Connection) -> None:
    departments = [("eng-cs", "Әдіснама және есептеу кафедрасы"), ("eng-me", "Машина жасау кафедрасы")]
    assert chosen(conn, "units:department@school") == departments
    assert chosen(conn, "units:school", "en") == [("eng", "eng in English"), ("law", "law in English")]
    assert chosen(conn, "units:school", "ru") == [("eng", "Инженерия мектебі"), ("law", "Құқық мектебі")]
    assert chosen(conn, "units:programme@unit") == []


def test_people(conn: Connection) -> None:
    assert [value for value, _label in chosen(conn, "people:chosen")] == ["p002", "p001", "p006"]
    assert chosen(conn, "people:item.reviewers") == [("p003", "Омаров Ерлан")]
    assert chosen(conn, "people:missing") == [] == chosen(conn, "people:unit")


def test_rows_keep_their_order(conn: Connection) -> None:
    assert chosen(conn, "rows:items:id:text", "ru") == [("b", "Второй"), ("a", "Бірінші"), (3, "3")]
    assert chosen(conn, "rows:items:id:text", "en")[0] == ("b", "Екінші")
    assert chosen(conn, "rows:missing:id:text") == []


@pytest.mark.parametrize("source", ["", "holders:member", "people:", "rows:items:id", "all", "people:a b", "units:"])
def test_unknown_source(conn: Connection, source: str) -> None:
    assert not readable(source)
    with pytest.raises(StepFailed) as caught:
        chosen(conn, source)
    assert caught.value.reason == "options_unreadable" and source in str(caught.value)


def test_statements(conn: Connection) -> None:
    counts = {"holders:member@school": 2, "units:department@school": 1, "people:chosen": 1, "rows:items:id:text": 0}
    for source, count in counts.items():
        with statements(conn) as sent:
            chosen(conn, source)
        assert len(sent) == count, source


def test_kazakh_alphabet() -> None:
    letters = list("аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя")
    assert sorted(reversed(letters), key=alphabet_key) == letters
    names = [
        "Ілияс",
        "Ыбырай",
        "Һакім",
        "Хасен",
        "Ұлан",
        "Үміт",
        "Улан",
        "Өмір",
        "Оспан",
        "Қуат",
        "Куат",
        "Ғани",
        "Әли",
    ]
    expected = [
        "Әли",
        "Ғани",
        "Куат",
        "Қуат",
        "Оспан",
        "Өмір",
        "Улан",
        "Ұлан",
        "Үміт",
        "Хасен",
        "Һакім",
        "Ыбырай",
        "Ілияс",
    ]
    assert sorted(names, key=alphabet_key) == expected
    assert sorted(["Kim", "Яков", "2 кафедра", "(жаңа)", "абай", "Абай"], key=alphabet_key) == [
        "(жаңа)",
        "2 кафедра",
        "Абай",
        "абай",
        "Яков",
        "Kim",
    ]
