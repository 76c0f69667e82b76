"""Keeps every text of the pages in three whole languages: none missing, none left over, the same values filled in."""

import re
from pathlib import Path

import pytest
import yaml
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from web.register_layout import GROUPS

WEB = Path(__file__).resolve().parents[2] / "web"
LANGUAGES = ("kk", "ru", "en")

CALL = re.compile(r"""\b(?:_|gettext|ngettext)\(\s*['"]([a-z_0-9.]+)['"]""")
TERNARY = re.compile(r"""_\(\s*['"]([a-z_0-9.]+)['"] if [^)]* else ['"]([a-z_0-9.]+)['"]""")
VALUE = re.compile(r"%\((\w+)\)s")
CARRIERS = (
    "process",
    "element",
    "rule",
    "form",
    "parameter",
    "permission",
    "register",
    "compliance",
    "reason",
    "test",
)
# Ids that are put together while running: each list is written where the code makes them.
MADE = {
    "room.vote": ("for", "against", "abstain"),
    "room.cast": ("for", "against", "abstain"),
    "room.mode": ("in_person", "online", "absent", "absent_excused", "left"),
    "room.result": ("adopted", "adopted_casting", "rejected", "rejected_casting", "invalid", "need_casting_vote"),
    "inbox.view": ("mine", "role", "substitute", "waiting", "snoozed"),
    "inbox.only": ("all", "overdue", "today", "unread", "claimed", "unclaimed"),
    "group": ("snoozed", "overdue", "today", "week", "later", "none"),
    "state": ("all", "active", "suspended", "completed", "cancelled"),
    "step": ("active", "done", "stopped", "waiting", "late", "incident", "none"),
    "case.only": ("all", "people", "engine"),
    "case.related": ("sender", "receiver", "same_key"),
    "case.act": ("suspend", "resume", "cancel", "withdraw"),
    "case.act_hint": ("suspend", "resume", "cancel", "withdraw"),
    "blocked_todo": ("not_permitted", "same_person", "appointment_expired", "task_taken", "suspended", "nobody"),
    "not_offered": ("ended", "not_suspended", "is_suspended", "right"),
    "modality": ("must", "may", "should", "none"),
    "theme": ("system", "light", "dark"),
    "error": ("400", "404", "405"),
    "error_title": ("400", "404", "413", "429", "500", "503"),
    "notice": ("assigned", "due_soon", "overdue", "mention", "ask", "digest"),
    "way": ("at_once", "digest", "none"),
    "carrier": CARRIERS,
    "register_group": GROUPS,
    "carriers": CARRIERS,
    "source": ("regulation", "default"),
    "kept": ("violation", "warning", "no_data", "ok"),
    "gravity": ("critical", "major", "minor"),
    "basis": ("regulation", "default", "mixed"),
    "watch": ("overdue", "timers", "incidents", "cases"),
    "watch_none": ("overdue", "timers", "incidents", "cases"),
    "watch_date": ("overdue", "timers", "incidents", "cases"),
    "watch_column": ("case", "key", "process", "school", "step", "date", "days", "who", "why"),
    "entry": ("person", "timer", "message", "irregular", "differs"),
    "models_kind": ("process", "decision", "form"),
    "models_refused": ("none", "many", "kind", "large", "twice"),
    "proposal_state": ("waiting", "effective", "returned"),
    "proposal_closed": ("effective", "returned"),
    "proposed": ("new", "changed", "unchanged"),
    "element": tuple(
        (
            "process subProcess adHocSubProcess transaction callActivity task userTask manualTask serviceTask "
            "sendTask receiveTask scriptTask businessRuleTask startEvent endEvent intermediateCatchEvent "
            "intermediateThrowEvent boundaryEvent exclusiveGateway parallelGateway inclusiveGateway "
            "eventBasedGateway complexGateway sequenceFlow participant lane textAnnotation message signal error "
            "escalation decision inputData businessKnowledgeModel input output rule textfield textarea number "
            "checkbox checklist radio select taglist datetime text group dynamiclist table filepicker "
        ).split()
    ),
    "fact": tuple(
        (
            "name clause role startRole assignee candidateGroups candidateUsers dueDate followUpDate priority "
            "formRef conditionExpression default sourceRef targetRef consequence submit title startLabel "
            "businessKey script documentation calledElement decisionRef topic label description key confidential "
            "cancelActivity attachedToRef historyTimeToLive versionTag timerEventDefinition.timeDuration "
            "timerEventDefinition.timeDate timerEventDefinition.timeCycle validate.required values "
            "conditional.hide check "
        ).split()
    ),
    "difference": ("added", "changed", "removed", "moved"),
    "severity": ("error", "warning"),
    "figure": ("running", "tasks", "overdue", "incidents", "timers"),
    "letter": ("assigned", "due_soon", "overdue", "digest", "reset", "invite", "cancel", "mention", "ask", "document"),
    "hit_policy": ("unique", "first", "any", "priority", "rule_order", "output_order", "collect"),
    "unit": ("wd", "days", "months", "years"),
    "selected.act": ("claim", "snooze", "assign"),
    "selected.title": ("snooze", "assign"),
    "selected.done": ("claim", "snooze", "assign"),
    "absence": ("now", "coming", "over", "withdrawn"),
    "person_kind": ("employee", "student"),
    "import_state": ("new", "changed", "unchanged", "bad"),
    "unit_kind": ("university", "school", "department", "programme", "section"),
}
MADE_WHOLE = {
    "inbox.empty_mine",
    "inbox.empty_role",
    "inbox.empty_substitute",
    "inbox.empty_snoozed",
    "inbox.empty_waiting",
}


