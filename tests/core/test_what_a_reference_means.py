"""Proves what a model's references find after later deployments."""

from __future__ import annotations

import json

from engine import commands as c
from engine.database import hi_entry, ru_incident
from tests.core.place import Place, user
from tests.play import models as m


def test_deployed_together_also_means_what_did_not_change(place: Place) -> None:
    """Only the process is deployed again: its table of the deployment before still belongs to it."""
    table = m.decisions(m.table("level", ["n"], ["level"], ["> 1 => 1"]))
    rule = m.element(
        "businessRuleTask", "rate", camunda_decisionRef="level", camunda_decisionRefBinding="deployment",
        camunda_mapDecisionResult="singleEntry", camunda_resultVariable="level",
    )  # fmt: skip

    def deploy(decision: bytes, name: str) -> None:
        process = m.model(m.process("p", m.start(), rule, user("a", name=name), m.end(), "s -> rate -> a -> e"))
        place.clock.move_to(place.clock().replace(second=place.clock().second + 1))
        place.system(c.Deploy, name="d", files={"p.bpmn": process, "level.dmn": decision})

    deploy(table, "first")
    first = place.start(n=2)
    deploy(table, "second")
    second = place.start(n=2)
    assert (place.tasks(first), place.tasks(second)) == (["a"], ["a"])
    deploy(table.replace(b"<text>1</text></outputEntry>", b"<text>9</text></outputEntry>"), "third")
    older = place.start("p:2", n=2)
    assert place.engine.library.process("p:2") is not None
    assert place.tasks(older) == ["a"]
    assert place.verified()


def test_8_2_a_case_keeps_the_table_that_stood_when_it_began_until_what_failed_is_tried_again(place: Place) -> None:
    rule = m.element(
        "businessRuleTask", "rate", camunda_decisionRef="level", camunda_mapDecisionResult="singleEntry",
        camunda_resultVariable="level",
    )  # fmt: skip
    process = m.model(m.process("p", m.start(), user("a"), rule, user("b"), m.end(), "s -> a -> rate -> b -> e"))

    def deploy(*rules: str) -> None:
        place.later(seconds=1)
        table = m.decisions(m.table("level", ["n"], ["level"], list(rules)))
        place.system(c.Deploy, name="d", files={"p.bpmn": process, "level.dmn": table})
        place.later(seconds=1)

    def rated() -> list[str]:
        """The table of each time it was looked up, the earliest first."""
        facts = [fact for row in place.rows(hi_entry) for fact in json.loads(row.body)["facts"]]
        return [fact["decision"] for kind, fact in facts if kind == "decision_made"]

    deploy("> 1 => 1", "> 4 => 5")
    older, unclear = place.start(n=2), place.start(n=5)
    deploy("> 1 => 9")
    newer = place.start(n=2)
    for case in (older, newer, unclear):
        place.do(case, "a")
    assert rated() == ["level:1", "level:2"]
    (failed,) = place.rows(ru_incident)
    place.system(c.RetryIncident, instance=unclear, incident=failed.id)
    assert rated() == ["level:1", "level:2", "level:2"]
    assert place.tasks(unclear) == ["b"]
    assert place.verified()
