"""Keeps the server itself honest: a real port, limits before reading, forwarded addresses, nothing secret in logs."""

import json
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from web.serve import forwarding

SCRIPT = """
import sys
from pathlib import Path
from engine import Settings, create_engine, open_engine
from engine.logs import configure
from web.serve import serve
configure("info")
settings = Settings(sys.argv[1], bytes.fromhex(sys.argv[2]), Path(sys.argv[3]))
create_engine(settings).close()
serve(open_engine(settings), "127.0.0.1", int(sys.argv[4]), False)
"""


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """A server in a process of its own, as the command line starts it; its log is ``log`` in tmp_path."""
    number = free_port()
    command = [sys.executable, "-c", SCRIPT, f"sqlite:///{tmp_path / 'sapa.db'}", secrets.token_hex(32), str(tmp_path)]
    with (tmp_path / "log").open("wb") as log, subprocess.Popen([*command, str(number)], stderr=log) as running:
        try:
            wait_for(number, running, tmp_path / "log")
            yield number
        finally:
            running.terminate()
            running.wait(timeout=20)


def wait_for(port: int, running: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        try:
            assert ask(port, "GET", "/readyz")[0] == 200
        except OSError:
            assert running.poll() is None, log.read_text(encoding="utf-8")
            time.sleep(0.1)
        else:
            return
    raise AssertionError(log.read_text(encoding="utf-8"))


def ask(port: int, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, str, str]:
    """Status, text and the server's name for itself."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        connection.request(method, path, body, {"Content-Type": "application/x-www-form-urlencoded", **named})
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), answer.headers["Server"]
    finally:
        connection.close()


def test_a_real_server_limits_refuses_and_logs_without_secrets(port: int, tmp_path: Path) -> None:
    status, page, server = ask(port, "POST", "/login", b"login=" + b"x" * 10_000_000)
    assert server == "Sapa"
    assert status == 413
    assert "Мәтін тым үлкен" in page
    secret = b"login=p001&password=very-secret-word"
    status, page, _ = ask(port, "POST", "/login", secret, X_Forwarded_For="1.2.3.4")
    assert status == 400
    assert "Traceback" not in page
    log = (tmp_path / "log").read_text(encoding="utf-8")
    assert "very-secret-word" not in log
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    requests = [line for line in lines if line.get("event") == "request"]
    assert {"/login", "/readyz"} <= {line["path"] for line in requests}
    assert all(line["request"] and line["ms"] >= 0 for line in requests)


def test_forwarded_addresses_are_believed_from_the_named_proxy_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SAPA_TRUSTED_PROXY", raising=False)
    assert forwarding() == {"clear_untrusted_proxy_headers": True}
    monkeypatch.setenv("SAPA_TRUSTED_PROXY", "10.0.0.1")
    assert forwarding()["trusted_proxy"] == "10.0.0.1"
    assert forwarding()["trusted_proxy_count"] == 1
