"""Keeps the rest from knowing camunda:formData: fields in a model become a form of the library all forms are of."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from engine.definitions.model import FormField
from engine.values import ALMATY, Value
from engine.wording import say

SCHEMA_VERSION = 19
_COMPONENTS = {
    "string": "textfield", "long": "number", "integer": "number", "double": "number", "boolean": "checkbox",
    "date": "datetime", "enum": "select",
}  # fmt: skip
TYPES = frozenset(_COMPONENTS)
_WHOLE = ("long", "integer")
_NUMBERS = (*_WHOLE, "double")
_LIMITS = {"min": "min", "max": "max", "minlength": "minLength", "maxlength": "maxLength"}
_KEY = re.compile(r"[A-Za-z]\w*", re.ASCII)
_DAY_FIRST = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_TEXTS = re.compile(r"(label|description|value:.+):(ru|en)|description")
Fault = tuple[str, Mapping[str, str]]


def schema_of(id: str, fields: Iterable[FormField]) -> dict[str, Any]:
    """The form of these fields; what ``faults`` finds fault with is left out as far as can be."""
    return {
        "type": "default",
        "id": id,
        "schemaVersion": SCHEMA_VERSION,
        "components": [_component(field) for field in fields],
    }


def _component(field: FormField) -> dict[str, Any]:
    label, constraints = field.label or field.id, dict(field.constraints)
    component: dict[str, Any] = {
        "type": _COMPONENTS.get(field.type, "textfield"),
        "id": field.id,
        "key": field.id,
        "label": label,
        "properties": {name: text for name, text in field.properties.items() if _TEXTS.fullmatch(name)},
    }
    if "description" in field.properties:
        component["description"] = field.properties["description"]
    # A box that is not ticked is an answer: in Camunda 7 "required" asks a boolean for nothing more.
    validate: dict[str, Any] = {"required": True} if "required" in constraints and field.type != "boolean" else {}
    for name, key in _LIMITS.items():
        if name in constraints and (limit := _number(constraints[name])) is not None:
            validate[key] = limit
    if validate:
        component["validate"] = validate
    if "readonly" in constraints:
        component["readonly"] = True
    if field.type in _WHOLE:
        component["decimalDigits"] = 0
    elif field.type == "enum":
        component["values"] = [{"value": value, "label": text or value} for value, text in field.values]
    elif field.type == "date":
        subtype = "datetime" if _has_hours(field) else "date"
        component |= {"subtype": subtype, "dateLabel": component.pop("label")}
        if subtype == "datetime":
            component |= {"timeLabel": say("form_time", "kk"), "timeSerializingFormat": "no_timezone"}
            component |= {"timeInterval": 15, "use24h": True}
            component["properties"] |= {f"timeLabel:{lang}": say("form_time", lang) for lang in ("ru", "en")}
        for lang in ("ru", "en"):
            if f"label:{lang}" in component["properties"]:
                component["properties"][f"dateLabel:{lang}"] = component["properties"][f"label:{lang}"]
    return component


def _has_hours(field: FormField) -> bool:
    return "H" in field.pattern or "h" in field.pattern


def _number(text: str) -> int | float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() else number


# --- defaults ------------------------------------------------------------------------------------------------------


def default_of(field: FormField, value: Value) -> Value:
    """A default as the field's type has it: a date, a whole number, …; None stays None. Raises ValueError."""
    if value is None:
        return None
    if field.type in _NUMBERS:
        return _as_number(field, value)
    if field.type == "boolean":
        if value in (True, False, "true", "false"):
            return value in (True, "true")
    elif field.type == "date":
        return _as_date(field, value)
    elif field.type == "enum":
        if value in {choice for choice, _ in field.values}:
            return value
    elif isinstance(value, str):
        return value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        return str(int(value)) if float(value).is_integer() else str(value)
    raise ValueError(str(value))


def _as_number(field: FormField, value: Value) -> int | float:
    number = _number(value) if isinstance(value, str) else value
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise ValueError(str(value))
    if field.type in _WHOLE and not float(number).is_integer():
        raise ValueError(str(value))
    return int(number) if float(number).is_integer() else number


def _as_date(field: FormField, value: Value) -> date:
    """A date, or a moment of Almaty where the field asks for hours too. Texts are ISO 8601 or 31/12/2026."""
    found: Any = value
    if isinstance(value, str):
        day_first = _DAY_FIRST.fullmatch(value.strip())
        text = f"{day_first[3]}-{day_first[2]:0>2}-{day_first[1]:0>2}" if day_first else value.strip()
        found = datetime.fromisoformat(text)
    if not isinstance(found, date):
        raise ValueError(str(value))
    if not isinstance(found, datetime):
        return datetime(found.year, found.month, found.day, tzinfo=ALMATY) if _has_hours(field) else found
    local = found.astimezone(ALMATY) if found.tzinfo else found.replace(tzinfo=ALMATY)
    return local if _has_hours(field) else local.date()


# --- what cannot be expressed --------------------------------------------------------------------------------------


def faults(fields: Iterable[FormField]) -> Iterator[tuple[FormField, Fault]]:
    """What is wrong with the fields, or no form could do: (field, (code, parameters)), in the fields' order."""
    seen: set[str] = set()
    for number, field in enumerate(fields, start=1):
        if not field.id:
            yield field, ("field_without_id", {"number": str(number)})
        elif not _KEY.fullmatch(field.id):
            yield field, ("field_id", {"field": field.id})
        elif field.id in seen:
            yield field, ("field_twice", {"field": field.id})
        seen.add(field.id)
        if field.type not in TYPES:
            yield field, ("field_type", {"field": field.id, "type": field.type})
            continue
        for fault in (*_constraints(field), *_choices(field), *_default(field)):
            yield field, fault


def _constraints(field: FormField) -> Iterator[Fault]:
    allowed = {"required", "readonly"}
    allowed |= {"min", "max"} if field.type in _NUMBERS else set()
    allowed |= {"minlength", "maxlength"} if field.type == "string" else set()
    for name, config in field.constraints:
        if name not in allowed:
            yield "field_constraint", {"field": field.id, "type": field.type, "constraint": name or "?"}
        elif name in _LIMITS and (_number(config) is None or ("length" in name and not config.strip().isdecimal())):
            yield "field_constraint_value", {"field": field.id, "constraint": name, "value": config}


def _choices(field: FormField) -> Iterator[Fault]:
    ids = [id for id, _ in field.values]
    if field.type == "enum" and (not ids or "" in ids or len(set(ids)) < len(ids)):
        yield "field_choices", {"field": field.id}


def _default(field: FormField) -> Iterator[Fault]:
    if field.default is not None and field.default.literal:
        try:
            default_of(field, field.default.text)
        except ValueError:
            yield "field_default", {"field": field.id, "type": field.type, "value": field.default.text}
