"""Keeps tests from knowing how a sound file is spoiled: bytes and elements changed by a seeded hand."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree

HOSTILE = (
    "", " ", "${", "}", "${}", "#{x", "x" * 5000, "\u202e", "'; DROP TABLE", "__import__('os')", "{{7*7}}", "-1",
    "1e999", "P", "PT", "R/", "R/P0D", "P99999999999Y", "9999-99-99", "true", "null", "<b>", "}}}", "а" * 300, "a.b.c(",
    "=", "[1,", '"', "\\", "%s%n", "for x in 1..1000000 return x", "${" * 200, "(" * 300, "not(" * 200 + ")" * 200,
)  # fmt: skip


def spoiled(data: bytes, kind: str, chance: random.Random) -> bytes:
    """``data`` with one to four changes; the same ``chance`` gives the same changes."""
    ways = {"bpmn": _TREE, "dmn": _TREE, "form": _JSON}[kind]
    for _ in range(chance.randint(1, 4)):
        way = chance.choice([_bytes, *ways, *ways, *ways])
        try:
            data = way(data, chance)
        except (etree.LxmlError, ValueError):
            data = _bytes(data, chance)
    return data


def _bytes(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    length = chance.choice([1, 1, 3, 40, 400])
    piece = data[at : at + length]
    return chance.choice(
        [
            data[:at] + data[at + length :],
            data[:at] + piece + data[at:],
            data[:at] + bytes(chance.randrange(256) for _ in range(3)) + data[at:],
            data[:at],
            data[:at] + data[at:].swapcase(),
        ]
    )


def _elements(root: etree._Element) -> list[etree._Element]:
    return [element for element in root.iter("*") if element is not root]


def _tree(change: Callable[[etree._Element, random.Random], None]) -> Callable[[bytes, random.Random], bytes]:
    def way(data: bytes, chance: random.Random) -> bytes:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False))
        if _elements(root):
            change(root, chance)
        return etree.tostring(root, encoding="utf-8", xml_declaration=True)

    return way


def _drop(root: etree._Element, chance: random.Random) -> None:
    element = chance.choice(_elements(root))
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _twice(root: etree._Element, chance: random.Random) -> None:
    element = chance.choice(_elements(root))
    element.addnext(etree.fromstring(etree.tostring(element, with_tail=False)))


def _move(root: etree._Element, chance: random.Random) -> None:
    element, target = chance.choice(_elements(root)), chance.choice(_elements(root))
    if element is not target and element not in target.iterancestors():
        target.append(element)


def _rename(root: etree._Element, chance: random.Random) -> None:
    elements = _elements(root)
    chance.choice(elements).tag = chance.choice(elements).tag


def _attribute(root: etree._Element, chance: random.Random) -> None:
    element = chance.choice([each for each in _elements(root) if each.attrib])
    name = chance.choice(list(element.attrib))
    others = [value for each in chance.sample(_elements(root), 1) for value in each.attrib.values()]
    value = chance.choice([*others, *HOSTILE])
    if chance.random() < 0.3:
        del element.attrib[name]
    else:
        element.set(name, _writable(str(value)))


def _text(root: etree._Element, chance: random.Random) -> None:
    chance.choice(_elements(root)).text = _writable(chance.choice(HOSTILE))


def _writable(text: str) -> str:
    return "".join(char for char in text if char >= " ")


_TREE = [_tree(change) for change in (_drop, _twice, _move, _rename, _attribute, _attribute, _text)]


def _places(part: Any) -> Iterator[tuple[Any, Any]]:
    """(container, key) of every value in a JSON document."""
    keys: Any = list(part) if isinstance(part, dict) else range(len(part)) if isinstance(part, list) else ()
    for key in keys:
        yield part, key
        yield from _places(part[key])


def _in_json(data: bytes, chance: random.Random) -> bytes:
    document = json.loads(data)
    places = list(_places(document))
    if not places:
        raise ValueError("nothing to spoil")
    container, key = chance.choice(places)
    other, other_key = chance.choice(places)
    change = chance.randrange(4)
    if change == 0:
        del container[key]
    elif change == 1:
        container[key] = chance.choice([None, [], {}, 0, -1.5, True, [[]], {"components": 1}, *HOSTILE])
    elif change == 2:
        container[key] = json.loads(json.dumps(other[other_key]))
    elif isinstance(container, list):
        container.insert(0, json.loads(json.dumps(container[key])))
    return json.dumps(document, ensure_ascii=False).encode()


_JSON = [_in_json]
