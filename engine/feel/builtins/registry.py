"""Keeps built-in functions from knowing how arguments reach them: by position or name, converted as FEEL does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from engine.feel.kinds import MISSING, kind
from engine.feel.limits import Run
from engine.values import Value


class _Refused:
    """An argument does not fit its parameter: the call gives null."""


_REFUSED = _Refused()
Body = Callable[..., Value]


@dataclass(frozen=True, slots=True)
class Builtin:
    """One function of DMN 1.3 §10.3.4. ``types`` end in ``?`` when the argument may be left out or null.

    A last parameter ``...name`` takes any number of arguments. With ``each`` the arguments, or the elements of the only
    argument, form one list whose elements must all be of the kind ``each`` (``any?`` for all kinds).
    """

    name: str
    parameters: tuple[str, ...]
    types: tuple[str, ...]
    body: Body
    each: str = ""

    @property
    def least(self) -> int:
        """Arguments without which the result is always null."""
        if self.each:
            return 1
        return max((index + 1 for index, wanted in enumerate(self.types) if not wanted.endswith("?")), default=0)

    @property
    def most(self) -> int | None:
        """None for any number."""
        return None if self.parameters and self.parameters[-1].startswith("...") else len(self.parameters)

    def named(self, given: Mapping[str, Value]) -> list[Value] | None:
        """Arguments by name, put in order; None when a name is not known."""
        names = [name.removeprefix("...") for name in self.parameters]
        if any(name not in names for name in given):
            return None
        ordered: list[Value] = []
        for name, parameter in zip(names, self.parameters, strict=True):
            value = given.get(name, MISSING)
            if parameter.startswith("..."):
                if value is not None and value is not MISSING:
                    ordered.extend(value if isinstance(value, (list, tuple)) else [value])
            else:
                ordered.append(value)
        return ordered

    def call(self, arguments: Sequence[Value], run: Run) -> Value:
        """Null for arguments that do not fit."""
        if self.each:
            return self._call_with_list(arguments, run)
        if self.most is not None and len(arguments) > self.most:
            return None
        fitted: list[Any] = []
        for index in range(max(len(arguments), len(self.types))):
            argument = arguments[index] if index < len(arguments) else MISSING
            if index < len(self.types):
                argument = fit(argument, self.types[index])
                if argument is _REFUSED:
                    return None
            fitted.append(argument)
        return self.body(run, *fitted)

    def _call_with_list(self, arguments: Sequence[Value], run: Run) -> Value:
        if not arguments:
            return None
        only = arguments[0]
        items = list(only) if len(arguments) == 1 and isinstance(only, (list, tuple)) else list(arguments)
        run.spend(len(items))
        if any(fit(item, self.each) is _REFUSED for item in items):
            return None
        return self.body(run, items)


def fit(argument: Any, wanted: str) -> Any:
    """The argument as its parameter wants it, or _REFUSED. One-element lists and values convert both ways."""
    optional = wanted.endswith("?")
    wanted = wanted.removesuffix("?")
    is_list = isinstance(argument, (list, tuple))
    if wanted == "list":
        if is_list or (optional and argument is MISSING):
            return argument
        return _REFUSED if argument is None or argument is MISSING else [argument]
    if wanted != "any" and is_list and len(argument) == 1:
        argument = argument[0]
    is_kind = kind(argument)
    if wanted in ("any", is_kind):
        return _REFUSED if argument is MISSING and not optional else argument
    if argument is None or argument is MISSING:
        return argument if optional else _REFUSED
    if wanted == "date time" and is_kind == "date":
        return datetime.combine(argument, time())
    if wanted == "date" and is_kind == "date time":
        return argument.date()
    if wanted == "time" and is_kind == "date time":
        return argument.timetz()
    return _REFUSED


def day_of(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


BUILTINS: dict[str, Builtin] = {}


def builtin(name: str, *parameters: str, each: str = "") -> Callable[[Body], Body]:
    """Register a function; parameters are written ``name: type``, ``...name: type`` for any number."""
    pairs = [parameter.split(": ") for parameter in parameters]

    def register(body: Body) -> Body:
        names = tuple(pair[0] for pair in pairs)
        BUILTINS[name] = Builtin(name, names, tuple(pair[1] for pair in pairs), body, each)
        return body

    return register
