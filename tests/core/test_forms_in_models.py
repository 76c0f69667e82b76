"""camunda:formData is a form like any other: shown, checked and typed; and a form is the version its binding says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest

from engine import commands as c
from engine.database import ru_incident, ru_task
from engine.values import ALMATY
from tests.core.place import SECRETARY, Place, user
from tests.play import models as m

S, E, Z = m.start(), m.end(), user("z")


@pytest.fixture(autouse=True)
def _verified(place: Place) -> Iterator[None]:
    yield
    assert place.verified()


def field(id: str, type: str, inner: str = "", **more: str) -> str:
    attributes = m.attributes(id=id, type=type, **more)
    return f"<camunda:formField{attributes}>{inner}</camunda:formField>"


def constraints(**given: str) -> str:
    parts = "".join(f"<camunda:constraint{m.attributes(name=name, config=value)}/>" for name, value in given.items())
    return f"<camunda:validation>{parts}</camunda:validation>"


def data(*fields: str) -> str:
    return f"<camunda:formData>{''.join(fields)}</camunda:formData>"


CHOICES = '<camunda:value id="a" name="Бірінші"/><camunda:value id="b" name="Екінші"/>'
TEXTS = (
    '<camunda:properties><camunda:property id="label:ru" value="Вид"/><camunda:property id="label:en" value="Kind"/>'
    '<camunda:property id="value:a:ru" value="Первый"/><camunda:property id="value:a:en" value="First"/>'
    "</camunda:properties>"
)
EVERYTHING = data(
    field("subject", "string", constraints(required="", minlength="3", maxlength="8"), label="Тақырып"),
    field("count", "long", constraints(min="1", max="9")),
    field("share", "double"),
    field("agreed", "boolean", constraints(required="")),
    field("day", "date"),
    field("at", "date", datePattern="dd/MM/yyyy HH:mm"),
    field("kind", "enum", CHOICES + TEXTS, label="Түрі"),
)
GOOD: dict[str, Any] = {
    "subject": "Есеп", "count": 3, "share": 0.5, "agreed": False, "day": "2026-09-30", "at": "2026-09-30T10:30",
    "kind": "a",
}  # fmt: skip


def opened(place: Place, case: str, element: str = "n") -> Any:
    task = next(row.id for row in place.rows(ru_task) if (row.instance, row.element) == (case, element))
    return place.engine.reader(SECRETARY).task(task)


def answered(place: Place, view: Any, lang: str = "kk", **answers: Any) -> Any:
    return place.engine.form_check(view.form, answers, lang, view.data)


def asking(fields: str, **more: str) -> str:
    return m.process("p", S, user("n", inner=fields, **more), Z, E, "s -> n -> z -> e")


def test_answers_have_the_types_of_their_fields(place: Place) -> None:
    place.deploy(asking(EVERYTHING))
    result = answered(place, opened(place, place.start()), **GOOD)
    assert result.errors == {}
    at = datetime(2026, 9, 30, 10, 30, tzinfo=ALMATY)
    assert result.data == {**GOOD, "day": date(2026, 9, 30), "at": at}
    assert [type(result.data[name]) for name in ("count", "share", "agreed", "day")] == [int, float, bool, date]


@pytest.mark.parametrize(
    ("answers", "where"),
    [
        ({"subject": ""}, "subject"),
        ({"subject": "ab"}, "subject"),
        ({"subject": "тым ұзын мәтін"}, "subject"),
        ({"count": 0}, "count"),
        ({"count": 10}, "count"),
        ({"count": 1.5}, "count"),
        ({"count": "many"}, "count"),
        ({"day": "tomorrow"}, "day"),
        ({"kind": "c"}, "kind"),
    ],
)
def test_answers_that_break_a_constraint_are_refused_at_their_field(
    place: Place, answers: dict[str, Any], where: str
) -> None:
    place.deploy(asking(EVERYTHING))
    result = answered(place, opened(place, place.start()), **{**GOOD, **answers})
    assert list(result.errors) == [where]


def test_the_form_speaks_three_languages(place: Place) -> None:
    place.deploy(asking(EVERYTHING))
    labels = place.engine.reader(SECRETARY).labels("p:1")
    assert labels["kind"].names == {"kk": "Түрі", "ru": "Вид", "en": "Kind"}
    assert labels["kind"].choices["a"] == {"kk": "Бірінші", "ru": "Первый", "en": "First"}


DEFAULTS = data(
    field("plain", "string", defaultValue="жоқ"),
    field("told", "string", defaultValue="${x + 1}"),
    field("count", "long", defaultValue="7"),
    field("yes", "boolean", defaultValue="true"),
    field("day", "date", defaultValue="31/12/2026"),
    field("later", "date", defaultValue="${today()}"),
    field("kind", "enum", CHOICES, defaultValue="b"),
    field("there", "long", defaultValue="1"),
    field("fixed", "long", constraints(readonly=""), defaultValue="${x * 2}"),
)
OPENED = {
    "plain": "жоқ", "told": "5", "count": 7, "yes": True, "day": "2026-12-31", "later": "2026-09-01", "kind": "b",
    "there": 3, "fixed": 8,
}  # fmt: skip


def test_a_form_opens_with_its_defaults_and_what_is_known(place: Place) -> None:
    place.deploy(asking(DEFAULTS))
    view = opened(place, place.start(x=4, there=3))
    assert {name: view.data[name] for name in OPENED} == OPENED
    result = answered(place, view, fixed=99, count=None)
    assert (result.errors, result.data["count"], "fixed" in result.data) == ({}, None, False)


def test_what_nobody_was_asked_for_has_its_default_afterwards(place: Place) -> None:
    after = m.script("t", "[plain, count, day, fixed]", "seen")
    place.deploy(m.process("p", S, user("n", inner=DEFAULTS), after, Z, E, "s -> n -> t -> z -> e"))
    case = place.start(x=4)
    place.do(case, "n", plain="бар", count=None)
    execution = place.engine.bus.hot.take(case, 2)
    assert execution is not None
    assert execution.scopes[1]["seen"] == ["бар", None, date(2026, 12, 31), 8]


def test_a_default_of_another_type_leaves_its_field_empty_and_is_an_incident_when_left_out(place: Place) -> None:
    place.deploy(asking(data(field("count", "long", defaultValue="${x}"))))
    case = place.start(x="many")
    assert "count" not in opened(place, case).data
    place.do(case, "n")
    row = place.rows(ru_incident)[0]
    assert (row.code, json.loads(row.params)) == ("field_default", {"field": "count", "type": "long", "value": "many"})
    place.system(c.CorrectVariables, instance=case, variables={"count": 5}, reason="қате")
    place.system(c.RetryIncident, instance=case, incident=row.id)
    assert place.tasks(case) == ["z"]


def test_a_start_form_may_stand_in_the_model(place: Place) -> None:
    start = m.start("s", m.extensions(data(field("subject", "string", defaultValue="жаңа"), field("n", "long"))))
    place.deploy(m.process("p", start, Z, E, "s -> z -> e", camunda_candidateStarterUsers=SECRETARY))
    view = next(row for row in place.engine.reader(SECRETARY).startable() if row.school == "eng")
    assert (view.data["subject"], view.form_id) == ("жаңа", "")
    result = place.engine.form_check(view.form, {"subject": "есеп", "n": 2}, "kk", view.data)
    assert (result.errors, result.data) == ({}, {"subject": "есеп", "n": 2})
    case = place.start(n=2)
    assert opened(place, case, "z").state == "open"


# --- deployed forms ------------------------------------------------------------------------------------------------


def form(label: str, id: str = "ask") -> bytes:
    component = {"type": "textfield", "id": "f1", "key": "a", "label": label,
                 "properties": {"label:ru": label, "label:en": label}}  # fmt: skip
    return json.dumps({"type": "default", "id": id, "schemaVersion": 19, "components": [component]}).encode()


def shown(place: Place, case: str) -> str:
    view = opened(place, case)
    return str(view.form["components"][0]["label"])


def bound(place: Place, **more: str) -> str:
    """A case of a process deployed with the first form; the second came after."""
    file = m.model(asking("", **{f"camunda_{name}": value for name, value in more.items()}))
    place.system(c.Deploy, name="d", files={"p.bpmn": file, "ask.form": form("бірінші")})
    case = place.start(which="ask", v=1)
    place.later(minutes=1)
    place.system(c.Deploy, name="d", files={"ask.form": form("екінші")})
    return case


@pytest.mark.parametrize(
    ("more", "before", "after"),
    [
        ({"formRef": "ask"}, "екінші", "екінші"),
        ({"formRef": "ask", "formRefBinding": "latest"}, "екінші", "екінші"),
        ({"formRef": "ask", "formRefBinding": "deployment"}, "бірінші", "бірінші"),
        ({"formRef": "ask", "formRefBinding": "version", "formRefVersion": "1"}, "бірінші", "бірінші"),
        ({"formRef": "${which}"}, "екінші", "екінші"),
        ({"formRef": "${which}", "formRefBinding": "deployment"}, "бірінші", "бірінші"),
        ({"formRef": "${which}", "formRefBinding": "version", "formRefVersion": "${v}"}, "бірінші", "екінші"),
    ],
)
def test_a_form_is_the_version_its_binding_says(place: Place, more: dict[str, str], before: str, after: str) -> None:
    case = bound(place, **more)
    assert (shown(place, case), shown(place, place.start(which="ask", v=2))) == (before, after)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"formRef": "${which}"}, "form_unknown"),
        ({"formRef": "ask", "formRefBinding": "version", "formRefVersion": "${v}"}, "version_unknown"),
    ],
)
def test_a_form_that_is_not_there_is_an_incident(place: Place, more: dict[str, str], code: str) -> None:
    bound(place, **more)
    place.start(which="nothing", v=9)
    assert [row.code for row in place.rows(ru_incident)] == [code]
