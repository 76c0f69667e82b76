"""Keeps pages from knowing what no page can take: the null character and numbers longer than any number here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flask import Flask, request
from werkzeug.exceptions import NotFound
from werkzeug.routing import IntegerConverter

from engine.errors import NullCharacter

NUL = "\0"


class Counted(IntegerConverter):
    """A number in an address; one of more digits than a database counts is an address that does not exist."""

    regex = r"\d{1,9}"


def refuse_unfit(app: Flask) -> None:
    """Refuse it before any view: PostgreSQL keeps no null character, and no person types one."""
    app.url_map.converters["int"] = Counted

    @app.before_request
    def _fit() -> None:
        if NUL in request.path:
            raise NotFound
        refuse_null(_sent())


def refuse_null(texts: Iterable[str]) -> None:
    """Raises NullCharacter when one of them holds it."""
    if any(NUL in text for text in texts):
        raise NullCharacter


def _sent() -> Iterator[str]:
    """Every text of the request but the path. Modeler's form is read, and looked at, under limits of its own."""
    for name, value in request.args.items(multi=True):
        yield from (name, value)
    if request.endpoint is None or request.blueprint == "modeler":
        return
    yield from sent_in_form()


def sent_in_form() -> Iterator[str]:
    """The names and texts of a form's fields, the names of its files."""
    for name, value in request.form.items(multi=True):
        yield from (name, value)
    for name, file in request.files.items(multi=True):
        yield from (name, file.filename or "")
