"""Keeps pages from knowing how a language is chosen and where the texts lie: kk first, ru and en beside it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Blueprint, Flask, redirect, request, url_for
from flask_babel import Babel, gettext
from markupsafe import Markup, escape
from werkzeug.wrappers import Response

from web.security import own_path
from web.wiring import DEFAULT, LANGUAGE_COOKIE, LANGUAGES, chosen_language, open_to_all, person, reader

YEAR = 31_536_000

_FOLDER = Path(__file__).parent / "translations"

pages = Blueprint("language", __name__)


def language() -> str:
    """The reader's language: what was chosen in this browser, else the account's, else Kazakh."""
    return chosen_language() or (reader().language if person() else DEFAULT)


def compile_catalogues(folder: Path = _FOLDER) -> None:
    """Write each missing or outdated .mo beside its .po; safe when several processes do it at once."""
    for source in folder.glob("*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as text:
            catalogue = read_po(text, locale=source.parent.parent.name)
        descriptor, name = tempfile.mkstemp(dir=source.parent, suffix=".part")
        with os.fdopen(descriptor, "wb") as file:
            write_mo(file, catalogue)
        os.replace(name, target)


def pick(names: Mapping[str, str] | None, lang: str) -> tuple[str, str]:
    """The text in ``lang`` and the language it really is in: kk stands in for what a model does not name."""
    for code in (lang, DEFAULT, *LANGUAGES):
        text = (names or {}).get(code)
        if text:
            return text, code
    return "", lang


def named(names: Mapping[str, str] | None) -> Markup:
    """For templates: the name in the reader's language, marked with ``lang`` where it is in another one."""
    text, code = pick(names, language())
    if code == language():
        return escape(text)
    return Markup('<span lang="{}">{}</span>').format(code, text)


def text_of(names: Mapping[str, str] | None) -> str:
    """The name in the reader's language as plain text."""
    return pick(names, language())[0]


def word(kind: str, code: str) -> str:
    """The catalogue's word for a code that comes from the engine (``state.active``); an unknown code says itself."""
    message = f"{kind}.{code}"
    found: str = gettext(message)
    return code if found == message else found


@pages.get("/lang/<code>")
@open_to_all
def switch(code: str) -> Response:
    """Choose a language for this browser and stay on the page. Only a preference: nothing recorded changes."""
    answer = redirect(own_path(request.args.get("next"), url_for("inbox.page")))
    if code in LANGUAGES:
        remember(answer, code)
    return answer


def remember(answer: Response, code: str) -> None:
    """Keep the choice of a language in this browser."""
    answer.set_cookie(LANGUAGE_COOKIE, code, max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure)


def speak(app: Flask) -> None:
    """Put languages into the application: catalogues, the reader's choice, the template filters."""
    compile_catalogues()
    Babel(
        app,
        default_locale=DEFAULT,
        default_timezone="Asia/Almaty",
        default_translation_directories=str(_FOLDER),
        locale_selector=language,
    )
    app.register_blueprint(pages)
    app.jinja_env.filters.update(named=named, text=text_of)
    app.jinja_env.globals["word"] = word

    @app.context_processor
    def _languages() -> dict[str, object]:
        return {"lang": language(), "languages": LANGUAGES}
