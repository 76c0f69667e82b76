"""Keeps the rest from knowing how documents are shown: lists, a page for each with its files, and the erratum."""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from engine.commands import IssueErratum
from engine.errors import Refused
from web.inbox import page_number
from web.language import text_of
from web.names import refusal
from web.sent_files import attachment, drawn, page_asked
from web.wiring import engine, person, reader

pages = Blueprint("documents", __name__)

MEDIA = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
TEXTS = ("wrong", "right", "why")


@pages.get("/documents")
def listing() -> str:
    kind, search, number = request.args.get("kind", "")[:50], request.args.get("q", "").strip()[:50], page_number()
    rows, more = engine().documents.listing(reader(), kind, search, number)
    return render_template(
        "documents.html",
        rows=rows,
        more=more,
        number=number,
        kind=kind,
        search=search,
        kinds=engine().documents.kinds(),
    )


@pages.get("/documents/<document>")
def page(document: str) -> str:
    return _page(document)


def _page(document: str, problem: str = "", typed: dict[str, str] | None = None) -> str:
    found = engine().documents.one(reader(), document)
    wanted = (request.args.get("language", ""), reader().language, *found.row.files)
    language = next(one for one in wanted if one in found.row.files)
    number = page_asked(4)
    first = None if found.erased else _picture(document, language, number)
    last = first.pages if first else 1
    return render_template(
        "document.html",
        document=found,
        language=language,
        number=min(max(number, 1), last),
        last=last,
        drawn=first is not None,
        problem=problem,
        typed=typed or {},
        units=reader().units(),
    )


def _picture(document: str, language: str, number: int) -> Any:
    """None for a file that is missing: the page says so, and what was recorded stays readable."""
    try:
        return engine().documents.picture(reader(), document, language, number)
    except Refused:
        return None


@pages.get("/documents/<document>/<any(kk, ru):language>.<any(pdf, docx):form>")
def file(document: str, language: str, form: str) -> Response:
    row, content = engine().documents.file(reader(), document, language, form)
    name = " ".join(part for part in (text_of(row.names), row.number.replace("/", "-"), language) if part)
    return attachment(content, f"{name}.{form}", MEDIA[form])


@pages.get("/documents/<document>/<any(kk, ru):language>/<int:number>.png")
def picture(document: str, language: str, number: int) -> Response:
    """A page drawn by the server."""
    return drawn(engine().documents.picture(reader(), document, language, min(number, 10_000)))


@pages.post("/documents/<document>/erratum")
def erratum(document: str) -> AnyResponse:
    found = engine().documents.one(reader(), document)  # what may not be seen may not be mended, and does not exist
    typed = {name: request.form.get(name, "").strip() for name in TEXTS}
    command = IssueErratum(actor=person(), key=request.form.get("key", "")[:100], document=found.row.id, **typed)
    try:
        engine().handle(command)
    except Refused as error:
        answer = make_response(_page(document, refusal(error), typed))
        answer.status_code = error.status
        return answer
    flash(_("documents.mending"), "ok")
    return redirect(url_for("documents.page", document=document), 303)
