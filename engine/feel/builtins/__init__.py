"""Keeps the compiler from knowing where each built-in function of FEEL is written."""

from __future__ import annotations

from engine.feel.builtins import contexts, conversion, lists, numeric, ranges, texts
from engine.feel.builtins.registry import BUILTINS, Builtin

__all__ = ["BUILTINS", "Builtin", "contexts", "conversion", "lists", "numeric", "ranges", "texts"]
