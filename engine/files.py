"""Keeps the rest from knowing where uploaded bytes lie: a file is known by its SHA-256, its name is only data."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from engine.errors import NotFound, TooLarge

LIMIT = 25 * 1024 * 1024
"""Bytes of one file."""


class Files:
    """Write once, read by hash. A file is whole or absent: it is moved into place after it was written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def store(self, chunks: Iterable[bytes]) -> tuple[str, int]:
        """(SHA-256 in hex, size in bytes). Raises TooLarge; nothing is left behind then."""
        self._folder.mkdir(parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        handle, name = tempfile.mkstemp(dir=self._folder)
        try:
            with os.fdopen(handle, "wb") as target:
                for chunk in chunks:
                    size += len(chunk)
                    if size > LIMIT:
                        raise TooLarge(what=f"{size}", limit=f"{LIMIT}")
                    digest.update(chunk)
                    target.write(chunk)
                target.flush()
                os.fsync(target.fileno())
            path = self._path(digest.hexdigest())
            path.parent.mkdir(exist_ok=True)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return digest.hexdigest(), size

    def read(self, sha256: str) -> bytes:
        """The bytes. Raises NotFound when there is no such file or its bytes were changed."""
        if len(sha256) != 64 or not all(c in "0123456789abcdef" for c in sha256):
            raise NotFound(what=sha256[:64])
        try:
            content = self._path(sha256).read_bytes()
        except OSError:
            raise NotFound(what=sha256) from None
        if hashlib.sha256(content).hexdigest() != sha256:
            raise NotFound(what=sha256)
        return content

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256
