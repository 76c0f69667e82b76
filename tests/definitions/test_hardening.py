"""Proves that hostile XML is refused quickly, with one finding and without touching files, network or much memory."""

from __future__ import annotations

import time
import tracemalloc

import pytest

from engine.definitions.hardening import MAX_BYTES, MAX_DEPTH, MAX_ELEMENTS
from engine.definitions.model import Finding
from engine.definitions.reader import MAX_NODES, read
from engine.errors import ModelRefused
from tests.definitions.models import HEAD, between, task

LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + b"".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">'.encode() for n in range(12)
    )
    + b"]><bpmn>&m;</bpmn>"
)  # fmt: skip
XXE = b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><definitions>&x;</definitions>'
REMOTE = b'<!DOCTYPE d SYSTEM "http://127.0.0.1:9/evil.dtd"><definitions/>'
PARAMETER = b'<!DOCTYPE d [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p">%p;]><definitions/>'
QUADRATIC = b'<!DOCTYPE d [<!ENTITY x "' + b"A" * 100_000 + b'">]><d>' + b"&x;" * 10_000 + b"</d>"


def refused(xml: bytes) -> Finding:
    with pytest.raises(ModelRefused) as caught:
        read(xml, "m.bpmn")
    (finding,) = caught.value.findings
    assert finding.severity == "error"
    assert finding.file == "m.bpmn"
    return finding


@pytest.mark.parametrize("xml", [LAUGHS, XXE, REMOTE, PARAMETER, QUADRATIC, XXE.decode().encode("utf-16")])
def test_any_doctype_is_refused_before_it_is_read(xml: bytes) -> None:
    tracemalloc.start()
    started = time.process_time()
    assert refused(xml).code == "xml_doctype"
    assert time.process_time() - started < 1
    assert tracemalloc.get_traced_memory()[1] < 50_000_000
    tracemalloc.stop()


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"\0\0\0",
        b"<a",
        b"<a></b>",
        b"<a>&unknown;</a>",
        b'<?xml version="1.0" encoding="martian"?><a/>',
        b"<a>\xff\xfe</a>",
        b"<a>\0</a>",
        b"<a>" + b"\0" * 3 + b"</a>",
        b"PK\x03\x04\x14\0\0\0",
        b'<?xml version="1.0" encoding="utf-7"?><a>+ADw-b+AD4-</a>',
        "<a>\u0000</a>".encode("utf-16"),
        b"not xml",
        "<a>\ud800</a>".encode("utf-8", "surrogatepass"),
        b'<a xmlns:x="http://www.w3.org/XML/1998/namespace"/>',
    ],
)
def test_broken_xml_is_one_finding_with_its_line(xml: bytes) -> None:
    assert refused(xml).code == "xml_broken"


def test_the_line_of_the_break_is_told() -> None:
    assert refused(b"<a>\n<b>\n</a>").line == 3


def test_another_root_is_named() -> None:
    finding = refused(b"<html/>")
    assert (finding.code, finding.params["root"]) == ("not_bpmn", "html")


def test_too_deep_is_refused_and_deep_enough_is_not() -> None:
    assert refused(b"<a>" * 5000 + b"</a>" * 5000).code == "xml_too_deep"
    inner = "<x>" * (MAX_DEPTH - 1) + "</x>" * (MAX_DEPTH - 1)
    assert read(f"{HEAD}{inner}</bpmn:definitions>".encode(), "m").processes == ()


def test_too_large_is_refused_unread() -> None:
    assert refused(between(task()) + b" " * MAX_BYTES).code == "xml_too_large"


def test_a_flood_of_attributes_is_refused_in_time() -> None:
    flood = " ".join(f'a{n}="{n}"' for n in range(100_000))
    started = time.process_time()
    assert refused(f"{HEAD}<bpmn:message {flood}/></bpmn:definitions>".encode()).code == "xml_attributes"
    assert time.process_time() - started < 2


def test_a_flood_of_elements_is_read_in_time_up_to_the_limit() -> None:
    started = time.process_time()
    elements = '<bpmn:message id="m"/>' * 100_000
    assert read(f"{HEAD}{elements}</bpmn:definitions>".encode(), "m").messages == {"m": ""}
    more = '<bpmn:message id="m"/>' * (MAX_ELEMENTS + 1)
    assert refused(f"{HEAD}{more}</bpmn:definitions>".encode()).code == "xml_too_many"
    assert time.process_time() - started < 4


def test_more_nodes_than_are_checked_in_time_are_refused_at_once() -> None:
    started = time.process_time()
    many = "".join(f'<bpmn:task id="t{n}"/>' for n in range(MAX_NODES + 1))
    halves = f'{HEAD}<bpmn:process id="p"/><bpmn:process id="q">{many}</bpmn:process></bpmn:definitions>'
    assert refused(halves.encode()).code == "too_many_nodes"
    assert time.process_time() - started < 2


def test_comments_and_instructions_are_no_part_of_a_model() -> None:
    plain = between(task())
    noisy = plain.replace(b"<bpmn:endEvent", b'<!-- <bpmn:userTask id="no"/> --><?php echo 1 ?><bpmn:endEvent')
    assert set(read(noisy, "m").processes[0].nodes) == set(read(plain, "m").processes[0].nodes)
