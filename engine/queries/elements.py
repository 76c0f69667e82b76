"""Keeps pages from knowing that a step of a case may stand in a process which one of its steps calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy.engine import Connection

from engine.definitions.library import DeployedLibrary, resolve
from engine.definitions.model import Node
from engine.views import Names


def called_by(connection: Connection, library: DeployedLibrary, definition: str) -> Iterator[tuple[str, Node]]:
    """("KEY:version" of a process, the step that calls it), of the calls that name their process."""
    for node in library.process(definition).process.nodes.values():
        if node.called_element and node.called_element.literal:
            binding = node.attributes.get("calledElementBinding", "latest")
            version = node.attributes.get("calledElementVersion", "")
            id = resolve(connection, "process", node.called_element.text, binding, version, definition)
            if id:
                yield id, node


def step_of(connection: Connection, library: DeployedLibrary, definition: str, element: str) -> Node | None:
    """The element as its process has it, else as a process that is called from there; None when neither knows it."""
    own = library.process(definition).process.nodes.get(element)
    return own or _called(connection, library, definition).get(element)


def names_of(connection: Connection, library: DeployedLibrary, definition: str, element: str) -> Names:
    """What the element is called there; its id where nothing names it."""
    node = step_of(connection, library, definition, element)
    return node.names if node else {"kk": element}


def _called(connection: Connection, library: DeployedLibrary, definition: str) -> Mapping[str, Node]:
    """Id -> element, over all processes that are called from one, however deep."""

    def read() -> dict[str, Node]:
        found: dict[str, Node] = {}
        wanted, known = [definition], {definition}
        while wanted:
            for id, _ in called_by(connection, library, wanted.pop()):
                if id not in known:
                    known.add(id)
                    wanted.append(id)
                    found = {**library.process(id).process.nodes, **found}
        return found

    return library.until_deployment(connection, "elements of called", definition, read)
