"""Keeps the commands from knowing where the installation's key comes from, and makes one where there is none."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def var() -> Path:
    """Where the installation keeps its files."""
    return Path(os.environ.get("SAPA_VAR", "var"))


def key_file() -> Path:
    return Path(os.environ.get("SAPA_MASTER_KEY_FILE", var() / "keys" / "master.key"))


def in_environment() -> bool:
    """Whether the key is handed over in SAPA_MASTER_KEY and no file is read."""
    return bool(os.environ.get("SAPA_MASTER_KEY"))


def provide() -> Path | None:
    """Make the key's file, readable by its owner only, when there is no key yet; the file made, or None."""
    file = key_file()
    if in_environment() or file.exists():
        return None
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write(file, AESGCM.generate_key(256).hex() + "\n")
    return file


def write(file: Path, text: str) -> None:
    """Write a file that only its owner may read, from the first byte on; an existing one is not touched."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as target:
        target.write(text)
        target.flush()
        os.fsync(target.fileno())
