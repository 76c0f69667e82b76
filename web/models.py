"""Keeps the rest from knowing the desk of process owners: what is deployed, its versions, and what is said of files."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template, request

from web.model_files import by_element, by_file, uploaded
from web.sent_files import plain
from web.wiring import only_with, reader

pages = Blueprint("models", __name__)

KINDS = ("process", "decision", "form")


@pages.before_request
def only_for_owners() -> None:
    """Models are for those who keep them and those who audit; for everybody else the desk does not exist."""
    only_with("models", "audit")


@pages.get("/models")
def page() -> str:
    found = reader().models()
    groups = [(kind, [row for row in found if row.kind == kind]) for kind in KINDS]
    return render_template(
        "models.html",
        groups=[(kind, rows) for kind, rows in groups if rows],
        waiting=reader().proposals.waiting(),
        may_propose=may_propose(),
    )


def may_propose() -> bool:
    return "models" in reader().access.rights


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
        behind=reader().proposals.behind(one.deployment for one in versions),
        shown=shown,
        table=reader().decision_table(key, shown.version) if kind == "decision" else None,
        may_propose=may_propose(),
        findings=by_element(reader().findings({file.name: file.content})),
    )


@pages.get("/models/<any(process, decision, form):kind>/<key>/<int:version>/file")
def download(kind: str, key: str, version: int) -> Response:
    """The file as it was deployed, byte for byte."""
    file = reader().model_file(kind, key, version)
    return plain(file.content, file.name)


@pages.get("/models/process/<key>/<int:version>/diagram")
def diagram(key: str, version: int) -> Response:
    """The model for the diagram viewer: the definition itself, without any case."""
    return jsonify(xml=reader().model_text("process", key, version), steps=[])


@pages.route("/models/check", methods=["GET", "POST"])
def check() -> str | tuple[str, int]:
    """What would be said of files if they were deployed; nothing is deployed."""
    if request.method == "GET":
        return render_template("models_check.html", found=None, refused="")
    files, refused = uploaded()
    if refused:
        return render_template("models_check.html", found=None, refused=refused), 422
    found = reader().findings(files)
    return render_template(
        "models_check.html",
        refused="",
        found=by_file(files, found),
        errors=sum(one["severity"] == "error" for one in found),
        warnings=sum(one["severity"] == "warning" for one in found),
    )
