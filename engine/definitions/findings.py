"""Keeps the checks from knowing how findings are worded: a code is named, ``wording/findings.yaml`` says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from engine.definitions.model import Finding
from engine.wording import catalogue, say

_LONGEST = 200
_ORDER = {"error": 0, "warning": 1, "info": 2}


class Place(Protocol):
    """Whatever a finding can be about: a node, a flow, a process, a component of a form, a row of a table."""

    @property
    def id(self) -> str: ...
    @property
    def names(self) -> Mapping[str, str]: ...
    @property
    def line(self) -> int: ...


@dataclass
class Report:
    """Collects the findings of one file."""

    file: str
    findings: list[Finding] = field(default_factory=list)
    _seen: set[tuple[object, ...]] = field(default_factory=set)

    def error(self, code: str, at: Place | None = None, line: int = 0, **params: object) -> None:
        """The file must not be deployed."""
        self._add(Finding("error", self.file, *_where(at, line), code, _short(params)))

    def warning(self, code: str, at: Place | None = None, line: int = 0, **params: object) -> None:
        """Something is missing or ignored; what runs is still what the model says."""
        self._add(Finding("warning", self.file, *_where(at, line), code, _short(params)))

    def info(self, code: str, at: Place | None = None, line: int = 0, **params: object) -> None:
        """Worth knowing."""
        self._add(Finding("info", self.file, *_where(at, line), code, _short(params)))

    def _add(self, finding: Finding) -> None:
        key = (finding.code, finding.element, finding.line, *finding.params.items())
        if key not in self._seen:
            self._seen.add(key)
            self.findings.append(finding)


def _where(at: Place | None, line: int) -> tuple[str, str, int]:
    if at is None:
        return "", "", line
    return at.id, at.names.get("kk", ""), line or at.line


def _short(params: Mapping[str, object]) -> dict[str, str]:
    texts = {key: str(value) for key, value in params.items()}
    return {key: text if len(text) <= _LONGEST else text[:_LONGEST] + "…" for key, text in texts.items()}


def ordered(findings: list[Finding]) -> list[Finding]:
    """File by file in the order given, errors before warnings, then by line."""
    files = {name: index for index, name in reversed(list(enumerate(dict.fromkeys(f.file for f in findings))))}
    return sorted(findings, key=lambda f: (files[f.file], _ORDER[f.severity], f.line, f.element, f.code))


def describe(finding: Finding, lang: str) -> dict[str, Any]:
    """One finding as JSON data, worded in kk, ru or en: what ``sapa lint --json`` and the web show.

    A parameter ``why_code`` names the sentence that fills in ``{why}``.
    """
    about = {"element": finding.element, "name": finding.name or finding.element or finding.file}
    params = {**about, **finding.params}
    if "why_code" in params:
        params = {**params, "why": say(params["why_code"], lang, params), **about}
    return {
        "severity": finding.severity,
        "file": finding.file,
        "element": finding.element,
        "name": finding.name,
        "line": finding.line,
        "code": finding.code,
        "message": say(_worded(finding.code), lang, params),
        "remedy": say(_worded(f"{finding.code}.remedy"), lang, params),
    }


def _worded(code: str) -> str:
    """The key of the wording. What an area words itself stands under its plain code; a remedy is never missing."""
    for key in (f"finding.{code}", code):
        if key in catalogue():
            return key
    return "finding.remedy" if code.endswith(".remedy") else code
