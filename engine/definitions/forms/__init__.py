"""Keeps the rest from knowing Camunda's form format: reading it, preparing a form for a reader, checking what comes back."""

from engine.definitions.forms.answers import FormResult, check
from engine.definitions.forms.reading import Form, languages_missing, read
from engine.definitions.forms.showing import Scripts, as_json, as_text, localised, prefill, visible_keys
from engine.definitions.forms.sources import NotASource, OptionSource, option_sources, parse

__all__ = [
    "Form", "FormResult", "NotASource", "OptionSource", "Scripts", "as_json", "as_text", "check", "languages_missing",
    "localised", "option_sources", "parse", "prefill", "read", "visible_keys",
]  # fmt: skip
