"""Keeps the rest from knowing Camunda's form format: reading a file, preparing it for a reader, checking answers."""

from engine.definitions.forms.answers import FILES, FormResult, check
from engine.definitions.forms.components import asks_for_files
from engine.definitions.forms.embedded import default_of, faults, schema_of
from engine.definitions.forms.reading import Form, languages_missing, read
from engine.definitions.forms.showing import as_json, as_text, days_since, localised, prefill, visible_keys
from engine.definitions.forms.sources import Record, option_sources, records

__all__ = [
    "FILES", "Form", "FormResult", "Record", "as_json", "as_text", "asks_for_files", "check", "days_since",
    "default_of", "faults",
    "languages_missing", "localised", "option_sources", "prefill", "read", "records", "schema_of", "visible_keys",
]  # fmt: skip
