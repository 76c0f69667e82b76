"""How values are said in documents: the letterhead of a unit, days that no model made dates of, one full stop."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from engine.database import metadata
from engine.directory.tables import id_unit
from engine.documents.naming import Naming
from engine.history.sealing import KeyRing

UNITS = {"top": None, "school": "top", "department": "school", "one": "other", "other": "one"}


@pytest.fixture
def naming() -> Iterator[Naming]:
    database = sa.create_engine("sqlite://")
    metadata.create_all(database)
    with database.connect() as connection:
        for id, parent in UNITS.items():
            connection.execute(
                sa.insert(id_unit).values(id=id, kind="unit", parent=parent, names=json.dumps({"ru": f"[{id}]"}),
                                          active=True)
            )  # fmt: skip
        yield Naming(connection, KeyRing(b"k" * 32), "2026-11-24T00:00:00Z", "ru")
    database.dispose()


def test_a_letterhead_names_the_units_above_and_the_unit_itself(naming: Naming) -> None:
    assert naming.letterhead("department") == "[top]\n[school]\n[department]"
    assert naming.letterhead("top") == "[top]"
    assert naming.letterhead("one") == "[other]\n[one]"  # units that belong to each other end it
    assert naming.letterhead("gone") == "gone"
    assert naming.letterhead(None) == naming.letterhead("") == ""


def test_a_day_is_said_in_words_also_where_it_is_still_text(naming: Naming) -> None:
    assert naming.date("2026-09-01") == "1\u00a0сентября 2026\u00a0года"
    assert naming.date("2026-02-30") == naming.date("2026") == naming.date("2026-Q4") == naming.date(7) == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Есеп берілсін", "Есеп берілсін."),
        ("Есеп берілсін. ", "Есеп берілсін."),
        ("Неге?", "Неге?"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_sentence_ends_once(naming: Naming, text: str | None, said: str) -> None:
    assert naming.sentence(text) == said
