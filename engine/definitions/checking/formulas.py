"""Checks every expression of a process: it parses, it is FEEL, and the roles, parameters and times in it exist.

Where an expression may stand is said here once (``sites``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.calendar import durations, retries
from engine.definitions.checking import spellings
from engine.definitions.checking.known import Bundle, missing
from engine.definitions.checking.support import evaluated
from engine.definitions.findings import Report
from engine.definitions.model import Expression, Flow, Node, Process

MAX_EXPRESSIONS = 1_000
"""Different ones in one file: parsing that many takes about a second."""
_FEEL_OF_NODE = ("role", "onBehalf", "about", "messageKey", "messageSchool")
_FEEL_OF_PROCESS = (
    "title:kk", "title:ru", "title:en", "startNote:kk", "startNote:ru", "startNote:en", "businessKey",
)  # fmt: skip
_HOLDERS = ("role", "onBehalf", "candidateGroups")
_CRON = re.compile(r"\S+(\s+\S+){4,6}\Z")


@dataclass(frozen=True, slots=True)
class Site:
    """One expression and where it stands; ``where`` is the attribute's or element's name in the XML."""

    place: Node | Flow | Process
    where: str
    expression: Expression


def sites(process: Process) -> Iterator[Site]:
    """Every expression of the process, literal texts included."""
    for name in _FEEL_OF_PROCESS:
        if process.properties.get(name, "").strip():
            yield Site(process, name, Expression(process.properties[name].strip(), process.line))
    if process.task_priority is not None:
        yield Site(process, "taskPriority", process.task_priority)
    for flow in process.flows.values():
        if flow.condition is not None:
            yield Site(flow, "conditionExpression", flow.condition)
    for node in process.nodes.values():
        yield from _of_node(node)


def _of_node(node: Node) -> Iterator[Site]:
    found: list[tuple[str, Expression | None]] = [
        (name, Expression(node.properties[name].strip(), node.line))
        for name in _FEEL_OF_NODE
        if node.properties.get(name, "").strip()
    ]
    found += [(name, expression) for name, many in node.expressions.items() for expression in many]
    found += [(f"{part.name or '?'} ←", part.value) for part in (*node.inputs, *node.outputs)]
    found += [(f"{part.name or '?'} ←", part.value) for part in (*node.call_in, *node.call_out)]
    found += [(f"formField {field.id}", field.default) for field in node.fields]
    found += [("calledElement", node.called_element), ("name", node.event.name_value)]
    found.append(("errorMessage", node.event.message))
    if node.event.value is not None:
        found.append((node.event.timer or "condition", node.event.value))
    if node.script is not None and evaluated(node.script_format):
        found.append(("script", node.script))
    if node.loop is not None:
        loop = node.loop
        found += [("collection", loop.collection), ("loopCardinality", loop.cardinality)]
        found += [("completionCondition", loop.completion), ("loopCondition", loop.condition)]
    for where, expression in found:
        if expression is not None:
            yield Site(node, where, expression)


def too_many(processes: Sequence[Process], report: Report) -> bool:
    """Whether the processes of a file have more expressions than is looked at; else they are parsed, all at once."""
    found = {site.expression.text for one in processes for site in sites(one) if not site.expression.literal}
    if len(found) > MAX_EXPRESSIONS:
        report.error("too_many_expressions", processes[0], count=len(found), limit=MAX_EXPRESSIONS)
        return True
    spellings.look_at_many(found)
    return False


def check(process: Process, bundle: Bundle, report: Report) -> None:
    """All findings about the expressions of one process."""
    found = list(sites(process))
    for site in found:
        if site.expression.literal:
            _literal(site, report)
        else:
            _feel(site, bundle, report)
        _roles(site, bundle, report)
    for pattern in process.properties.get("startRole", "").split(","):
        code = pattern.strip().partition("@")[0]
        if code and missing(code, bundle.known.roles):
            report.error("role_unknown", process, role=code, where="startRole")
    for node in process.nodes.values():
        _script(node, report)


def _feel(site: Site, bundle: Bundle, report: Report) -> None:
    expression, at = site.expression, site.place
    line = expression.line
    if not evaluated(expression.language):
        report.error("language", at, line, where=site.where, language=expression.language)
        return
    verdict = spellings.look(expression.text)
    if verdict.bean:
        report.error("bean", at, line, where=site.where, expression=expression.text, bean=verdict.bean)
    elif verdict.words:
        report.error("juel_words", at, line, where=site.where, expression=expression.text, words=verdict.words)
    elif verdict.error:
        report.error("expression_invalid", at, line, where=site.where, **verdict.error)
    elif verdict.juel:
        report.info("expression_juel", at, line, where=site.where, expression=expression.text)
    for name in verdict.parameters:
        if missing(name, bundle.known.parameters):
            report.error("parameter_unknown", at, line, parameter=name)


def _literal(site: Site, report: Report) -> None:
    text, at, line = site.expression.text, site.place, site.expression.line
    if site.where in ("date", "duration", "cycle"):
        reason = _timer(site.where, text)
        if reason:
            report.error(reason, at, line, value=text)
    elif site.where in ("dueDate", "followUpDate"):
        if not _parses(text, "date") and not _parses(text, "duration"):
            report.error("timer_invalid", at, line, value=text)
    elif site.where == "failedJobRetryTimeCycle":
        if not _retries(text):
            report.error("retry_invalid", at, line, value=text)
    elif site.where in ("priority", "taskPriority") and not text.lstrip("-").isdecimal():
        report.error("number_invalid", at, line, where=site.where, value=text)


def _retries(text: str) -> bool:
    try:
        retries.delay(text, 0)
    except (ValueError, OverflowError):
        return False
    return True


def _timer(kind: str, text: str) -> str:
    """The code of what is wrong with a literal timer, or nothing."""
    if _parses(text, kind):
        return ""
    if kind == "cycle" and _CRON.match(text):
        return "timer_cron"
    return "timer_invalid"


def _parses(text: str, kind: str) -> bool:
    try:
        if kind == "date":
            durations.parse_moment(text)
        elif kind == "duration":
            durations.parse_duration(text)
        else:
            durations.Cycle.parse(text)
    except (ValueError, OverflowError):
        return False
    return True


def _roles(site: Site, bundle: Bundle, report: Report) -> None:
    text, line = site.expression.text, site.expression.line
    codes = [] if site.expression.literal else spellings.role_arguments(text)
    if site.where in _HOLDERS and not site.expression.literal:
        codes += spellings.role_keys(text)
    for code in codes:
        if missing(code, bundle.known.roles):
            report.error("role_unknown", site.place, line, role=code, where=site.where)
    if site.where == "candidateGroups" and site.expression.literal:
        code = text.partition("@")[0]
        if missing(code, bundle.known.roles):
            report.warning("group_unknown", site.place, line, role=code)


def _script(node: Node, report: Report) -> None:
    if node.kind != "scriptTask":
        return
    if node.script_resource:
        report.error("script_resource", node, resource=node.script_resource)
    elif not node.script_format:
        report.warning("script_language_missing", node)
    elif not evaluated(node.script_format):
        report.error("language", node, where="scriptFormat", language=node.script_format)
