"""Keeps pages from knowing how files and comments beside a case are added, shown and served, without scripts too."""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from engine.errors import Busy, NotFound, Refused
from engine.views import CaseView
from web.language import language
from web.names import refusal, say
from web.security import KIB, MIB
from web.sent_files import attachment, drawn, page_asked
from web.wiring import engine, person, reader

pages = Blueprint("notes", __name__)

AT_ONCE = 5  # files of one upload
DRAWN = ("application/pdf", "image/png", "image/jpeg")
SHORT = {
    "application/pdf": "PDF",
    "image/png": "PNG",
    "image/jpeg": "JPG",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
}


def beside(instance: str, task: str = "", **more: Any) -> dict[str, Any]:
    """What the panel of files and comments needs, on whichever page it stands."""
    found = engine().notes.of(reader(), instance)
    return {"notes": found, "notes_case": instance, "notes_task": task, "short": SHORT, "drawn": DRAWN, **more}


def size(count: int) -> str:
    """Bytes as a person reads them."""
    if count < MIB:
        return str(_("size.kb", n=max(1, round(count / KIB))))
    return str(_("size.mb", n=f"{count / MIB:.1f}".replace(".", "," if language() != "en" else ".")))


def unread_mentions() -> int:
    """For the shell of every page: how often the reader was mentioned since they last looked."""
    return engine().notes.unread(reader())


@pages.get("/cases/<instance>/notes")
def page(instance: str) -> str:
    return _page(instance)


def _page(instance: str, **more: Any) -> str:
    task = request.values.get("task", "")[:200]
    return render_template("notes.html", case=_seen(instance), **beside(instance, task, **more))


def _seen(instance: str) -> CaseView:
    """The case, for who may see what is in it; for others there are no notes."""
    case = reader().case(instance)
    if case.content_hidden:
        abort(404)
    return case


@pages.post("/cases/<instance>/files")
def attach(instance: str) -> AnyResponse:
    given = [(str(file.filename), file.read()) for file in request.files.getlist("file") if file.filename]
    for file in request.files.getlist("file"):
        file.close()
    _seen(instance)
    kept, problem, status = _keep(instance, given)
    if request.headers.get("X-Part") == "records":  # a field of a form: an answer names the files
        return jsonify(files=engine().notes.records(reader(), instance, kept), problem=problem)
    if problem:
        return _refused(instance, problem, status, added=len(kept))
    return _back(instance, _("notes.attached"))


def _keep(instance: str, given: list[tuple[str, bytes]]) -> tuple[list[str], str, int]:
    """(what was kept, why the rest was not, the status of that)."""
    if not given:
        return [], say("file_none"), 422
    if len(given) > AT_ONCE:
        return [], _("notes.at_once", n=AT_ONCE), 422
    kept: list[str] = []
    key = request.form.get("key", "")[:90]
    for number, (name, content) in enumerate(given):
        own_key = f"{key}-{number}" if key else ""
        try:
            done = engine().notes.attach(person(), instance, name, content, _task(), own_key)
        except NotFound:
            raise
        except Refused as error:
            return kept, f"{name[:120]}: {refusal(error)}", error.status
        kept.append(str(done.result))
    return kept, "", 200


@pages.post("/cases/<instance>/comments")
def comment(instance: str) -> AnyResponse:
    text = request.form.get("text", "").replace("\r\n", "\n")
    mentions = request.form.getlist("mention")[:100]
    _seen(instance)
    try:
        engine().notes.comment(person(), instance, text, mentions, _task(), request.form.get("key", "")[:100])
    except NotFound:
        raise
    except Refused as error:
        return _refused(instance, refusal(error), error.status, text=text[:10_000], mentioned=mentions)
    return _back(instance, _("notes.commented"))


@pages.post("/cases/<instance>/notes/<note>/withdraw")
def withdraw(instance: str, note: str) -> AnyResponse:
    _seen(instance)
    try:
        engine().notes.take_back(person(), instance, note, request.form.get("key", "")[:100])
    except NotFound:
        raise
    except Refused as error:
        return _refused(instance, refusal(error), error.status)
    return _back(instance, _("notes.withdrawn"))


def _task() -> str:
    return request.form.get("task", "")[:200]


def _back(instance: str, sentence: str) -> AnyResponse:
    """To the page it came from; a script that asked only for the panel gets that."""
    if request.headers.get("X-Part") == "notes":
        return make_response(_page(instance, notes_done=sentence))
    flash(sentence, "ok")
    task = _task()
    address = url_for("task.page", task=task) if task else url_for("case.page", instance=instance)
    return redirect(f"{address}#notes", 303)


def _refused(instance: str, sentence: str, status: int, **more: Any) -> AnyResponse:
    answer = make_response(_page(instance, notes_refusal=sentence, **more))
    answer.status_code = status
    return answer


# --- files ---------------------------------------------------------------------------------------------------------


@pages.get("/cases/<instance>/files/<note>")
def download(instance: str, note: str) -> Response:
    found = engine().notes.file(reader(), instance, note)
    return attachment(found.content, found.name, found.media)


@pages.get("/cases/<instance>/files/<note>/<int:number>.png")
def picture(instance: str, note: str, number: int) -> Response:
    return drawn(engine().notes.picture(reader(), instance, note, min(number, 10_000)))


@pages.get("/cases/<instance>/files/<note>/view")
def view(instance: str, note: str) -> str:
    """A file page by page, with its way back; without scripts."""
    found = engine().notes.file(reader(), instance, note)
    number = page_asked(5)
    later = ""
    try:
        first = engine().notes.picture(reader(), instance, note, number)
    except Busy as error:
        first, later = None, error.say(language())
    last = first.pages if first else 1
    return render_template(
        "note_view.html",
        file=found,
        instance=instance,
        note=note,
        number=min(max(number, 1), last),
        last=last,
        drawn=first is not None,
        later=later,
        short=SHORT,
    )


# --- mentions ------------------------------------------------------------------------------------------------------


@pages.get("/mentions")
def mentions() -> str:
    found = engine().notes.mentions(reader())
    return render_template("mentions.html", mentions=found, people=reader().people({one.person for one in found}))


@pages.post("/mentions/read")
def read_mentions() -> AnyResponse:
    engine().notes.read_mentions(person())
    return redirect(url_for("notes.mentions"), 303)
