"""``sapa bench W1 W2 … [--db URL] [--json]``: runs workloads and prints their figures beside the raw floor."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import yaml

from engine.bench.place import floor, place
from engine.bench.workloads import WORKLOADS


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser("bench", help="measure the workloads W1 to W5")
    parser.add_argument("workloads", nargs="*", metavar="W", help="W1 W2 W3 W4 W5 (default: all)")
    parser.set_defaults(run=run)


def _worded(figures: dict[str, Any]) -> dict[str, Any]:
    """Figures under the names of the report (``names.yaml``)."""
    names = yaml.safe_load((Path(__file__).parent / "names.yaml").read_text(encoding="utf-8"))
    return {names.get(name, name): figure for name, figure in figures.items()}


def run(args: argparse.Namespace) -> int:
    """Prints one JSON object with --json, else a line per workload. Exit 2 for an unknown workload."""
    names = [name.upper() for name in args.workloads] or list(WORKLOADS)
    unknown = sorted(set(names) - set(WORKLOADS))
    if unknown:
        print(f"unknown workload: {', '.join(unknown)}; known: {', '.join(WORKLOADS)}", file=sys.stderr)
        return 2
    url = getattr(args, "db", None)
    result: dict[str, Any] = {}
    with place(url) as at:
        result["floor_p50_ms"] = round(floor(at.url) * 1000, 3)
    for name in names:
        result[name] = WORKLOADS[name](url, lambda line: print(line, file=sys.stderr, flush=True))
        result[name] = _worded(result[name])
        if not args.json:
            print(f"{name}: {json.dumps(result[name])}", flush=True)
    if args.json:
        print(json.dumps(result))
    else:
        print(f"floor: {result['floor_p50_ms']} ms")
    return 0
