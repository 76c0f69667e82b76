"""Keeps the rest from knowing how two versions of a model are compared on a page, and how an earlier one comes back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from engine.commands import ProposeModels
from engine.errors import Invalid, ModelRefused, NothingNew
from engine.views import ModelVersion
from web.language import word
from web.model_files import by_file
from web.models import may_propose
from web.names import refusal
from web.wiring import engine, only_with, person, reader, right

pages = Blueprint("comparing", __name__)

WHAT = ("added", "changed", "removed", "moved")
SHOWN = 300
"""Differences listed on a page; two files that have little in common are better read side by side."""


@pages.before_request
def only_for_owners() -> None:
    only_with("models", "audit")


def marks(found: Iterable[Any], *, side: str) -> list[dict[str, str]]:
    """What a diagram shows: the later version what was added, the earlier what was removed, both what changed."""
    hidden = "removed" if side == "now" else "added"
    return [
        {"element": one.element, "state": one.what, "word": word("difference", one.what)}
        for one in found
        if one.what != hidden
    ]


def shown(found: Sequence[Any]) -> dict[str, Any]:
    """What the list of differences needs (templates/difference_parts.html)."""
    counts = [(what, sum(one.what == what for one in found)) for what in WHAT]
    return {"differences": found[:SHOWN], "counts": [(what, n) for what, n in counts if n], "more": len(found) - SHOWN}


def fact_name(name: str) -> tuple[str, str, bool]:
    """(what a fact is about, in which language it says it, whether it has a word of its own)."""
    base, _colon, lang = name.partition(":")
    told = word("fact", base)
    return told, lang if lang in ("kk", "ru", "en") else "", told != base


@pages.get("/models/<any(process, decision, form):kind>/<key>/compare")
def page(kind: str, key: str) -> str:
    return _page(kind, key)


def _page(kind: str, key: str, **more: Any) -> str:
    """What is different in version ``now`` from ``was``; not chosen: in the one in force from the one before."""
    versions = reader().model_versions(kind, key)
    latest = versions[0].version
    now = _chosen(versions, "now", latest)
    was = _chosen(versions, "was", now - 1 if now > 1 else latest)
    found = reader().model_differences(kind, key, was, now)
    return render_template(
        "compare.html",
        kind=kind,
        key=key,
        names=versions[0].names,
        versions=versions,
        was=was,
        now=now,
        latest=latest,
        may_return=may_propose() and now != latest,
        typed=request.form,
        **shown(found),
        **more,
    )


def _chosen(versions: Sequence[ModelVersion], name: str, otherwise: int) -> int:
    asked = request.values.get(name, "")
    return next((one.version for one in versions if str(one.version) == asked), otherwise)


@pages.get("/models/process/<key>/<int:version>/differences")
def diagram(key: str, version: int) -> Response:
    """A version for the diagram viewer, marked where it differs from an earlier (?was=) or a later one (?now=)."""
    side = "now" if request.args.get("was", "").isdecimal() else "was"
    other = request.args.get("was" if side == "now" else "now", "")
    pair = int(other) if other.isdecimal() and len(other) < 9 else version
    found = reader().model_differences("process", key, *((pair, version) if side == "now" else (version, pair)))
    xml = reader().model_text("process", key, version)
    return jsonify(xml=xml, steps=marks(found, side=side))


@pages.post("/models/<any(process, decision, form):kind>/<key>/<int:now>/return")
@right("models")
def send_back(kind: str, key: str, now: int) -> AnyResponse | tuple[str, int]:
    """Propose the file of an earlier version anew: as a new version, which another person makes effective as always."""
    file = reader().model_file(kind, key, now)
    why = request.form.get("why", "").strip()[:2_000]
    if not why:
        return _page(kind, key, problem=refusal(Invalid(problems={"why": "proposal_why_missing"}))), 422
    files = {file.name: file.content}
    command = ProposeModels(
        actor=person(), key=request.form.get("key", "")[:100], name=f"{key}:{now}", files=files, why=why
    )
    try:
        done = engine().handle(command)
    except ModelRefused as error:
        told = by_file(files, reader().findings(files))
        return _page(kind, key, problem=error.say(reader().language), told=told), error.status
    except (Invalid, NothingNew) as error:
        return _page(kind, key, problem=refusal(error)), error.status
    if done.result is None:  # the same press again
        return redirect(url_for("proposals.listing"), 303)
    flash(_("proposals.made", n=done.result["proposal"]), "ok")
    return redirect(url_for("proposals.page", number=done.result["proposal"]), 303)
