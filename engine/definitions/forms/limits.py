"""Keeps the check of answers from knowing how much may be sent: sizes are refused before any library looks at them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from engine.definitions.forms.components import Path, Schema, walk
from engine.errors import Invalid, TooLarge
from engine.wording import say

TEXT_BYTES = 100_000
ALL_BYTES = 1_000_000
ROWS = 500
DEPTH = 12


def within_limits(schema: Schema, data: Mapping[str, Any], lang: str) -> None:
    """Raises TooLarge (a text over 100 kB, over 500 rows, 1 MB altogether) or Invalid (nested too deep, no JSON).

    The sentence in ``lang`` stands at the path of the field that is too large; at ``""`` when all of it together is.
    """
    for path, value in _leaves(data, (), lang):
        if isinstance(value, str) and len(value) * 4 > TEXT_BYTES and (size := _bytes(value)) > TEXT_BYTES:
            _refuse(schema, path, lang, "form_text_too_large", size=_kilobytes(size), limit=_kilobytes(TEXT_BYTES))
        if isinstance(value, list) and len(value) > ROWS:
            _refuse(schema, path, lang, "form_rows_too_many", size=str(len(value)), limit=str(ROWS))
    try:
        size = _bytes(json.dumps(data, ensure_ascii=False, allow_nan=False))
    except (TypeError, ValueError) as error:
        raise Invalid(problems={"": [say("form_too_deep", lang)]}) from error
    if size > ALL_BYTES:
        _refuse(schema, (), lang, "form_too_large", size=_kilobytes(size), limit=_kilobytes(ALL_BYTES))


def _leaves(value: Any, path: Path, lang: str) -> Iterator[tuple[Path, Any]]:
    if len(path) > DEPTH:
        raise Invalid(problems={"": [say("form_too_deep", lang)]})
    yield path, value
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, str(key)), lang)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _leaves(inner, (*path, str(index)), lang)


def _refuse(schema: Schema, path: Path, lang: str, code: str, *, size: str, limit: str) -> None:
    sentence = say(code, lang, {"size": size, "limit": limit})
    raise TooLarge(what=_label(schema, path, lang), limit=limit, problems={".".join(path): [sentence]})


def _label(schema: Schema, path: Path, lang: str) -> str:
    last = next((step for step in reversed(path) if not step.isdigit()), "")
    for component in walk(schema):
        if last and last in (component.get("key"), component.get("path")):
            told = (component.get("properties") or {}).get(f"label:{lang}")
            return f"«{told or component.get('label') or component.get('dateLabel') or last}»"
    return say("form_answers", lang)


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _kilobytes(size: int) -> str:
    return f"{-(-size // 1000)} kB"
