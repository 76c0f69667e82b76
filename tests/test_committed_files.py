"""Keeps what is committed fit for strangers: texts in three languages, no machine's paths, no registry's address."""

from __future__ import annotations

import ast
import re
import string
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from engine import errors
from engine.wording import catalogue

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = {"kk", "ru", "en"}

# Put together here, so that this file does not hold what it looks for.
HOSTS = re.compile(
    "|".join(
        re.escape(a + b) for a, b in [("pypi", ".org"), ("pythonhosted", ".org"), ("npmjs", ".org"), ("npmjs", ".com")]
    )
)
PATHS = re.compile(r"(?<![\w.<{$-])/" + r"(?:work|root|home/\w+|Users/\w+)/")


def committed() -> Iterator[tuple[str, str]]:
    """Name and text of every text file git keeps."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if path.is_file():
            data = path.read_bytes()
            if b"\0" not in data:
                yield name, data.decode("utf-8")


def test_no_registry_is_named() -> None:
    found = {f"{name}: {hit}" for name, text in committed() for hit in HOSTS.findall(text)}
    assert found == set()


def test_no_path_of_a_machine_is_named() -> None:
    found = {f"{name}: {hit}" for name, text in committed() for hit in PATHS.findall(text)}
    assert found == set()


def test_locked_node_packages_are_found_by_name_only() -> None:
    assert '"resolved"' not in (ROOT / "web" / "package-lock.json").read_text(encoding="utf-8")


def test_nothing_built_is_committed() -> None:
    built = ("engine/assets/", "web/static/vendor/", "web/node_modules/", ".venv/", "var/")
    assert [name for name, _ in committed() if name.startswith(built) and not name.endswith(".py")] == []


def placeholders(text: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field}


def test_every_sentence_is_there_in_three_languages() -> None:
    wrong = []
    for file in sorted((ROOT / "engine" / "wording").glob("*.yaml")):
        for code, texts in yaml.safe_load(file.read_text(encoding="utf-8")).items():
            if set(texts) != LANGUAGES or not all(isinstance(text, str) and text.strip() for text in texts.values()):
                wrong.append(f"{file.name}: {code}: not in kk, ru and en")
            elif len({frozenset(placeholders(text)) for text in texts.values()}) > 1:
                wrong.append(f"{file.name}: {code}: the languages fill in different values")
    assert wrong == []


def every_error(kind: type[errors.SapaError]) -> Iterator[type[errors.SapaError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from every_error(child)


def test_every_error_is_worded() -> None:
    assert [kind.__name__ for kind in every_error(errors.SapaError) if kind.code not in catalogue()] == []


def test_every_error_has_a_code_of_its_own() -> None:
    codes = [kind.code for kind in every_error(errors.SapaError) if "code" in vars(kind)]
    assert sorted(codes) == sorted(set(codes))


def project() -> dict[str, list[str]]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {"": settings["project"]["dependencies"], **settings["dependency-groups"]}


def locked(name: str) -> dict[str, str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return {canonicalize_name(found[0]): found[1] for found in re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.MULTILINE)}


def test_locks_hold_what_the_project_asks_for() -> None:
    wishes = {"requirements.lock": [""], "requirements-dev.lock": ["", "dev"], "requirements-build.lock": ["build"]}
    for file, groups in wishes.items():
        have = locked(file)
        for wish in (Requirement(line) for group in groups for line in project()[group]):
            version = have.get(canonicalize_name(wish.name))
            assert version, f"{file} lacks {wish}: ./run lock"
            assert wish.specifier.contains(version), f"{file}: {wish.name} {version} is not {wish.specifier}"
    assert locked("requirements.lock").items() <= locked("requirements-dev.lock").items()


def test_everything_imported_is_locked() -> None:
    owners = metadata.packages_distributions()
    have = locked("requirements.lock")
    missing = set()
    for file in (
        one for folder in ("engine", "web") for one in (ROOT / folder).rglob("*.py") if "node_modules" not in one.parts
    ):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules.append(node.module)
            for top in (
                {module.partition(".")[0] for module in modules} - set(sys.stdlib_module_names) - {"engine", "web"}
            ):
                if not any(canonicalize_name(owner) in have for owner in owners.get(top, [])):
                    missing.add(f"{file.relative_to(ROOT)}: {top}")
    assert missing == set()
