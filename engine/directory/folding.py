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


_ALIKE = {"п": "б", "б": "п", "к": "г", "г": "к"}
"""The last letter of a stem that an ending changes: кітап, кітабы; тарақ, тарағы (folded: к, г)."""
_SMALL = frozenset("для при без над под про или как что это мен бар жок осы сол уши был все".split())
"""Words of three letters that stand in most texts: not taken for the beginning of what somebody looks for."""


def forms(stem: str) -> tuple[str, ...]:
    """The stems a looked-for word may stand under: its own, and those of shorter words that it may be a form of."""
    if len(stem) < STEM or any(map(str.isdigit, stem)):
        return (stem,)
    found = [stem, stem[:4], *([] if stem[:3] in _SMALL else [stem[:3]])]
    found += [one[:-1] + _ALIKE[one[-1]] for one in found[:2] if one[-1] in _ALIKE]
    return tuple(dict.fromkeys(found))
