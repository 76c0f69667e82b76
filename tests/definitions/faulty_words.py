"""Keeps the tests of lint from spelling out what nobody would read: words that are unknown, misplaced or only drawn."""

from __future__ import annotations

from tests.definitions.models import HEAD, NAMED, between, event, properties, task, timer

CATCH = "intermediateCatchEvent"
SPELT = properties(name_ru="Имя", name_en="Name").removesuffix("</camunda:properties>")


def many(inner: str, attributes: str = "") -> str:
    kind = "bpmn:multiInstanceLoopCharacteristics"
    return task(inner=f"<{kind} {attributes}>{inner}</{kind}>")


def moved(what: str) -> str:
    return f"<bpmn:dataInputAssociation><bpmn:targetRef>x</bpmn:targetRef>{what}</bpmn:dataInputAssociation>"


def talk(inner: str) -> str:
    return (
        f'<bpmn:collaboration id="c"><bpmn:participant id="pp" name="Пул" processRef="p"/>{inner}</bpmn:collaboration>'
    )


def mapped(inner: str) -> str:
    return NAMED + f"<camunda:inputOutput>{inner}</camunda:inputOutput>"


COUNT = "<bpmn:loopCardinality>2</bpmn:loopCardinality>"
VALUE = '<bpmn:property id="x_data"/>'

WORDS: dict[str, bytes] = {
    "element_position": between(task(inner=timer("timeDuration", "P1D"))),
    "element_twice": between(
        event(
            CATCH,
            "t",
            "<bpmn:timerEventDefinition><bpmn:timeDuration>P1D</bpmn:timeDuration><bpmn:timeDate>2026-12-01T09:00:00Z"
            "</bpmn:timeDate></bpmn:timerEventDefinition>",
        )
    ),
    "element_not_executed": between(task(), root=talk('<bpmn:conversation id="cv" name="Келіссөз"/>')),
    "text_too_long": between(task(name="ә" * 501)),
    "text_hidden": between(task(name="есеп\u202egpj.exe")),
    "attribute_unknown": between(task(camunda__asignee="aigul")),
    "attribute_value": between(task(isForCompensation="yes")),
    "foreign_namespace": between(task()).replace(b"http://camunda.org/schema/1.0/", b"http://camunda.org/schema/2.0/"),
    "extension_unknown": between(task(extensions=mapped('<camunda:inputParam name="x">1</camunda:inputParam>'))),
    "mapping_without_value": between(
        task("callActivity", calledElement="other", extensions=NAMED + '<camunda:in sourc="a" target="b"/>')
    ),
    "property_twice": between(
        task(
            extensions=SPELT
            + '<camunda:property name="role" value="1"/><camunda:property name="role" value="2"/></camunda:properties>'
        )
    ),
    "correlation": between(task(), root=talk('<bpmn:correlationKey id="k" name="Кілт"/>')),
    "resource_role": between(
        task(
            "manualTask",
            inner="<bpmn:potentialOwner><bpmn:resourceAssignmentExpression><bpmn:formalExpression>secretary"
            "</bpmn:formalExpression></bpmn:resourceAssignmentExpression></bpmn:potentialOwner>",
        )
    ),
    "data_association": between(
        task(inner=VALUE + moved("<bpmn:assignment><bpmn:from>1</bpmn:from><bpmn:to>x</bpmn:to></bpmn:assignment>"))
    ),
    "data_drawn": between(task(inner=VALUE + moved(""))),
    "loop_count_twice": between(many(COUNT, 'camunda:collection="items"')),
    "loop_item_without_list": between(many(COUNT, 'camunda:elementVariable="item"')),
    "findings_cut": f"{HEAD}{'<bpmn:wobble/>' * 2_100}</bpmn:definitions>".encode(),
}
