"""Fills what officials wrote in Word with facts: the one place that knows the template language and its fences.

Templates are data of the installation, so they run fenced in: no Python attributes, no calls but those offered. A value
that is not there is written as a dash, as FEEL would make it null; a misspelt name of a fact is an error.
The same facts and template give the same bytes, so that a file that was lost can be made again and is still its hash.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping, MutableMapping
from functools import lru_cache
from types import CodeType
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, Template, Undefined, nodes
from jinja2.exceptions import SecurityError, TemplateError, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

NOTHING = "—"
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""What no Word file may hold, and the signs by which its library would begin a page or a paragraph."""
_MISSING = re.compile(r"'(\w{1,60})' is undefined\Z")
_EPOCH = (1980, 1, 1, 0, 0, 0)
_KEPT = 512
"""Parts of templates kept compiled: a few of each Word file."""


class Unfilled(Exception):
    """The template cannot be filled with these facts. ``code`` says why (wording ``document.not.…``), ``fact`` is the
    name that the form asks for in vain, ``file`` the form. None of them holds a value: they are shown and stored."""

    def __init__(self, code: str, fact: str = "", file: str = "") -> None:
        self.code, self.fact, self.file = code, fact, file
        super().__init__(code, fact, file)


def _unfilled(problem: Exception) -> Unfilled:
    """What a problem of the template language is called. Its own words may hold values, except the name of a fact."""
    missing = _MISSING.match(str(problem)) if isinstance(problem, UndefinedError) else None
    return Unfilled("fact", missing[1]) if missing else Unfilled("form")


class _Fenced(ImmutableSandboxedEnvironment):
    """Fields of a mapping before its methods, null from null, and no sums that could fill the memory."""

    intercepted_binops = frozenset({"*", "**"})

    def __init__(self, filters: Mapping[str, Callable[..., Any]]) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined, finalize=_written)
        self.globals.clear()
        self.filters.update(filters)
        self._own = frozenset(filters)

    def from_string(
        self,
        source: str | nodes.Template,
        globals: MutableMapping[str, Any] | None = None,
        template_class: type[Template] | None = None,
    ) -> Template:
        if not isinstance(source, str):
            return super().from_string(source, globals, template_class)
        return (template_class or Template).from_code(self, _code(source, self._own), self.make_globals(globals))

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        raise SecurityError(f"{operator} is not offered")

    def getattr(self, obj: Any, attribute: str) -> Any:
        if obj is None:
            return None
        if isinstance(obj, Mapping):
            return obj.get(attribute)
        return super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if obj is None:
            return None
        if isinstance(obj, Mapping):
            return obj.get(argument)
        return super().getitem(obj, argument)


def environment(filters: Mapping[str, Callable[..., Any]]) -> _Fenced:
    """Where expressions and templates are evaluated, with these filters."""
    return _Fenced(filters)


@lru_cache(maxsize=_KEPT)
def _code(source: str, filters: frozenset[str]) -> CodeType:
    """What a template is compiled to: the same for every document, whatever its filters of these names answer."""
    return _Fenced(dict.fromkeys(filters, _not_yet)).compile(source)


def _not_yet(*_value: Any) -> Any:
    """Keeps the compiler from working out once for all what a filter says of a constant."""
    raise LookupError


def _written(value: Any) -> Any:
    """A value as it goes into the file."""
    if value is None or value == "":
        return NOTHING
    return _UNWRITABLE.sub("", value) if type(value) is str else value


def evaluate(fence: _Fenced, expression: str, facts: Mapping[str, Any]) -> Any:
    """The value of one expression; None for an empty one. Raises Unfilled."""
    if not expression:
        return None
    try:
        found = vars(fence.from_string(f"{{% set result = ({expression}) %}}").make_module(dict(facts)))["result"]
        if isinstance(found, Undefined):
            str(found)  # says what is missing, as any use of it would later
        return found
    except (TemplateError, TypeError, ValueError, LookupError, AttributeError) as problem:
        raise _unfilled(problem) from problem


def fill(fence: _Fenced, template: bytes, facts: Mapping[str, Any], title: str) -> bytes:
    """The Word file with every place filled in. Raises Unfilled."""
    try:
        word = DocxTemplate(io.BytesIO(template))
        word.render(dict(facts), jinja_env=fence, autoescape=True)
        word.docx.core_properties.title = title[:255]
        out = io.BytesIO()
        word.save(out)
    except (TemplateError, TypeError, ValueError, LookupError, AttributeError, zipfile.BadZipFile) as problem:
        raise _unfilled(problem) from problem
    return _same_bytes(out.getvalue())


def _same_bytes(word: bytes) -> bytes:
    """A Word file is an archive; the hour it was packed at is no part of the document."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word)) as packed, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in packed.namelist():
            part = zipfile.ZipInfo(name, _EPOCH)
            part.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(part, packed.read(name))
    return out.getvalue()
