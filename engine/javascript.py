"""Keeps the rest from knowing how JavaScript runs inside Python: quickjs, its threads, its limits, its questions.

Two worker threads hold all contexts; a context is never touched by any other thread (quickjs aborts the process then).
They start with the first call, and again in a forked child. A call waits for its turn in one queue.

quickjs cannot call Python while a time limit is set. A script that asks Python something is therefore stopped at the
question; the question is answered in the *calling* thread, and the script runs again with the answers so far. Scripts
are deterministic (clock pinned by the caller), so they come to the same questions again.
"""

from __future__ import annotations

import json
import os
import queue
import re
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

ASSETS = Path(__file__).parent / "assets"
WORKERS = 2
MEMORY = 128 << 20
_STACK = 1 << 20  # of JavaScript, bytes; the thread's own stack is larger
_THREAD_STACK = 16 << 20
_MOST_QUESTIONS = 1000
_MOST_JOBS = 100_000
_FUNCTION = re.compile(r"[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*")

_PRELUDE = """
globalThis.__desk = { answers: [], at: 0, question: null };
globalThis.__ask = (name, text) => {
  const desk = globalThis.__desk;
  if (desk.at < desk.answers.length) return desk.answers[desk.at++];
  if (desk.question === null) desk.question = [name, text];
  throw new Error('waiting for an answer');
};
const SystemDate = Date;
globalThis.__pin = now => {
  globalThis.Date = now === null ? SystemDate : class Date extends SystemDate {
    constructor(...args) { if (args.length) super(...args); else super(now); }
    static now() { return now; }
  };
};
globalThis.__call = (target, argsText, answersText, now) => {
  __pin(now);
  globalThis.__desk = { answers: JSON.parse(answersText), at: 0, question: null };
  let result, failure, failed = false;
  try { result = target(...JSON.parse(argsText)); } catch (error) { failed = true; failure = error; }
  const question = globalThis.__desk.question;
  if (question !== null) return JSON.stringify({ question });
  if (failed) throw failure;
  return JSON.stringify({ result: result === undefined ? 'null' : String(result) });
};
"""


class JavaScriptFailed(Exception):
    """A script threw; the message is the script's own."""


