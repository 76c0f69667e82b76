"""Keeps the rest from knowing where uploaded bytes lie: a file is known by its SHA-256, its name is only data.

Files beside a case lie sealed with the case's own key: whoever destroys the key destroys them, in backups too.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from engine.errors import NotFound, TooLarge
from engine.history import sealing

LIMIT = 25 * 1024 * 1024
"""Bytes of one file."""


class Files:
    """Write once, read by hash. A file is whole or absent: it is moved into place after it was written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def store(self, chunks: Iterable[bytes]) -> tuple[str, int]:
        """(SHA-256 in hex, size in bytes). Raises TooLarge; nothing is left behind then."""
        digest, size = hashlib.sha256(), 0

        def measured() -> Iterator[bytes]:
            nonlocal size
            for chunk in chunks:
                size += len(chunk)
                if size > LIMIT:
                    raise TooLarge(what=f"{size}", limit=f"{LIMIT}")
                digest.update(chunk)
                yield chunk

        _whole(self._folder, measured(), lambda: self._path(digest.hexdigest()))
        return digest.hexdigest(), size

    def read(self, sha256: str) -> bytes:
        """The bytes. Raises NotFound when there is no such file or its bytes were changed."""
        try:
            content = self._path(_hash(sha256)).read_bytes()
        except OSError:
            raise NotFound(what=sha256) from None
        if hashlib.sha256(content).hexdigest() != sha256:
            raise NotFound(what=sha256)
        return content

    # --- sealed, beside a case -------------------------------------------------------------------------------------

    def seal(self, case: str, content: bytes, key: bytes) -> str:
        """Keep a file that only ``key`` opens, and only beside this case; answers the SHA-256 of its contents."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._beside(case) / sha256
        if not path.exists():
            _whole(path.parent, [sealing.seal(key, content, f"file/{case}/{sha256}")], lambda: path)
        return sha256

    def open(self, case: str, sha256: str, key: bytes) -> bytes:
        """The bytes. Raises NotFound when there is no such file or its bytes were changed."""
        try:
            sealed = (self._beside(case) / _hash(sha256)).read_bytes()
            return sealing.unseal(key, sealed, f"file/{case}/{sha256}")
        except (OSError, ValueError):
            raise NotFound(what=sha256) from None

    def beside(self, case: str, sha256: str) -> bool:
        """Is there such a file beside the case? Nothing is opened."""
        return (self._beside(case) / _hash(sha256)).is_file()

    def forget(self, case: str) -> None:
        """Clear away what no key opens any more."""
        shutil.rmtree(self._beside(case), ignore_errors=True)

    def _beside(self, case: str) -> Path:
        if not case.isalnum():
            raise NotFound(what=case[:64])
        return self._folder / "cases" / case

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256


def _whole(folder: Path, chunks: Iterable[bytes], place: Callable[[], Path]) -> None:
    """Write a file beside its place, which may be known only from its contents, and move it there when it is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(handle, "wb") as target:
            target.writelines(chunks)
            target.flush()
            os.fsync(target.fileno())
        path = place()
        path.parent.mkdir(exist_ok=True)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _hash(text: str) -> str:
    """Raises NotFound for what is no hash: it would be a path."""
    if len(text) != 64 or not all(c in "0123456789abcdef" for c in text):
        raise NotFound(what=text[:64])
    return text
