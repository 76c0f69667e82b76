"""Keeps secrets from depending on forms that cannot be read: what such a form says nobody can tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.documents import kinds
from tests.documents.test_filling import template

NAME = frozenset({"applicant"})


@pytest.fixture
def form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (code, *_) = kinds.kinds()
    monkeypatch.setattr(kinds, "FOLDER", tmp_path)
    return tmp_path / f"{code}.kk.docx"


@pytest.mark.parametrize(
    ("content", "names", "says"),
    [
        (template("{{ answers.applicant }}"), NAME, True),
        (template("{{ answers['applicant'] }}"), NAME, True),
        (template("{{ answers.day }}"), NAME, False),
        (b"no archive", NAME, True),
        (template("{{ answers.day }}")[:-200], NAME, True),
        (b"no archive", frozenset(), False),
        (None, NAME, False),
    ],
    ids=["named", "by key", "another", "no archive", "cut off", "nothing withheld", "no form"],
)
def test_1_4_10_a_form_that_cannot_be_read_may_say_anything(
    form: Path, content: bytes | None, names: frozenset[str], says: bool
) -> None:
    if content is not None:
        form.write_bytes(content)
    assert kinds.may_say(form.name.partition(".")[0], names) is says


def test_1_4_10_a_kind_that_is_not_listed_any_more_may_say_anything(form: Path) -> None:
    assert (kinds.may_say("gone", NAME), kinds.may_say("gone", frozenset())) == (True, False)


def test_a_form_that_was_mended_is_read_again(form: Path) -> None:
    code = form.name.partition(".")[0]
    form.write_bytes(b"no archive")
    assert kinds.may_say(code, NAME)
    form.write_bytes(template("{{ answers.day }}"))
    assert not kinds.may_say(code, NAME)
