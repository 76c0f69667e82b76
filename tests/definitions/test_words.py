"""Holds that kinds of events are called by words of the reader's language inside a sentence."""

from __future__ import annotations

from typing import get_args

import pytest

from engine.definitions.model import EventKind
from engine.wording import catalogue, say


@pytest.mark.parametrize("kind", [kind for kind in get_args(EventKind) if kind != "none"])
def test_every_kind_of_event_has_a_word(kind: str) -> None:
    assert set(catalogue()[f"word.{kind}"]) == {"kk", "ru", "en"}


def test_a_sentence_uses_it() -> None:
    assert "(ошибка)" in say("code_null", "ru", {"kind": "error", "expression": "x"})
    assert "sequenceFlow" in say("finding.id_missing", "kk", {"kind": "sequenceFlow"})
