"""Keeps pages from knowing how passwords are hashed and which are good enough."""

from __future__ import annotations

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LONGEST = 1024  # argon2 hashes any length, so an endless password would be a way to keep the server busy
SHORTEST = 12


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobody() -> str:
    """A digest that no password matches: an unknown login takes the same time as a wrong password."""
    return _hasher().hash("nobody")


def matches(digest: str | None, password: str) -> bool:
    """Is it the password? Takes as long for a sign-in that does not exist or has no password yet."""
    known = digest is not None and digest.startswith("$argon2")
    try:
        return _hasher().verify(digest if known and digest else _nobody(), password) and known
    except (VerificationError, InvalidHashError):
        return False


def hashed(password: str) -> str:
    return _hasher().hash(password)


def problem(password: str, again: str, login: str = "") -> str:
    """Why it will not do as a new password: too_short, too_long, as_login, differs; empty when it will."""
    if len(password) < SHORTEST:
        return "too_short"
    if len(password) > LONGEST:
        return "too_long"
    if login and _plain(password) == _plain(login):
        return "as_login"
    return "" if password == again else "differs"


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip().casefold()
