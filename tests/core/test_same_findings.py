"""Proves that a deployment says what lint says: everything that is wrong with all files at once, in the same words."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from engine import commands as c
from engine.database import reading
from engine.definitions.checks import check
from engine.definitions.deploying import known
from engine.definitions.findings import describe
from engine.errors import ModelRefused
from tests.core.place import Place
from tests.definitions.faulty import CASES
from tests.definitions.models import between, event, ext, flow, task, timer
from tests.definitions.test_form_files import form

FILES = {
    "one.bpmn": between(
        task(camunda__asignee="x", camunda__formRef="nowhere", camunda__dueDate="${1 +}", startQuantity="2")
        + event("boundaryEvent", "b", timer("timeDuration", "P10BD"), attachedToRef="t"),
        flow("fb", "b", "nowhere") + '<bpmn:complexGateway id="g"/>' + task(id="island", camunda__priority="high"),
        root='<bpmn:wobble id="w"/>',
    ),
    "two.bpmn": between(task("callActivity", calledElement="nowhere")).replace(b'"p"', b'"q"'),
    "three.dmn": b"<!DOCTYPE x><definitions/>",
    "four.form": json.dumps({"type": "default", "id": "f", "components": [{"type": "rainbow", "id": "r"}]}).encode(),
    "five.txt": b"",
    "six.bpmn": between(f'<bpmn:userTask id="t">{ext()}</bpmn:userTask>', '<bpmn:startEvent id="s2"/>'),
}
EXPECTED = {
    "attribute_unknown", "form_unknown", "expression_invalid", "quantity", "timer_invalid", "flow_dangling",
    "complex_gateway", "number_invalid", "element_unknown", "called_element_unknown", "xml_doctype",
    "form_type_unknown", "file_kind", "start_several", "key_twice", "gateway_without_way_out",
}  # fmt: skip


def refused(place: Place, files: dict[str, bytes]) -> ModelRefused:
    with pytest.raises(ModelRefused) as caught:
        place.system(c.Deploy, name="d", files=files)
    return caught.value


def test_all_that_is_wrong_with_all_files_is_told_at_once(place: Place) -> None:
    findings = list(refused(place, FILES).findings)
    assert {finding.code for finding in findings} >= EXPECTED
    with reading(place.engine.database) as connection:
        assert findings == check(FILES, known(connection, FILES))


def test_each_single_fault_is_told_by_both(place: Place) -> None:
    for code, model in CASES.items():
        files = {"m.bpmn": model}
        with reading(place.engine.database) as connection:
            expected = check(files, known(connection, files))
        if any(finding.severity == "error" for finding in expected):
            assert list(refused(place, files).findings) == expected, code
        else:
            assert place.system(c.Deploy, name="d", files=files).result["findings"] == expected, code


def test_lint_prints_the_same_words(place: Place, tmp_path: Path) -> None:
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    sapa = Path(sys.executable).with_name("sapa")
    command = [str(sapa), "lint", "--json", "--lang", "kk", *FILES]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    told = json.loads(done.stdout)["findings"]
    assert told == [describe(finding, "kk") for finding in refused(place, FILES).findings]


@pytest.mark.parametrize(
    ("binding", "refused_for"),
    [("", ["p"]), ("latest", ["p"]), ("deployment", []), ("version", [])],
)
def test_a_form_that_begins_deployed_cases_is_refused_once_it_asks_for_files(
    place: Place, binding: str, refused_for: list[str]
) -> None:
    more = f' camunda:formRefBinding="{binding}"' if binding else ""
    more += ' camunda:formRefVersion="1"' if binding == "version" else ""
    begun = between(task()).replace(b'id="s"', f'id="s" camunda:formRef="ask2"{more}'.encode(), 1)
    alone = {"ask.form": form()}
    place.system(c.Deploy, name="d", files=alone)  # a version that a model may name
    place.system(c.Deploy, name="d", files=alone | {"m.bpmn": begun})
    bringing = {"ask.form": form(type="filepicker")}
    with reading(place.engine.database) as connection:
        found = [one for one in check(bringing, known(connection, bringing)) if one.severity == "error"]
    assert [(one.code, one.file, one.params["process"]) for one in found] == [
        ("form_begins_case", "ask.form", process) for process in refused_for
    ]
    if found:
        assert list(refused(place, bringing).findings) == found
        place.system(c.Deploy, name="d", files=bringing | {"m.bpmn": between(task())})  # it begins otherwise now
    else:
        place.system(c.Deploy, name="d", files=bringing)
