"""Keeps deployment and ``sapa lint`` from knowing what can be wrong with a model: files in, every finding at once.

Nothing here raises: what cannot be read is a finding, and so is a check that fails itself (``internal_check_failed``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from engine.definitions import reader
from engine.definitions.checking import decision_files, form_files, formulas, happenings, shape, support, tasks, texts
from engine.definitions.checking.known import Bundle, Known
from engine.definitions.findings import Report, ordered
from engine.definitions.model import BpmnFile, Finding, Process
from engine.errors import ModelRefused

__all__ = ["Known", "check"]

_BPMN = (".bpmn", ".bpmn20.xml", ".xml")


def check(files: Mapping[str, bytes], known: Known) -> list[Finding]:
    """Every finding about ``files`` (name -> content; .bpmn, .dmn and .form), checked together against ``known``.

    The files may be deployed when none of the findings is an error. Never raises.
    """
    reports = {name: Report(name) for name in files}
    models: dict[str, BpmnFile] = {}
    decisions: dict[str, Any] = {}
    forms: dict[str, Any] = {}
    for name, data in files.items():
        report, kind = reports[name], name.lower()
        if kind.endswith(_BPMN):
            _keep(models, name, lambda name=name, data=data: reader.read(data, name), report)
        elif kind.endswith(".dmn"):
            _keep(decisions, name, lambda name=name, data=data: decision_files.read(data, name), report)
        elif kind.endswith(".form"):
            _keep(forms, name, lambda data=data, report=report: form_files.read(data, report), report)
        else:
            report.error("file_kind")
    bundle = Bundle(
        known,
        models,
        frozenset(id for file in decisions.values() for id in decision_files.ids(file)),
        frozenset(form["id"] for form in forms.values() if isinstance(form.get("id"), str)),
    )
    for name, model in models.items():
        reports[name].findings += model.findings
        _model(model, bundle, reports[name])
    for name, file in decisions.items():
        report = reports[name]
        _guarded("decisions", lambda file=file, report=report: decision_files.check(file, bundle, report), report)
    for name, schema in forms.items():
        report, text = reports[name], files[name].decode("utf-8", "replace")
        _guarded(
            "form",
            lambda schema=schema, text=text, report=report: form_files.check(schema, text, known, report),
            report,
        )
    _twice(models, decisions, forms, reports)
    return ordered([finding for report in reports.values() for finding in report.findings])


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
    for process in executable:
        if _guarded("limits", lambda process=process: shape.too_big(process, report), report):
            continue
        for name, run in _themes(process, model, bundle, report):
            _guarded(name, run, report)


def _themes(
    process: Process, model: BpmnFile, bundle: Bundle, report: Report
) -> list[tuple[str, Callable[[], object]]]:
    return [
        ("support", lambda: support.check(process, model, report)),
        ("shape", lambda: shape.check(process, report)),
        ("events", lambda: happenings.check(process, bundle, report)),
        ("tasks", lambda: tasks.check(process, bundle, report)),
        ("expressions", lambda: formulas.check(process, bundle, report)),
        ("texts", lambda: texts.check(process, bundle, report)),
    ]


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
    models: Mapping[str, BpmnFile], decisions: Mapping[str, Any], forms: Mapping[str, Any], reports: dict[str, Report]
) -> None:
    """Keys name one thing per deployment."""
    seen: dict[tuple[str, str], str] = {}
    found = [("process", process.id, name, process) for name, model in models.items() for process in model.processes]
    keys = [(kind, key, name, place) for kind, key, name, place in found]
    for kind, key, name, place in keys:
        if (kind, key) in seen:
            reports[name].error("key_twice", place, kind=kind, key=key, file=seen[kind, key])
        seen.setdefault((kind, key), name)
    others = [("decision", id, name) for name, file in decisions.items() for id in decision_files.ids(file)]
    others += [("form", str(form.get("id")), name) for name, form in forms.items()]
    for kind, key, name in others:
        if (kind, key) in seen:
            reports[name].error("key_twice", kind=kind, key=key, file=seen[kind, key])
        seen.setdefault((kind, key), name)
