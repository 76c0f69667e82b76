"""Keeps sign-in from knowing OpenID Connect: one provider named by the environment, and who of ours its word is about.

SAPA_OIDC_ISSUER, SAPA_OIDC_CLIENT_ID and SAPA_OIDC_CLIENT_SECRET (or _FILE) switch it on; the provider must know the
address /login/university/back of this host. A person is found by SAPA_OIDC_CLAIM (default: email), compared with what
SAPA_OIDC_MATCH says: email, login or id. Nobody is created: who is not in the directory does not come in.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import Blueprint, Flask, abort, current_app, redirect, request, session, url_for
from joserfc.errors import JoseError
from requests.exceptions import RequestException
from werkzeug.wrappers import Response

from engine.errors import Broken
from web.security import limiter, own_path
from web.sign_in import enter_as, form
from web.wiring import engine, open_to_all

log = structlog.get_logger("web")
pages = Blueprint("oidc", __name__)

MATCHES = ("email", "login", "id")
_NEXT = "oidc_next"
_PATIENCE = 10.0  # seconds; a provider that does not answer must not hold a thread of ours
_SIGNED = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"}
)
"""Signatures only the provider can make: never ``none``, never one that whoever knows our secret could make."""


@dataclass(frozen=True, slots=True)
class Provider:
    """What an installation is told of its OpenID provider."""

    issuer: str
    client: str
    secret: str = field(repr=False)
    claim: str = "email"
    match: str = "email"
    scope: str = "openid email profile"

    @classmethod
    def from_environment(cls) -> Provider | None:
        """None where nothing is set. Raises Broken for settings that cannot work."""
        issuer = os.environ.get("SAPA_OIDC_ISSUER", "").strip()
        if not issuer:
            return None
        client = os.environ.get("SAPA_OIDC_CLIENT_ID", "").strip()
        match = os.environ.get("SAPA_OIDC_MATCH", "email").strip()
        if not client:
            raise Broken(what="SAPA_OIDC_CLIENT_ID is not set")
        if match not in MATCHES:
            raise Broken(what=f"SAPA_OIDC_MATCH: {match}")
        parts = urlsplit(issuer)
        if parts.scheme != "https" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
            raise Broken(what=f"SAPA_OIDC_ISSUER is not https: {issuer}")
        claim = os.environ.get("SAPA_OIDC_CLAIM", "email").strip()
        scope = os.environ.get("SAPA_OIDC_SCOPE", "openid email profile").strip()
        return cls(issuer, client, _secret(), claim, match, scope)


def _secret() -> str:
    file = os.environ.get("SAPA_OIDC_CLIENT_SECRET_FILE", "")
    if not file:
        return os.environ.get("SAPA_OIDC_CLIENT_SECRET", "")
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        raise Broken(what=f"SAPA_OIDC_CLIENT_SECRET_FILE: {file}") from None


def set_up(app: Flask, provider: Provider | None = None) -> None:
    """Make the provider known to the application; without one there is no button and no address."""
    known = provider or Provider.from_environment()
    app.jinja_env.globals["university_sign_in"] = known is not None
    if known is None:
        return
    registry: Any = OAuth(app)
    registry.register(
        "university",
        client_id=known.client,
        client_secret=known.secret or None,
        server_metadata_url=known.issuer.rstrip("/") + "/.well-known/openid-configuration",
        client_kwargs={
            "scope": known.scope,
            "code_challenge_method": "S256",
            "default_timeout": _PATIENCE,
            "token_endpoint_auth_method": "client_secret_basic" if known.secret else "none",
        },
    )
    app.extensions["sapa.oidc"] = (known, registry.university)


def _configured() -> tuple[Provider, Any]:
    found: tuple[Provider, Any] | None = current_app.extensions.get("sapa.oidc")
    if found is None:
        abort(404)
    return found


_FAULTS = (AuthlibBaseError, JoseError, RequestException, RuntimeError, ValueError, KeyError)
"""Whatever may be wrong with a provider's answer: the person gets one sentence, the log the cause."""


@pages.get("/login/university")
@open_to_all
@limiter.limit("60/minute")
def go() -> Response | tuple[str, int]:
    """Off to the provider, with a state, a nonce and a code challenge of this browser only."""
    provider, remote = _configured()
    session[_NEXT] = own_path(request.args.get("next"), "")
    try:
        _check(provider, remote)
        answer: Response = remote.authorize_redirect(url_for("oidc.back", _external=True))
    except _FAULTS as problem:
        log.warning("oidc unreachable", problem=str(problem)[:200])
        return form(university_problem="unreachable"), 502
    return answer


@pages.get("/login/university/back")
@open_to_all
@limiter.limit("60/minute")
def back() -> Response | tuple[str, int]:
    """The provider's answer: signed, for us, of this browser's own request; else a plain sentence."""
    provider, remote = _configured()
    if request.args.get("error") == "access_denied":
        return redirect(url_for("sign_in.page"), 303)
    try:
        _check(provider, remote)
        token = remote.authorize_access_token(
            claims_options={
                "iss": {"essential": True, "values": [provider.issuer]},
                "aud": {"essential": True, "value": provider.client},
            }
        )
        claims = _claims(provider, remote, token)
    except _FAULTS as problem:
        log.warning("oidc refused", problem=f"{type(problem).__name__}: {problem}"[:200])
        return form(university_problem="failed"), 400
    person = _person(provider, claims)
    if person is None:
        log.info("oidc unknown person")
        return form(university_problem="unknown"), 403
    return enter_as(person, session.get(_NEXT))


def _check(provider: Provider, remote: Any) -> None:
    """The provider's own description must be of the issuer that was named. Raises what a fault raises."""
    described = remote.load_server_metadata()
    if described.get("issuer") != provider.issuer:
        raise ValueError(f"issuer is {described.get('issuer')!r}")
    offered = described.get("id_token_signing_alg_values_supported") or ["RS256"]
    described["id_token_signing_alg_values_supported"] = [one for one in offered if one in _SIGNED] or ["RS256"]


def _claims(provider: Provider, remote: Any, token: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the signed token says; what it leaves out is asked for, and must be about the same person."""
    signed: Mapping[str, Any] | None = token.get("userinfo")
    if signed is None:
        raise ValueError("no id_token")
    if provider.claim in signed:
        return signed
    told: Mapping[str, Any] = remote.userinfo(token=token)
    if told.get("sub") != signed.get("sub"):
        raise ValueError("userinfo is about somebody else")
    return {**told, **signed}


def _person(provider: Provider, claims: Mapping[str, Any]) -> str | None:
    """The one active person the claims are about. An address the provider has not verified proves nothing."""
    value = claims.get(provider.claim)
    if not isinstance(value, str) or (provider.claim == "email" and claims.get("email_verified") is False):
        return None
    return engine().resets.by(provider.match, value)
