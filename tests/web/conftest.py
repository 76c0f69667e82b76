"""Keeps the web's tests from knowing how a university is set up: two schools, a small model, a clock that is moved."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine import Engine, Settings, create_engine
from engine.commands import SYSTEM, Appoint, Deploy, RecordPerson, RecordUnit, SetPassword
from web.app import create_app

MODELS = Path(__file__).parent / "models"
TUESDAY = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)  # 09:00 in Almaty
PASSWORD = "кәдімгі құпиясөз"
HTTPS = "https://localhost"
DIGEST = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)

UNITS = [
    ("univ", "university", None, "Университет"),
    ("eng", "school", "univ", "Инженерия мектебі"),
    ("law", "school", "univ", "Құқық мектебі"),
    ("eng-cs", "department", "eng", "Есептеу кафедрасы"),
]
PEOPLE = {
    "p001": ("Ысқақова Айгүл", "eng-cs", [("secretary", "eng")]),
    "p002": ("Әбенов Нұрлан", "eng-cs", [("member", "eng")]),
    "p003": ("Омаров Ерлан", "eng-cs", [("member", "eng"), ("chair", "eng")]),
    "p004": ("Өтеген Сәуле", "law", [("secretary", "law"), ("member", "law"), ("chair", "law")]),
    "p005": ("Құнанбаев Дәурен", "univ", [("asb", "univ")]),
    "p006": ("Kim Anna", "univ", [("auditor", "univ"), ("admin", "univ")]),
    "p007": ("Абай Жанар", "eng", []),
}


class MovedClock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, by: timedelta) -> None:
        self.now += by


@dataclass
class University:
    """One small university with its engine and web."""

    engine: Engine
    clock: MovedClock
    app: Flask = field(init=False)

    def __post_init__(self) -> None:
        self.app = create_app(self.engine)
        self.app.testing = True

    def visitor(self) -> Browser:
        return Browser(self.app.test_client())

    def signed_in(self, person: str) -> Browser:
        browser = self.visitor()
        answer = browser.post("/login", {"login": person, "password": PASSWORD}, page="/login")
        assert answer.status_code == 303, answer.text
        return browser

    def pass_time(self, by: timedelta) -> None:
        self.clock.forward(by)
        self.engine.settle()


@dataclass
class Browser:
    """A person's browser without scripts: follows forms as they stand on a page."""

    client: FlaskClient

    def get(self, path: str, **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self.client.get(path, base_url=HTTPS, headers=named)
        answer.get_data()
        answer.close()  # a file that is sent stays open until then
        return answer

    def token(self, page: str) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(page).text)
        assert found, f"no form on {page}"
        return found[1]

    def post(self, path: str, data: dict[str, str], page: str = "/account") -> TestResponse:
        """Send a form with the token that ``page`` carries."""
        return self.client.post(
            path, base_url=HTTPS, headers={"Referer": f"{HTTPS}{page}"}, data={"csrf_token": self.token(page), **data}
        )


@dataclass(frozen=True)
class Settled:
    """A house with its people and models, as a folder to copy."""

    folder: Path
    key: bytes


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Settled:
    """SQLite, models deployed, everybody's login is their id."""
    kept = Settled(tmp_path_factory.mktemp("university"), secrets.token_bytes(32))
    engine = create_engine(_settings(kept.folder, kept.key), MovedClock(TUESDAY))
    for unit, kind, parent, name in UNITS:
        engine.handle(
            RecordUnit(actor=SYSTEM, unit=unit, kind=kind, parent=parent, names=dict.fromkeys(("kk", "ru", "en"), name))
        )
    for person, (name, unit, posts) in PEOPLE.items():
        engine.handle(RecordPerson(actor=SYSTEM, person=person, name=name, unit=unit))
        engine.handle(SetPassword(actor=SYSTEM, person=person, login=person, digest=DIGEST))
        for role, at in posts:
            engine.handle(
                Appoint(actor=SYSTEM, person=person, role=role, unit=at, start=date(2026, 9, 1), basis="№ 14-ө")
            )
    engine.handle(
        Deploy(actor=SYSTEM, name="tests", files={file.name: file.read_bytes() for file in sorted(MODELS.iterdir())})
    )
    engine.close()
    return kept


@pytest.fixture
def university(settled: Settled, tmp_path: Path) -> Iterator[University]:
    """A university of a test's own."""
    shutil.copytree(settled.folder, tmp_path, dirs_exist_ok=True)
    clock = MovedClock(TUESDAY)
    engine = create_engine(_settings(tmp_path, settled.key), clock)
    yield University(engine, clock)
    engine.close()


def _settings(folder: Path, key: bytes) -> Settings:
    return Settings(f"sqlite:///{folder / 'sapa.db'}", key, folder)


Started = Callable[[str], str]


@pytest.fixture
def started(university: University) -> Started:
    """Starts a request as the secretary and answers the case's id."""

    def start(subject: str) -> str:
        browser = university.signed_in("p001")
        answer = browser.post(
            "/start/request?school=eng", {"answers": f'{{"subject": "{subject}"}}'}, page="/start/request?school=eng"
        )
        assert answer.status_code == 303, answer.text
        return str(answer.location.rpartition("/")[2])

    return start