class JavaScriptLimit(Exception):
    """A script ran out of something; ``kind`` says of what: time, memory, stack, questions."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(kind)


@dataclass(slots=True)
class _Job:
    bundle: str
    function: str
    args: str
    answers: str
    now: float | None
    timeout: float
    memory: int
    used: float = 0.0
    done: Future[str] = field(default_factory=Future)


@dataclass(slots=True)
class Allowance:
    """Seconds of processor time that several calls share; each call takes away what it used."""

    left: float


class _Script:
    """One bundle in one context: used and dropped by the thread that made it."""

    def __init__(self, bundle: str) -> None:
        import quickjs

        self._context: Any = quickjs.Context()
        self._context.set_max_stack_size(_STACK)
        self._context.eval(_PRELUDE)
        self._context.eval((ASSETS / f"{bundle}.js").read_text(encoding="utf-8"))
        self._call: Any = self._context.get("__call")
        self._functions: dict[str, Any] = {}

    def run(self, job: _Job) -> str:
        """Raises JavaScriptLimit (the script must be dropped then) and JavaScriptFailed."""
        import quickjs

        began = time.thread_time()
        try:
            target = self._functions.get(job.function)
            if target is None:
                target = self._functions[job.function] = self._context.eval(job.function)
            self._context.set_memory_limit(job.memory)
            self._context.set_time_limit(job.timeout)
            result: str = self._call(target, job.args, job.answers, job.now)
            for _ in range(_MOST_JOBS):
                if not self._context.execute_pending_job():
                    break
            return result
        except quickjs.StackOverflow:
            raise JavaScriptLimit("stack") from None
        except quickjs.JSException as error:
            raise _translated(str(error)) from None
        finally:
            job.used += time.thread_time() - began
            self._context.set_time_limit(-1)
            self._context.set_memory_limit(-1)


def _translated(message: str) -> Exception:
    if "InternalError: interrupted" in message:
        return JavaScriptLimit("time")
    if "InternalError: out of memory" in message or message.strip() in ("null", ""):
        return JavaScriptLimit("memory")  # with nothing left quickjs cannot even make the error
    if "stack" in message and ("InternalError" in message or "RangeError: Maximum call stack" in message):
        return JavaScriptLimit("stack")
    return JavaScriptFailed(message.split("\n    at ", maxsplit=1)[0].strip())


def _work(jobs: queue.SimpleQueue[_Job]) -> None:
    scripts: dict[str, _Script] = {}
    while True:
        job = jobs.get()
        try:
            job.done.set_result(_perform(job, scripts))
        except Exception as error:
            job.done.set_exception(error)
        del job


def _perform(job: _Job, scripts: dict[str, _Script]) -> str:
    """A context in which a limit struck is dropped. What earlier calls left in memory is no fault of this one."""
    used = job.bundle in scripts
    try:
        if not used:
            scripts[job.bundle] = _Script(job.bundle)
        return scripts[job.bundle].run(job)
    except JavaScriptLimit as limit:
        del scripts[job.bundle]
        if not (used and limit.kind == "memory"):
            raise
    return _perform(job, scripts)


class JavaScript:
    """Runs functions of the bundles ``engine/assets/<bundle>.js``. Safe to share between threads and across fork."""

    def __init__(self, workers: int = WORKERS) -> None:
        self._workers = workers
        self._forget()
        os.register_at_fork(after_in_child=self._forget)

    def _forget(self) -> None:
        # In a forked child the threads are gone; what they held is left alone, because freeing it here would be
        # touching a context from another thread.
        self._lock = threading.Lock()
        self._jobs: queue.SimpleQueue[_Job] | None = None

    def _queue(self) -> queue.SimpleQueue[_Job]:
        with self._lock:
            if self._jobs is None:
                jobs: queue.SimpleQueue[_Job] = queue.SimpleQueue()
                before = threading.stack_size(_THREAD_STACK)
                try:
                    for number in range(self._workers):
                        threading.Thread(target=_work, args=(jobs,), name=f"javascript-{number}", daemon=True).start()
                finally:
                    threading.stack_size(before)
                self._jobs = jobs
            return self._jobs

    def call(
        self,
        bundle: str,
        function: str,
        *args: str,
        timeout: float = 2.0,
        memory: int = MEMORY,
        callbacks: Mapping[str, Callable[[str], str]] | None = None,
        now: datetime | None = None,
        allowance: Allowance | None = None,
    ) -> str:
        """The text that ``function`` of the bundle returns for the texts ``args``; all texts are JSON.

        ``timeout`` is seconds of processor time (of the whole process, as quickjs measures it), ``memory`` bytes.
        The script reaches ``callbacks`` by ``__ask(name, text)``; they run in the calling thread, in the order asked.
        ``now`` (aware) is what ``Date`` says during the call; without it the machine's time.
        ``allowance`` may be shared with other calls; with nothing left of it the limit strikes at once.
        Raises JavaScriptLimit, JavaScriptFailed, and whatever a callback raises.
        """
        if not _FUNCTION.fullmatch(function):
            raise ValueError(function)
        answers: list[str] = []
        instant = None if now is None else now.timestamp() * 1000
        while len(answers) <= _MOST_QUESTIONS:
            if allowance is not None:
                if allowance.left <= 0:
                    raise JavaScriptLimit("time")
                timeout = min(timeout, allowance.left)
            job = _Job(bundle, function, json.dumps(args), json.dumps(answers), instant, timeout, memory)
            self._queue().put(job)
            try:
                outcome = json.loads(job.done.result())
            finally:
                if allowance is not None:
                    allowance.left -= job.used
            question = outcome.get("question")
            if question is None:
                result: str = outcome["result"]
                return result
            name, text = question
            if callbacks is None or name not in callbacks:
                raise JavaScriptFailed(f"nobody answers {name}")
            answers.append(callbacks[name](text))
        raise JavaScriptLimit("questions")


javascript = JavaScript()
"""The process's one set of workers."""
