"""Keeps the BPMN reader from knowing the vocabulary of BPMN 2.0 and Camunda 7: which names there are, and where.

From BPMN 2.0.2's schema (Semantic.xsd) and Camunda 7's extension descriptor. A name that is not here is a slip of the
pen or another engine's word: it would be dropped without a sound.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

BOOLEAN = frozenset(
    [
        "isExecutable", "isClosed", "isForCompensation", "triggeredByEvent", "cancelActivity", "isInterrupting",
        "parallelMultiple", "instantiate", "isSequential", "testBefore", "waitForCompletion", "isCollection",
        "isImmediate", "cancelRemainingInstances", "isUnlimited",
    ]
)  # fmt: skip
CHOICES: Mapping[str, tuple[str, ...]] = {
    "eventGatewayType": ("Exclusive", "Parallel"),
    "behavior": ("All", "None", "One", "Complex"),
}
"""Attributes of BPMN whose value decides what happens; the others with few values only describe."""


class Word(NamedTuple):
    """What may stand on and inside one element."""

    attributes: frozenset[str]
    children: frozenset[str]


_EVENT_DEFINITIONS = (
    "messageEventDefinition timerEventDefinition signalEventDefinition errorEventDefinition escalationEventDefinition "
    "conditionalEventDefinition linkEventDefinition terminateEventDefinition compensateEventDefinition "
    "cancelEventDefinition"
)
_PERFORMERS = "resourceRole performer humanPerformer potentialOwner"
_LOOPS = "multiInstanceLoopCharacteristics standardLoopCharacteristics"
_ARTIFACTS = "textAnnotation association group"
_ELEMENT = "auditing monitoring categoryValueRef"
_NODE = f"{_ELEMENT} incoming outgoing"
_ACTIVITY = (
    f"{_NODE} ioSpecification property dataInputAssociation dataOutputAssociation {_PERFORMERS} {_LOOPS} "
    "boundaryEventRef"
)
_ACTIVITY_SAYS = "name isForCompensation default startQuantity completionQuantity"
_TASKS = "task userTask manualTask serviceTask scriptTask businessRuleTask sendTask receiveTask"
_EVENTS = "startEvent endEvent intermediateCatchEvent intermediateThrowEvent boundaryEvent"
_GATEWAYS = "exclusiveGateway parallelGateway inclusiveGateway eventBasedGateway complexGateway"
_SUB_PROCESSES = "subProcess transaction adHocSubProcess"
_FLOW = (
    f"{_TASKS} {_EVENTS} {_GATEWAYS} {_SUB_PROCESSES} callActivity sequenceFlow dataObject dataObjectReference "
    f"dataStoreReference"
)
_SCOPE = f"laneSet {_FLOW} {_ARTIFACTS}"
_CATCHES = f"{_NODE} property dataOutput dataOutputAssociation outputSet eventDefinitionRef {_EVENT_DEFINITIONS}"
_THROWS = f"{_NODE} property dataInput dataInputAssociation inputSet eventDefinitionRef {_EVENT_DEFINITIONS}"
_CALLABLE = "ioSpecification supportedInterfaceRef ioBinding"
_CONVERSATIONS = "conversation subConversation callConversation"
_CHOREOGRAPHIC = "choreographyTask subChoreography callChoreography"
_TALK = (
    f"participant messageFlow {_ARTIFACTS} {_CONVERSATIONS} conversationAssociation participantAssociation "
    "messageFlowAssociation correlationKey choreographyRef conversationLink"
)
_GLOBALS = "globalTask globalUserTask globalManualTask globalScriptTask globalBusinessRuleTask"

# element -> attributes | children; every element also takes an id, documentation and extensionElements
_WORDS = {
    "definitions": "name targetNamespace expressionLanguage typeLanguage exporter exporterVersion | import extension "
    "relationship process collaboration choreography globalChoreographyTask globalConversation message signal error "
    "escalation itemDefinition dataStore category interface endPoint resource correlationProperty partnerEntity "
    f"partnerRole {_GLOBALS} {_EVENT_DEFINITIONS}",
    "import": "importType location namespace |",
    "extension": "mustUnderstand definition |",
    "relationship": "type direction | source target",
    "process": "name processType isClosed definitionalCollaborationRef isExecutable | auditing monitoring property "
    f"{_SCOPE} {_PERFORMERS} correlationSubscription supports {_CALLABLE}",
    "laneSet": "name | lane",
    "lane": "name partitionElementRef | partitionElement flowNodeRef childLaneSet",
    "childLaneSet": "name | lane",
    "sequenceFlow": f"name isImmediate sourceRef targetRef | {_ELEMENT} conditionExpression",
    "task": f"{_ACTIVITY_SAYS} | {_ACTIVITY}",
    "userTask": f"{_ACTIVITY_SAYS} implementation | {_ACTIVITY} rendering",
    "manualTask": f"{_ACTIVITY_SAYS} | {_ACTIVITY}",
    "serviceTask": f"{_ACTIVITY_SAYS} implementation operationRef | {_ACTIVITY}",
    "scriptTask": f"{_ACTIVITY_SAYS} scriptFormat | {_ACTIVITY} script",
    "businessRuleTask": f"{_ACTIVITY_SAYS} implementation | {_ACTIVITY}",
    "sendTask": f"{_ACTIVITY_SAYS} implementation operationRef messageRef | {_ACTIVITY}",
    "receiveTask": f"{_ACTIVITY_SAYS} implementation instantiate operationRef messageRef | {_ACTIVITY}",
    "callActivity": f"{_ACTIVITY_SAYS} calledElement | {_ACTIVITY}",
    "subProcess": f"{_ACTIVITY_SAYS} triggeredByEvent | {_ACTIVITY} {_SCOPE}",
    "transaction": f"{_ACTIVITY_SAYS} triggeredByEvent method | {_ACTIVITY} {_SCOPE}",
    "adHocSubProcess": f"{_ACTIVITY_SAYS} triggeredByEvent ordering cancelRemainingInstances | {_ACTIVITY} {_SCOPE} "
    "completionCondition",
    "startEvent": f"name isInterrupting parallelMultiple | {_CATCHES}",
    "intermediateCatchEvent": f"name parallelMultiple | {_CATCHES}",
    "boundaryEvent": f"name parallelMultiple cancelActivity attachedToRef | {_CATCHES}",
    "intermediateThrowEvent": f"name | {_THROWS}",
    "endEvent": f"name | {_THROWS}",
    "exclusiveGateway": f"name gatewayDirection default | {_NODE}",
    "inclusiveGateway": f"name gatewayDirection default | {_NODE}",
    "parallelGateway": f"name gatewayDirection | {_NODE}",
    "eventBasedGateway": f"name gatewayDirection instantiate eventGatewayType | {_NODE}",
    "complexGateway": f"name gatewayDirection default | {_NODE} activationCondition",
    "messageEventDefinition": "messageRef | operationRef",
    "timerEventDefinition": "| timeDate timeDuration timeCycle",
    "signalEventDefinition": "signalRef |",
    "errorEventDefinition": "errorRef |",
    "escalationEventDefinition": "escalationRef |",
    "conditionalEventDefinition": "| condition",
    "linkEventDefinition": "name | source target",
    "terminateEventDefinition": "|",
    "compensateEventDefinition": "waitForCompletion activityRef |",
    "cancelEventDefinition": "|",
    "multiInstanceLoopCharacteristics": "isSequential behavior oneBehaviorEventRef noneBehaviorEventRef | "
    "loopCardinality loopDataInputRef loopDataOutputRef inputDataItem outputDataItem complexBehaviorDefinition "
    "completionCondition",
    "standardLoopCharacteristics": "testBefore loopMaximum | loopCondition",
    "complexBehaviorDefinition": "| condition event",
    "message": "name itemRef |",
    "signal": "name structureRef |",
    "error": "name structureRef errorCode |",
    "escalation": "name structureRef escalationCode |",
    "itemDefinition": "itemKind structureRef isCollection import |",
    "dataObject": f"name itemSubjectRef isCollection | {_ELEMENT} dataState",
    "dataObjectReference": f"name itemSubjectRef dataObjectRef | {_ELEMENT} dataState",
    "dataStore": "name itemSubjectRef capacity isUnlimited | dataState",
    "dataStoreReference": f"name itemSubjectRef dataStoreRef | {_ELEMENT} dataState",
    "property": "name itemSubjectRef | dataState",
    "dataState": "name |",
    "ioSpecification": "| dataInput dataOutput inputSet outputSet",
    "ioBinding": "inputDataRef outputDataRef operationRef |",
    "dataInput": "name itemSubjectRef isCollection | dataState",
    "dataOutput": "name itemSubjectRef isCollection | dataState",
    "inputDataItem": "name itemSubjectRef isCollection | dataState",
    "outputDataItem": "name itemSubjectRef isCollection | dataState",
    "inputSet": "name | dataInputRefs optionalInputRefs whileExecutingInputRefs outputSetRefs",
    "outputSet": "name | dataOutputRefs optionalOutputRefs whileExecutingOutputRefs inputSetRefs",
    "dataInputAssociation": "| sourceRef targetRef transformation assignment",
    "dataOutputAssociation": "| sourceRef targetRef transformation assignment",
    "assignment": "| from to",
    "resourceRole": "name | resourceRef resourceParameterBinding resourceAssignmentExpression",
    "resourceAssignmentExpression": "| expression formalExpression",
    "resourceParameterBinding": "parameterRef | expression formalExpression",
    "resource": "name | resourceParameter",
    "resourceParameter": "name isRequired type |",
    "correlationSubscription": "correlationKeyRef | correlationPropertyBinding",
    "correlationPropertyBinding": "correlationPropertyRef | dataPath",
    "correlationKey": "name | correlationPropertyRef",
    "correlationProperty": "name type | correlationPropertyRetrievalExpression",
    "correlationPropertyRetrievalExpression": "messageRef | messagePath",
    "collaboration": f"name isClosed | {_TALK}",
    "participant": "name processRef | interfaceRef participantMultiplicity endPointRef",
    "participantMultiplicity": "minimum maximum |",
    "participantAssociation": "| innerParticipantRef outerParticipantRef",
    "messageFlow": "name sourceRef targetRef messageRef |",
    "messageFlowAssociation": "innerMessageFlowRef outerMessageFlowRef |",
    "conversation": "name | participantRef messageFlowRef correlationKey",
    "subConversation": f"name | participantRef messageFlowRef correlationKey {_CONVERSATIONS}",
    "callConversation": "name calledCollaborationRef | participantRef messageFlowRef correlationKey "
    "participantAssociation",
    "conversationLink": "name sourceRef targetRef |",
    "conversationAssociation": "innerConversationNodeRef outerConversationNodeRef |",
    "category": "name | categoryValue",
    "categoryValue": "value |",
    "interface": "name implementationRef | operation",
    "operation": "name implementationRef | inMessageRef outMessageRef errorRef",
    "partnerEntity": "name | participantRef",
    "partnerRole": "name | participantRef",
    "textAnnotation": "textFormat | text",
    "association": "sourceRef targetRef associationDirection |",
    "group": "categoryValueRef |",
    "documentation": "textFormat |",
    "script": "|",
}  # fmt: skip
_EXPRESSIONS = (
    "conditionExpression condition timeDate timeDuration timeCycle loopCardinality completionCondition loopCondition "
    "activationCondition transformation from to expression formalExpression messagePath dataPath"
)
_WHOLE = f"{_GLOBALS} choreography globalChoreographyTask globalConversation {_CHOREOGRAPHIC}"
_PLAIN = (
    "auditing monitoring categoryValueRef incoming outgoing boundaryEventRef flowNodeRef supportedInterfaceRef "
    "supports partitionElement rendering eventDefinitionRef operationRef source target event loopDataInputRef "
    "loopDataOutputRef dataInputRefs optionalInputRefs whileExecutingInputRefs outputSetRefs dataOutputRefs "
    "optionalOutputRefs whileExecutingOutputRefs inputSetRefs sourceRef targetRef resourceRef correlationPropertyRef "
    "interfaceRef endPointRef endPoint innerParticipantRef outerParticipantRef participantRef messageFlowRef "
    "choreographyRef inMessageRef outMessageRef errorRef text"
)
"""Elements that hold a reference or a text, or whose inside is nobody's business here."""


