"""Proves that every kind of fact has a sentence in three languages and a place in the projections."""

from __future__ import annotations

import re

import pytest

from engine import commands
from engine.database import reading
from engine.facts import KINDS
from engine.history import ledger, timeline
from engine.notes import projection as notes_projection
from engine.projections import documents as documents_projection
from engine.projections import house as house_projection
from engine.projections import instance as instance_projection
from engine.wording import catalogue
from tests.history.house import House


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_fact_has_a_caption_that_names_its_own_fields(kind: str) -> None:
    texts = catalogue()[f"caption.{kind}"]
    fields = set(KINDS[kind].__dataclass_fields__)
    for lang in ("kk", "ru", "en"):
        assert texts[lang].strip()
        assert set(re.findall(r"{(\w+)}", texts[lang])) <= fields


@pytest.mark.parametrize(
    "kind", sorted(cls.__name__ for base in (commands.OnInstance, commands.BesideCase) for cls in base.__subclasses__())
)
def test_every_command_on_a_case_has_its_words(kind: str) -> None:
    assert len({timeline.command(kind, lang) for lang in ("kk", "ru", "en")} | {kind}) == 4


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_fact_is_projected_or_named_as_unprojected(kind: str) -> None:
    """In exactly one place, so that nobody forgets a rebuild when adding a fact."""
    fact = KINDS[kind]
    handlers = [*instance_projection._HANDLERS, *house_projection._HANDLERS, *notes_projection.HANDLERS]
    handlers += documents_projection.HANDLERS
    told = [*handlers, *instance_projection.UNPROJECTED, *house_projection.UNPROJECTED]
    directory = kind in house_projection.directory.HANDLED
    assert told.count(fact) + directory == 1


def test_a_case_as_rows(house: House) -> None:
    stream = f"instance:{house.cases['big']}"
    with reading(house.engine.database) as connection:
        key = house.engine.keys.of(connection, stream)
        rows = list(timeline.rows(ledger.read(connection, stream, key)))
    returned = next(row for row in rows if row.kind == "ReturnTask")
    fact = next(fact for fact in returned.facts if fact["kind"] == "task_returned")
    assert (fact["reason"], fact["to"], returned.acted_as) == ("толықтыру", "extra", "chair@eng")
    names = {"review": {"kk": "Қарау", "ru": "Рассмотрение"}, "extra": {"kk": "Толықтыру"}}
    sentence = timeline.caption(fact, "ru", lambda element: names[element], {})
    assert sentence == "«Рассмотрение» возвращено на исправление: «Толықтыру». Причина: толықтыру"
    assert rows[2].values == {"amount": 150, "subject": "Жаңа бағдарлама", "a": 2, "b": 1}


def test_values_of_the_case_are_not_among_the_facts(house: House) -> None:
    stream = f"instance:{house.cases['big']}"
    with reading(house.engine.database) as connection:
        key = house.engine.keys.of(connection, stream)
        facts = [fact for row in timeline.rows(ledger.read(connection, stream, key)) for fact in row.facts]
    assert not any({"content", "variables", "result"} & set(fact) for fact in facts)
