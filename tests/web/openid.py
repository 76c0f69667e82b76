"""Keeps the tests of sign-in from knowing how an OpenID provider works: one of Authlib that runs on this machine.

It insists on a code challenge, a nonce, its client's secret and a code used once, as a strict provider does. ``spoil``
makes it hand out tokens that a client must refuse.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import flask
import requests
from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode, UserInfo
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

CLIENT, SECRET = "sapa", "s3cret"
KEY = RSAKey.generate_key(2048, {"kid": "k1", "alg": "RS256", "use": "sig"}, private=True)

Spoil = Callable[[dict[str, Any]], str]


class Client(ClientMixin):
    """The only client: Sapa."""

    def get_client_id(self) -> str:
        return CLIENT

    def get_default_redirect_uri(self) -> str:
        return ""

    def get_allowed_scope(self, scope: Collection[str] | str) -> str:
        return scope if isinstance(scope, str) else " ".join(scope)

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == "https://localhost/login/university/back"

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass
class Code(AuthorizationCodeMixin):
    code: str
    sub: str
    redirect_uri: str
    scope: str
    nonce: str
    code_challenge: str
    code_challenge_method: str

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str:
        return self.nonce

    def get_auth_time(self) -> int:
        return int(time.time())

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


@dataclass
class Provider:
    """``people``: subject -> claims; ``apart``: names of claims that stand in the user info only."""

    people: Mapping[str, Mapping[str, Any]]
    apart: frozenset[str] = frozenset({"staff"})
    spoil: Spoil | None = None
    issuer: str = ""
    codes: dict[str, Code] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def approve(self, address: str, sub: str) -> str:
        """The person proves who they are; answers the address they are sent back to."""
        answer = requests.post(address, data={"sub": sub}, allow_redirects=False, timeout=10)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def application(self) -> flask.Flask:
        app = flask.Flask("openid")
        server: Any = AuthorizationServer(app, query_client=self._client, save_token=self._save)
        server.register_grant(self._grant(), [self._identity(), CodeChallenge(required=True)])

        @app.get("/.well-known/openid-configuration")
        def describe() -> dict[str, Any]:
            return {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                "jwks_uri": f"{self.issuer}/jwks",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            }

        @app.get("/jwks")
        def jwks() -> dict[str, Any]:
            return {"keys": [KEY.as_dict(private=False)]}

        @app.post("/authorize")
        def authorize() -> Any:
            return server.create_authorization_response(
                grant=server.get_consent_grant(end_user=flask.request.form["sub"]),
                grant_user=flask.request.form["sub"],
            )

        @app.post("/token")
        def token() -> Any:
            return server.create_token_response()

        @app.get("/userinfo")
        def userinfo() -> Any:
            sub = self.tokens.get(flask.request.headers.get("Authorization", "").removeprefix("Bearer "))
            return {"sub": sub, **self.people[sub]} if sub else ({"error": "invalid_token"}, 401)

        return app

    def _client(self, client_id: str) -> Client | None:
        return Client() if client_id == CLIENT else None

    def _save(self, token: Mapping[str, Any], request: Any) -> None:
        self.tokens[token["access_token"]] = request.user

    def _grant(self) -> type:
        provider = self

        class Grant(AuthorizationCodeGrant):
            TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic",)

            def save_authorization_code(self, code: str, request: Any) -> None:
                asked = request.payload
                provider.codes[code] = Code(
                    code, request.user, asked.redirect_uri, asked.scope, asked.data["nonce"],
                    asked.data["code_challenge"], asked.data["code_challenge_method"],
                )  # fmt: skip

            def query_authorization_code(self, code: str, client: ClientMixin) -> Code | None:
                return provider.codes.get(code)

            def delete_authorization_code(self, authorization_code: Code) -> None:
                del provider.codes[authorization_code.code]

            def authenticate_user(self, authorization_code: Code) -> str:
                return authorization_code.sub

        return Grant

    def _identity(self) -> Any:
        provider = self

        class Identity(OpenIDCode):
            def exists_nonce(self, nonce: str, request: Any) -> bool:
                return any(code.nonce == nonce for code in provider.codes.values())

            def resolve_client_private_key(self, client: Client) -> RSAKey:
                return KEY

            def get_client_algorithm(self, client: Client) -> str:
                return "RS256"

            def get_encode_header(self, client: Client) -> dict[str, str]:
                return {"alg": "RS256", "kid": "k1"}

            def get_client_claims(self, client: Client) -> dict[str, Any]:
                now = int(time.time())
                return {"iss": provider.issuer, "aud": [CLIENT], "iat": now, "exp": now + 300}

            def get_compatible_claims(self, request: Any) -> dict[str, Any]:
                return self.get_client_claims(request.client)

            def generate_user_info(self, user: str, scope: str) -> UserInfo:
                told = {name: value for name, value in provider.people[user].items() if name not in provider.apart}
                return UserInfo(sub=user, **told)

            def encode_id_token(self, token: Mapping[str, Any], request: Any) -> str:
                good: str = super().encode_id_token(token, request)
                return provider.spoil(dict(jwt.decode(good, KEY).claims)) if provider.spoil else good

        return Identity(require_nonce=True)


@contextmanager
def running(people: Mapping[str, Mapping[str, Any]]) -> Iterator[Provider]:
    """A provider that answers on a free port of this machine until the end of the block."""
    provider = Provider(people)
    server = make_server("localhost", 0, provider.application(), threaded=True)
    provider.issuer = f"http://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