def _words() -> dict[str, Word]:
    words: dict[str, Word] = {}
    for name, told in _WORDS.items():
        attributes, _, children = told.partition("|")
        inside = {*children.split(), "documentation", "extensionElements"}
        words[name] = Word(frozenset([*attributes.split(), "id"]), frozenset(inside))
    for name in ("performer", "humanPerformer", "potentialOwner"):
        words[name] = words["resourceRole"]
    both = frozenset(["documentation", "extensionElements"])
    for name in _EXPRESSIONS.split():
        words[name] = Word(frozenset(["id", "language", "evaluatesToTypeRef"]), both)
    for name in _PLAIN.split():
        words[name] = Word(frozenset(["id"]), both)
    return words


ELEMENTS: Mapping[str, Word] = _words()
WHOLE = frozenset([*_WHOLE.split(), *_CONVERSATIONS.split(), "conversationLink", "conversationAssociation"])
"""Elements of other kinds of models (choreographies, conversations, global tasks): told about as a whole."""
ONCE = frozenset(
    [
        *_EXPRESSIONS.split(), "script", "ioSpecification", "loopDataInputRef", "loopDataOutputRef", "inputDataItem",
        "outputDataItem", "text", "humanPerformer",
    ]
) - {"expression", "formalExpression"}  # fmt: skip
"""Of these a second one in the same place would not be read."""
ONE_OF: tuple[frozenset[str], ...] = (
    frozenset(_LOOPS.split()),
    frozenset(["timeDate", "timeDuration", "timeCycle"]),
)
"""Of these one only may stand in one place."""