def catalogue(lang: str) -> Catalog:
    with (WEB / "translations" / lang / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=lang)


def forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return text if isinstance(text, tuple) else (text,)


def ids(lang: str) -> set[str]:
    return {forms(message.id)[0] for message in catalogue(lang) if message.id}


def used() -> set[str]:
    found = set(MADE_WHOLE) | {f"{kind}.{code}" for kind, codes in MADE.items() for code in codes}
    for file in [*WEB.glob("*.py"), *WEB.glob("templates/**/*.html")]:
        text = file.read_text(encoding="utf-8")
        found.update(one for one in CALL.findall(text) if not one.endswith(("_", ".")))
        found.update(one for pair in TERNARY.findall(text) for one in pair)
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_is_there(lang: str) -> None:
    assert used() - ids(lang) == set()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_is_left_over(lang: str) -> None:
    assert ids(lang) - used() == set()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_or_plural_form_is_empty(lang: str) -> None:
    whole = catalogue(lang)
    for message in whole:
        if message.id:
            texts = forms(message.string)
            assert all(text.strip() for text in texts), message.id
            assert len(texts) == (whole.num_plurals if isinstance(message.id, tuple) else 1), message.id


def test_the_languages_fill_in_the_same_values() -> None:
    values = {
        lang: {
            forms(message.id)[0]: {value for text in forms(message.string) for value in VALUE.findall(text)}
            for message in catalogue(lang)
            if message.id
        }
        for lang in LANGUAGES
    }
    assert values["kk"] == values["ru"] == values["en"]


@pytest.mark.parametrize(("lang", "plurals"), [("kk", 2), ("ru", 3), ("en", 2)])
def test_plural_rules_are_those_of_the_language(lang: str, plurals: int) -> None:
    assert catalogue(lang).num_plurals == plurals


def test_a_noun_after_a_number_stays_singular_in_kazakh() -> None:
    for message in catalogue("kk"):
        if isinstance(message.id, tuple):
            assert len(set(message.string)) == 1, message.id


def test_registers_are_named_in_three_languages() -> None:
    for path in (WEB / "registers").glob("*.yaml"):
        name, register = path.stem, yaml.safe_load(path.read_text(encoding="utf-8"))
        named = [
            register["names"],
            register["empty"],
            *register.get("statuses", {}).values(),
            *register.get("words", {}).values(),
        ]
        named += [column["names"] for column in (*register["columns"], *register.get("more", ()))]
        for names in named:
            assert {"kk", "ru", "en"} <= set(names), f"{name}: {names}"
