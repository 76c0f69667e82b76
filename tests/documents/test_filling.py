"""Templates are filled in a fence: nothing of Python is within reach, and no answer spoils a document."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pypdfium2
import pytest
from docx import Document

from engine.documents.checking import Mark
from engine.documents.filling import Unfilled, environment, evaluate, fill
from engine.documents.laying import pdf

DAY = date(2026, 11, 24)
UNMARKED = Mark("", "")
LETTERS = "Ә Ғ Қ Ң Ө Ұ Ү Һ І ә ғ қ ң ө ұ ү һ і Ё ё № « » — 12/2026"


def template(*paragraphs: str) -> bytes:
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def filled(text: str, **facts: Any) -> str:
    word = fill(environment({}), template(text), facts, "x")
    return "\n".join(part.text for part in Document(io.BytesIO(word)).paragraphs)


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ }}", "{{ f.__globals__ }}", "{{ cycler }}",
        "{{ range(10) }}", "{{ 'a' * 1000000 }}", "{{ 9 ** 9 }}", "{% include 'layout.typ' %}", "{{ nobody }}",
        "{{ (1).__class__.__bases__ }}", "{% if %}", "{{ self.__init__ }}",
    ],
)  # fmt: skip
def test_a_template_reaches_nothing_but_the_facts(text: str) -> None:
    with pytest.raises(Unfilled):
        filled(text, answers={"a": 1}, f=lambda: 1)


def test_fields_come_before_methods_and_null_stays_null() -> None:
    facts = {"answers": {"items": [1, 2], "keys": "k"}}
    assert filled("{{ answers.items|length }} {{ answers.keys }}", **facts) == "2 k"
    for outside in ("{{ answers.get.__globals__ }}", "{{ answers|attr('__class__') }}"):
        assert filled(outside, **facts) == "—"
    assert filled("{{ answers.none }} {{ answers.none.deeper }}", **facts) == "— —"
    assert evaluate(environment({}), "answers.none.deeper", facts) is None


@pytest.mark.parametrize(
    "said",
    ["<w:t>&amp;\"'</w:t>", "{{ 1 + 1 }} {% raw %}", "#set text(red) $x$ *a* _b_ `c` \\ [d] @e",
     "a\x00b\x07c\x0cd\ud800e", LETTERS],
)  # fmt: skip
def test_what_people_typed_is_said_and_never_run(said: str) -> None:
    word = fill(environment({}), template("{{ said }}"), {"said": said}, "x")
    (paragraph,) = Document(io.BytesIO(word)).paragraphs
    assert paragraph.text == "".join(sign for sign in said if sign.isprintable())
    page = pypdfium2.PdfDocument(pdf(word, "kk", "x", DAY, "", UNMARKED))[0].get_textpage().get_text_range()
    assert "".join(paragraph.text.split()) in "".join(page.split())


def test_every_letter_of_kazakh_has_its_shape() -> None:
    """A letter that the font lacks is drawn as an empty box, which has no name in the PDF's text."""
    word = fill(environment({}), template("{{ said }}"), {"said": LETTERS}, "x")
    data = pdf(word, "kk", "x", DAY, "", UNMARKED)
    assert b"LibertinusSerif" in data.replace(b"-", b"").replace(b" ", b"") or b"Libertinus" in data


def test_lines_of_an_answer_stay_lines() -> None:
    word = fill(environment({}), template("{{ said }}"), {"said": "бір\nекі"}, "x")
    (paragraph,) = Document(io.BytesIO(word)).paragraphs
    assert paragraph.text == "бір\nекі"


def test_the_same_facts_give_the_same_bytes() -> None:
    first, second = (fill(environment({}), template("{{ n }}"), {"n": 1}, "x") for _ in range(2))
    assert pdf(first, "kk", "x", DAY, "f", UNMARKED) == pdf(second, "kk", "x", DAY, "f", UNMARKED)


def test_what_a_filter_says_of_a_constant_is_each_documents_own() -> None:
    """What is kept of a template between documents holds no answer of the document it was compiled for."""
    fences = [environment({"word": str.upper}), environment({"word": str.title})]
    form = template("{{ 'of two'|word }} {{ ['of one']|map('word')|first }}", "{% set a = 'all'|word %}{{ a }}")
    words = [Document(io.BytesIO(fill(fence, form, {}, "x"))).paragraphs for fence in fences]
    assert [[part.text for part in word] for word in words] == [["OF TWO OF ONE", "ALL"], ["Of Two Of One", "All"]]
    assert [evaluate(fence, "'of two'|word", {}) for fence in fences] == ["OF TWO", "Of Two"]


@pytest.mark.parametrize("expression", ["a b", "(", "a)", "a %}", "a -%}", "nobody", "a|nothing"])
def test_what_is_no_expression_over_the_facts_is_refused(expression: str) -> None:
    with pytest.raises(Unfilled):
        evaluate(environment({}), expression, {"a": 1})
