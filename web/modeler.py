"""Keeps the rest from knowing how Camunda Modeler deploys: the few calls of its button, exactly as it makes them.

Who calls is told by a personal token alone; no cookie is read or set, so there is nothing a foreign page could abuse.
What is deployed from there is a proposal, as everywhere: the answer's id is its number, and nothing is in force yet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

import structlog
from flask import Blueprint, Response, g, json, jsonify, make_response, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from engine.commands import ProposeModels
from engine.errors import Invalid, ModelRefused, NotFound, NothingNew, SapaError
from engine.values import ALMATY
from engine.wording import catalogue, say
from web import modeler_deployments as deployments
from web.language import pick, word
from web.model_files import ENDINGS, LARGEST, MOST_FILES, close, plain_name
from web.proposals import DEPLOYMENT
from web.security import MIB, csrf, limiter
from web.unfit import refuse_null, sent_in_form
from web.wiring import DEFAULT, LANGUAGES, engine, open_to_all, request_number

if TYPE_CHECKING:
    from engine import Reader

log = structlog.get_logger("web")
pages = Blueprint("modeler", __name__)
csrf.exempt(pages)

VERSION = "7.24.0"
"""The level of the contract that is spoken here; Modeler compares a model's platform version with it."""
SOURCE = "Camunda Modeler"
BODY = 12 * MIB
JSON = "application/json"
WHOLE = 1_000_000
"""Deployments read to be chosen from: a house has some hundreds."""
TYPES = {400: "InvalidRequestException", 401: "AuthenticationException", 403: "AuthorizationException"}
OTHER_PARTS = ("deployment-name", "deployment-source", "enable-duplicate-filtering", "deploy-changed-only")
NOT_HERE = ("tenant-id", "deployment-activation-time")


class Told(Exception):
    """An answer that is no success, in the form that Modeler reads: only ``message`` is ever shown."""

    def __init__(self, status: int, message: str, kind: str = "", **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"type": kind or TYPES.get(status, "RestException"), "message": message, "code": None, **more}


# --- the calls -----------------------------------------------------------------------------------------------------


@pages.get("/.well-known/camunda-automation-platform/webapps")
@open_to_all
@limiter.limit("120/minute")
def webapps() -> Response:
    """Where Modeler's links after a deploy lead: ``cockpitUrl`` + ``repository?deploymentsQuery=…``."""
    return jsonify(
        adminUrl=url_for("account.page", _external=True),
        cockpitUrl=url_for("models.page", _external=True) + "/",
        tasklistUrl=url_for("inbox.page", _external=True),
    )


@pages.route("/engine-rest/<path:rest>", methods=["GET", "POST"])
@pages.route("/engine-rest//<path:rest>", methods=["GET", "POST"], merge_slashes=False)  # its user's base ended in "/"
@open_to_all
@limiter.limit("120/minute")
@limiter.limit("20/minute", methods=["POST"])
def answer(rest: str) -> Response:
    reader = _owner()
    with force_locale(reader.language):
        call = _CALLS.get((request.method, rest.strip("/")))
        if call is None and rest.endswith("/start"):
            raise Told(403, _("modeler.no_start", address=url_for("start.page", _external=True)))
        if call is not None:
            return call(reader)
        family, _slash, id = rest.strip("/").partition("/")
        if (request.method, family) == ("GET", "deployment") and "/" not in id:
            return _single(reader, id)
        raise Told(404, _("modeler.no_such"))


def _owner() -> Reader:
    """Who calls, by their token. Told 401 without one, 403 when they keep no models."""
    kind, _space, token = request.headers.get("Authorization", "").partition(" ")
    person = engine().tokens.person(token.strip()) if kind.lower() == "bearer" else None
    if person is None:
        g.modeler = request.accept_languages.best_match(list(LANGUAGES)) or DEFAULT
        with force_locale(g.modeler):
            raise Told(401, _("modeler.token"))
    reader = engine().reader(person, DEFAULT)
    wished = engine().preferences.get(person)["language"] or reader.access.person.language
    g.modeler = reader.language = wished if wished in LANGUAGES else DEFAULT
    if "models" not in reader.access.rights:
        with force_locale(reader.language):
            raise Told(403, _("modeler.not_owner"))
    g.person = person  # for the log
    return reader


def _version(reader: Reader) -> Response:
    return jsonify(version=VERSION)


def _deployments(reader: Reader) -> Response:
    """What went into force, the latest first; Modeler asks for none of it, only whether it may ask."""
    found = deployments.page(_asked(reader), request.args)
    return Response(_json([_deployment(one.id, one.name, one.source, one.at) for one in found]), content_type=JSON)


