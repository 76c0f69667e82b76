"""Keeps the checks from knowing how a FEEL text is looked at: does it parse, is it JUEL, what does it name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from engine.feel import FeelSyntax

_STRING = re.compile(r"""\"(?:\\.|[^"\\])*\"|'(?:\\.|[^'\\])*'""")
_CALL_ON_BEAN = re.compile(r"(?<![\w.])([^\W\d]\w*\.[^\W\d]\w*)\s*\(")
_BEAN = re.compile(r"(?<![\w.])(execution\.\w+|caseExecution|delegateTask|authenticatedUserId)\b")
_WORD_OPERATOR = re.compile(r"\s(?:div|mod|instanceof)\s|%")
_TERNARY = re.compile(r"\?[^?]*:")
# FEEL counts from 1 and looks up no key in brackets: both would be null without a word, and JUEL means something else.
_PLACE = re.compile(r"(?<![\w.])(?!(?:in|then|else|return|and|or)\[)[^\W\d][\w.]*(\[\s*(?:0|\"\")\s*\])")
_PARAMETER = re.compile(r'\bparameter\s*\(\s*"((?:\\.|[^"\\])*)"')
_HOLDERS = re.compile(r'\b(?:holders|appointments)\s*\(\s*"([^"]*)"')
_IS_HOLDER = re.compile(r'\b(?:is_holder|stands_in)\s*\(\s*[^",]+,\s*"([^"]*)"')
_ROLE_KEY = re.compile(r'"([\w\-]+)@[^"]*"')


Mode = Literal["expression", "unary"]
_HANDS = 2  # engine.javascript has two worker threads


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be said about one expression. ``error`` is empty when it parses, else how the parser words it:
    the code of a sentence as ``why_code`` with that sentence's parameters."""

    error: Mapping[str, str] = field(default_factory=dict)
    juel: bool = False
    bean: str = ""
    words: str = ""
    names: frozenset[str] = field(default_factory=frozenset)
    parameters: tuple[str, ...] = ()


@lru_cache(maxsize=20_000)
def look(text: str, mode: Mode = "expression") -> Verdict:
    """Looks at a FEEL expression (mode ``expression``) or a decision cell (``unary``)."""
    parameters = tuple(parameter_names(text))
    bare = _STRING.sub('""', text)
    bean = _CALL_ON_BEAN.search(bare) or _BEAN.search(bare)
    if bean:
        return Verdict(bean=bean[1], parameters=parameters)
    error, juel, names = _parse(text, mode)
    words = _WORD_OPERATOR.search(bare) or (_TERNARY.search(bare) if error else None)
    place = _PLACE.search(bare)
    if words:
        return Verdict(words=words[0].strip(), parameters=parameters)
    if place:
        return Verdict(words=place[1].replace('""', '"…"'), parameters=parameters)
    return Verdict(error=error, juel=juel, names=names, parameters=parameters)


def _parse(text: str, mode: Mode) -> tuple[Mapping[str, str], bool, frozenset[str]]:
    from engine import feel

    try:
        # As the runtime asks for it, so that it finds it in the cache and nothing is parsed twice.
        compiled = feel.compile(text) if mode == "expression" else feel.compile(text, mode)
    except feel.FeelSyntax as problem:
        return told(problem), False, frozenset()
    return {}, bool(compiled.juel), compiled.names


def told(problem: FeelSyntax) -> dict[str, str]:
    """What the parser says, as the parameters of a finding."""
    return {**{name: str(value) for name, value in problem.params.items()}, "why_code": problem.code}


def look_at_many(texts: Iterable[str]) -> None:
    """Parses texts at once, as many side by side as the parser has hands; ``look`` is quick afterwards."""
    with ThreadPoolExecutor(_HANDS) as pool:
        list(pool.map(look, dict.fromkeys(texts)))


def parameter_names(text: str) -> list[str]:
    """Names given to ``parameter("…")`` anywhere in a text."""
    return list(dict.fromkeys(_PARAMETER.findall(text)))


def role_keys(text: str) -> list[str]:
    """Role codes in the keys an expression spells out: ``"asb@univ"``. People are no roles."""
    return list(dict.fromkeys(_ROLE_KEY.findall(text)))


def role_arguments(text: str) -> list[str]:
    """Role codes given to ``holders``, ``appointments``, ``is_holder`` and ``stands_in``."""
    return list(dict.fromkeys(_HOLDERS.findall(text) + _IS_HOLDER.findall(text)))
