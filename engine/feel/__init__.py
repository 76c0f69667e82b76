"""Keeps the engine from knowing how FEEL is evaluated: ``compile(text)`` once, ``evaluate(scope, world)`` many times.

FEEL is DMN 1.3's expression language as feelin (bpmn.io) has it. Numbers are doubles; whole results come back as int.
What differs on purpose, from feelin and from DMN 1.3, is listed in ``tests/feel/test_on_purpose.py``.
"""

from __future__ import annotations

from engine.feel.compiled import Compiled, FeelSyntax, compile
from engine.feel.functions import ADDED, Added
from engine.feel.limits import Run

__all__ = ["ADDED", "Added", "Compiled", "FeelSyntax", "Run", "compile"]
