"""Keeps the rest from knowing where the engine's sentences lie: one YAML file per kind, each text in kk, ru and en."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FOLDER = Path(__file__).parent
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The safe loader in C where the library has it: ten times as fast, and every command begins with these files."""


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """code -> {kk, ru, en}, over every file of this folder; a code stands in one file only."""
    texts: dict[str, dict[str, str]] = {}
    for path in sorted(_FOLDER.glob("*.yaml")):
        for code, languages in (yaml.load(path.read_text(encoding="utf-8"), LOADER) or {}).items():  # noqa: S506 - safe, in C
            if code in texts:
                raise KeyError(f"{path.name}: {code} is worded twice")
            texts[code] = languages
    return texts


class _Gaps(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "—"


def say(code: str, lang: str, params: Mapping[str, Any] | None = None) -> str:
    """The sentence for ``code`` in ``lang`` (kk, ru, en), its ``{params}`` filled in; unknown codes say themselves."""
    texts = catalogue().get(code)
    if texts is None:
        return code
    filled = {name: _in(name, value, lang) for name, value in (params or {}).items()}
    return texts.get(lang, texts["kk"]).format_map(_Gaps(filled)).rstrip()  # the last of them may be empty


def _in(name: str, value: Any, lang: str) -> Any:
    """A parameter that is itself worded in several languages, a kind of event, or why the directory refused."""
    if name == "why" and isinstance(value, str):
        return _reasons(value, lang)
    if name in ("kind", "event") and isinstance(value, str):
        return catalogue().get(f"word.{value}", {}).get(lang, value)
    if isinstance(value, Mapping) and "kk" in value:
        return value.get(lang) or value["kk"]
    return value


def _reasons(text: str, lang: str) -> str:
    """``field: code, …`` as the directory refuses what a model asks of it, in words; any other text as it stands."""
    codes = [part.partition(": ")[2] for part in text.split(", ")]
    return " ".join(say(code, lang) for code in codes).rstrip(".") if catalogue().keys() >= set(codes) else text