def _counted(reader: Reader) -> Response:
    return jsonify(count=len(_asked(reader)))


def _asked(reader: Reader) -> list[deployments.Deployment]:
    whole = (deployments.Deployment(*one) for one in reader.proposals.deployments(0, WHOLE))
    try:
        deployments.page((), request.args)
        return deployments.asked(tuple(whole), request.args)
    except deployments.Unfit as error:
        raise Told(400, str(error)) from None


def _single(reader: Reader, id: str) -> Response:
    """Where the link of an answer leads: a deployment in force, or the proposal that a deploy made."""
    number = id.removeprefix(DEPLOYMENT)
    if id != number and number.isascii() and number.isdigit() and len(number) < 10:
        with suppress(NotFound):
            one = reader.proposals.get(int(number))
            return Response(_json(_deployment(id, one.name, one.source, one.at)), content_type=JSON)
    for found in reader.proposals.deployments(0, WHOLE):
        if found[0] == id:
            return Response(_json(_deployment(*found)), content_type=JSON)
    raise Told(404, f"Deployment with id '{id[:100]}' does not exist", "InvalidRequestException")


def _create(reader: Reader) -> Response:
    request.max_content_length = BODY
    name, source, files = _parts()
    stem = next(iter(files)).rpartition(".")[0]
    why = "" if name in ("", stem) else name  # Modeler offers the file's name; what was typed instead says something
    command = ProposeModels(
        actor=reader.access.person.id, name=name or stem, why=why, source=source or SOURCE, files=files
    )
    try:
        number = engine().handle(command).result["proposal"]
    except NothingNew as same:
        return _in_force(reader, same)
    except ModelRefused:
        raise _refused(reader, files) from None
    proposal = reader.proposals.get(number)
    id = f"{DEPLOYMENT}{number}"
    definitions = [
        _definition(id, file.name, one.key, one.names, one.was + 1, "", f"{one.key}:{id}", suspended=True)
        for file in proposal.files
        for one in file.definitions
        if one.kind == "process"
    ]
    return _deployed(_deployment(id, proposal.name, proposal.source, proposal.at), definitions)


_CALLS: Mapping[tuple[str, str], Callable[[Reader], Response]] = {
    ("GET", "version"): _version,
    ("GET", "deployment"): _deployments,
    ("GET", "deployment/count"): _counted,
    ("POST", "deployment/create"): _create,
}


# --- what comes in -------------------------------------------------------------------------------------------------


def _parts() -> tuple[str, str, dict[str, bytes]]:
    """(name, source, files by name). Told 400 when something is missing or not had here."""
    form = request.form
    refuse_null(sent_in_form())
    for name in NOT_HERE:
        if form.get(name, "").strip():
            raise Told(400, _("modeler.not_here", name=name))
    for name in form:
        if name not in OTHER_PARTS + NOT_HERE:
            raise Told(400, _("modeler.no_file_name", name=name))
    given = [one for key in request.files for one in request.files.getlist(key)]
    names = [plain_name(one.filename or "") for one in given]
    refused = ""
    if not given or not all(names):
        raise Told(400, _("modeler.no_files"))
    if len(given) > MOST_FILES:
        refused = "many"
    elif len(set(names)) < len(names):
        refused = "twice"
    elif not all(name.lower().endswith(ENDINGS) for name in names):
        refused = "kind"
    files = {name: one.read(LARGEST + 1) for name, one in zip(names, given, strict=True)}
    close()
    if any(len(content) > LARGEST for content in files.values()):
        refused = "large"
    if refused:
        raise Told(400, word("models_refused", refused))
    return form.get("deployment-name", "").strip(), form.get("deployment-source", "").strip(), files


# --- what goes out -------------------------------------------------------------------------------------------------


def _in_force(reader: Reader, same: NothingNew) -> Response:
    """Nothing changed: the deployment that is in force, as the platform answers under duplicate filtering."""
    latest = [reader.model_versions(kind, key)[0] for kind, key in same.definitions]
    head = latest[0]
    definitions = [
        _definition(one.deployment, one.file, one.key, one.names, one.version, one.tag, f"{one.key}:{one.version}")
        for one in latest
        if one.kind == "process"
    ]
    behind = reader.proposals.behind([head.deployment]).get(head.deployment)
    name = behind.name if behind else plain_name(head.file).rpartition(".")[0]
    source = behind.source if behind else "sapa"
    return _deployed(_deployment(head.deployment, name, source, head.at), definitions)