_TASK_LIKE = "serviceTask businessRuleTask sendTask messageEventDefinition"
_NODES = f"{_TASKS} {_EVENTS} {_GATEWAYS} {_SUB_PROCESSES} callActivity"
_CAMUNDA_ATTRIBUTES = {
    "definitions": "diagramRelationId",
    f"{_NODES} multiInstanceLoopCharacteristics signalEventDefinition": "async asyncBefore asyncAfter exclusive",
    f"process {_NODES} multiInstanceLoopCharacteristics": "jobPriority",
    f"process {_TASK_LIKE}": "taskPriority",
    f"collaboration process participant sequenceFlow {_NODES}": "modelerTemplate modelerTemplateVersion "
    "modelerTemplateIcon",
    "process": "candidateStarterGroups candidateStarterUsers versionTag historyTimeToLive isStartableInTasklist",
    "startEvent": "initiator",
    "startEvent userTask": "formHandlerClass formKey formRef formRefBinding formRefVersion",
    "userTask manualTask": "assignee candidateUsers candidateGroups",
    "userTask": "dueDate followUpDate priority",
    "manualTask ": "dueDate followUpDate priority",
    "scriptTask": "resultVariable resource",
    _TASK_LIKE: "expression class delegateExpression resultVariable type topic",
    "businessRuleTask": "decisionRef decisionRefBinding decisionRefVersion decisionRefVersionTag mapDecisionResult "
    "decisionRefTenantId",
    "callActivity": "calledElementBinding calledElementVersion calledElementVersionTag calledElementTenantId caseRef "
    "caseBinding caseVersion caseVersionTag caseTenantId variableMappingClass variableMappingDelegateExpression",
    "multiInstanceLoopCharacteristics": "collection elementVariable",
    "error": "errorMessage",
    "errorEventDefinition": "errorCodeVariable errorMessageVariable",
    "escalationEventDefinition": "escalationCodeVariable",
    "conditionalEventDefinition": "variableName variableEvents",
    _EXPRESSIONS: "resource",
}


