"""Keeps the rest from knowing how the draft of a document is shown at its step: as pages by the form, and a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response

from engine.errors import Busy, SapaError
from engine.views import TaskView
from web.language import language as spoken
from web.language import text_of
from web.sent_files import attachment, drawn
from web.wiring import engine, reader

pages = Blueprint("previews", __name__)

SPOKEN = ("kk", "ru")


@dataclass(frozen=True, slots=True)
class Draft:
    """What the page shows of a draft; no pages when it could not be drawn. ``later``: only not now."""

    names: Mapping[str, str]
    language: str
    pages: int
    later: str = ""


def of_task(task: TaskView) -> Draft | None:
    """The draft that this step shows, in the reader's language; None for a step without one."""
    if not task.preview or task.state != "open":
        return None
    language = spoken() if spoken() in SPOKEN else SPOKEN[0]
    try:
        kind, _content = engine().drafting.pdf(reader(), task.task, language)
        first = engine().drafting.picture(reader(), task.task, language, 1)
    except Busy as error:
        return Draft({}, language, 0, error.say(spoken()))
    except SapaError:  # the step can be done without it
        return Draft({}, language, 0)
    return Draft(kind.names, language, first.pages if first else 0)


@pages.get("/tasks/<task>/draft/<any(kk, ru):language>.pdf")
def file(task: str, language: str) -> Response:
    kind, content = engine().drafting.pdf(reader(), task, language)
    return attachment(content, f"{text_of(kind.names)} {language}.pdf", "application/pdf")


@pages.get("/tasks/<task>/draft/<any(kk, ru):language>/<int:number>.png")
def picture(task: str, language: str, number: int) -> Response:
    """A page drawn by the server."""
    return drawn(engine().drafting.picture(reader(), task, language, min(number, 10_000)))
