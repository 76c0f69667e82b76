"""Keeps the rest from knowing the desk of process owners: what is deployed, its versions, and what is said of files."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request

from web.wiring import only_with, reader

pages = Blueprint("models", __name__)

KINDS = ("process", "decision", "form")
MOST_FILES = 50
LARGEST = 2_000_000  # bytes of one file
ENDINGS = (".bpmn", ".dmn", ".form")


@pages.before_request
def only_for_owners() -> None:
    """Models are for those who keep them and those who audit; for everybody else the desk does not exist."""
    only_with("models", "audit")


@pages.get("/models")
def page() -> str:
    found = reader().models()
    groups = [(kind, [row for row in found if row.kind == kind]) for kind in KINDS]
    return render_template("models.html", groups=[(kind, rows) for kind, rows in groups if rows])


@pages.get("/models/<any(process, decision, form):kind>/<key>")
def model(kind: str, key: str) -> str:
    versions = reader().model_versions(kind, key)
    asked = request.args.get("version", "")
    shown = next((one for one in versions if str(one.version) == asked), versions[0])
    file = reader().model_file(kind, key, shown.version)
    return render_template(
        "model.html",
        kind=kind,
        key=key,
        versions=versions,
        shown=shown,
        findings=_by_element(reader().findings({file.name: file.content})),
    )


@pages.get("/models/<any(process, decision, form):kind>/<key>/<int:version>/file")
def download(kind: str, key: str, version: int) -> Response:
    """The file as it was deployed, byte for byte."""
    file = reader().model_file(kind, key, version)
    answer = Response(file.content, content_type="application/octet-stream")
    answer.headers.set("Content-Disposition", "attachment", filename=file.name)
    return answer


@pages.get("/models/process/<key>/<int:version>/diagram")
def diagram(key: str, version: int) -> Response:
    """The model for the diagram viewer: the definition itself, without any case."""
    return jsonify(xml=reader().model_file("process", key, version).content.decode(), steps=[])


@pages.route("/models/check", methods=["GET", "POST"])
def check() -> str | tuple[str, int]:
    """What would be said of files if they were deployed; nothing is deployed."""
    if request.method == "GET":
        return render_template("models_check.html", found=None, refused="")
    uploaded = request.files.getlist("files")
    given = [one for one in uploaded if one.filename]
    refused = ""
    if not given:
        refused = "none"
    elif len(given) > MOST_FILES:
        refused = "many"
    elif any(not str(one.filename).lower().endswith(ENDINGS) for one in given):
        refused = "kind"
    files = {} if refused else {str(one.filename).rpartition("/")[2]: one.read(LARGEST + 1) for one in given}
    for one in uploaded:  # what was too large for memory lies in a temporary file until then
        one.close()
    if any(len(content) > LARGEST for content in files.values()):
        refused = "large"
    if not refused and len(files) < len(given):
        refused = "twice"
    if refused:
        return render_template("models_check.html", found=None, refused=refused), 422
    found = reader().findings(files)
    return render_template(
        "models_check.html",
        refused="",
        found=[(name, _by_element([one for one in found if one["file"] == name])) for name in files],
        errors=sum(one["severity"] == "error" for one in found),
        warnings=sum(one["severity"] == "warning" for one in found),
    )


def _by_element(found: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """(name of the element or empty, what is said of it), in the order of the file; remarks are left out."""
    worth = [one for one in found if one["severity"] != "info"]
    return [(name, list(ones)) for name, ones in groupby(worth, key=lambda one: str(one["name"] or one["element"]))]