def _placed(told: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Name -> elements it stands on."""
    found: dict[str, set[str]] = {}
    for elements, names in told.items():
        for name in names.split():
            found.setdefault(name, set()).update(elements.split())
    return {name: frozenset(elements) for name, elements in found.items()}


CAMUNDA_ATTRIBUTES: Mapping[str, frozenset[str]] = _placed(_CAMUNDA_ATTRIBUTES)
"""camunda:* attribute -> the BPMN elements it says something on."""
CAMUNDA_EXTENSIONS: Mapping[str, frozenset[str]] = _placed(
    {
        " ".join(ELEMENTS): "properties",
        _NODES: "inputOutput",
        "callActivity signalEventDefinition messageEventDefinition": "in",
        "callActivity": "out",
        "startEvent userTask": "formData formProperty",
        f"{_NODES} multiInstanceLoopCharacteristics": "failedJobRetryTimeCycle",
        _TASK_LIKE: "connector field",
        "serviceTask": "errorEventDefinition",
        f"process sequenceFlow {_NODES}": "executionListener",
        "userTask": "taskListener",
        "process": "potentialStarter",
        _EVENT_DEFINITIONS: "script",
    }
)
"""camunda:* extension element -> the BPMN elements it says something in."""
# extension element -> attributes | children
_INSIDE = {
    "properties": "| property",
    "property": "id name value |",
    "inputOutput": "| inputParameter outputParameter",
    "inputParameter": "name | list map script",
    "outputParameter": "name | list map script",
    "list": "| value list map script",
    "map": "| entry",
    "entry": "key | list map script",
    "value": "id name |",
    "script": "scriptFormat resource |",
    "in": "source sourceExpression target businessKey local variables |",
    "out": "source sourceExpression target local variables |",
    "formData": "businessKey | formField",
    "formField": "id label type datePattern defaultValue | properties validation value",
    "validation": "| constraint",
    "constraint": "name config |",
    "failedJobRetryTimeCycle": "|",
}
INSIDE: Mapping[str, Word] = {
    name: Word(frozenset(told.partition("|")[0].split()), frozenset(told.partition("|")[2].split()))
    for name, told in _INSIDE.items()
}
"""What stands on and inside the extension elements that are read; those that are refused are not looked into."""

OTHER_ENGINES: Mapping[str, str] = {
    "http://flowable.org/bpmn": "Flowable",
    "http://www.jboss.org/drools": "jBPM",
    "http://www.signavio.com": "",
    "http://www.bonitasoft.org/ns/bpmn": "Bonita",
}
"""Namespaces in which another engine writes what is to happen -> its name; empty: it only describes."""
