"""Keeps the rest from knowing where a clause of the regulation is decided: models, tables, forms, parameters, tests.

Nothing is kept by hand: each place says its clause itself, and this module collects what they say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import yaml
from lxml import etree

from engine.definitions import camunda, hardening, reader, regulation
from engine.definitions.checks import kind_of
from engine.errors import ModelRefused

_NUMBER = re.compile(r"(?<![\d.])\d+(?:\.\d+)+(?:\(\d+\))?(?:\.[sp]\d+)?")
_TEST = re.compile(r"^\s*(?:async )?def (test_\w+)", re.MULTILINE)
_IN_TEST = re.compile(r"(?<![a-zA-Z0-9])\d+(?:_(?:\d+|[sp]\d+))+(?![a-zA-Z0-9])")

Kind = Literal["process", "element", "rule", "form", "parameter", "permission", "register", "reason", "test"]
"""reason: it stands among those that nothing can carry, and why."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something of a clause is decided. ``row`` counts the rules of a decision table from 1.

    ``of``: what it is a part of, as people call it: the procedure of a step or of a form.
    """

    clause: str
    kind: Kind
    file: str
    line: int = 0
    element: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    row: int | None = None
    parameter: str = ""
    test: str = ""
    process: str = ""
    of: Mapping[str, str] = field(default_factory=dict)

    @property
    def carrier(self) -> str:
        """The kind as people call it: a rule of compliance stands among registers."""
        return "compliance" if self.file.endswith("/compliance.yaml") else self.kind

    def as_json(self, lang: str = "kk") -> dict[str, Any]:
        """Plain data, named in ``lang`` (Kazakh where that name is missing)."""
        return {
            "clause": self.clause,
            "kind": self.kind,
            "file": self.file,
            "line": self.line,
            "element": self.element,
            "name": self.names.get(lang) or self.names.get("kk", ""),
            "row": self.row,
            "parameter": self.parameter,
            "test": self.test,
        }


class Clauses:
    """An index from clause to places."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._places: dict[str, list[Place]] = {}
        for place in places:
            self._places.setdefault(place.clause, []).append(place)

    @classmethod
    def of_checkout(cls, root: Path) -> Clauses:
        """Everything below a checkout: processes/, forms/, processes/regulation/ and, when there, tests/."""
        paths = [*root.glob("processes/**/*"), *root.glob("forms/**/*")]
        files = {str(path.relative_to(root)): path.read_bytes() for path in sorted(paths) if kind_of(path.name)}
        return cls.of(files, root / "processes" / "regulation", root / "tests")

    @classmethod
    def of(cls, files: Mapping[str, bytes], registers: Path = regulation.FOLDER, tests: Path | None = None) -> Clauses:
        """The models in ``files`` (deployed, say), the registers, and tests if there are any. Unreadable files say
        nothing here: they are lint's business."""
        return cls([*_models(files), *_registers(registers), *_tests(tests)])

    def tags(self) -> Collection[str]:
        """Every clause that some place names."""
        return self._places.keys()

    def at(self, clause: str) -> list[Place]:
        """The places of this very clause."""
        return self._places.get(clause, [])

    def where(self, clause: str) -> list[Place]:
        """Every place of a clause and of the clauses below it (``7.3`` has those of ``7.3.1``)."""
        below = (f"{clause}.", f"{clause}(")
        found = [known for known in self._places if known == clause or known.startswith(below)]
        return [place for known in sorted(found, key=_in_order) for place in self._places[known]]

    def without_place(self, clauses: Collection[str]) -> list[str]:
        """Those of ``clauses`` that nothing says it decides."""
        return [clause for clause in clauses if clause not in self._places]


def _in_order(clause: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"[.()]+", clause) if part]


def _models(files: Mapping[str, bytes]) -> Iterator[Place]:
    readers = {"bpmn": _bpmn, "dmn": _dmn, "form": _form}
    found: list[Place] = []
    for file, data in files.items():
        read = readers.get(kind_of(file))
        if read is not None:
            with suppress(ModelRefused, ValueError, RecursionError):
                found += read(file, data)
    called = {place.process: place.of for place in found if place.kind == "element"}
    for place in found:  # a form lies in the folder of its process
        of = called.get(Path(place.file).parent.name, {}) if place.kind == "form" else place.of
        yield replace(place, of=of)


def _bpmn(file: str, data: bytes) -> Iterator[Place]:
    for process in reader.read(data, file).processes:
        for clause in regulation.split_clauses(process.properties.get("clause", "")):
            yield Place(clause, "process", file, process.line, process.id, process.names, process=process.id)
        for node in process.nodes.values():
            for clause in regulation.split_clauses(node.properties.get("clause", "")):
                yield Place(
                    clause, "element", file, node.line, node.id, node.names, process=process.id, of=process.names
                )


def _dmn(file: str, data: bytes) -> Iterator[Place]:
    root = hardening.parse(data, file)
    for decision in _named(root.iter("*"), "decision"):
        told = {item.get("name") or "": item.get("value") or "" for item in _named(decision.iter("*"), "property")}
        own, names = decision.get("id") or "", camunda.names(decision, told)
        said = " ".join(camunda.text_of(item) for item in _named(decision.iterchildren("*"), "description"))
        for clause in _mentioned(f"{said} {told.get('clause', '')}"):
            yield Place(clause, "rule", file, camunda.line(decision), own, names)
        for row, rule in enumerate(_named(decision.iter("*"), "rule"), start=1):
            notes = [*_named(rule.iterchildren("*"), "description"), *_named(rule.iterchildren("*"), "annotationEntry")]
            for clause in _mentioned(" ".join(camunda.text_of(note) for note in notes)):
                yield Place(clause, "rule", file, camunda.line(rule), own, names, row=row)


