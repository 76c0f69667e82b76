"""Keeps answers out of what is stored and shown of a document that could not be made: a code and names, no values."""

from __future__ import annotations

import json
from collections.abc import Mapping

import typst

from engine.documents.filling import Unfilled
from engine.wording import say

CODES = ("kind", "template", "fact", "form", "day", "layout", "storage", "other")
"""Stable: why a document could not be made. Worded as ``document.not.<code>``."""


def told(problem: Exception) -> dict[str, str]:
    """{code, fact, file} of a problem, as it is stored."""
    if isinstance(problem, Unfilled):
        return {"code": problem.code, "fact": problem.fact, "file": problem.file}
    if isinstance(problem, typst.TypstError):
        return {"code": "layout", "fact": "", "file": "layout.typ"}
    return {"code": "storage" if isinstance(problem, OSError) else "other", "fact": "", "file": ""}


def worded(stored: str) -> Mapping[str, str]:
    """What was stored, in words by language. What older versions stored may hold answers: it is not shown."""
    if not stored:
        return {}
    try:
        found = json.loads(stored)
        code = found["code"] if found["code"] in CODES else "other"
    except (ValueError, TypeError, KeyError):
        found, code = {}, "other"
    return {language: say(f"document.not.{code}", language, found) for language in ("kk", "ru", "en")}
