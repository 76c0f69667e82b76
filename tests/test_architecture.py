"""Keeps the shape of the code: who may import whom, where commits, time and chance live, no regulation in Python."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LONGEST_FILE = 400

COMMITS = {
    "engine/database.py": "opens transactions for everyone",
    "engine/bus.py": "one command, one transaction",
    "engine/bench/place.py": "the raw commit that everything is measured against",
}
"""Where a transaction may be opened or committed by hand; migrations do it through Alembic."""

TIME_AND_CHANCE = {
    "engine/world.py": "the one clock",
    "engine/instances.py": "the id of a new case is drawn once and recorded with its start",
    "engine/history/sealing.py": "salts and keys: recorded, never drawn again in a replay",
    "engine/sessions.py": "tokens of web sessions, which are not in the ledger",
    "engine/tokens.py": "personal tokens, of which the ledger has nothing",
    "engine/once.py": "salts of one-time codes, of which the ledger has nothing",
    "engine/resets.py": "secrets of reset links, of which the ledger has nothing",
    "engine/mail/feeds.py": "secret addresses of calendars, of which the ledger has nothing",
    "engine/mail/post.py": "names of letters that are about nothing of the record",
    "engine/bench/": "measures the machine",
    "engine/simulation/": "habits are drawn from a seed and come in as commands of people",
    "engine/runtime/determinism.py": "takes both away from SpiffWorkflow",
    "engine/pulse.py": "how long a page waits for a change, which is never recorded",
    "engine/notes/pictures.py": "how old a failure to draw a page is; pictures are never recorded",
    "engine/documents/drafting.py": "how old a failure to make a draft is; drafts are never recorded",
    "web/attempts.py": "counts attempts at signing in; nothing of it reaches the engine",
    "web/wiring.py": "numbers requests in the log and commands against double clicks",
}
"""Files, and folders with /, where the machine's clock or chance may be read.

The engine elsewhere is handed both, or replay would differ.
"""

SPIFF_TIME_AND_CHANCE = {
    # replaced by engine.runtime.determinism
    ("task.py", "uuid4"): 1,
    ("task.py", "time.time"): 3,
    # timers: never reached, due moments are computed by the engine and kept as rows
    ("bpmn/specs/event_definitions/timer.py", "datetime.now"): 6,
    # reading states of SpiffWorkflow before 1.3: there are none
    ("bpmn/serializer/migration/version_1_3.py", "uuid4"): 1,
}
"""Every source of time and chance in the installed SpiffWorkflow that has been looked at, with how often it occurs."""

_SOURCES = {
    "uuid1",
    "uuid4",
    "utcnow",
    "urandom",
    "getrandbits",
    "randint",
    "shuffle",
    "monotonic",
    "perf_counter",
}
_SOURCES_OF = {
    ("datetime", "now"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
    ("time", "localtime"),
    ("time", "gmtime"),
}
_MODULES_OF_CHANCE = {"random", "secrets"}


def python_files(*folders: str) -> list[Path]:
    return sorted(
        file for folder in folders for file in (ROOT / folder).rglob("*.py") if "node_modules" not in file.parts
    )


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def sources_of_time_and_chance(tree: ast.Module) -> Iterator[str]:
    """What a module calls of the machine's clock and chance, as it is written."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            modules = [node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
            yield from (module for module in modules if module in _MODULES_OF_CHANCE)
        if isinstance(node, ast.Attribute):
            owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            if node.attr in _SOURCES or (owner, node.attr) in _SOURCES_OF:
                yield f"{owner}.{node.attr}" if (owner, node.attr) in _SOURCES_OF else node.attr
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _SOURCES:
            yield node.func.id


def run(*command: str) -> None:
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_import_contracts_hold() -> None:
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_ruff_finds_nothing() -> None:
    run("ruff", "check", "--quiet", "--output-format", "concise", ".")


@pytest.mark.timeout(600)
def test_types_hold() -> None:
    run("mypy", "--no-error-summary")


def test_no_file_is_longer_than_a_person_reads() -> None:
    files = python_files("engine", "web", "tests")
    files += [file for kind in ("js/*.js", "styles/*.css", "templates/**/*.html") for file in (ROOT / "web").glob(kind)]
    lengths = {name_of(file): len(file.read_text(encoding="utf-8").splitlines()) for file in [*files, ROOT / "run"]}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_every_module_says_what_it_keeps_to_itself() -> None:
    silent = [name_of(file) for file in python_files("engine", "web", "tests") if not ast.get_docstring(tree_of(file))]
    assert silent == []


def test_one_place_commits() -> None:
    def ends_or_opens(node: ast.AST) -> bool:
        return (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("commit", "begin")
            and not node.args
        )

    found = {
        f"{name_of(file)}:{node.lineno}"
        for file in python_files("engine", "web")
        if name_of(file) not in COMMITS and "migrations" not in file.parts
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.Call) and ends_or_opens(node)
    }
    assert found == set(), f"only these open or end a transaction: {sorted(COMMITS)}"


def excepted(file: Path) -> str | None:
    """The entry of the list above that covers this file."""
    name = name_of(file)
    return next((one for one in TIME_AND_CHANCE if name == one or (one.endswith("/") and name.startswith(one))), None)


def test_time_and_chance_come_from_the_world_only() -> None:
    found = {
        f"{name_of(file)}: {source}"
        for file in python_files("engine", "web")
        if not excepted(file)
        for source in sources_of_time_and_chance(tree_of(file))
    }
    assert found == set(), f"only these may: {TIME_AND_CHANCE}"


def test_every_exception_from_the_clock_rule_is_needed() -> None:
    used = {excepted(file) for file in python_files("engine", "web") if any(sources_of_time_and_chance(tree_of(file)))}
    assert {name for name in TIME_AND_CHANCE if not name.endswith("/")} - used == set()


def test_spiffworkflow_has_no_other_source_of_time_or_chance() -> None:
    spec = find_spec("SpiffWorkflow")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    found = Counter(
        (file.relative_to(package).as_posix(), source)
        for file in package.rglob("*.py")
        for source in sources_of_time_and_chance(ast.parse(file.read_text(encoding="utf-8")))
    )
    assert found == Counter(SPIFF_TIME_AND_CHANCE), f"SpiffWorkflow {metadata.version('SpiffWorkflow')}"


def regulation_words() -> tuple[str, ...]:
    lines = (ROOT / "tests" / "regulation_words.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line.strip().casefold() for line in lines if line.strip() and not line.startswith("#"))


def words_of(text: str) -> Iterator[str]:
    """The words of a text, of snake_case and of CamelCase, in small letters."""
    for run_of_letters in re.findall(r"[^\W\d_]+", text):
        yield from (
            part.casefold()
            for part in re.findall(r"[^\W\d_a-zа-яәғқңөұүһі]*[^\W\d_A-ZА-ЯӘҒҚҢӨҰҮҺІ]*", run_of_letters)
            if part
        )


def test_words_are_taken_apart() -> None:
    assert list(words_of("quorum_of(BallotBox, 'Төраға') x2")) == ["quorum", "of", "ballot", "box", "төраға", "x"]


def test_no_regulation_in_python() -> None:
    words = regulation_words()
    found = []
    for file in python_files("engine", "web"):
        with file.open("rb") as source:
            for token in tokenize.tokenize(source.readline):
                if token.type == tokenize.NAME and token.string == "Protocol":
                    continue
                hits = {word for word in words_of(token.string) if word.startswith(words)}
                found += [f"{name_of(file)}:{token.start[0]}: {word}" for word in sorted(hits)]
    assert found == []
