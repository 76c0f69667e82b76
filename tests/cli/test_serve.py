"""``sapa serve`` and ``sapa worker`` as processes: they answer, they are alone on SQLite, they stop when told."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.cli.conftest import PROGRAM, Install, Sapa


@contextmanager
def running(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process and its first line."""
    program = subprocess.Popen(
        [*PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ}
    )
    try:
        assert program.stdout is not None
        yield program, program.stdout.readline()
    finally:
        if program.poll() is None:
            program.kill()
        program.communicate()


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def answers(url: str) -> int:
    for _ in range(100):
        try:
            with urllib.request.urlopen(url, timeout=5) as page:  # noqa: S310 - our own address
                return int(page.status)
        except OSError:
            time.sleep(0.1)  # it has said where it will be, and is about to listen
    return 0


@pytest.fixture
def house(installed: Install, sqlite_url: str) -> str:
    installed(sqlite_url)
    return sqlite_url


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_server_answers_and_stops_when_told(house: str, number: signal.Signals) -> None:
    port = free_port()
    with running("--db", house, "serve", "--port", port) as (program, line):
        assert port in line
        assert answers(f"http://127.0.0.1:{port}/healthz") == 200
        program.send_signal(number)
        assert program.wait(20) == 0


@pytest.mark.parametrize("other", [["serve", "--port", "1"], ["worker"]])
def test_a_second_process_on_sqlite_is_refused(house: str, sapa: Sapa, other: list[str]) -> None:
    with running("--db", house, "worker"):
        answer = sapa("--db", house, *other)
    assert (answer.code, "served_already" in answer.err) == (1, True)


def test_the_worker_stops_when_told(house: str) -> None:
    with running("--db", house, "worker") as (program, line):
        assert line
        program.terminate()
        assert program.wait(20) == 0


def test_a_worker_that_was_killed_leaves_nothing_locked(house: str) -> None:
    with running("--db", house, "worker") as (program, _):
        program.kill()
        program.wait(20)
    with running("--db", house, "worker") as (program, line):
        assert line
        program.terminate()
        assert program.wait(20) == 0


@pytest.mark.parametrize("port", ["x", "99999", "0", "-1"])
def test_a_port_that_is_none(house: str, sapa: Sapa, port: str) -> None:
    answer = sapa("--db", house, "serve", "--port", port)
    assert (answer.code, "--port" in answer.err) == (2, True)


def test_the_demonstration_does_not_move_into_a_real_house(house: str, sapa: Sapa) -> None:
    answer = sapa("--db", house, "demo", "--setup")
    assert (answer.code, "not a demonstration" in answer.err) == (1, True)
    assert sapa("--db", house, "verify").code == 0
