"""Keeps the rest from knowing that what JavaScript said of a text is kept on disk, for the next process to find.

Only what follows from the text alone is kept: how a FEEL text parses, what the form library finds in a file. A file of
the user's cache folder (``SAPA_CACHE``; empty: nothing is kept), safe to delete; without one all is worked out anew.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

_LARGEST = 100_000
"""Answers kept in one file; then it is begun anew."""
_LONGEST = 1_000_000  # characters of a text whose answer is kept
_WAIT = 2.0  # seconds for another process that is writing
_ENGINE = Path(__file__).parent
_lock = threading.Lock()


def recall(kind: str, text: str, work: Callable[[], str], of: Sequence[str]) -> str:
    """What ``work`` gave for this text in some earlier process, or gives now. Raises whatever ``work`` raises.

    ``of``: what the answer depends on besides the text: bundles and folders of modules, by paths below ``engine``;
    with other contents of them nothing kept is found.
    """
    if len(text) > _LONGEST:
        return work()
    key = hashlib.sha256("\0".join((kind, *map(_print, of), text)).encode("utf-8", "surrogatepass")).hexdigest()
    with suppress(sqlite3.Error), _lock:
        store = _store(os.getpid())
        if store and (found := store.execute("SELECT answer FROM answers WHERE key = ?", (key,)).fetchone()):
            return str(found[0])
    answer = work()
    with suppress(sqlite3.Error, UnicodeError), _lock:  # half a character cannot be kept
        if store := _store(os.getpid()):
            store.execute("INSERT OR IGNORE INTO answers VALUES (?, ?)", (key, answer))
    return answer


@lru_cache(maxsize=8)
def _print(of: str) -> str:
    """The hash of a file, or of the modules of a folder."""
    path = _ENGINE / of
    files = sorted(path.rglob("*.py")) if path.is_dir() else [path]
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


@lru_cache(maxsize=1)
def _store(process: int) -> sqlite3.Connection | None:
    """The file, opened once in each process (a forked one has its own); None where there cannot be one."""
    where = os.environ.get("SAPA_CACHE")
    if where == "":
        return None
    folder = Path(where) if where else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sapa"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        store = sqlite3.connect(folder / "answers.db", timeout=_WAIT, isolation_level=None, check_same_thread=False)
        store.execute("PRAGMA journal_mode = WAL")
        store.execute("PRAGMA synchronous = OFF")
        store.execute("CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, answer TEXT NOT NULL) WITHOUT ROWID")
        if store.execute("SELECT count(*) FROM answers").fetchone()[0] > _LARGEST:
            store.execute("DELETE FROM answers")
    except (OSError, RuntimeError, sqlite3.Error):  # RuntimeError: a user without a home
        return None
    return store
