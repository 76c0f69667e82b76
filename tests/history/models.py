"""Small models that between them leave every kind of row and of fact in a database."""

from __future__ import annotations

from itertools import pairwise

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'id="D" targetNamespace="urn:test">'
)
_DMN_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" '
    'id="defs" name="defs" namespace="urn:test">'
)


def _properties(**values: str) -> str:
    items = "".join(
        f'<camunda:property name="{name.replace("__", ":")}" value="{text.replace(chr(34), "&quot;")}"/>'
        for name, text in values.items()
    )
    return f"<camunda:properties>{items}</camunda:properties>" if values else ""


def _mapping(kind: str, values: dict[str, str]) -> str:
    return "".join(
        f'<camunda:{kind}Parameter name="{name}">{text}</camunda:{kind}Parameter>' for name, text in values.items()
    )


def node(
    kind: str, id: str, inner: str = "", attributes: str = "", inputs: dict[str, str] | None = None,
    outputs: dict[str, str] | None = None, **properties: str,
) -> str:  # fmt: skip
    mapping = _mapping("input", inputs or {}) + _mapping("output", outputs or {})
    extensions = (f"<camunda:inputOutput>{mapping}</camunda:inputOutput>" if mapping else "") + _properties(
        **properties
    )
    body = f"<bpmn:extensionElements>{extensions}</bpmn:extensionElements>" if extensions else ""
    return f'<bpmn:{kind} id="{id}" name="{id} атауы" {attributes}>{body}{inner}</bpmn:{kind}>'


def flows(text: str) -> str:
    """``a -> b [condition] -> c; d -> e`` as sequence flows."""
    found = []
    for line in text.split(";"):
        steps = [step.strip() for step in line.split("->")]
        for source, target in pairwise(steps):
            begin = source.partition(" ")[0]
            end, _, condition = target.partition(" ")
            body = (
                f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">${{{condition.strip("[]")}}}'
                "</bpmn:conditionExpression>"
                if condition
                else ""
            )
            named = f'id="{begin}_{end}" sourceRef="{begin}" targetRef="{end}"'
            found.append(f"<bpmn:sequenceFlow {named}>{body}</bpmn:sequenceFlow>")
    return "".join(found)


def document(key: str, body: str, definitions: str = "", **properties: str) -> bytes:
    extensions = f"<bpmn:extensionElements>{_properties(**properties)}</bpmn:extensionElements>" if properties else ""
    return (
        f'{_HEAD}{definitions}<bpmn:process id="{key}" name="{key} атауы" isExecutable="true" '
        f'camunda:historyTimeToLive="0">{extensions}{body}</bpmn:process></bpmn:definitions>'
    ).encode()


def timer(duration: str) -> str:
    return (
        '<bpmn:timerEventDefinition><bpmn:timeDuration xsi:type="bpmn:tFormalExpression">'
        f"{duration}</bpmn:timeDuration></bpmn:timerEventDefinition>"
    )


def cycle(text: str) -> str:
    return (
        '<bpmn:timerEventDefinition><bpmn:timeCycle xsi:type="bpmn:tFormalExpression">'
        f"{text}</bpmn:timeCycle></bpmn:timerEventDefinition>"
    )


_MESSAGES = '<bpmn:message id="m_done" name="done"/><bpmn:message id="m_reply" name="reply"/>'
_DONE = '<bpmn:messageEventDefinition messageRef="m_done"/>'
_REPLY = '<bpmn:messageEventDefinition messageRef="m_reply"/>'
_SIGNAL = '<bpmn:signal id="sg" name="closed"/>'
_CLOSED = '<bpmn:signalEventDefinition signalRef="sg"/>'

