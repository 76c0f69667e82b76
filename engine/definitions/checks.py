"""Keeps deployment and ``sapa lint`` from knowing what can be wrong with a model: files in, every finding at once.

Nothing here raises: what cannot be read is a finding, and so is a check that fails itself (``internal_check_failed``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from engine.definitions import reader
from engine.definitions.checking import (
    attributes,
    decision_files,
    form_files,
    formulas,
    happenings,
    instances,
    joins,
    shape,
    support,
    tasks,
    texts,
    undoing,
)
from engine.definitions.checking.known import Bundle, Known
from engine.definitions.findings import Report, ordered
from engine.definitions.model import BpmnFile, Finding, Process
from engine.errors import ModelRefused

if TYPE_CHECKING:
    from engine.definitions.decisions import DecisionFile

__all__ = ["Known", "check", "kind_of"]


def check(files: Mapping[str, bytes], known: Known) -> list[Finding]:
    """Every finding about ``files`` (name -> content; .bpmn, .dmn and .form), checked together against ``known``.

    The files may be deployed when none of the findings is an error. Never raises.
    """
    reports = {name: Report(name) for name in files}
    models: dict[str, BpmnFile] = {}
    decisions: dict[str, DecisionFile] = {}
    forms: dict[str, str] = {}
    for name, data in files.items():
        report, kind = reports[name], kind_of(name)
        if kind == "bpmn":
            _keep(models, name, partial(reader.read, data, name), report)
        elif kind == "dmn":
            _keep(decisions, name, partial(decision_files.read, data, name), report)
        elif kind == "form":
            forms[name] = form_files.id_of(data)
        else:
            report.error("file_kind")
    ids = frozenset(id for file in decisions.values() for id in decision_files.ids(file))
    filing = frozenset(id for name, id in forms.items() if form_files.takes_files(files[name]))
    bundle = Bundle(known, models, ids, frozenset(forms.values()), filing)
    for name, model in models.items():
        reports[name].findings += model.findings
        _model(model, bundle, reports[name])
    for name, file in decisions.items():
        _guarded("decisions", partial(decision_files.check, file, bundle, reports[name]), reports[name])
    for name in forms:
        _guarded("form", partial(form_files.check, files[name], known, reports[name]), reports[name])
    for name, id in forms.items():
        for process in sorted(known.beginning.get(id, frozenset()) - bundle.processes if id in filing else ()):
            reports[name].error("form_begins_case", process=process)
    _twice(models, decisions, forms, reports)
    return ordered([finding for report in reports.values() for finding in report.findings])


def kind_of(file: str) -> Literal["bpmn", "dmn", "form", ""]:
    """What a file is by its name: .bpmn (also .bpmn20.xml and .xml), .dmn or .form; empty when it is none of them."""
    name = file.lower()
    if name.endswith((".bpmn", ".xml")):
        return "bpmn"
    return "dmn" if name.endswith(".dmn") else "form" if name.endswith(".form") else ""


def _keep(into: dict[str, Any], name: str, read: Callable[[], Any], report: Report) -> None:
    try:
        found = read()
    except ModelRefused as refused:
        report.findings += [replace(finding, file=name) for finding in refused.findings]
        return
    except Exception as error:
        _failed("read", error, report)
        return
    if found is not None:
        into[name] = found


def _model(model: BpmnFile, bundle: Bundle, report: Report) -> None:
    executable = [process for process in model.processes if process.executable]
    for process in model.processes:
        if not process.executable:
            (report.info if executable else report.error)("process_not_executable", process)
    if model.processes and not model.diagram:
        report.warning("diagram_missing")
    if any(_guarded("depth", partial(shape.too_deep, process, report), report) for process in executable):
        return
    unread = _guarded("expressions", partial(formulas.too_many, executable, report), report)
    for process in executable:
        _guarded("support", partial(support.check, process, model, report), report)
        _guarded("shape", partial(shape.check, process, report), report)
        _guarded("joins", partial(joins.check, process, report), report)
        _guarded("undoing", partial(undoing.check, process, report), report)
        for theme in (happenings, tasks, texts) if unread else (happenings, tasks, attributes, formulas, texts):
            _guarded(theme.__name__.rpartition(".")[2], partial(theme.check, process, bundle, report), report)
        if not unread:
            _guarded("instances", partial(instances.check, process, report), report)


def _guarded(name: str, run: Callable[[], object], report: Report) -> object:
    try:
        return run()
    except Exception as error:
        _failed(name, error, report)
        return True


def _failed(name: str, error: Exception, report: Report) -> None:
    """A defect of ours must not hide the other findings, and must not let the file through."""
    report.error("internal_check_failed", check=name, why=f"{type(error).__name__}: {error}")


def _twice(
    models: Mapping[str, BpmnFile],
    decisions: Mapping[str, DecisionFile],
    forms: Mapping[str, str],
    reports: Mapping[str, Report],
) -> None:
    """Keys name one thing per deployment."""
    seen: dict[tuple[str, str], str] = {}
    found: list[tuple[str, str, str, Process | None]] = [
        ("process", process.id, name, process) for name, model in models.items() for process in model.processes
    ]
    found += [("decision", id, name, None) for name, file in decisions.items() for id in decision_files.ids(file)]
    found += [("form", id, name, None) for name, id in forms.items() if id]
    for kind, key, name, place in found:
        if (kind, key) in seen:
            reports[name].error("key_twice", place, kind=kind, key=key, file=seen[kind, key])
        seen.setdefault((kind, key), name)
