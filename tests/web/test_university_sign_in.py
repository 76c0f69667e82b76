"""Keeps sign-in through the university honest: a provider runs here, and an answer it did not sign is refused."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from werkzeug.test import TestResponse

from engine.commands import SYSTEM, RecordPerson
from engine.errors import Broken
from tests.web import openid
from tests.web.conftest import HTTPS, Browser, University
from web.app import create_app
from web.oidc import Provider

PEOPLE: dict[str, dict[str, Any]] = {
    "s1": {"email": "Aigul@uni.example", "email_verified": True, "staff": "p001"},
    "s2": {"email": "stranger@uni.example", "staff": "p999"},
    "s3": {"email": "shared@uni.example", "staff": 7},
    "s4": {"email": "aigul@uni.example", "email_verified": False},
    "s5": {"email": "left@uni.example"},
    "s6": {},
}


@pytest.fixture
def provider() -> Iterator[openid.Provider]:
    with openid.running(PEOPLE) as made:
        yield made


@pytest.fixture
def house(university: University, provider: openid.Provider, monkeypatch: pytest.MonkeyPatch) -> University:
    monkeypatch.setenv("SAPA_OIDC_ISSUER", provider.issuer)
    monkeypatch.setenv("SAPA_OIDC_CLIENT_ID", "sapa")
    monkeypatch.setenv("SAPA_OIDC_CLIENT_SECRET", openid.SECRET)
    for person, email, active in (
        ("p001", "aigul@uni.example", True),
        ("p002", "shared@uni.example", True),
        ("p003", "shared@uni.example", True),
        ("p007", "left@uni.example", False),
    ):
        university.engine.handle(
            RecordPerson(actor=SYSTEM, person=person, name=f"{person} аты", unit="eng", email=email, active=active)
        )
    return rebuilt(university)


def rebuilt(university: University) -> University:
    university.app = create_app(university.engine)
    university.app.testing = True
    return university


def come_back(
    house: University, provider: openid.Provider, sub: str, start: str = "/login/university"
) -> tuple[Browser, TestResponse]:
    """All the way: the button, the provider, back again; answers the last answer."""
    browser = house.visitor()
    away = browser.get(start)
    assert away.status_code == 302, away.text
    return browser, browser.get(provider.approve(away.location, sub).removeprefix(HTTPS))


def test_the_university_account_signs_in_and_goes_where_one_wanted(
    house: University, provider: openid.Provider
) -> None:
    assert 'href="/login/university"' in house.visitor().get("/login").text
    browser, answer = come_back(house, provider, "s1", "/login/university?next=/cases?q%3Dx")
    assert (answer.status_code, answer.location) == (303, "/cases?q=x")
    assert "p001 аты" in browser.get("/account").text


def test_what_is_asked_of_the_provider_is_bound_to_this_browser(house: University, provider: openid.Provider) -> None:
    asked = [parse_qs(urlsplit(house.visitor().get("/login/university").location).query) for _ in range(2)]
    for one in asked:
        assert one["response_type"] == ["code"]
        assert one["redirect_uri"] == [f"{HTTPS}/login/university/back"]
        assert one["code_challenge_method"] == ["S256"]
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name]


def test_an_answer_to_another_browser_signs_nobody_in(house: University, provider: openid.Provider) -> None:
    """Or a stranger could sign somebody in as themselves and read what they type."""
    mine = house.visitor().get("/login/university").location
    back = provider.approve(mine, "s1").removeprefix(HTTPS)
    victim = house.visitor()
    victim.get("/login/university")
    assert victim.get(back).status_code == 400
    assert victim.get("/tasks").status_code == 302
    assert house.visitor().get("/login/university/back?code=x&state=y").status_code == 400
    assert house.visitor().get("/login/university/back").status_code == 400


def test_an_answer_is_good_once(house: University, provider: openid.Provider) -> None:
    browser = house.visitor()
    back = provider.approve(browser.get("/login/university").location, "s1").removeprefix(HTTPS)
    assert browser.get(back).status_code == 303
    assert browser.get(back).status_code == 400


@pytest.mark.parametrize("sub", ["s2", "s3", "s4", "s5", "s6"])
def test_who_is_not_one_active_person_of_ours_is_refused_in_plain_words(
    house: University, provider: openid.Provider, sub: str
) -> None:
    """A stranger, an address of two people, an unverified address, somebody who left, no address at all."""
    browser, answer = come_back(house, provider, sub)
    assert answer.status_code == 403
    assert "Әкімшіге хабарласыңыз" in answer.text
    assert browser.get("/tasks").status_code == 302


@pytest.mark.parametrize(("sub", "code"), [("s1", 303), ("s2", 403), ("s3", 403)])
def test_a_person_is_found_by_the_claim_that_is_set(
    house: University, provider: openid.Provider, monkeypatch: pytest.MonkeyPatch, sub: str, code: int
) -> None:
    monkeypatch.setenv("SAPA_OIDC_CLAIM", "staff")
    monkeypatch.setenv("SAPA_OIDC_MATCH", "id")
    _, answer = come_back(rebuilt(house), provider, sub)
    assert answer.status_code == code


def _foreign(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": "k1"}, claims, RSAKey.generate_key(2048, {"kid": "k1"}, private=True))


def _unknown_key(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": "k2"}, claims, RSAKey.generate_key(2048, {"kid": "k2"}, private=True))


def _by_our_secret(claims: dict[str, Any]) -> str:
    key = OctKey.import_key(openid.SECRET * 8)
    return jwt.encode({"alg": "HS256", "kid": "k1"}, claims, key)


def _unsigned(claims: dict[str, Any]) -> str:
    parts = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in ({"alg": "none"}, claims)
    )
    return ".".join([*parts, ""])


def _no_token(claims: dict[str, Any]) -> str:
    return "x"


@pytest.mark.parametrize("spoil", [_foreign, _unknown_key, _by_our_secret, _unsigned, _no_token])
def test_a_token_the_provider_did_not_sign_is_refused(
    house: University, provider: openid.Provider, spoil: openid.Spoil
) -> None:
    provider.spoil = spoil
    browser, answer = come_back(house, provider, "s1")
    assert answer.status_code == 400
    assert browser.get("/tasks").status_code == 302


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("aud", "another"), ("aud", None), ("iss", "https://another.example"), ("iss", None), ("nonce", "another"),
        ("nonce", None), ("exp", 1), ("exp", None),
    ],
)  # fmt: skip
def test_a_token_rightly_signed_for_something_else_is_refused(
    house: University, provider: openid.Provider, claim: str, value: object
) -> None:
    def spoil(claims: dict[str, Any]) -> str:
        changed = {name: kept for name, kept in {**claims, claim: value}.items() if kept is not None}
        return jwt.encode({"alg": "RS256", "kid": "k1"}, changed, openid.KEY)

    provider.spoil = spoil
    browser, answer = come_back(house, provider, "s1")
    assert answer.status_code == 400
    assert browser.get("/tasks").status_code == 302


def test_a_token_signed_again_unchanged_is_good(house: University, provider: openid.Provider) -> None:
    """So that the refusals above are of what was changed, not of the changing."""
    provider.spoil = lambda claims: jwt.encode({"alg": "RS256", "kid": "k1"}, claims, openid.KEY)
    _, answer = come_back(house, provider, "s1")
    assert answer.status_code == 303


def test_a_provider_of_another_name_is_not_ours(
    house: University, provider: openid.Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAPA_OIDC_ISSUER", provider.issuer + "/")
    assert rebuilt(house).visitor().get("/login/university").status_code == 502


def test_who_declines_comes_back_to_the_sign_in_page(house: University) -> None:
    answer = house.visitor().get("/login/university/back?error=access_denied&state=x")
    assert (answer.status_code, answer.location) == (303, "/login")


def test_a_provider_that_does_not_answer_leaves_the_password(
    university: University, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAPA_OIDC_ISSUER", "http://localhost:1")
    monkeypatch.setenv("SAPA_OIDC_CLIENT_ID", "sapa")
    answer = rebuilt(university).visitor().get("/login/university")
    assert answer.status_code == 502
    assert "Құпиясөзбен кіріңіз" in answer.text
    assert university.signed_in("p001")


def test_without_settings_there_is_no_button_and_no_address(university: University) -> None:
    guest = university.visitor()
    assert "/login/university" not in guest.get("/login").text
    assert guest.get("/login/university").status_code == 404
    assert guest.get("/login/university/back").status_code == 404


def test_settings_that_cannot_work_are_told_at_the_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SAPA_OIDC_ISSUER", "https://id.uni.example")
    with pytest.raises(Broken):
        Provider.from_environment()
    monkeypatch.setenv("SAPA_OIDC_CLIENT_ID", "sapa")
    (tmp_path / "secret").write_text("from a file\n", encoding="utf-8")
    monkeypatch.setenv("SAPA_OIDC_CLIENT_SECRET_FILE", str(tmp_path / "secret"))
    found = Provider.from_environment()
    assert found is not None
    assert found.secret == "from a file"
    assert "from a file" not in repr(found)
    for name, value in (
        ("SAPA_OIDC_MATCH", "name"),
        ("SAPA_OIDC_CLIENT_SECRET_FILE", str(tmp_path / "none")),
        ("SAPA_OIDC_ISSUER", "http://id.uni.example"),
    ):
        with monkeypatch.context() as one:
            one.setenv(name, value)
            with pytest.raises(Broken):
                Provider.from_environment()
