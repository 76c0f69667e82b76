"""Whatever form-js says itself, it says in Kazakh and Russian: a new version with a new string fails here."""

from __future__ import annotations

import re

import pytest

from tests.forms.samples import ROOT

LIBRARY = ROOT / "web" / "node_modules" / "@bpmn-io" / "form-js-viewer" / "dist" / "index.es.js"
CATALOGUE = (ROOT / "web" / "js" / "form-translations.js").read_text(encoding="utf-8")
_STRING = r"""(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")"""


def entries() -> dict[str, list[str]]:
    body = CATALOGUE[CATALOGUE.index("catalogue = {") : CATALOGUE.index("\n};")]
    found = re.finditer(rf"{_STRING}:\s*\[((?:\s*{_STRING},?)+)\s*\]", body)
    return {one[1] or one[2]: [text or other for text, other in re.findall(_STRING, one[3])] for one in found}


def test_every_string_of_the_library_is_translated() -> None:
    if not LIBRARY.exists():
        pytest.skip("web/node_modules is not installed")
    used = {one[1] or one[2] for one in re.finditer(rf"translate\({_STRING}", LIBRARY.read_text(encoding="utf-8"))}
    used -= {"HELLO {you}"}  # an example in a comment
    assert len(used) > 35
    assert used - set(entries()) == set()


def test_translations_keep_their_gaps_and_their_alphabet() -> None:
    for english, (kazakh, russian, *_) in entries().items():
        for text in (kazakh, russian):
            assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", english)), english
            letters = re.sub(r"{\w+}|pattern|JSON", "", text)
            assert not re.search("[A-Za-z]", letters), text
        assert not re.search("[ыэ]тся|ится", kazakh)
