"""Keeps the checks from knowing how a graph is walked: what can be reached from where, and where a link leads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.definitions.model import Node

Ways = Mapping[str, list[str]]


def reachable(begin: Iterable[str], ways: Ways) -> set[str]:
    """Everything that can be come to from ``begin``, itself included."""
    found: set[str] = set()
    stack = list(begin)
    while stack:
        current = stack.pop()
        if current not in found:
            found.add(current)
            stack.extend(ways.get(current, ()))
    return found


def beyond_link(node: Node, others: Iterable[Node]) -> list[str]:
    """The other side of a link throw event, among these nodes; empty for every other node."""
    if node.kind != "intermediateThrowEvent" or node.event.kind != "link":
        return []
    return [
        other.id
        for other in others
        if (other.parent, other.event.kind, other.event.name) == (node.parent, "link", node.event.name)
        and other.kind == "intermediateCatchEvent"
    ]
