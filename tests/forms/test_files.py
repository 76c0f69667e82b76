"""Keeps answers with files honest: they name files beside the case, whatever a browser says of them."""

from __future__ import annotations

from typing import Any

import pytest

from engine.definitions import forms
from tests.forms.samples import FILES, NOW

RECORD = FILES[0]
OTHER = {**RECORD, "note": "2", "name": "Үзінді.pdf", "sha256": "b" * 64}


def form(**more: Any) -> dict[str, Any]:
    field = {"type": "filepicker", "id": "f", "key": "proof", "label": "Файлдар", **more}
    return {"type": "default", "id": "x_y", "components": [field]}


def check(schema: dict[str, Any], answer: Any, lang: str = "kk") -> forms.FormResult:
    return forms.check(schema, {"proof": answer}, lang, {forms.FILES: [RECORD, OTHER]}, NOW)


def test_an_answer_keeps_what_the_case_knows_of_the_file() -> None:
    told = {**RECORD, "name": "өтірік.exe", "sha256": "c" * 64, "size": 1}
    assert check(form(multiple=True), [told, OTHER]).data == {"proof": [RECORD, OTHER]}


@pytest.mark.parametrize("answer", [[{"note": "3"}], ["1"], "files::1", [RECORD, RECORD], [{}], [{"note": ["1"]}]])
def test_a_file_that_is_not_beside_the_case_is_refused_by_its_field(answer: Any) -> None:
    sentences = {lang: check(form(multiple=True), answer, lang).errors["proof"][0] for lang in ("kk", "ru", "en")}
    assert sentences["en"] == "The file named is not beside the case, or was taken back. Attach it again."
    assert len(set(sentences.values())) == 3


def test_a_field_for_one_file_takes_no_two() -> None:
    assert check(form(), [RECORD]).data == {"proof": [RECORD]}
    assert "Remove some" in check(form(), [RECORD, OTHER], "en").errors["proof"][0]


@pytest.mark.parametrize("nothing", [None, [], ""])
def test_a_required_file_is_asked_for_and_another_may_be_left_out(nothing: Any) -> None:
    assert list(check(form(validate={"required": True}), nothing).errors) == ["proof"]
    assert check(form(), nothing).data == {"proof": None}
