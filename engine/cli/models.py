"""``sapa lint``, ``where``, ``deploy``: what is wrong with models, where a clause is decided, new versions."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from engine.cli import files
from engine.cli.main import FAILED, MISUSED, language
from engine.cli.refusing import Unusable
from engine.definitions.findings import describe
from engine.definitions.model import Finding, Process
from engine.errors import ModelRefused, NotFound
from engine.wording import say

_LANGUAGES = ("kk", "ru", "en")


def add(subparsers: Any) -> None:
    lint = subparsers.add_parser("lint", help="say what is wrong with models and forms")
    lint.add_argument("files", nargs="+", metavar="FILE", help=".bpmn, .dmn and .form files, or folders of them")
    lint.set_defaults(run=run_lint)
    where = subparsers.add_parser("where", help="say where a clause of the regulation is decided")
    where.add_argument("clause", metavar="CLAUSE", help="a number such as 7.3.1; what lies below it is included")
    where.set_defaults(run=run_where)
    deploy = subparsers.add_parser("deploy", help="deploy models and forms; refused whole if one has an error")
    deploy.add_argument("files", nargs="*", metavar="FILE", help="files or folders (default: those of the program)")
    deploy.add_argument("--as", dest="login", default="", metavar="LOGIN", help="who proposes it (default: the set-up)")
    deploy.add_argument("--name", default="", help="what to call the deployment")
    deploy.add_argument("--why", default="", metavar="TEXT", help="with --as: why the change is needed")
    deploy.set_defaults(run=run_deploy)
    for parser in (lint, where, deploy):
        parser.add_argument("--lang", choices=_LANGUAGES, default=argparse.SUPPRESS, help="language of the answer")


# --- lint ----------------------------------------------------------------------------------------------------------


def run_lint(args: argparse.Namespace) -> int:
    """Exit 0 without errors, 1 with one, 2 when a file cannot be read."""
    from engine.definitions import checks

    lang = args.lang or language()
    try:
        given = files.read(args.files)
    except Unusable as problem:
        _unreadable(problem, args.json, lang)
        return MISUSED
    findings = checks.check(given, _known(given))
    if args.json:
        print(json.dumps({"findings": [describe(finding, lang) for finding in findings]}, ensure_ascii=False))
    else:
        _show(findings, lang)
        print(say("cli.lint_sum", lang, {"files": len(given), **_counted(findings)}), file=sys.stderr)
    return FAILED if any(finding.severity == "error" for finding in findings) else 0


def _unreadable(problem: Unusable, as_json: bool, lang: str) -> None:
    if as_json:
        file = str(problem.params["file"])
        finding = {
            "severity": "error", "file": file, "element": "", "name": "", "line": 0, "code": "file_unreadable",
            "message": problem.say(lang), "remedy": say("cli.unreadable_remedy", lang),
        }  # fmt: skip
        print(json.dumps({"findings": [finding]}, ensure_ascii=False))
    print(f"sapa lint: {problem.say(lang)}", file=sys.stderr)


def _known(given: Mapping[str, bytes]) -> Any:
    """What a model may refer to: the files at hand and everything that comes with the program."""
    from engine.definitions import checks, decisions, reader
    from engine.definitions.checking import fields
    from engine.definitions.checking.form_files import id_of, takes_files
    from engine.runtime.operations import OPERATIONS

    processes: list[Process] = []
    decided: set[str] = set()
    forms: dict[str, bool] = {}  # does it take files?
    for file, content in files.shipped().items():
        if file not in given:
            kind = checks.kind_of(file)
            with suppress(ModelRefused):  # lint it by name to hear why
                if kind == "bpmn":
                    processes += reader.read(content, file).processes
                elif kind == "dmn":
                    decided |= {decision.id for decision in decisions.read(content, file).decisions}
                else:
                    forms[id_of(content)] = takes_files(content)
    return checks.Known.of_house(
        processes=frozenset(process.id for process in processes),
        decisions=frozenset(decided),
        forms=frozenset(forms),
        operations=frozenset(OPERATIONS),
        filing=frozenset(form for form, filing in forms.items() if filing),
        beginning=fields.beginning(processes),
    )


def _show(findings: Sequence[Finding], lang: str) -> None:
    for finding in findings:
        told = describe(finding, lang)
        place = f"{told['file']}:{told['line']}" if told["line"] else told["file"]
        element = f" ({told['element']})" if told["element"] else ""
        print(f"{place}: {say('cli.' + told['severity'], lang)}: {told['message']}{element} [{told['code']}]")
        print(f"    {told['remedy']}")


def _counted(findings: Sequence[Finding]) -> dict[str, int]:
    return {kind: sum(f.severity == kind for f in findings) for kind in ("error", "warning", "info")}


# --- where ---------------------------------------------------------------------------------------------------------


def run_where(args: argparse.Namespace) -> int:
    """Exit 1 when nothing says that it decides this clause."""
    from engine.definitions import regulation
    from engine.definitions.clauses import Clauses

    lang = args.lang or language()
    places = Clauses.of_checkout(files.HOME).where(args.clause)
    if args.json:
        print(json.dumps([place.as_json(lang) for place in places], ensure_ascii=False))
        return 0 if places else FAILED
    for place in places:
        told = place.as_json(lang)
        row = say("cli.where_row", lang, {"row": told["row"]}) if told["row"] else ""
        at = f"{told['file']}:{told['line']}" if told["line"] else told["file"]
        what = " ".join(filter(None, (told["test"] or told["element"], row, told["name"])))
        print(f"{told['clause']:<10} {say(f'cli.where_{place.carrier}', lang):<12} {at}  {what}")
    if not places:
        known = args.clause in regulation.clauses() or args.clause in regulation.headings()
        code = "cli.where_nothing" if known else "cli.where_unknown"
        print(say(code, lang, {"clause": args.clause}), file=sys.stderr)
    return 0 if places else FAILED


# --- deploy --------------------------------------------------------------------------------------------------------


def run_deploy(args: argparse.Namespace) -> int:
    """Exit 1 when the files are refused; nothing is deployed then. What a person gives is a proposal, as elsewhere."""
    from engine import Settings, open_engine
    from engine import commands as c

    lang = args.lang or language()
    try:
        given = files.read(args.files) if args.files else files.shipped()
    except Unusable as problem:
        print(f"sapa deploy: {problem.say(lang)}", file=sys.stderr)
        return MISUSED
    engine = open_engine(Settings.from_environment(args.db))
    try:
        name = args.name or "sapa deploy"
        command: c.Command = c.Deploy(actor=c.SYSTEM, name=name, files=given)
        if args.login:
            found = engine.sessions.sign_in(args.login)
            if found is None:
                raise NotFound(what=args.login)
            command = c.ProposeModels(actor=found.person, name=name, files=given, why=args.why)
        done = engine.handle(command)
    except ModelRefused as refused:
        _report(refused.findings, {}, args.json, lang)
        print(f"sapa deploy: {refused.say(lang)}", file=sys.stderr)
        return FAILED
    finally:
        engine.close()
    if args.login:
        _proposed(done.result["findings"], done.result["proposal"], args.json, lang)
    else:
        _report(done.result["findings"], done.result["definitions"], args.json, lang)
    return 0


def _proposed(findings: Sequence[Finding], proposal: int, as_json: bool, lang: str) -> None:
    if as_json:
        print(json.dumps({"proposal": proposal, "findings": [describe(one, lang) for one in findings]}))
        return
    _show([finding for finding in findings if finding.severity != "info"], lang)
    print(say("cli.proposed", lang, {"proposal": proposal}))


def _report(findings: Sequence[Finding], definitions: Mapping[str, str], as_json: bool, lang: str) -> None:
    if as_json:
        told = [describe(finding, lang) for finding in findings]
        print(json.dumps({"definitions": dict(definitions), "findings": told}, ensure_ascii=False))
        return
    _show([finding for finding in findings if finding.severity != "info"], lang)
    for name, id in definitions.items():
        print(say("cli.deployed", lang, {"kind": say(f"cli.{name.partition('/')[0]}", lang), "id": id}))
    if not definitions and not any(finding.severity == "error" for finding in findings):
        print(say("cli.deployed_nothing", lang))
