"""Keeps the engine from knowing how FEEL is evaluated: ``compile(text)`` once, ``evaluate(scope, world)`` many times.

FEEL is DMN 1.3's expression language as feelin (bpmn.io) has it. Numbers are doubles; whole results come back as int.
What differs from feelin on purpose stands in the modules that decide it (kinds, temporal, iteration, builtins.lists).
"""

from __future__ import annotations

from engine.feel.compiled import Compiled, FeelSyntax, compile
from engine.feel.functions import ADDED, Added
from engine.feel.limits import Run

__all__ = ["ADDED", "Added", "Compiled", "FeelSyntax", "Run", "compile"]
