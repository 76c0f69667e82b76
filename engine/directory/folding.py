"""Keeps the search from knowing how Kazakh and Russian words are spelt: letters that people mix up become one."""

from __future__ import annotations

import re
import unicodedata

_LETTERS = str.maketrans("әғқңөұүһіё", "агкноуухие")
_WORD = re.compile(r"[^\W_]+")

STEM = 5
"""Letters of a word that count: endings begin after them, so the forms of a word meet."""


def fold(text: str) -> str:
    """Lower case, one way to write each letter, and Kazakh letters as their neighbours on a Russian keyboard."""
    return unicodedata.normalize("NFC", text).casefold().translate(_LETTERS)


def stems(text: str) -> list[str]:
    """The folded beginnings (up to five letters) of the words of ``text``, each once, in order.

    A word with a digit in it is a number or a code: it has no endings and stays whole.
    """
    found: dict[str, None] = {}
    for word in _WORD.findall(fold(text)):
        found[word if any(map(str.isdigit, word)) else word[:STEM]] = None
    return list(found)
