"""Keeps a soak run from knowing pytest: each suite in its own process, within its budget, with one report of all.

``python -m tests.soak [SUITE…]``; a suite is the name of a file without ``test_`` and ``.py``. Each may take
SAPA_SOAK_MINUTES (10); one that takes half as long again is stopped and has failed. Exit 1 when one failed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


@dataclass(frozen=True)
class Outcome:
    """What became of one suite."""

    suite: str
    passed: bool
    word: str
    seconds: float
    figures: dict[str, str]


def suites() -> list[str]:
    return sorted(file.stem.removeprefix("test_") for file in HERE.glob("test_*.py"))


def play(suite: str, seconds: float, folder: Path) -> Outcome:
    result, log = folder / f"{suite}.xml", folder / f"{suite}.log"
    options = [
        "-q",
        "-rA",
        "-m",
        "soak",
        "-p",
        "no:cacheprovider",
        "-o",
        "junit_family=xunit1",
        f"--junit-xml={result}",
    ]
    command = [sys.executable, "-m", "pytest", *options, str(HERE / f"test_{suite}.py")]
    environment = {**os.environ, "SAPA_SOAK_SECONDS": str(seconds)}
    started = time.monotonic()
    with log.open("w", encoding="utf-8") as output:
        try:
            limit = seconds * 1.5 + 120
            code = subprocess.run(
                command, cwd=ROOT, env=environment, stdout=output, stderr=output, timeout=limit, check=False
            ).returncode
            word = {0: "passed", 5: "no tests"}.get(code, "failed")
        except subprocess.TimeoutExpired:
            code, word = 1, "stopped: over budget"
    figures = {}
    if result.exists():
        # written a moment ago by our own process
        tree = ElementTree.parse(result)  # noqa: S314
        figures = {item.get("name", ""): item.get("value", "") for item in tree.iter("property")}
        if code == 0 and tree.find(".//skipped") is not None:
            word = "skipped"
    return Outcome(suite, code == 0, word, time.monotonic() - started, figures)


def report(outcomes: list[Outcome], minutes: float) -> str:
    lines = [f"# Soak run of {datetime.now().astimezone():%Y-%m-%d %H:%M %z}, {minutes:g} minutes for each suite", ""]
    lines += ["| suite | outcome | minutes | figures |", "|---|---|---|---|"]
    for one in outcomes:
        figures = ", ".join(f"{name} {value}" for name, value in one.figures.items())
        lines.append(f"| {one.suite} | {one.word} | {one.seconds / 60:.1f} | {figures} |")
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    known = suites()
    unknown = sorted(set(arguments) - set(known))
    if unknown:
        print(f"Unknown: {', '.join(unknown)}. There are: {', '.join(known)}", file=sys.stderr)
        return 2
    minutes = float(os.environ.get("SAPA_SOAK_MINUTES", "10"))
    folder = ROOT / "var" / "soak"
    folder.mkdir(parents=True, exist_ok=True)
    outcomes = []
    for suite in arguments or known:
        print(f"{suite}: up to {minutes:g} minutes …", flush=True)
        outcomes.append(play(suite, minutes * 60, folder))
        print(f"{suite}: {outcomes[-1].word} after {outcomes[-1].seconds:.0f} s", flush=True)
    text = report(outcomes, minutes)
    (folder / "report.md").write_text(text, encoding="utf-8")
    print(f"\n{text}\nvar/soak/report.md; what each suite said: var/soak/*.log")
    return 0 if all(one.passed for one in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
