"""Keeps the tests of the command line from knowing how it is called: in this process, or in one of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from engine.cli import main

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = [sys.executable, "-c", "import sys; from engine.cli import main; sys.exit(main())"]
PASSWORD = "correct horse battery"
INIT = ["init", "--admin-login", "Root", "--admin-name", "Root R."]


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


Sapa = Callable[..., Answer]
Install = Callable[[str], None]


@pytest.fixture(autouse=True)
def own_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine's own installation is read or written."""
    for name in [name for name in os.environ if name.startswith("SAPA_") and "TEST" not in name]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SAPA_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("SAPA_LANG", "en")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


@pytest.fixture
def sapa(capfd: pytest.CaptureFixture[str]) -> Sapa:
    """Calls the command line in this process."""

    def call(*arguments: object) -> Answer:
        capfd.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as leaving:  # argparse, on misuse and --help
            code = int(leaving.code or 0)
        said = capfd.readouterr()
        return Answer(code, said.out, said.err)

    return call


@pytest.fixture
def process() -> Sapa:
    """Calls the command line in a process of its own; ``data`` is its standard input, ``env`` is added."""

    def call(*arguments: object, data: bytes = b"", env: dict[str, str] | None = None) -> Answer:
        done = subprocess.run(
            [*PROGRAM, *map(str, arguments)], input=data, capture_output=True, check=False, timeout=120,
            env={**os.environ, **(env or {})},
        )  # fmt: skip
        return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())

    return call


@pytest.fixture(scope="session")
def first_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation on SQLite, made once: the folder with its database and keys."""
    folder = tmp_path_factory.mktemp("house")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SAPA_VAR", str(folder / "var"))
        patch.setenv("SAPA_ADMIN_PASSWORD", PASSWORD)
        assert main(["--db", f"sqlite:///{folder / 'sapa.db'}", *INIT]) == 0
    return folder


@pytest.fixture
def installed(sapa: Sapa, first_house: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Sets up an installation on a database: on SQLite a copy of one that was set up before."""
    monkeypatch.setenv("SAPA_ADMIN_PASSWORD", PASSWORD)

    def install(url: str) -> None:
        if url.startswith("sqlite"):
            shutil.copy(first_house / "sapa.db", url.removeprefix("sqlite:///"))
            shutil.copytree(first_house / "var", tmp_path / "var")
        else:
            assert sapa("--db", url, *INIT).code == 0

    return install
