"""Keeps the rest from knowing how versions of models change hands: proposed here by one, made effective by another."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from engine.commands import Command, ExplainProposal, MakeEffective, ProposeModels, ReturnProposal
from engine.errors import Invalid, ModelRefused, NotFound, Refused
from web.comparing import marks, shown
from web.model_files import by_file, uploaded
from web.models import may_propose
from web.names import refusal
from web.sent_files import plain
from web.wiring import engine, only_with, person, reader, right

pages = Blueprint("proposals", __name__)

DEPLOYMENT = "proposal-"
"""Before the number, where Camunda Modeler expects the id of a deployment."""


@pages.before_request
def only_for_owners() -> None:
    only_with("models", "audit")


@pages.get("/models/proposals")
def listing() -> str:
    found = reader().proposals
    return render_template("proposals.html", waiting=found.waiting(), closed=found.closed(), may_propose=may_propose())


@pages.get("/models/propose")
@right("models")
def form() -> str:
    return render_template("propose.html")


@pages.post("/models/propose")
@right("models")
def propose() -> AnyResponse | tuple[str, int]:
    files, refused = uploaded()
    if refused:
        return render_template("propose.html", refused=refused), 422
    names = ", ".join(name.rpartition(".")[0] for name in files)
    command = ProposeModels(actor=person(), key=_text("key", 100), name=names, files=files, why=_text("why"))
    if not command.why:
        return render_template("propose.html", problem=refusal(Invalid(problems={"why": "proposal_why_missing"}))), 422
    try:
        number = _number(engine().handle(command))
    except ModelRefused as error:
        told = reader().findings(files)
        found = by_file(files, told)
        return render_template("propose.html", problem=error.say(reader().language), found=found), 422
    except Invalid as error:
        return render_template("propose.html", problem=refusal(error)), 422
    flash(_("proposals.made", n=number), "ok")
    return redirect(url_for("proposals.page", number=number), 303)


def _number(done: Any) -> int:
    """The proposal's number; a repeated request is answered with the latest one of this person."""
    if done.result is not None:
        return int(done.result["proposal"])
    found = reader().proposals
    return max(one.number for one in (*found.waiting(), *found.closed()) if one.by == person())


@pages.get("/models/proposals/<int:number>")
def page(number: int) -> str:
    return _page(number)


def _page(number: int, problem: str = "") -> str:
    found = reader().proposals.get(number)
    told = by_file(found.names, found.findings)
    differences = reader().proposals.differences(number)
    return render_template(
        "proposal.html",
        found=found,
        told=[(name, ones) for name, ones in told if ones],
        errors=sum(one["severity"] == "error" for one in found.findings),
        own=found.by == person(),
        may_act=may_propose(),
        differences=[(name, shown(ones)) for name, ones in differences.items()],
        drawn=[file for file in found.changes if file.name.lower().endswith(".bpmn")],
        problem=problem,
        typed=request.form,
    )


@pages.post("/models/proposals/<int:number>/<any(effective, back, why):act>")
@right("models")
def decide(number: int, act: str) -> AnyResponse | tuple[str, int]:
    key = _text("key", 100)
    command: Command
    if act == "effective":
        command, done = MakeEffective(actor=person(), key=key, proposal=number), _("proposals.effective_now", n=number)
    elif act == "back":
        command = ReturnProposal(actor=person(), key=key, proposal=number, reason=_text("reason"))
        done = _("proposals.returned_now", n=number)
    else:
        command = ExplainProposal(actor=person(), key=key, proposal=number, why=_text("why"))
        done = _("proposals.explained_now", n=number)
    try:
        engine().handle(command)
    except NotFound:
        raise
    except Refused as error:
        return _page(number, refusal(error)), error.status
    flash(done, "ok")
    return redirect(url_for("proposals.page", number=number), 303)


@pages.get("/models/proposals/<int:number>/files/<file>")
def download(number: int, file: str) -> Response:
    """A proposed file, byte for byte."""
    return plain(_file(number, file), file)


@pages.get("/models/proposals/<int:number>/files.zip")
def archive(number: int) -> Response:
    return plain(reader().proposals.archive(number), f"{DEPLOYMENT}{number}.zip")


@pages.get("/models/proposals/<int:number>/diagram/<file>")
def diagram(number: int, file: str) -> Response:
    """A proposed model, marked where it differs from the version in force then; ?side=was: that version."""
    found = reader().proposals.differences(number).get(file, ())
    if request.args.get("side") != "was":
        text = reader().proposals.text(number, file)
        if text is None:
            raise NotFound(what=file)
        return jsonify(xml=text, steps=marks(found, side="now"))
    before = _before(number, file)
    if before is None:
        raise NotFound(what=file)
    xml = reader().model_text(before.kind, before.key, before.was)
    return jsonify(xml=xml, steps=marks(found, side="was"))


def _before(number: int, file: str) -> Any:
    """The definition of a proposed file that had a version before; None: the file is new."""
    files = (one for one in reader().proposals.get(number).files if one.name == file)
    return next((it for one in files for it in one.definitions if it.was), None)


@pages.get("/models/repository")
def from_modeler() -> AnyResponse:
    """Where Camunda Modeler sends people after a deploy: the proposal it made, else all models."""
    try:
        asked = json.loads(request.args.get("deploymentsQuery", ""))[0]["value"]
        digits = str(asked).removeprefix(DEPLOYMENT)
        number = int(digits) if len(digits) < 10 else 0
        reader().proposals.get(number)
    except (ValueError, LookupError, TypeError, NotFound):
        return redirect(url_for("models.page"))
    return redirect(url_for("proposals.page", number=number))


def _file(number: int, file: str) -> bytes:
    content = reader().proposals.file(number, file)
    if content is None:
        raise NotFound(what=file)
    return content


def _text(name: str, longest: int = 2_000) -> str:
    return request.form.get(name, "").strip()[:longest]
