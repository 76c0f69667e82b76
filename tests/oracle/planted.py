"""Faults planted in the engine on purpose, each as somebody could have written it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from engine import commands as c
from engine.runtime import decide
from engine.runtime.behaviour import compensation, events, flows, gateways, multiple, scopes, throwing
from engine.runtime.execution import Execution, Token

Plant = Callable[[pytest.MonkeyPatch], None]


def join_takes_all_tokens_of_a_flow(patch: pytest.MonkeyPatch) -> None:
    right = gateways._merge

    def faulty(execution: Execution, token: Token, merged: list[Token]) -> None:
        right(execution, token, gateways._arrived(token))

    patch.setattr(gateways, "_merge", faulty)


def inclusive_join_does_not_wait(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(gateways, "_somebody_comes", lambda join, first: False)


def parallel_join_lets_every_token_through(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(_others(), "parallelGateway", lambda execution, token, node: True)


def event_beside_fires_once_only(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(events, "_again", lambda execution, token, node: events.cancel(execution, token))


def interrupting_boundary_event_leaves_its_host(patch: pytest.MonkeyPatch) -> None:
    right = events.fire_boundary

    def faulty(execution: Execution, token: Token, node: Any, payload: Any) -> None:
        if node.event.kind != "timer":
            node = replace(node, interrupting=False)
        right(execution, token, node, payload)

    patch.setattr(events, "fire_boundary", faulty)


def signal_reaches_one_only(patch: pytest.MonkeyPatch) -> None:
    right = Execution.noted

    def faulty(execution: Execution, name: str, value: Any) -> list[Token]:
        found = right(execution, name, value)
        if value == "signal":
            return list({token.internal_data["name"]: token for token in reversed(found)}.values())
        return found

    patch.setattr(Execution, "noted", faulty)


def message_reaches_all(patch: pytest.MonkeyPatch) -> None:
    right = decide._HANDLERS[c.DeliverMessage]

    def faulty(execution: Execution, command: c.DeliverMessage, acted_as: str) -> None:
        for token in execution.noted("event", "message"):
            if execution.alive(token) and token.internal_data["name"] == command.name:
                right(execution, replace(command, subscription=execution.public(token)), acted_as)

    patch.setitem(decide._HANDLERS, c.DeliverMessage, faulty)


def default_flow_is_taken_as_well(patch: pytest.MonkeyPatch) -> None:
    right = flows.choose

    def faulty(execution: Execution, token: Token, node: Any) -> Any:
        outgoing = token.task_spec.definition.flows_from(node)
        taken = right(execution, token, node)
        return taken + [flow for flow in outgoing if flow.id == node.default and flow not in taken]

    patch.setattr(flows, "choose", faulty)


def conditions_of_activities_are_ignored(patch: pytest.MonkeyPatch) -> None:
    right = flows.choose

    def faulty(execution: Execution, token: Token, node: Any) -> Any:
        if node.kind == "userTask":
            return token.task_spec.definition.flows_from(node)
        return right(execution, token, node)

    patch.setattr(flows, "choose", faulty)


def event_sub_process_beside_interrupts(patch: pytest.MonkeyPatch) -> None:
    right = events._start_sub_process

    def faulty(execution: Execution, token: Token, start: Any, payload: Any) -> None:
        right(execution, token, replace(start, interrupting=True), payload)

    patch.setattr(events, "_start_sub_process", faulty)


def scope_completes_under_its_event_sub_processes(patch: pytest.MonkeyPatch) -> None:
    right = scopes.check

    def faulty(execution: Execution, holder: Token) -> None:
        left = [child for child in holder.children if not child.internal_data.get("aside")]
        if left and all(child.task_spec.node.triggered_by_event for child in left):
            for child in left:
                events.cancel(execution, child)
        right(execution, holder)

    patch.setitem(_phases(), "check", faulty)


def terminate_leaves_the_others(patch: pytest.MonkeyPatch) -> None:
    right = throwing.end

    def faulty(execution: Execution, token: Token, node: Any) -> bool | None:
        return True if node.event.kind == "terminate" else right(execution, token, node)

    patch.setattr(throwing, "end", faulty)


def completion_condition_is_ignored(patch: pytest.MonkeyPatch) -> None:
    right = multiple.condition
    patch.setattr(multiple, "condition", lambda *given: given[3] != "completionCondition" and right(*given))


def link_drops_the_token(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(throwing, "_jump", lambda execution, token, node: True)


def escalation_always_interrupts(patch: pytest.MonkeyPatch) -> None:
    right = throwing._caught
    patch.setattr(throwing, "_caught", lambda *given, interrupting: right(*given, interrupting=True))


def error_is_caught_whatever_its_code(patch: pytest.MonkeyPatch) -> None:
    right = throwing._boundaries

    def faulty(holder: Token) -> Any:
        return [replace(node, event=replace(node.event, name="")) for node in right(holder)]

    patch.setattr(throwing, "_boundaries", faulty)


def undoing_runs_forwards(patch: pytest.MonkeyPatch) -> None:
    right = compensation._undo
    patch.setattr(compensation, "_undo", lambda execution, runner, records: right(execution, runner, records[::-1]))


def what_is_undone_stays_on_the_books(patch: pytest.MonkeyPatch) -> None:
    right = compensation.throw

    def faulty(execution: Execution, token: Token, node: Any) -> bool | None:
        before = token.scope.internal_data.get("compensable")
        result = right(execution, token, node)
        execution.note(token.scope, compensable=before)
        return result

    patch.setattr(compensation, "throw", faulty)


def cancel_undoes_nothing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(compensation, "_standing", lambda execution, holder: [])


def instances_one_after_another_run_at_once(patch: pytest.MonkeyPatch) -> None:
    for name in ("begin", "instance_done"):
        right = getattr(multiple, name)

        def faulty(execution: Execution, token: Token, node: Any, right: Any = right) -> Any:
            loop = replace(node.loop, kind="parallel") if node.loop.kind == "sequential" else node.loop
            return right(execution, token, replace(node, loop=loop))

        patch.setattr(multiple, name, faulty)


def condition_fires_once_only(patch: pytest.MonkeyPatch) -> None:
    right = events.look

    def faulty(execution: Execution, token: Token) -> bool:
        return not token.internal_data["met"] and right(execution, token)

    patch.setattr(events, "look", faulty)


def cycle_comes_once_too_often(patch: pytest.MonkeyPatch) -> None:
    right = events.first_due

    def faulty(execution: Execution, token: Token, node: Any) -> Any:
        timer = right(execution, token, node)
        if "cycle" in timer:
            timer["cycle"] = re.sub(r"\d+", lambda rounds: str(int(rounds[0]) + 1), timer["cycle"], count=1)
        return timer

    patch.setattr(events, "first_due", faulty)


def update_is_lost_at_a_join(patch: pytest.MonkeyPatch) -> None:
    """Each branch works on a copy of the variables, and the last to arrive brings its own."""
    right = gateways._merge

    def faulty(execution: Execution, token: Token, merged: list[Token]) -> None:
        right(execution, token, merged)
        log = execution.variables(token).get("log")
        if isinstance(log, list) and len(log) > 1:
            execution.set_variable(token, "log", log[:-2] + log[-1:])

    patch.setattr(gateways, "_merge", faulty)


def _others() -> dict[str, Any]:
    from engine.runtime import behaviour

    return behaviour.OTHERS


def _phases() -> dict[str, Any]:
    from engine.runtime import stepper

    return stepper.PHASES


BUGS: tuple[tuple[Plant, str], ...] = (
    (join_takes_all_tokens_of_a_flow, "gateway.parallel_several_tokens"),
    (inclusive_join_does_not_wait, "gateway.inclusive"),
    (parallel_join_lets_every_token_through, "gateway.parallel"),
    (event_beside_fires_once_only, "boundary.message_non_interrupting"),
    (interrupting_boundary_event_leaves_its_host, "boundary.message_interrupting"),
    (signal_reaches_one_only, "catch.signal"),
    (message_reaches_all, "catch.message"),
    (default_flow_is_taken_as_well, "flow.default"),
    (conditions_of_activities_are_ignored, "flow.conditional"),
    (event_sub_process_beside_interrupts, "subprocess.event_non_interrupting_message"),
    (scope_completes_under_its_event_sub_processes, "subprocess.event_non_interrupting_signal"),
    (terminate_leaves_the_others, "end.terminate"),
    (completion_condition_is_ignored, "marker.completion_condition"),
    (link_drops_the_token, "throw.link"),
    (escalation_always_interrupts, "subprocess.event_non_interrupting_escalation"),
    (error_is_caught_whatever_its_code, "boundary.error_interrupting"),
    (undoing_runs_forwards, "boundary.compensation"),
    (what_is_undone_stays_on_the_books, "boundary.compensation"),
    (cancel_undoes_nothing, "end.cancel"),
    (instances_one_after_another_run_at_once, "marker.multi_instance_sequential"),
    (condition_fires_once_only, "boundary.conditional_non_interrupting"),
    (cycle_comes_once_too_often, "boundary.timer_non_interrupting"),
    (update_is_lost_at_a_join, "gateway.parallel"),
)
"""Each fault and a construct without which it does not show."""
