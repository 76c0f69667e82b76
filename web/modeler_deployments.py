"""Keeps the calls of Camunda Modeler from knowing how deployments are asked for: the platform's filters, order, pages.

What the platform ignores (a parameter it does not know) is ignored; what it refuses is refused in its own words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

MOST = 1_000
"""Answered at most, whatever is asked."""
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,6})?([+-]\d\d):?(\d\d)")
_TRUE = "true"


class Unfit(Exception):
    """A query parameter that cannot be taken: 400 ``InvalidRequestException``."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """What the platform calls a deployment; ``source`` is empty where nobody said."""

    id: str
    name: str
    source: str
    at: datetime


_KEYS: Mapping[str, Callable[[Deployment], Any]] = {
    "id": lambda one: one.id,
    "name": lambda one: one.name,
    "deploymentTime": lambda one: one.at,
    "tenantId": lambda one: "",  # there is one house here
}


def asked(found: Sequence[Deployment], query: Mapping[str, str]) -> list[Deployment]:
    """Those that every filter lets through, in the order asked for (the latest first), whole. Raises Unfit."""
    tests = [make(query[name]) for name, make in _FILTERS.items() if query.get(name, "") != ""]
    kept = [one for one in found if all(test(one) for test in tests)]
    by, order = query.get("sortBy", ""), query.get("sortOrder", "")
    if bool(by) != bool(order):
        raise Unfit("Only a single sorting parameter specified. sortBy and sortOrder required")
    if by and by not in _KEYS:
        raise Unfit(f"Cannot set query parameter 'sortBy' to value '{by[:100]}'")
    if order not in ("", "asc", "desc"):
        raise Unfit(f"Cannot set query parameter 'sortOrder' to value '{order[:100]}'")
    return sorted(kept, key=_KEYS[by or "deploymentTime"], reverse=order != "asc")


def page(found: Sequence[Deployment], query: Mapping[str, str]) -> Sequence[Deployment]:
    first, most = number(query, "firstResult", 0), number(query, "maxResults", MOST)
    return found[first : first + min(most, MOST)]


def number(query: Mapping[str, str], name: str, otherwise: int) -> int:
    text = query.get(name, str(otherwise))
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Unfit(f"Cannot set query parameter '{name}' to value '{text[:100]}'")
    return int(text)


Test = Callable[[Deployment], bool]


def _same(of: Callable[[Deployment], str]) -> Callable[[str], Test]:
    return lambda value: lambda one: of(one) == value


def _like(value: str) -> Test:
    """SQL's LIKE over the whole name: % for anything, _ for one character."""
    first, *rest = value[:1_000].split("%")
    if not rest:
        return lambda one: len(one.name) == len(first) and _stands(first, one.name, 0)
    *between, last = rest
    parts = [part for part in between if part]

    def fits(one: Deployment) -> bool:
        name, at = one.name, len(first)
        end = len(name) - len(last)
        if end < at or not _stands(first, name, 0) or not _stands(last, name, end):
            return False
        for part in parts:  # the earliest place leaves the most for those after it: no way back is ever needed
            found = _find(part, name, at, end)
            if found < 0:
                return False
            at = found + len(part)
        return True

    return fits


def _find(part: str, name: str, at: int, end: int) -> int:
    """The earliest place of the part between the two, or -1."""
    if "_" not in part:
        return name.find(part, at, end)
    return next((here for here in range(at, end - len(part) + 1) if _stands(part, name, here)), -1)


def _stands(part: str, name: str, at: int) -> bool:
    """Does the part stand there? ``_`` is any one character."""
    if "_" not in part:
        return name.startswith(part, at)
    return all(wanted in ("_", name[at + i]) for i, wanted in enumerate(part))


def _before(value: str) -> Test:
    at = _at("before", value)
    return lambda one: one.at < at


def _after(value: str) -> Test:
    at = _at("after", value)
    return lambda one: one.at > at


def _at(name: str, value: str) -> datetime:
    told = _MOMENT.fullmatch(value.replace(" ", "+"))  # a plus that nobody escaped arrives as a space
    try:
        return datetime.fromisoformat(f"{told[1]}{told[2] or ''}{told[3]}:{told[4]}" if told else "")
    except ValueError:
        message = f"Cannot set query parameter '{name}' to value '{value[:100]}'"
        raise Unfit(f"{message}: expected yyyy-MM-dd'T'HH:mm:ss.SSSZ") from None


def _no_source(value: str) -> Test:
    return lambda one: value.lower() != _TRUE or not one.source


_FILTERS: Mapping[str, Callable[[str], Test]] = {
    "id": _same(lambda one: one.id),
    "name": _same(lambda one: one.name),
    "nameLike": _like,
    "source": _same(lambda one: one.source),
    "withoutSource": _no_source,
    "before": _before,
    "after": _after,
    "tenantIdIn": lambda value: lambda one: False,  # nothing here has a tenant: withoutTenantId says nothing new
}
