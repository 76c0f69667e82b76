"""Keeps the rest from knowing how a form-js schema nests: groups, lists, and which components hold an answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Component = Mapping[str, Any]
Schema = Mapping[str, Any]
Path = tuple[str, ...]

# form-js 2.0 (schema version 19): what holds an answer, what only groups, what only shows.
CHOICES = frozenset({"checklist", "radio", "select", "taglist"})
KEYED = CHOICES | {"checkbox", "datetime", "expression", "filepicker", "number", "textarea", "textfield"}
MANY = frozenset({"checklist", "taglist"})
SHOWN = frozenset({"button", "documentPreview", "html", "iframe", "image", "separator", "spacer", "table", "text"})
NESTING = frozenset({"group", "dynamiclist"})


def walk(node: Schema) -> Iterator[Component]:
    """Every component, groups and lists opened, in reading order."""
    for component in node.get("components") or ():
        yield component
        yield from walk(component)


def steps(path: object) -> Path:
    """A key or path as steps: ``a.b`` -> (a, b); none: ()."""
    return tuple(str(path).split(".")) if path else ()


def asks_for_files(schema: Schema) -> bool:
    """Is any field of the form one for files?"""
    return any(component.get("type") == "filepicker" for component in walk(schema))


def is_list(component: Component) -> bool:
    return component.get("type") == "dynamiclist"


def is_fixed(component: Component) -> bool:
    """A list whose rows the process gives: nobody adds or removes any."""
    return is_list(component) and not component.get("allowAddRemove")


def is_given(component: Component) -> bool:
    """A field whose value comes from the process and never from the person."""
    return component.get("readonly") is True or component.get("disabled") is True


def find(data: Any, path: Path) -> Any:
    """The value at ``path``; None where there is none."""
    for step in path:
        if not isinstance(data, Mapping):
            return None
        data = data.get(step)
    return data


def holds(data: Any, path: Path) -> bool:
    """Whether there is something at ``path``, be it null."""
    inner = find(data, path[:-1]) if path[:-1] else data
    return isinstance(inner, Mapping) and path[-1] in inner


def place(data: dict[str, Any], path: Path, value: Any) -> None:
    """Puts ``value`` at ``path``, making contexts on the way."""
    for step in path[:-1]:
        inner = data.get(step)
        data[step] = data = dict(inner) if isinstance(inner, Mapping) else {}
    data[path[-1]] = value
