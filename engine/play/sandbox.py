"""Keeps play from running away: a child process with limits of time and memory, its lines handed on whole or not.

The child cannot print anything but lines: its standard output and errors lead nowhere, the lines come by a pipe.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import threading
import traceback
from collections.abc import Callable, Iterator
from typing import Any

Line = dict[str, Any]
Say = Callable[[Line], None]

LIMIT = 3
"""The exit code of a play that was stopped."""
_SAID = (0, 2, LIMIT)
"""Exit codes of a child that has said all it has to say."""
_OUT_OF_MEMORY = 71  # of the child, to the parent only
_MIB = 1024 * 1024
_LOOK = 0.05  # seconds between two looks at the child's memory


def blank(step: int, status: str) -> Line:
    """A line that says nothing yet."""
    return {"step": step, "status": status, "open": [], "variables": {}, "error": None}


def text_of(line: Line) -> bytes:
    return json.dumps(line, ensure_ascii=False, allow_nan=False).encode() + b"\n"


def run(
    work: Callable[[Say], int], seconds: float, megabytes: int, hand_on: Callable[[bytes], None], *,
    word: Callable[[str], str], debug: bool = False,
) -> int:  # fmt: skip
    """Do ``work`` in a child and hand on its lines; its exit code, or LIMIT after a last line that says why.

    ``word`` says one of time, memory, stopped in the reader's language. ``debug`` lets the child's errors through.
    """
    inlet, outlet = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(inlet)
        os._exit(_inside(work, outlet, megabytes, debug))
    os.close(outlet)
    watch = _Watch(child, seconds, megabytes)
    last = b""
    try:
        for line in _lines(inlet):
            last = line
            hand_on(line)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    except BaseException:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        raise
    finally:
        watch.stop()
    if code in _SAID:
        return code
    reason = watch.reason or ("memory" if code == _OUT_OF_MEMORY else "stopped")
    hand_on(_last(last, word(reason)))
    return LIMIT


def _last(before: bytes, message: str) -> bytes:
    """Where everything stood after the last whole line, and why it went no further."""
    known: Line = json.loads(before) if before else {}
    line = blank(known.get("step", 0) + 1, "failed")
    line |= {name: known[name] for name in ("open", "variables", "instances") if name in known}
    line["error"] = {"code": "limit", "message": message, "element": ""}
    return text_of(line)


def _lines(inlet: int) -> Iterator[bytes]:
    """Whole lines; what a stopped child left half said is dropped."""
    with os.fdopen(inlet, "rb") as pipe:
        for line in pipe:
            if line.endswith(b"\n"):
                yield line


class _Watch:
    """Ends the child when its time is up or its memory too large. The child's own limits are the first to strike."""

    def __init__(self, child: int, seconds: float, megabytes: int) -> None:
        self.reason = ""
        self._child = child
        self._bytes = megabytes * _MIB
        self._over = threading.Event()
        self._clock = threading.Timer(seconds, self._end, ["time"])
        self._clock.daemon = True
        self._clock.start()
        threading.Thread(target=self._look, daemon=True).start()

    def _look(self) -> None:
        while not self._over.wait(_LOOK):
            if _resident(self._child) > self._bytes:
                self._end("memory")

    def _end(self, reason: str) -> None:
        if not self._over.is_set():
            self.reason = self.reason or reason
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._child, signal.SIGKILL)

    def stop(self) -> None:
        self._over.set()
        self._clock.cancel()


def _resident(process: int) -> int:
    """Bytes of memory a process holds; 0 where that cannot be told."""
    try:
        with open(f"/proc/{process}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError, ValueError):
        return 0


# --- the child -----------------------------------------------------------------------------------------------------


def _inside(work: Callable[[Say], int], outlet: int, megabytes: int, debug: bool) -> int:
    said = 0

    def say(line: Line) -> None:
        nonlocal said
        said = line["step"]
        rest = memoryview(text_of(line))
        while rest:
            rest = rest[os.write(outlet, rest) :]

    try:
        _shut_up(debug)
        _bound(megabytes)
        return work(say)
    except MemoryError:
        return _OUT_OF_MEMORY
    except BaseException as fault:
        if debug:
            traceback.print_exc()
        line = blank(said + 1, "failed")
        line["error"] = {"code": "internal", "message": f"{type(fault).__name__}: {fault}"[:500], "element": ""}
        say(line)
        return LIMIT


def _shut_up(debug: bool) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    if not debug:
        os.dup2(nowhere, 2)


def _bound(megabytes: int) -> None:
    """Data a process may hold, and address space as a second net where the first is not kept by the system."""
    limits = {
        resource.RLIMIT_DATA: megabytes * _MIB,
        resource.RLIMIT_AS: (megabytes + 1024) * _MIB,
        resource.RLIMIT_CORE: 0,
    }
    for limit, wanted in limits.items():
        hard = resource.getrlimit(limit)[1]
        allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (allowed, hard))
