"""Keeps every reader of XML from knowing how hostile XML is: a tree comes out, or one finding that says what is wrong.

No DTD (any DOCTYPE is refused before anything in it is read), so no entities; no network; bounded size and depth
(OWASP XML External Entity Prevention; libxml2's own limits stay on).
"""

from __future__ import annotations

from collections.abc import Callable
from xml.parsers import expat

from lxml import etree

from engine.definitions.model import Finding
from engine.errors import ModelRefused

MAX_BYTES = 5 * 1024 * 1024
MAX_ELEMENTS = 150_000
MAX_ATTRIBUTES = 500
"""Of one element. libxml2 looks for an attribute from the first to the last."""
MAX_DEPTH = 250
"""Deepest element. libxml2 itself stops at 256 while ``huge_tree`` is off."""


def readable(data: bytes) -> str:
    """A file that was let in, as text: in the encoding that it declares itself, which need not be UTF-8.

    The text of another encoding loses its declaration, which would not be true of it any more.
    """
    try:
        tree = _tree(data).getroottree()
        if (tree.docinfo.encoding or "UTF-8").upper() not in ("UTF-8", "US-ASCII", "ASCII"):
            return etree.tostring(tree, encoding="unicode")
    except _Refused:
        pass  # what cannot be read as XML is shown as it is
    return data.decode("utf-8-sig", "replace")


class _Refused(Exception):
    def __init__(self, code: str, line: int, **params: str) -> None:
        self.code, self.line, self.params = code, line, params
        super().__init__(code)


def parse(data: bytes, file: str) -> etree._Element:
    """The root element of ``data``, comments and processing instructions dropped.

    Raises ModelRefused with exactly one finding: ``xml_too_large``, ``xml_doctype``, ``xml_too_deep``,
    ``xml_too_many``, ``xml_attributes`` or ``xml_broken``.
    """
    try:
        if len(data) > MAX_BYTES:
            raise _Refused("xml_too_large", 0, limit=str(MAX_BYTES // 1024 // 1024))
        _scan(data)
        return _tree(data)
    except _Refused as refused:
        finding = Finding("error", file, "", "", refused.line, refused.code, refused.params)
        raise ModelRefused([finding]) from None


def _scan(data: bytes) -> None:
    """First pass: stops at the first DOCTYPE, at too much depth and at too many elements, before any tree is built."""
    parser = expat.ParserCreate(namespace_separator=None)
    depth = count = 0

    def doctype(*_: object) -> None:
        raise _Refused("xml_doctype", parser.CurrentLineNumber)

    def start(_: str, attributes: dict[str, str]) -> None:
        nonlocal depth, count
        depth, count = depth + 1, count + 1
        if count > MAX_ELEMENTS:
            raise _Refused("xml_too_many", parser.CurrentLineNumber, limit=str(MAX_ELEMENTS))
        if len(attributes) > MAX_ATTRIBUTES:
            raise _Refused("xml_attributes", parser.CurrentLineNumber, limit=str(MAX_ATTRIBUTES))
        if depth > MAX_DEPTH:
            raise _Refused("xml_too_deep", parser.CurrentLineNumber, limit=str(MAX_DEPTH))

    def end(*_: object) -> None:
        nonlocal depth
        depth -= 1

    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    _guarded(lambda: parser.Parse(data, True))


def _tree(data: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise _Refused("xml_broken", int(error.lineno or 0), reason=str(error.msg)) from None
    except (ValueError, LookupError, etree.LxmlError) as error:
        raise _Refused("xml_broken", 0, reason=str(error)) from None


def _guarded(scan: Callable[[], object]) -> None:
    try:
        scan()
    except expat.ExpatError as error:
        reason = expat.errors.messages.get(error.code, str(error))
        raise _Refused("xml_broken", error.lineno, reason=reason) from None
    except (ValueError, LookupError) as error:  # an encoding Python does not know
        raise _Refused("xml_broken", 1, reason=str(error)) from None
