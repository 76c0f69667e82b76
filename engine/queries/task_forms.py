"""Keeps the pages from knowing where the form of a task or start lies: a deployed form by its binding, or the model."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from engine.answers import Answers
from engine.definitions import forms
from engine.definitions.library import DeployedLibrary, resolve
from engine.definitions.model import Expression, Node
from engine.errors import StepFailed
from engine.runtime.definition import evaluate_in
from engine.values import Value
from engine.world import LiveWorld


def id_of(node: Node) -> str:
    """The id of the form a node names as it stands; empty where an expression names it, or none does."""
    return next((one.text for one in node.expressions.get("formRef", ()) if one.literal), "")


def form_of(
    connection: Connection, library: DeployedLibrary, node: Node, definition: str, form_id: str = ""
) -> Mapping[str, Any] | None:
    """The form of a node of ``definition`` ("key:version"), in the version its binding means; None when it has none.

    ``form_id``: what was told when the task was offered, a key or "key:version"; else the form is the one the model
    names, or has in it as fields.
    """
    if ":" in form_id:
        return library.form(form_id)
    form_id = form_id or id_of(node)
    if form_id:
        binding, version = node.attributes.get("formRefBinding", "latest"), node.attributes.get("formRefVersion", "")
        id = resolve(connection, "form", form_id, binding, version, definition)
        return library.form(id) if id else None
    return library.form_in_model(definition, node.id) if node.fields else None


def with_defaults(
    connection: Connection, node: Node, variables: Mapping[str, Value], now: datetime
) -> Mapping[str, Value]:
    """What a form in the model is opened with: the variables, and the defaults of fields that have none yet.

    A default that cannot be told leaves its field empty; the step says so when it goes on without an answer.
    """
    wanted = [field for field in node.fields if field.default is not None and field.id not in variables]
    if not wanted:
        return variables
    world = LiveWorld(now, Answers(connection, now))
    found = dict(variables)
    for field in wanted:
        assert field.default is not None
        try:
            found[field.id] = forms.default_of(field, _value(field.default, variables, world))
        except (StepFailed, ValueError):
            continue
    return found


def _value(expression: Expression, variables: Mapping[str, Value], world: LiveWorld) -> Value:
    if expression.literal:
        return expression.text
    return evaluate_in(variables, expression.text, world)
