"""A message to everybody reaches two branches of one case, each once, and holds up nothing behind it."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from engine import commands as c
from engine.assembly import Settings, create_engine
from engine.database import reading, ru_instance, ru_outbox
from engine.history.verify import verify
from engine.world import ManualClock

MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="http://sapa" id="messages">
  <bpmn:message id="m" name="work.closed" />
  <bpmn:process id="waits_twice" name="Күтеді" isExecutable="true" camunda:historyTimeToLive="P10Y">
    <bpmn:startEvent id="begin" name="Басы" />
    <bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="split" />
    <bpmn:parallelGateway id="split" />
    <bpmn:sequenceFlow id="f2" sourceRef="split" targetRef="one" />
    <bpmn:sequenceFlow id="f3" sourceRef="split" targetRef="two" />
    {waits}
    <bpmn:sequenceFlow id="f4" sourceRef="one" targetRef="join" />
    <bpmn:sequenceFlow id="f5" sourceRef="two" targetRef="join" />
    <bpmn:parallelGateway id="join" />
    <bpmn:sequenceFlow id="f6" sourceRef="join" targetRef="over" />
    <bpmn:endEvent id="over" name="Соңы" />
  </bpmn:process>
  <bpmn:process id="tells" name="Айтады" isExecutable="true" camunda:historyTimeToLive="P10Y">
    <bpmn:startEvent id="tell" name="Басы" />
    <bpmn:sequenceFlow id="g1" sourceRef="tell" targetRef="told" />
    <bpmn:endEvent id="told" name="Айтылды">
      <bpmn:extensionElements><camunda:properties>
        <camunda:property name="messageKey" value="&quot;k&quot;" /><camunda:property name="delivery" value="all" />
      </camunda:properties></bpmn:extensionElements>
      <bpmn:messageEventDefinition messageRef="m" />
    </bpmn:endEvent>
  </bpmn:process>
</bpmn:definitions>"""
WAIT = """<bpmn:intermediateCatchEvent id="{id}" name="Күту">
      <bpmn:extensionElements><camunda:properties>
        <camunda:property name="messageKey" value="&quot;k&quot;" />
      </camunda:properties></bpmn:extensionElements>
      <bpmn:messageEventDefinition messageRef="m" />
    </bpmn:intermediateCatchEvent>"""


def test_both_branches_hear_it_and_the_outbox_is_empty(migrated_url: str, tmp_path: Path) -> None:
    engine = create_engine(
        Settings(migrated_url, secrets.token_bytes(32), tmp_path), ManualClock(datetime(2026, 9, 1, 4, tzinfo=UTC))
    )
    try:
        for unit, kind, parent in (("univ", "university", None), ("eng", "school", "univ")):
            engine.handle(c.RecordUnit(actor=c.SYSTEM, unit=unit, kind=kind, parent=parent, names={"kk": unit}))
        waits = "".join(WAIT.format(id=id) for id in ("one", "two"))
        model = MODEL.replace("{waits}", waits).encode()
        engine.handle(c.Deploy(actor=c.SYSTEM, name="messages", files={"messages.bpmn": model}))
        waiting = engine.handle(c.StartProcess(actor=c.SYSTEM, definition="waits_twice", school="eng")).instance
        engine.handle(c.StartProcess(actor=c.SYSTEM, definition="tells", school="eng"))
        engine.settle()
        with reading(engine.database) as connection:
            state = connection.execute(sa.select(ru_instance.c.state).where(ru_instance.c.id == waiting)).scalar()
            assert state == "completed"
            assert connection.execute(sa.select(sa.func.count()).select_from(ru_outbox)).scalar() == 0
        assert verify(engine.database, engine.keys).clean
    finally:
        engine.close()
