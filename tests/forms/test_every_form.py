"""Every form: sound, complete in three languages, lets good answers through, names what is missing."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest

from engine import feel
from engine.definitions import forms
from tests.feel.world import SmallWorld
from tests.forms.samples import GOOD, NOW, ROOT, cases, opened, schemas

SCHEMAS = schemas()
LANGUAGES = ("kk", "ru", "en")


def files() -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for path in (ROOT / "forms").glob("*/*.form"))


@pytest.mark.parametrize("file", files())
def test_a_form_is_sound_and_lies_where_its_id_says(file: str) -> None:
    form = forms.read((ROOT / file).read_bytes(), file)
    assert form.findings == ()
    process, name = file.removeprefix("forms/").removesuffix(".form").split("/")
    assert form.id == f"{process}_{name}"
    assert (form.schema["executionPlatform"], form.schema["executionPlatformVersion"]) == ("Camunda Platform", "7.24.0")


@pytest.mark.parametrize("id", sorted(SCHEMAS))
def test_a_time_is_written_with_24_hours(id: str) -> None:
    def times(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for one in components:
            yield from times(one.get("components", []))
            if one["type"] == "datetime" and one.get("subtype") != "date":
                yield one

    assert [one["key"] for one in times(SCHEMAS[id]["components"]) if not one.get("use24h")] == []


@pytest.mark.parametrize("id", sorted(SCHEMAS))
def test_nobody_is_told_a_regular_expression(id: str) -> None:
    """A pattern has no words of its own: a check beside it says in three languages how the answer is written."""
    assert "'pattern':" not in str(SCHEMAS[id])


def test_every_form_has_a_sample() -> None:
    assert sorted(GOOD) == sorted(SCHEMAS)


@pytest.mark.parametrize(("id", "index"), cases())
def test_good_answers_pass_in_every_language_and_come_back_typed(id: str, index: int) -> None:
    variables, answers = GOOD[id][index]
    context = opened(SCHEMAS[id], variables)
    results = [forms.check(SCHEMAS[id], answers, lang, context, NOW) for lang in LANGUAGES]
    assert [result.errors for result in results] == [{}, {}, {}]
    assert results[0] == results[1] == results[2]
    for component, value in fields(SCHEMAS[id]["components"], results[0].data):
        assert isinstance(value, expected(component)), (component["key"], value)


@pytest.mark.parametrize(("id", "index"), cases())
def test_each_missing_answer_is_refused_beside_its_field(id: str, index: int) -> None:
    """The first in every language: the sentence is the library's, the same for every field."""
    variables, answers = GOOD[id][index]
    context = opened(SCHEMAS[id], variables)
    sent = {component["key"] for component, _ in fields(SCHEMAS[id]["components"], answers)}
    for number, (component, path) in enumerate(required(SCHEMAS[id]["components"], answers)):
        assert component["key"] in sent
        emptied = without(answers, path)
        languages = LANGUAGES if number == 0 else LANGUAGES[:1]
        found = [forms.check(SCHEMAS[id], emptied, lang, context, NOW) for lang in languages]
        sentences = [result.errors.get(".".join(path)) for result in found]
        assert all(sentences), (path, found[0].errors)
        assert len({tuple(one or ()) for one in sentences}) == len(languages)
        assert all(result.data == {} for result in found)


def test_a_list_that_is_offered_with_an_empty_row_wants_one() -> None:
    lists = [
        (id, one) for id, schema in SCHEMAS.items() for one in schema["components"] if one["type"] == "dynamiclist"
    ]
    offered = [(id, one) for id, one in lists if one.get("allowAddRemove") and one["defaultRepetitions"] > 0]
    assert offered
    free = [f"{id}: {one['path']}" for id, one in offered if "minRows" not in one["properties"]]
    assert free == [
        "expert_recommendations_progress: evidence",  # what has not begun has no evidence yet
        "meeting_cycle_collect_items: items",  # what other cases proposed is enough for an agenda
    ]


