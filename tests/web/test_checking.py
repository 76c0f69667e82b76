"""Anybody checks a printed document by its number and code, and learns nothing else; whoever guesses is slowed down."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from engine.database import writing
from engine.documents.tables import vw_document
from tests.web.conftest import Browser, Started, University

ID, CODE, HASH = "abcdefghijklmnop", "ABCD-EFGH-IJKL-MNOP", "0f" * 32


@pytest.fixture
def paper(university: University, started: Started) -> str:
    """A registered document of a case; answers the case."""
    instance = started("Зертхана")
    row = {"id": ID, "instance": instance, "kind": "agenda", "number": "12/2026", "day": "2026-11-24", "addressee": "",
           "stream": f"instance:{instance}", "seq": 1, "mends": "", "files": json.dumps({"kk": {"pdf": [HASH, 9]}}),
           "at": "2026-11-24T04:00:00.000000Z"}  # fmt: skip
    with writing(university.engine.database) as connection:
        connection.execute(sa.insert(vw_document), row)
    return instance


def test_the_right_number_and_code_confirm_and_tell_no_content(university: University, paper: str) -> None:
    visitor: Browser = university.visitor()
    assert visitor.get("/verify").status_code == 200
    for code in (CODE, CODE.lower().replace("-", ""), HASH):
        page = visitor.get(f"/verify?no=12/2026&code={code}")
        assert page.status_code == 200
        assert "12/2026" in page.text and HASH in page.text and "Құжат расталды" in page.text
        for hidden in ("Зертхана", paper, "Инженерия", "Айгүл"):
            assert hidden not in page.text.partition("<main")[2].partition("</main")[0]


def test_half_of_it_is_answered_like_nothing_of_it(university: University, paper: str) -> None:
    visitor = university.visitor()
    answers = [visitor.get(f"/verify?no={no}&code={code}") for no, code in
               (("13/2026", CODE), ("12/2026", "ABCD-EFGH-IJKL-MNOA"), ("", CODE), ("9", "%25"))]  # fmt: skip
    assert {answer.status_code for answer in answers} == {404}
    assert all("Құжат расталды" not in answer.text and HASH not in answer.text for answer in answers)


def test_guessing_is_slowed_down(university: University, paper: str) -> None:
    visitor = university.visitor()
    told = [visitor.get(f"/verify?no=12/2026&code=ABCD-EFGH-IJKL-{n:04}").status_code for n in range(2222, 2244)]
    assert told[0] == 404 and told[-1] == 429
