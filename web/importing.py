"""Keeps the rest from knowing how a file of the directory is brought in: upload, dry run, bad rows as XLSX, one act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from engine.errors import Invalid
from engine.wording import catalogue
from web.language import text_of
from web.names import refusal, say
from web.spreadsheet import sent
from web.wiring import engine, person, right

if TYPE_CHECKING:
    from engine import Import, Problem

pages = Blueprint("importing", __name__)

SHOWN = 500  # rows on one page; the file of bad rows has all of them


@pages.get("/directory/import")
@right("people")
def page() -> str:
    return _page()


@pages.post("/directory/import")
@right("people")
def upload() -> AnyResponse | tuple[str, int]:
    given = request.files.get("file")
    if given is None or not given.filename:
        return _page(problem=_("import.no_file")), 422
    try:
        id = engine().imports.propose(person(), given.filename[:200], given.read())
    except Invalid as error:
        return _page(problem=refusal(error)), 422
    return redirect(url_for("importing.dry_run", id=id), 303)


@pages.get("/directory/import/<id>")
@right("people")
def dry_run(id: str) -> str:
    found = engine().imports.get(person(), id)
    bad = sorted(found.verdicts, key=lambda one: one.state != "bad")
    return render_template(
        "import_run.html", found=found, rows=bad[:SHOWN], column=column, remedy=remedy, kept=len(found.kept)
    )


@pages.post("/directory/import/<id>")
@right("people")
def load(id: str) -> AnyResponse:
    engine().imports.load(person(), id, request.form.get("key", "")[:100])
    flash(_("import.done"), "ok")
    return redirect(url_for("importing.dry_run", id=id), 303)


@pages.get("/directory/import/<id>/errors.xlsx")
@right("people")
def errors(id: str) -> Response:
    """Each row that is not loaded, as it stood, with what is wrong: mend the cells here and bring the file again."""
    found = engine().imports.get(person(), id)
    return sent("errors", "xlsx", *_error_table(found))


@pages.get("/directory/import/template/<kind>.csv")
@right("people")
def template(kind: str) -> Response:
    known = engine().imports.kinds().get(kind)
    if known is None:
        abort(404)
    head = [text_of(one) for one in known["columns"].values()]
    return sent(kind, "csv", head, [known["example"]])


def column(kind: str, code: str) -> str:
    """The title of a column in the reader's language."""
    return text_of(engine().imports.kinds()[kind]["columns"].get(code)) or code


def remedy(problem: Problem) -> str:
    code = f"fix_{problem.code}"
    return say(code if code in catalogue() else "fix_other")


def _error_table(found: Import) -> tuple[list[str], list[list[str]]]:
    """One sheet of one kind stays loadable; where kinds are mixed each column stands under its own title."""
    columns: dict[tuple[str, str], None] = {}
    for one in found.kept:
        for code in one.row.cells:
            columns[(one.row.kind, code)] = None
    titles = dict.fromkeys(column(kind, code) for kind, code in columns)
    head = [*titles, _("import.row"), _("import.column"), _("import.value"), _("import.reason"), _("import.remedy")]
    rows = []
    for one in found.kept:
        cells = {column(one.row.kind, code): text for code, text in one.row.cells.items()}
        told = [
            "; ".join(column(one.row.kind, p.column) for p in one.problems),
            "; ".join(p.value for p in one.problems),
            " ".join(say(p.code) for p in one.problems) or _("import.moved"),
            " ".join(dict.fromkeys(remedy(p) for p in one.problems)) or _("import.again"),
        ]
        rows.append([*(cells.get(title, "") for title in titles), one.row.place, *told])
    return head, rows


def _page(**more: object) -> str:
    return render_template("import.html", kinds=engine().imports.kinds(), **more)