@pytest.mark.parametrize("id", sorted(SCHEMAS))
def test_a_list_or_group_has_no_hint_of_its_own(id: str) -> None:
    """form-js draws none there: what has to be said stands in a text before it, or it is never read."""
    silent = [one for one in walk(SCHEMAS[id]) if one["type"] in ("dynamiclist", "group") and one.get("description")]
    assert [one["path"] for one in silent] == []


@pytest.mark.parametrize("id", sorted(SCHEMAS))
def test_a_form_speaks_three_languages(id: str) -> None:
    assert forms.languages_missing(SCHEMAS[id]) == []
    shown = [forms.localised(SCHEMAS[id], lang) for lang in LANGUAGES]
    labels = [[c.get("label") or c.get("dateLabel") for c in walk(schema)] for schema in shown]
    assert labels[0] == [c.get("label") or c.get("dateLabel") for c in walk(SCHEMAS[id])]
    assert all(any(a != b for a, b in zip(labels[0], other, strict=True)) for other in labels[1:])


def walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for component in node.get("components", ()):
        yield component
        yield from walk(component)


def fields(components: list[dict[str, Any]], data: Any) -> Iterator[tuple[dict[str, Any], Any]]:
    """Each field with the value it has in ``data``, where it has one."""
    for component in components:
        inner = (data or {}).get(component.get("path") or component.get("key"))
        if component["type"] == "dynamiclist":
            for row in inner or []:
                yield from fields(component["components"], row)
        elif component["type"] == "group":
            yield from fields(component["components"], inner)
        elif inner is not None:
            yield component, inner


def required(
    components: list[dict[str, Any]], data: Any, at: tuple[str, ...] = ()
) -> Iterator[tuple[dict[str, Any], tuple[str, ...]]]:
    """Each required field that is answered, with its path."""
    for component in components:
        name = component.get("path") or component.get("key")
        inner = (data or {}).get(name)
        if component["type"] == "dynamiclist":
            for index, row in enumerate(inner or []):
                yield from required(component["components"], row, (*at, name, str(index)))
        elif component["type"] == "group":
            yield from required(component["components"], inner, (*at, name))
        elif inner is not None and component.get("validate", {}).get("required"):
            yield component, (*at, name)


def without(answers: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    """The answers with the field at ``path`` cleared, as a browser sends a cleared field."""
    result: Any = copy.deepcopy(answers)
    place = result
    for step in path[:-1]:
        place = place[int(step)] if isinstance(place, list) else place[step]
    old = place[path[-1]]
    place[path[-1]] = (
        False if isinstance(old, bool) else [] if isinstance(old, list) else "" if isinstance(old, str) else None
    )
    return dict(result)


def expected(component: dict[str, Any]) -> type | tuple[type, ...]:
    if component["type"] == "datetime":
        return datetime if component["subtype"] == "datetime" else date
    return {"checkbox": bool, "number": (int, float), "checklist": list, "taglist": list, "filepicker": list}.get(
        component["type"], str
    )


def test_inside_a_loop_names_are_looked_up_one_level_out() -> None:
    """feelers gives a row its own names alone: what lies outside is ``parent``'s, anything else is silently null."""
    bodies = {
        (file, body)
        for file in files()
        for body in re.findall(r"{{#loop \w+}}(.*?){{/loop}}", (ROOT / file).read_text())
    }
    assert {one for one in bodies if re.search(r"(?<!parent\.)\b_(people|units)\b", one[1])} == set()


@pytest.mark.parametrize("known", [{}, {"last_report": None, "open_capa": []}])
def test_7_1_s1_a_draft_begun_before_report_and_capa_were_looked_up_shows_neither(known: dict[str, Any]) -> None:
    """A case keeps the model it began by, yet shows the newest form."""
    texts = [
        one for one in walk(SCHEMAS["annual_plan_draft"]) if re.search("last_report|open_capa", one.get("text", ""))
    ]
    hidden = [feel.compile(one["conditional"]["hide"][1:]).evaluate(known, SmallWorld()) for one in texts]
    assert hidden == [True, True]
