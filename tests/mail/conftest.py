"""An office on either database with a real mail server beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mail.office import Inbox, Office, mail_server, mail_settings
from tests.processes.stages import Stages
from tests.sharing import folder_of_run


@pytest.fixture
def server() -> Iterator[tuple[Inbox, int]]:
    with mail_server() as running:
        yield running


@pytest.fixture
def inbox(server: tuple[Inbox, int]) -> Inbox:
    return server[0]


@pytest.fixture
def office(migrated_url: str, tmp_path: Path, server: tuple[Inbox, int]) -> Iterator[Office]:
    made = Office(migrated_url, tmp_path, mail_settings(server[1])).settle_in()
    yield made
    made.engine.close()


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Stages:
    """Houses that have been lived up to a stage: those of the processes' tests."""
    return Stages(folder_of_run(tmp_path_factory) / "stages")
