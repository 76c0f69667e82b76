"""Keeps the compiler from knowing how literals are written: numbers, and texts with their escapes."""

from __future__ import annotations

import re

from engine.feel.numbers import Number, double, whole

_ESCAPE = re.compile(r'\\"|\\\\|\\[nrt]|\\u[a-fA-F0-9]{5,6}|(?:\\u[a-fA-F0-9]{1,4})+', re.IGNORECASE)
_UNIT = re.compile(r"\\u([a-fA-F0-9]+)", re.IGNORECASE)
_PLAIN = {'\\"': '"', "\\\\": "\\", "\\n": "\n", "\\r": "\r", "\\t": "\t"}


def number(text: str) -> Number:
    text = "".join(text.split())
    return double(int(text)) if len(text) < 20 and text.lstrip("-").isdecimal() else whole(float(text))


def unquoted(text: str) -> str:
    """The text between the quotes, escapes resolved; ``\\u`` escapes are UTF-16 units."""
    return _ESCAPE.sub(_resolve, text.removeprefix('"').removesuffix('"'))


def _resolve(match: re.Match[str]) -> str:
    escape = match[0]
    if escape.lower() in _PLAIN:
        return _PLAIN[escape.lower()]
    codes = [int(unit, 16) for unit in _UNIT.findall(escape)]
    if len(codes) == 1 and codes[0] > 0xFFFF:
        return chr(codes[0]) if codes[0] <= 0x10FFFF else escape
    units = b"".join(code.to_bytes(2, "little") for code in codes)
    return units.decode("utf-16-le", "surrogatepass").encode("utf-8", "replace").decode("utf-8")
