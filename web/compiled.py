"""Keeps applications from compiling the templates another of their process has compiled, and URLs nobody asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

_CODE: dict[tuple[str, str], bytes] = {}


class LateRule(Rule):
    """Learns to write its addresses when the first is wanted: two functions a rule otherwise, most of them for nothing.

    With 150 rules that is a tenth of a second each time an application is made.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled, made = super()._compile_builder, list[Any]()

        def build(rule: Rule, /, **values: Any) -> tuple[str, str]:
            if not made:
                made.append(compiled(append_unknown))
            written: tuple[str, str] = made[0](rule, **values)
            return written

        return build


class Compiled(BytecodeCache):
    """In memory only: code on a disk would be code that somebody else may have written."""

    def load_bytecode(self, bucket: Bucket) -> None:
        code = _CODE.get((bucket.key, bucket.checksum))
        if code is not None:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        _CODE[bucket.key, bucket.checksum] = bucket.bytecode_to_string()