REQUEST = document(
    "request",
    node("startEvent", "start")
    + node("userTask", "fill", role='"secretary@" + school', document="checklist")
    + node("businessRuleTask", "rate", attributes='camunda:decisionRef="rating" '
           'camunda:mapDecisionResult="singleEntry" camunda:resultVariable="grade"')
    + node("exclusiveGateway", "big", attributes='default="big_review"')
    + node("userTask", "extra", role='["dean@" + school, "chair@" + school]')
    + node("userTask", "review", attributes='camunda:dueDate="${working_days_after(today(), 3)}"',
           role='"chair@" + school', notSamePersonAs="fill")
    + node("boundaryEvent", "late", timer("P3D"), 'attachedToRef="review" cancelActivity="false"')
    + node("userTask", "remind", role='"secretary@" + school')
    + node("endEvent", "reminded")
    + node("serviceTask", "number", operation="number.allocate", inputs={"series": "request"},
           outputs={"number": "${result}"})
    + node("serviceTask", "enter", operation="register.enter",
           inputs={"register": "requests", "key": "${business_key}",
                   "values": "${{subject: subject, grade: grade, number: number}}"})
    + node("intermediateThrowEvent", "tell", _DONE, inputs={"subject": "${subject}", "since": "${today()}"},
           messageKey="business_key")
    + node("intermediateCatchEvent", "answer", _REPLY, messageKey="business_key")
    + node("endEvent", "end")
    + flows("start -> fill -> rate -> big -> review; big -> extra [amount > 100] -> review -> number -> enter -> tell "
            "-> answer -> end; late -> remind -> reminded"),
    _MESSAGES, title__kk='"Өтініш: " + subject', title__en='"Request: " + subject', businessKey="business_key",
    startRole="secretary@school",
)  # fmt: skip
FOLLOW = document(
    "follow",
    node("startEvent", "start", _DONE)
    + node("userTask", "act", role='"dean@" + school')
    + node("serviceTask", "mark", operation="register.update",
           inputs={"register": "requests", "key": "${business_key}", "values": "${{done_on: today(), note: note}}"})
    + node("endEvent", "reply", _REPLY, messageKey="business_key")
    + flows("start -> act -> mark -> reply"),
    _MESSAGES, title__kk='"Орындау: " + subject',
)  # fmt: skip
POLL = document(
    "poll",
    node("startEvent", "start")
    + node("userTask", "answer",
           '<bpmn:multiInstanceLoopCharacteristics camunda:collection="people" camunda:elementVariable="person"/>',
           'camunda:assignee="${person}"', outputs={"answers": "${append(answers, {person: person, said: said})}"})
    + node("userTask", "sum_up", role='"secretary@" + school')
    + node("intermediateThrowEvent", "close", _CLOSED)
    + node("endEvent", "end")
    + flows("start -> answer -> sum_up -> close -> end"),
    _SIGNAL, startRole="secretary@school",
)  # fmt: skip
VARIED = document(
    "varied",
    node("startEvent", "start")
    + node("parallelGateway", "fork")
    + node("serviceTask", "outside", attributes='camunda:type="external" camunda:topic="print"')
    + node("userTask", "wait", role='"secretary@" + school')
    + node("boundaryEvent", "again", cycle("R5/P7D"), 'attachedToRef="wait" cancelActivity="false"')
    + node("scriptTask", "count", "<bpmn:script>{rounds: if rounds = null then 1 else rounds + 1}</bpmn:script>",
           'scriptFormat="feel"')
    + node("endEvent", "counted")
    + node("intermediateCatchEvent", "hear", _CLOSED)
    + node("scriptTask", "heard", "<bpmn:script>{heard_at: now(), what: string(now())}</bpmn:script>",
           'scriptFormat="feel"')
    + node("exclusiveGateway", "choice", attributes='default="choice_join"')
    + node("userTask", "special", role='"dean@" + school')
    + node("parallelGateway", "join")
    + node("endEvent", "end")
    + flows("start -> fork -> outside -> join; fork -> wait -> choice -> join; choice -> special [special] -> join; "
            "fork -> hear -> heard -> join; join -> end; again -> count -> counted"),
    _SIGNAL, startRole="secretary@school",
)  # fmt: skip
YEARLY = document(
    "yearly",
    node("startEvent", "start", cycle("R/2026-10-01T09:00:00+05:00/P3M"), workingDay="following")
    + node("userTask", "collect", role='"secretary@" + school')
    + node("endEvent", "end")
    + flows("start -> collect -> end"),
    businessKey="quarter(today())",
)  # fmt: skip
APPOINTING = document(
    "appointing",
    node("startEvent", "start")
    + node("userTask", "propose", role='"dean@" + school')
    + node("serviceTask", "appoint", operation="directory.appoint",
           inputs={"person": "${person}", "role": "deputy_chair", "unit": "${school}", "start": "${today()}"},
           outputs={"appointment": "${result.appointment}"})
    + node("userTask", "confirm", role='"deputy_chair@" + school')
    + node("serviceTask", "dismiss", operation="directory.end",
           inputs={"appointment": "${appointment}", "end": "${today()}", "reason": "over"})
    + node("endEvent", "end")
    + flows("start -> propose -> appoint -> confirm -> dismiss -> end"),
    startRole="dean@school",
)  # fmt: skip
SHOUT = document(
    "shout",
    node("startEvent", "start")
    + node("intermediateThrowEvent", "early", _REPLY, messageKey='"nobody"')
    + node("intermediateThrowEvent", "unheard", _CLOSED)
    + node("endEvent", "end")
    + flows("start -> early -> unheard -> end"),
    _MESSAGES + _SIGNAL, startRole="secretary@school",
)  # fmt: skip
EDITION = document(
    "edition",
    node("startEvent", "start")
    + node("serviceTask", "enter", operation="register.enter",
           inputs={"register": "editions", "key": "2", "values": '${{approved_on: today(), status: "in_force"}}'})
    + node("endEvent", "end")
    + flows("start -> enter -> end"),
    startRole="secretary@school",
)  # fmt: skip
JOT = document(
    "jot",
    node("startEvent", "start")
    + node("userTask", "write", role='"secretary@" + school')
    + node("serviceTask", "update", operation="register.update",
           inputs={"register": "requests", "key": "${key}", "values": "${context put({}, name, true)}"})
    + node("endEvent", "end")
    + flows("start -> write -> update -> end"),
    startRole="secretary@school",
)  # fmt: skip
LOOP = document(
    "loop",
    node("startEvent", "start")
    + node("userTask", "work", role='"secretary@" + school')
    + node("exclusiveGateway", "more", attributes='default="more_note"')
    + node("scriptTask", "note", "<bpmn:script>{clock: string(time(work_at)), keys: get entries(form)}</bpmn:script>",
           'scriptFormat="feel"')
    + node("userTask", "show", role='"secretary@" + school')
    + node("endEvent", "end")
    + flows("start -> work -> more -> note -> show -> end; more -> work [again]"),
    startRole="secretary@school",
)  # fmt: skip
RATING = (
    _DMN_HEAD + '<decision id="rating" name="rating"><decisionTable id="t" hitPolicy="UNIQUE">'
    '<input id="i"><inputExpression id="ie" typeRef="number"><text>amount</text></inputExpression></input>'
    '<output id="o" name="grade" typeRef="string"/>'
    '<rule id="small"><inputEntry id="a"><text>&lt;= 100</text></inputEntry><outputEntry id="b"><text>"low"</text>'
    '</outputEntry></rule><rule id="large"><inputEntry id="c"><text>&gt; 100</text></inputEntry>'
    '<outputEntry id="d"><text>"high"</text></outputEntry></rule></decisionTable></decision></definitions>'
).encode()

FILES = {
    "request.bpmn": REQUEST,
    "follow.bpmn": FOLLOW,
    "poll.bpmn": POLL,
    "varied.bpmn": VARIED,
    "yearly.bpmn": YEARLY,
    "appointing.bpmn": APPOINTING,
    "shout.bpmn": SHOUT,
    "edition.bpmn": EDITION,
    "jot.bpmn": JOT,
    "loop.bpmn": LOOP,
    "rating.dmn": RATING,
}
