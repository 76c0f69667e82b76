"""Keeps pages from knowing how a form-js form is prepared for one reader, checked, and shown again after a refusal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.errors import Invalid
from engine.views import StartView, TaskView
from web import answers
from web.language import language
from web.wiring import engine, new_key

FILES = "_files"
"""What a form that asks for files is told of those beside its case."""


@dataclass(frozen=True, slots=True)
class Form:
    """One form on one page. ``data`` is what the fields show, ``key`` makes a second click harmless."""

    schema: Mapping[str, Any] | None
    context: Mapping[str, Any]
    data: Mapping[str, Any]
    draft: str  # where the browser keeps what is typed: one place for a person and task
    key: str = field(default_factory=new_key)
    errors: Mapping[str, list[str]] = field(default_factory=dict)
    case: str = ""  # beside which its files lie; before a case there is none
    task: str = ""

    def holding(self, typed: Mapping[str, Any]) -> Form:
        """The same form with what was typed in it."""
        return replace(self, data={**self.context, **typed})

    def check(self) -> Mapping[str, Any]:
        """The cleaned answers, by the form library itself on the server. Raises Invalid with every refused field."""
        if self.schema is None:
            return {}
        typed = {key: value for key, value in self.data.items() if value is not self.context.get(key)}
        result = engine().form_check(self.schema, typed, language(), self.context)
        if result.errors:
            raise Invalid(problems=result.errors)
        cleaned: Mapping[str, Any] = result.data
        return cleaned

    def refused(self, error: Invalid) -> Form:
        """The same form with the reasons of a refusal beside its fields."""
        problems = {
            path: [_("form.unreadable") if one == "unreadable" else str(one) for one in _listed(sentences)]
            for path, sentences in (error.problems or {"": error.say(language())}).items()
        }
        return replace(self, errors=problems)

    @property
    def summary(self) -> list[answers.FieldError]:
        return answers.errors_of(self.schema or {}, self.errors, language(), self.data)

    @property
    def for_browser(self) -> dict[str, Any]:
        """What ``web/js/forms.js`` needs to draw the form."""
        return {
            "schema": self.schema,
            "data": self.data,
            "lang": language(),
            "errors": self.errors,
            "draft": self.draft,
            "files": self._files,
        }

    @property
    def _files(self) -> dict[str, str] | None:
        """Where its fields for files send what is chosen, and where that is kept."""
        if not self.case or FILES not in self.context:
            return None
        kept = url_for("notes.download", instance=self.case, note="NOTE")
        return {"to": url_for("notes.attach", instance=self.case), "at": kept, "task": self.task}


def _listed(sentences: Any) -> list[Any]:
    return list(sentences) if isinstance(sentences, (list, tuple)) else [sentences]


def for_task(task: TaskView) -> Form:
    return Form(task.form, task.data, task.data, draft=f"task:{task.task}", case=task.instance, task=task.task)


def for_start(start: StartView) -> Form:
    return Form(start.form, start.data, start.data, draft=f"start:{start.key}:{start.school}")
