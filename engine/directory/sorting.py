"""Keeps the rest from knowing the order of the Kazakh alphabet: a sort key for names and titles in kk, ru and en."""

from __future__ import annotations

import unicodedata

# The order of the 42 letters; Russian has its own letters in the same order among them.
_ALPHABET = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
_RANK = {letter: 2000 + rank for rank, letter in enumerate(_ALPHABET)}


def _rank(letter: str) -> int:
    # Spaces and signs first, then digits, Kazakh letters, Latin letters, the rest: as Kazakh lists are printed.
    known = _RANK.get(letter)
    if known is not None:
        return known
    if letter.isdigit():
        return 1000 + int(unicodedata.digit(letter, 9))
    if not letter.isalpha():
        return 500 if letter.isspace() else 501
    return 3000 + ord(letter)


def alphabet_key(text: str) -> tuple[tuple[int, ...], str]:
    """Sort key: letters by the Kazakh alphabet whatever their case; the text itself decides between equals."""
    composed = unicodedata.normalize("NFC", text)
    return tuple(_rank(letter) for letter in composed.lower()), composed