def _named(elements: Iterable[etree._Element], name: str) -> Iterator[etree._Element]:
    return (element for element in elements if camunda.local(element) == name)


def _mentioned(text: str) -> list[str]:
    """Clause numbers in a text; only those the regulation has, so ``1.5`` stays a number."""
    known = regulation.clauses()
    return [number for number in dict.fromkeys(_NUMBER.findall(text)) if number in known]


def _form(file: str, data: bytes) -> Iterator[Place]:
    schema = json.loads(data)
    stack: list[tuple[Any, str]] = [(schema, "")]
    while stack:
        part, form = stack.pop()
        if not isinstance(part, dict):
            continue
        own = str(part.get("id") or part.get("key") or "")
        properties = part.get("properties")
        properties = properties if isinstance(properties, dict) else {}
        said = "label" if part.get("label") else "dateLabel"
        names = {"kk": part.get(said), **{lang: properties.get(f"{said}:{lang}") for lang in ("ru", "en")}}
        for clause in regulation.split_clauses(str(properties.get("clause") or "")):
            told = {lang: str(name) for lang, name in names.items() if name}
            yield Place(clause, "form", file, _line(data, own), f"{form}/{own}" if form else own, told)
        inner = part.get("components")
        if isinstance(inner, list):
            stack.extend((child, form or own) for child in reversed(inner))


def _line(data: bytes, word: str) -> int:
    at = data.find(json.dumps(word).encode())
    return data.count(b"\n", 0, at) + 1 if at >= 0 else 0


def _registers(folder: Path) -> Iterator[Place]:
    for path in sorted([*folder.glob("*.yaml"), *folder.parent.glob("*/compliance.yaml")]):
        if path.name == "clauses.yaml":
            continue
        file = f"{folder.parent.name}/{path.parent.name}/{path.name}"
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
        if node is not None:
            found = _in_yaml(node, file, (), {})
            yield from _granted(path, found) if path.name == "permissions.yaml" else found


def _granted(path: Path, places: Iterable[Place]) -> Iterator[Place]:
    """Rights of roles by their names."""
    rights, roles = yaml.safe_load(path.read_text(encoding="utf-8")).get("rights", {}), regulation.roles()
    for place in places:
        role, right = roles.get(place.element.split(".")[1]), rights.get(place.element.rpartition(".")[2])
        both = {lang: f"{name}: {right[lang]}" for lang, name in role.names.items()} if role and right else {}
        yield replace(place, names=both or place.names)


def _in_yaml(node: yaml.Node, file: str, path: tuple[str, ...], item: Mapping[str, str]) -> Iterator[Place]:
    """A value says its clause under the key ``clause``, or as the reason of a grant."""
    if isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _in_yaml(child, file, path, {})
    elif isinstance(node, yaml.MappingNode):
        texts = {key.value: value.value for key, value in node.value if isinstance(value, yaml.ScalarNode)}
        for key, value in node.value:
            yield from _in_yaml(value, file, (*path, str(key.value)), texts)
    elif isinstance(node, yaml.ScalarNode) and path and (path[-1] == "clause" or "grants" in path[:-1]):
        known = regulation.clauses()
        names = {lang: item[lang] for lang in ("kk", "ru", "en") if lang in item}
        own = item.get("name") or item.get("id") or item.get("code") or item.get("rule") or ".".join(path)
        for clause in regulation.split_clauses(str(node.value)):
            if clause not in known:
                continue
            line = node.start_mark.line + 1
            if "grants" in path:
                yield Place(clause, "permission", file, line, ".".join(path), names)
            elif file.endswith("not_executable.yaml"):
                yield Place(clause, "reason", file, line, "", names)
            elif file.endswith("parameters.yaml"):
                yield Place(clause, "parameter", file, line, own, names, parameter=own)
            else:
                yield Place(clause, "register", file, line, own, names)


def _tests(folder: Path | None) -> Iterator[Place]:
    """Tests that name the clause they prove: ``test_7_3_1_half_is_enough``."""
    if folder is None or not folder.is_dir():
        return
    spelled = {re.sub(r"[^0-9a-z]+", "_", clause).strip("_"): clause for clause in regulation.clauses()}
    for path in sorted(folder.rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        for found in _TEST.finditer(text):
            for clause in dict.fromkeys(_clauses_of_test(found[1], spelled)):
                line = text.count("\n", 0, found.start(1)) + 1
                file = str(path.relative_to(folder.parent))
                yield Place(clause, "test", file, line, test=found[1])


def _clauses_of_test(name: str, spelled: Mapping[str, str]) -> Iterator[str]:
    for run in _IN_TEST.findall(name):
        parts = run.split("_")
        longest = ("_".join(parts[:length]) for length in range(len(parts), 0, -1))
        clause = next((spelled[text] for text in longest if text in spelled), None)
        if clause is not None:
            yield clause
