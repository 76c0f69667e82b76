"""Keeps play from knowing how given files become runnable models: read, checked together, found among themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.definitions import checks, decisions, reader
from engine.definitions.checking.known import Known
from engine.definitions.decisions import Decision
from engine.definitions.model import EventKind, Node
from engine.errors import ModelRefused
from engine.runtime.definition import Definition
from engine.runtime.operations import OPERATIONS

_VERSION = "1"


class Models:
    """The processes and decisions of the files at hand, each in version 1. Is a ``Library`` of ``engine.runtime``."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        """``files``: name -> content; .bpmn, .dmn and .form. Raises ModelRefused with every finding."""
        # Forms are not asked for: play takes answers as they are given, so a model may be played without them.
        known = Known(forms=None, operations=frozenset(OPERATIONS))
        findings = checks.check(files, known)
        if any(finding.severity == "error" for finding in findings):
            raise ModelRefused(findings)
        self.processes: dict[str, Definition] = {}
        self.decisions: dict[str, Decision] = {}
        for name, content in files.items():
            kind = checks.kind_of(name)
            if kind == "bpmn":
                for process in reader.read(content, name).processes:
                    if process.executable:
                        self.processes[process.id] = Definition(f"{process.id}:{_VERSION}", process)
            elif kind == "dmn":
                self.decisions |= {decision.id: decision for decision in decisions.read(content, name).decisions}

    def process(self, id: str) -> Definition:
        return self.processes[id.rpartition(":")[0]]

    def decision(self, id: str) -> Decision:
        return self.decisions[id.rpartition(":")[0]]

    def resolve(self, kind: str, key: str, binding: str, version: str) -> str | None:
        """The id ("key:1") a reference means, or None: whatever the binding, there is one version only."""
        if kind == "form":  # not asked for: whichever it is, the answers are given
            return f"{key}:{_VERSION}"
        found: Definition | Decision | None = None
        tag = ""
        if kind == "process":
            definition = self.processes.get(key)
            found, tag = definition, definition.process.version_tag if definition else ""
        elif kind == "decision":
            decision = self.decisions.get(key)
            found, tag = decision, decision.version_tag if decision else ""
        if found is None or (binding.startswith("version") and version not in ("", _VERSION, tag)):
            return None
        return f"{key}:{_VERSION}"

    def first(self) -> str:
        """The process a start without a name means: the first that begins with nothing; empty when there is none."""
        plain = (key for key, found in self.processes.items() if found.process.starts("none"))
        return next(plain, next(iter(self.processes), ""))

    def starts(self, kind: EventKind, name: str = "") -> Iterator[tuple[Definition, Node]]:
        """The start events of this kind (and message or signal name) with their processes."""
        for definition in self.processes.values():
            for node in definition.process.starts(kind):
                if name in ("", node.event.name):
                    yield definition, node

    def catches(self, message: str) -> bool:
        """Whether somebody could come to wait for a message of this name: only then may it come early."""
        nodes = (node for definition in self.processes.values() for node in definition.process.nodes.values())
        catching = (node.event for node in nodes if node.receives_message)
        return any(event.name_value is not None or event.name == message for event in catching)
