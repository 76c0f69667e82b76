"""Keeps applications of one process from compiling again the templates another has compiled."""

from __future__ import annotations

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

_CODE: dict[tuple[str, str], bytes] = {}


class Compiled(BytecodeCache):
    """In memory only: code on a disk would be code that somebody else may have written."""

    def load_bytecode(self, bucket: Bucket) -> None:
        code = _CODE.get((bucket.key, bucket.checksum))
        if code is not None:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        _CODE[bucket.key, bucket.checksum] = bucket.bytecode_to_string()
