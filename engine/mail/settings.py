"""Keeps the rest from knowing how an installation is told where letters leave: by the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from engine.errors import Broken

Security = Literal["starttls", "tls", "none"]
_PORTS: Mapping[str, int] = {"starttls": 587, "tls": 465, "none": 25}
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+\Z")
_HERE = ("localhost", "127.0.0.1", "::1")
_PUBLIC = "SAPA_PUBLIC_URL must be like https://sapa.example.kz: {!r}"
DEMO_SENDER, DEMO_PUBLIC = "sapa@sapa.example", "http://127.0.0.1:8000"


@dataclass(frozen=True, slots=True)
class MailSettings:
    """``folder`` instead of a server: letters are laid there as files. ``public``: the pages' address, no slash."""

    sender: str
    public: str
    host: str = ""
    port: int = 0
    security: Security = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    folder: Path | None = None

    @property
    def where(self) -> str:
        """For messages: without a secret."""
        return str(self.folder) if self.folder else f"{self.host}:{self.port} ({self.security})"

    @property
    def domain(self) -> str:
        """What stands right of the @ in the names of letters and events."""
        return self.sender.rpartition("@")[2]


def public_address() -> str:
    """Where people find the pages, without a slash at the end; empty when it is not told. Raises Broken."""
    public = os.environ.get("SAPA_PUBLIC_URL", "").rstrip("/")
    parts = urlsplit(public)
    wrong = parts.scheme not in ("http", "https") or not parts.netloc or parts.query or re.search(r"[\s<>]", public)
    if public and wrong:
        raise Broken(what=_PUBLIC.format(public))
    return public


def from_environment(var: Path, demo: bool = False) -> MailSettings | None:
    """From SAPA_SMTP_HOST and its kin; None when no letters are sent. Raises Broken for a setting that cannot be."""
    host, folder = os.environ.get("SAPA_SMTP_HOST", ""), os.environ.get("SAPA_MAIL_FOLDER", "")
    if demo and not host:
        folder = folder or str(var / "mail")
    sender, public = os.environ.get("SAPA_MAIL_FROM", ""), public_address()
    if not host and not folder:
        return None
    if demo:
        sender, public = sender or DEMO_SENDER, public or DEMO_PUBLIC
    if not _ADDRESS.fullmatch(sender):
        raise Broken(what=f"SAPA_MAIL_FROM is no address: {sender!r}")
    if not public:
        raise Broken(what=_PUBLIC.format(public))
    if folder and not host:
        return MailSettings(sender, public, folder=Path(folder))
    security = os.environ.get("SAPA_SMTP_SECURITY", "starttls")
    if security not in _PORTS:
        raise Broken(what=f"SAPA_SMTP_SECURITY must be starttls, tls or none: {security!r}")
    if security == "none" and os.environ.get("SAPA_SMTP_USER") and host not in _HERE:
        raise Broken(what="SAPA_SMTP_USER with SAPA_SMTP_SECURITY=none would send the password over an open line")
    port = os.environ.get("SAPA_SMTP_PORT", "") or str(_PORTS[security])
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise Broken(what=f"SAPA_SMTP_PORT is no port: {port!r}")
    return MailSettings(
        sender,
        public,
        host,
        int(port),
        security,  # type: ignore[arg-type]  # one of the three
        os.environ.get("SAPA_SMTP_USER", ""),
        _password(),
    )


def _password() -> str:
    file = os.environ.get("SAPA_SMTP_PASSWORD_FILE", "")
    if not file:
        return os.environ.get("SAPA_SMTP_PASSWORD", "")
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as problem:
        raise Broken(what=f"SAPA_SMTP_PASSWORD_FILE: {problem.strerror}") from None