def _deployed(deployment: dict[str, Any], definitions: list[dict[str, Any]]) -> Response:
    """The open diagram's definition stays first: Modeler takes the first."""
    body = {
        **deployment,
        "deployedProcessDefinitions": {one["id"]: one for one in definitions} or None,
        "deployedCaseDefinitions": None,
        "deployedDecisionDefinitions": None,
        "deployedDecisionRequirementsDefinitions": None,
    }
    return Response(_json(body), content_type=JSON)


def _json(body: Any) -> str:
    return json.dumps(body, sort_keys=False, ensure_ascii=False)


def _deployment(id: str, name: str, source: str, at: datetime) -> dict[str, Any]:
    href = url_for("modeler.answer", rest=f"deployment/{id}", _external=True)
    return {
        "links": [{"method": "GET", "href": href, "rel": "self"}],
        "id": id,
        "name": name,
        "source": source or None,
        "deploymentTime": _moment(at),
        "tenantId": None,
    }


def _definition(
    deployment: str,
    file: str,
    key: str,
    names: Mapping[str, str],
    version: int,
    tag: str,
    id: str,
    *,
    suspended: bool = False,
) -> dict[str, Any]:
    return {
        "id": id,
        "key": key,
        "category": "http://bpmn.io/schema/bpmn",
        "description": None,
        "name": pick(names, g.modeler)[0] or None,
        "version": version,
        "resource": plain_name(file),
        "deploymentId": deployment,
        "diagram": None,
        "suspended": suspended,
        "tenantId": None,
        "versionTag": tag or None,
        "historyTimeToLive": None,
        "startableInTasklist": not suspended,
    }


def _moment(at: datetime) -> str:
    """Three fraction digits and an offset without a colon, as every client of the platform expects."""
    local = at.astimezone(ALMATY)
    return f"{local:%Y-%m-%dT%H:%M:%S}.{local.microsecond // 1000:03}{local:%z}"


def _refused(reader: Reader, files: Mapping[str, bytes]) -> Told:
    """Every reason in ``message``, one a line, for people; in ``details`` for programs."""
    found = [one for one in reader.findings(files) if one["severity"] != "info"]
    errors = [one for one in found if one["severity"] == "error"]
    lines = [
        f"* {one['message']} {one['remedy']} | {one['file']} | {_('modeler.line', n=one['line'])}"
        + (f" | {one['name']} ({one['element']})" if one["element"] else "")
        for one in errors
    ]
    details = {
        file: {
            severity + "s": [_problem(one) for one in found if (one["file"], one["severity"]) == (file, severity)]
            for severity in ("error", "warning")
        }
        for file in files
    }
    message = "ENGINE-09005 Could not parse BPMN process. Errors: \n" + "\n".join(lines)
    return Told(400, message, "ParseException", code=0, details=details)


def _problem(one: Mapping[str, Any]) -> dict[str, Any]:
    """The platform spells ``elementIds`` with a Cyrillic letter; its documentation names others."""
    ids = [one["element"]] if one["element"] else []
    main = one["element"] or None
    return {
        "message": f"{one['message']} {one['remedy']}",
        "line": one["line"],
        "column": 0,
        "mainElementId": main,
        "mainBpmnElementId": main,
        "\u0435lementIds": ids,
        "elementIds": ids,
        "bpmnElementIds": ids,
    }


@pages.errorhandler(Told)
def _told(error: Told) -> Response:
    refused = make_response(_json(error.body), error.status)
    refused.content_type = JSON
    return refused


@pages.errorhandler(SapaError)
def _sapa(error: SapaError) -> Response:
    return _told(Told(error.status, _why(error)))


def _why(error: SapaError) -> str:
    lang = g.get("modeler", DEFAULT)
    reasons = error.problems.values() if isinstance(error, Invalid) else ()
    return " ".join(say(str(code), lang) for code in reasons if code in catalogue()) or error.say(lang)


def _http(error: HTTPException) -> Response:
    with force_locale(g.get("modeler", DEFAULT)):
        code = error.code or 500
        texts = {413: _("modeler.large", limit=BODY // MIB), 429: _("error.too_often")}
        return _told(Told(code, texts.get(code) or error.description or error.name))


for _code in (400, 404, 405, 413, 415, 429):
    pages.register_error_handler(_code, _http)


@pages.errorhandler(Exception)
def _fault(error: Exception) -> Response:
    log.error("request_failed", number=request_number(), path=request.path, exc_info=error)
    with force_locale(g.get("modeler", DEFAULT)):
        return _told(Told(500, _("error.fault", number=request_number())))
