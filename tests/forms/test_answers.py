"""What the check of answers does beyond form-js: types, limits, read-only values, rows, nothing lost in silence."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from engine.definitions import forms
from engine.errors import Invalid, TooLarge
from engine.javascript import JavaScript, JavaScriptFailed
from engine.values import ALMATY
from tests.forms.samples import GOOD, NOW, opened, schemas

SCHEMAS = schemas()


def field(kind: str, key: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "id": f"Field_{key}", "key": key, "label": key, **more}


def form(*components: dict[str, Any]) -> dict[str, Any]:
    return {"type": "default", "id": "f", "schemaVersion": 18, "components": list(components)}


def rows(*components: dict[str, Any], free: bool, **more: Any) -> dict[str, Any]:
    return {"type": "dynamiclist", "id": "Field_rows", "path": "rows", "label": "rows", "isRepeating": True,
            "allowAddRemove": free, "defaultRepetitions": 0, "components": list(components), **more}  # fmt: skip


def check(schema: dict[str, Any], answers: dict[str, Any], variables: dict[str, Any] | None = None) -> forms.FormResult:
    return forms.check(schema, answers, "en", opened(schema, variables or {}), NOW)


BLANK = {"text": "Оқу түрі", "answer": "choice", "options": "күндізгі\n \nсырттай"}  # a choice nobody could read
FIGURE = {"code": "A1", "indicator_name": "Білім алушылар саны", "owner_kind": "deans_office", "due": "2026-12-01"}
CHOICES = [{"label": "A", "value": "a"}, {"label": "B", "value": "b"}]


def test_answers_are_typed_by_their_component() -> None:
    schema = form(
        field("datetime", "day", subtype="date"),
        field("datetime", "moment", subtype="datetime", timeSerializingFormat="no_timezone"),
        field("datetime", "zoned", subtype="datetime", timeSerializingFormat="utc_normalized"),
        field("datetime", "hour", subtype="time", timeSerializingFormat="no_timezone"),
        field("number", "whole"),
        field("number", "part"),
        field("number", "exact", serializeToString=True),
        field("checkbox", "yes"),
        field("textfield", "empty"),
        field("checklist", "many", values=CHOICES),
        field("select", "none", values=CHOICES),
    )
    found = check(
        schema,
        {"day": "2026-11-27", "moment": "2026-11-27T15:30", "zoned": "2026-11-27T10:30Z", "hour": "09:15", "whole": 3,
         "part": "2.5", "exact": "2.50", "yes": True, "empty": "", "many": ["b"], "none": None, "unknown": "x"},
    )  # fmt: skip
    assert found.errors == {}
    assert found.data == {
        "day": date(2026, 11, 27),
        "moment": datetime(2026, 11, 27, 15, 30, tzinfo=ALMATY),
        "zoned": datetime(2026, 11, 27, 10, 30, tzinfo=UTC),
        "hour": time(9, 15),
        "whole": 3,
        "part": 2.5,
        "exact": "2.50",
        "yes": True,
        "empty": None,
        "many": ["b"],
        "none": None,
    }
    assert found.data["zoned"].tzinfo is ALMATY


@pytest.mark.parametrize(
    ("component", "answer"),
    [
        (field("select", "x", values=CHOICES), "c"),
        (field("radio", "x", values=CHOICES), {"a": 1}),
        (field("taglist", "x", values=CHOICES), ["a", "c"]),
        (field("checklist", "x", values=CHOICES), [None]),
        (field("checklist", "x", values=[]), [None]),
        (field("checklist", "x", properties={"options": "people:nobody"}), [None]),
        (field("datetime", "x", subtype="date"), "2026-13-45"),
        (field("datetime", "x", subtype="date"), 20261127),
        (field("number", "x"), "many"),
        (field("checkbox", "x"), "perhaps"),
        (field("textfield", "x"), ["a"]),
    ],
)
def test_what_the_form_cannot_hold_is_refused_and_never_dropped(component: dict[str, Any], answer: Any) -> None:
    found = check(form(component), {"x": answer})
    assert found.data == {}
    assert list(found.errors) == ["x"]


def test_choices_from_the_directory_are_held_against_the_list_the_server_made() -> None:
    schema = form(field("select", "who", valuesKey="_options_who", properties={"options": "staff:school"}))
    assert check(schema, {"who": "p001"}).data == {"who": "p001"}
    assert list(check(schema, {"who": "p999"}).errors) == ["who"]
    assert list(check(schema, {"who": "p999", "_options_who": [{"label": "Me", "value": "p999"}]}).errors) == ["who"]


def test_a_read_only_value_comes_from_the_process_whatever_is_sent() -> None:
    schema = form(field("textfield", "number", readonly=True), field("textfield", "note"))
    found = check(schema, {"number": "forged", "note": "n"}, {"number": "7/2026"})
    assert found.data == {"note": "n"}


def test_rows_of_a_fixed_list_stay_the_process_s_own_with_their_types() -> None:
    schema = form(
        rows(
            field("textfield", "who", readonly=True),
            field("textfield", "mode", validate={"required": True}),
            free=False,
        )
    )
    given = {"rows": [{"who": "p001", "until": date(2026, 9, 30)}, {"who": "p002", "until": None}]}
    found = check(schema, {"rows": [{"who": "p009", "mode": "a", "until": "never"}, {"mode": "b"}]}, given)
    assert found.data == {
        "rows": [{"who": "p001", "until": date(2026, 9, 30), "mode": "a"}, {"who": "p002", "until": None, "mode": "b"}]
    }
    assert check(schema, {"rows": [{"mode": "a"}, {}]}, given).errors == {"rows.1.mode": ["Field is required."]}
    assert "changed meanwhile" in check(schema, {"rows": [{"mode": "a"}]}, given).errors["rows"][0]


def test_choices_left_empty_ask_to_choose_not_to_fill_in() -> None:
    required = {"required": True}
    values = [{"label": "A", "value": "a"}]
    one = form(field("radio", "one", values=values, validate=required))
    some = form(field("checklist", "some", values=values, validate=required))
    assert check(one, {}, {}).errors == {"one": ["Choose one of the answers."]}
    assert check(some, {}, {}).errors == {"some": ["Choose at least one of the answers."]}


def test_rows_of_a_free_list_move_with_what_they_carry() -> None:
    schema = form(rows(field("textfield", "id", readonly=True), field("textfield", "title"), free=True))
    given = {"rows": [{"id": "1", "title": "one"}, {"id": "2", "title": "two"}]}
    sent = {"rows": [{"id": "2", "title": "zwei"}, {"title": "new", "extra": 1}, {"id": "forged", "title": "x"}]}
    assert check(schema, sent, given).data == {
        "rows": [{"id": "2", "title": "zwei"}, {"id": None, "title": "new"}, {"id": None, "title": "x"}]
    }
    assert check(schema, {"rows": []}, given).data == {"rows": []}
    assert check(schema, {}, given).data == given


def test_a_list_may_ask_for_rows_and_for_a_condition() -> None:
    properties = {"minRows": "1", "check": 'some r in rows satisfies r.title = "x"', "check:en": "One must be x."}
    schema = form(rows(field("textfield", "title"), free=True, properties=properties))
    assert check(schema, {"rows": []}).errors == {"rows": ["Add rows to the list. At least: 1."]}
    assert check(schema, {"rows": [{"title": "y"}]}).errors == {"rows": ["One must be x."]}
    assert check(schema, {"rows": [{"title": "x"}]}).errors == {}


def test_what_is_hidden_sets_nothing_and_is_not_asked() -> None:
    hidden = field("textfield", "why", conditional={"hide": '=kind != "other"'}, validate={"required": True})
    schema = form(field("textfield", "kind"), hidden)
    assert check(schema, {"kind": "a", "why": "old"}, {"why": "older"}).data == {"kind": "a"}
    assert list(check(schema, {"kind": "other", "why": ""}).errors) == ["why"]


def test_a_field_that_was_not_sent_keeps_what_it_was_opened_with() -> None:
    schema = form(field("datetime", "due", subtype="date"), field("textfield", "note"))
    assert check(schema, {"note": "n"}, {"due": date(2026, 9, 9)}).data == {"due": date(2026, 9, 9), "note": "n"}


def test_checks_between_fields_see_the_command_s_clock() -> None:
    schema = SCHEMAS["meeting_cycle_postpone"]
    variables, answers = GOOD["meeting_cycle_postpone"][0]
    context = opened(schema, variables)
    later = datetime(2026, 10, 1, 11, 0, tzinfo=ALMATY)
    assert forms.check(schema, answers, "ru", context, NOW).errors == {}
    assert forms.check(schema, answers, "ru", context, later).errors == {
        "meeting_at": ["Время заседания должно быть позже текущего момента."]
    }


@pytest.mark.parametrize(
    ("form_id", "changed", "path"),
    [
        ("acting_chair_appointment_choose_acting", {"acting_person": "p001"}, "acting_person"),
        ("acting_chair_appointment_report_absence", {"absent_to": "2026-09-19"}, "absent_to"),
        ("acting_chair_appointment_sign_order", {"order_date": "2026-09-25"}, "order_date"),
        ("meeting_cycle_formulate", {"due_at": "2026-09-24"}, "due_at"),
        ("meeting_cycle_register", {"reg_date": "2026-08-30"}, "reg_date"),
        ("quarterly_inquiry_send_inquiries", {"reply_due": "2026-09-01"}, "reply_due"),
        ("non_fulfilment_escalation_send_notice", {"cure_due": "2026-08-01"}, "cure_due"),
        ("finding_by_hand_describe_finding", {"finding_clause": "8.2.p"}, "finding_clause"),
        ("finding_by_hand_describe_finding", {"finding_clause": "99.9"}, "finding_clause"),
        ("finding_by_hand_describe_finding", {"finding_rule": "R99"}, "finding_rule"),
        ("appeal_note_enter_note", {"note_kind": "answer"}, "note_kind"),
        ("tool_development_draft", {"kind": "questionnaire", "questions": [BLANK]}, "questions"),
        ("acknowledgement_acknowledge", {"position": ""}, "position"),
        ("rankings_support_open_campaign", {"indicators": [FIGURE, FIGURE]}, "indicators"),
        ("rankings_support_open_campaign", {"indicators": [FIGURE | {"due": "2027-02-02"}]}, "indicators.0.due"),
        ("meeting_cycle_approve_agenda", {"format": "online", "link": "example"}, "link"),
        ("decision_execution_execute", {"percent": 101}, "percent"),
        ("decision_execution_execute", {"evidence": []}, "evidence"),
    ],
)
def test_conditions_between_the_fields_of_our_forms(form_id: str, changed: dict[str, Any], path: str) -> None:
    variables, answers = GOOD[form_id][0]
    context = opened(SCHEMAS[form_id], variables)
    for lang in ("kk", "ru", "en"):
        assert list(forms.check(SCHEMAS[form_id], answers | changed, lang, context, NOW).errors) == [path]


def test_the_acting_secretary_is_present_and_does_not_preside() -> None:
    schema = SCHEMAS["meeting_cycle_attendance"]
    variables, answers = GOOD["meeting_cycle_attendance"][1]
    context = opened(schema, variables)
    for person in ("p001", "p002"):  # presides; absent
        assert list(forms.check(schema, answers | {"acting_secretary": person}, "kk", context, NOW).errors) == [
            "acting_secretary"
        ]


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_ten_megabytes_in_a_field_are_refused_by_name(lang: str) -> None:
    schema = SCHEMAS["meeting_cycle_draft_protocol"]
    with pytest.raises(TooLarge) as refused:
        forms.check(schema, {"protocol_text": "ә" * 5_000_000}, lang, opened(schema, {}), NOW)
    sentence = refused.value.problems["protocol_text"][0]
    assert "10000 kB" in sentence and "100 kB" in sentence
    assert {"kk": "Қосымша жазба", "ru": "Дополнительная запись", "en": "Additional note"}[lang] in refused.value.say(
        lang
    )


def test_limits_of_rows_of_depth_and_altogether() -> None:
    schema = form(rows(field("textarea", "title"), free=True))
    deep: Any = []
    for _ in range(50):
        deep = [deep]
    with pytest.raises(TooLarge):
        check(schema, {"rows": [{"title": "x"}] * 501})
    with pytest.raises(TooLarge):
        check(schema, {"rows": [{"title": "x" * 90_000}] * 12})
    with pytest.raises(Invalid):
        check(schema, {"rows": deep})
    with pytest.raises(Invalid):
        check(schema, {"rows": [{"title": float("nan")}]})


def test_a_form_that_never_comes_to_rest_is_stopped_and_harms_no_other() -> None:
    slow = form(field("textfield", "x", validate={"pattern": "^(a+)+$"}))
    with pytest.raises(Invalid):
        check(slow, {"x": "a" * 60 + "!"})
    assert list(check(form(field("textfield", "x", validate={"required": True})), {}).errors) == ["x"]


def test_a_form_at_fault_leaves_the_next_one_all_its_rules() -> None:
    one = JavaScript(workers=1)  # both in the same context
    faulty = form(field("select", "a", values=CHOICES), field("checklist", "b", values=CHOICES, defaultValue=True))
    counting = form(field("expression", "sum", expression="=1+1", computeOn="change"))
    for _ in range(2):
        with pytest.raises(JavaScriptFailed):
            one.call("forms", "validate", json.dumps(faulty), "{}", "{}")
        report = json.loads(one.call("forms", "validate", json.dumps(counting), "{}", "{}"))
        assert report == {"errors": [], "data": {"sum": 2}}


def test_only_what_a_form_shows_is_prefilled() -> None:
    schema = SCHEMAS["decision_execution_accept_task"]
    data = forms.prefill(schema, {"due_at": date(2026, 9, 30), "executor": "p001", "secret": "x"}, NOW)
    assert "secret" not in data
    assert data["due_at"] == "2026-09-30"
    assert data["_shown"] == {"due_at": "30.09.2026"}
    assert (data["_today"], data["_now"]) == ("2026-09-01", "2026-09-01T09:00:00")


def test_moments_are_prefilled_in_the_local_hour() -> None:
    schema = SCHEMAS["meeting_cycle_postpone"]
    data = forms.prefill(schema, {"meeting_at": datetime(2026, 9, 24, 10, 0, tzinfo=UTC)}, NOW)
    assert data["meeting_at"] == "2026-09-24T15:00"
    assert data["_shown"]["meeting_at"] == "24.09.2026 15:00"
