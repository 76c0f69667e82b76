"""Keeps sign-in from knowing how guessing is slowed down: growing delays per account and per address, in memory."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

FREE_TRIES = 4  # typing errors cost nothing
FREE_TRIES_PER_ADDRESS = 20  # a whole school may sit behind one address
FIRST_DELAY = 3.0  # seconds, doubled with each further wrong try
LONGEST_DELAY = 60.0
FORGOTTEN_AFTER = 3600.0
REMEMBERED = 50_000  # names that were tried; the oldest are forgotten first, so memory stays flat


@dataclass(slots=True)
class _Tries:
    count: int = 0
    last: float = 0.0


@dataclass(slots=True)
class Attempts:
    """``clock`` gives seconds that never run backwards."""

    clock: Callable[[], float] = time.monotonic
    _tries: OrderedDict[str, _Tries] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, login: str, address: str) -> int:
        """Seconds until the next try is looked at, 0 if now."""
        with self._lock:
            return max(self._wait(f"login:{login}", FREE_TRIES), self._wait(f"from:{address}", FREE_TRIES_PER_ADDRESS))

    def failed(self, login: str, address: str) -> None:
        with self._lock:
            for key in (f"login:{login}", f"from:{address}"):
                tries = self._tries.setdefault(key, _Tries())
                now = self.clock()
                tries.count = 1 if now - tries.last > FORGOTTEN_AFTER else tries.count + 1
                tries.last = now
                self._tries.move_to_end(key)
            while len(self._tries) > REMEMBERED:
                self._tries.popitem(last=False)

    def succeeded(self, login: str) -> None:
        """Forget the account's wrong tries; the address keeps its own, else one own account would wash it clean."""
        with self._lock:
            self._tries.pop(f"login:{login}", None)

    def _wait(self, key: str, free: int) -> int:
        tries = self._tries.get(key)
        if tries is None or tries.count < free:
            return 0
        delay = min(FIRST_DELAY * 2.0 ** min(tries.count - free, 10), LONGEST_DELAY)
        left = tries.last + delay - self.clock()
        return int(left) + 1 if left > 0 else 0
