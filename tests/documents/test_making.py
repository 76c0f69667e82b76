"""What is kept of a document: a code nobody works out (7.3.3), and why it could not be made, without any answers."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from docx import Document

from engine.database import metadata
from engine.documents import barring, making
from engine.documents.filling import Unfilled, environment, evaluate, fill
from engine.documents.tables import vw_document

DUE = SimpleNamespace(stream="instance:a", seq=7, element="sign", kind="protocol")
GUESSED = base64.b32encode(hashlib.sha256(b"instance:a\n7\nsign\nprotocol\np1").digest()).decode().lower()[:16]
SECRET = "Жасырын жауап"


@pytest.fixture
def connection() -> sa.Connection:
    database = sa.create_engine("sqlite://")
    metadata.create_all(database, tables=[vw_document])
    with database.connect() as found:
        yield found
    database.dispose()


def test_the_code_needs_the_key_of_the_case_and_is_the_same_at_every_try(connection: sa.Connection) -> None:
    one, other = (making._id(connection, DUE, "p1", bytes([n]) * 32) for n in (1, 2))
    assert len({one, other, GUESSED}) == 3
    assert one == making._id(connection, DUE, "p1", bytes([1]) * 32)
    assert len(one) == 16 and making._id(connection, DUE, "p2", bytes([1]) * 32) != one


def test_a_code_that_was_printed_before_stays(connection: sa.Connection) -> None:
    row = dict.fromkeys(("kind", "number", "day", "addressee", "mends", "files", "at", "stream", "instance"), "")
    connection.execute(sa.insert(vw_document), row | {"id": GUESSED, "seq": 7})
    assert making._id(connection, DUE, "p1", b"k" * 32) == GUESSED


@pytest.mark.parametrize(
    ("expression", "fact"), [("nobody.name", "nobody"), ("answer + 1", ""), ("listed[answer]", ""), ("answer|date", "")]
)
def test_what_is_stored_of_a_failure_names_the_fact_and_holds_no_answer(expression: str, fact: str) -> None:
    fence = environment({"date": int})
    out = io.BytesIO()
    page = Document()
    page.add_paragraph("{{ " + expression + " }}")
    page.save(out)
    facts = {"answer": SECRET, "listed": SECRET}
    for work in (lambda: evaluate(fence, expression, facts), lambda: fill(fence, out.getvalue(), facts, "x")):
        with pytest.raises(Unfilled) as raised:
            work()
        stored = json.dumps(barring.told(raised.value), ensure_ascii=False)
        assert SECRET not in stored and barring.told(raised.value)["fact"] == fact


def test_every_reason_has_words_and_what_older_versions_stored_is_not_shown() -> None:
    for code in barring.CODES:
        said = barring.worded(json.dumps({"code": code, "fact": "day", "file": "act.kk.docx"}))
        assert set(said) == {"kk", "ru", "en"} and not any("document.not" in text for text in said.values())
    assert barring.worded("") == {}
    assert SECRET not in str(barring.worded(f"ValueError: {SECRET}"))
    assert SECRET not in json.dumps(barring.told(ValueError(SECRET)), ensure_ascii=False)
