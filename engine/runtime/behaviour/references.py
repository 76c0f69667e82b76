"""Keeps behaviours from knowing how a reference to a form, decision or process finds the version it is bound to."""

from __future__ import annotations

from engine.definitions.model import Node
from engine.errors import StepFailed
from engine.runtime.definition import evaluate
from engine.runtime.execution import Execution, Token
from engine.values import Value

_KINDS = {"formRef": "form", "decisionRef": "decision", "calledElement": "process"}
_VERSIONS = {"version": "Version", "versionTag": "VersionTag"}


def resolve(execution: Execution, token: Token, node: Node, attribute: str, key: Value) -> str | None:
    """The id ("key:version") that ``key`` means here, by the binding beside ``attribute``; None when there is none.

    Raises StepFailed when a bound version cannot be told or is not there.
    """
    binding = node.attributes.get(f"{attribute}Binding", "latest")
    version = ""
    if binding in _VERSIONS:
        found = node.expressions.get(attribute + _VERSIONS[binding])
        value = evaluate(execution, token, found[0]) if found else None
        if value in (None, ""):
            raise StepFailed("version_missing", attribute=attribute + _VERSIONS[binding], key=str(key)[:80])
        version = str(value)
    id = execution.world.ask(
        "definition",
        kind=_KINDS[attribute],
        key=str(key),
        binding=binding,
        version=version,
        of=token.task_spec.definition.id,
    )
    if not isinstance(id, str) and version:
        raise StepFailed(
            "version_unknown", attribute=attribute + _VERSIONS[binding], key=str(key)[:80], version=version[:80]
        )
    return id if isinstance(id, str) else None
