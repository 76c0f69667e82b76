"""Keeps FEEL from knowing JUEL: the spellings Camunda 7 models bring along become FEEL, and are reported.

``&& || == !`` always; ``eq ne lt gt le ge`` between two operands; ``not x`` and ``empty x`` before an operand. A blank
may stand within a FEEL name, so ``a gt b`` could be one; no variable of ours is called that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?\*/)
      | (?P<text>"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*')
      | (?P<number>\d+(?:\.\d+)?|\.\d+)
      | (?P<word>[^\W\d]\w*|\?)
      | (?P<sign>&&|\|\||==|!=|!|<=|>=|\*\*|\.\.|->|.)""",
    re.VERBOSE | re.DOTALL,
)
_SIGNS = {"&&": "and", "||": "or", "==": "="}
_WORDS = {"eq": "=", "ne": "!=", "lt": "<", "gt": ">", "le": "<=", "ge": ">="}
_FEEL_WORDS = frozenset("and or in between then else return satisfies if for some every instance of not".split())


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def translate(text: str) -> tuple[str, tuple[str, ...]]:
    """(FEEL, the JUEL spellings met, in order of appearance); a text without any comes back as it is."""
    tokens = [_Token(match.lastgroup or "sign", match[0]) for match in _TOKEN.finditer(text)]
    found: dict[str, None] = {}
    written = _write(tokens, found)
    return (written, tuple(found)) if found else (text, ())


def _write(tokens: list[_Token], found: dict[str, None]) -> str:
    out: list[str] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.text in _SIGNS:
            found[token.text] = None
            out.append(f" {_SIGNS[token.text]} ")
        elif token.text in _WORDS and token.kind == "word" and _ends(tokens, at) and _starts(tokens, at + 1):
            found[token.text] = None
            out.append(_WORDS[token.text])
        elif token.text == "!" or (_prefix(token) and not _ends(tokens, at) and _operand_follows(tokens, at)):
            end = _operand(tokens, at + 1)
            if end is None:
                out.append(token.text)
            else:
                found[token.text] = None
                function = "empty" if token.text == "empty" else "not"
                out.append(f"{function}({_write(tokens[at + 1 : end], found).strip()})")
                at = end
                continue
        elif token.kind == "text" and token.text.startswith("'"):
            found["'"] = None
            out.append('"' + token.text[1:-1].replace("\\'", "'").replace('"', '\\"') + '"')
        else:
            out.append(token.text)
        at += 1
    return "".join(out)


def _prefix(token: _Token) -> bool:
    return token.kind == "word" and token.text in ("not", "empty")


def _beside(tokens: list[_Token], at: int, step: int) -> int:
    """The next token in that direction which is no space; -1 for none."""
    while 0 <= at < len(tokens):
        if tokens[at].kind != "space":
            return at
        at += step
    return -1


def _ends(tokens: list[_Token], at: int) -> bool:
    """Whether an operand ends just before ``at``."""
    before = _beside(tokens, at - 1, -1)
    if before < 0:
        return False
    token = tokens[before]
    if token.kind == "word":
        return token.text not in _FEEL_WORDS
    return token.kind in ("text", "number") or token.text in (")", "]", "}")


def _starts(tokens: list[_Token], at: int) -> bool:
    """Whether an operand starts at ``at``."""
    after = _beside(tokens, at, 1)
    if after < 0:
        return False
    token = tokens[after]
    return token.kind in ("text", "number", "word") or token.text in ("(", "[", "{", "-", "@", "!")


def _operand_follows(tokens: list[_Token], at: int) -> bool:
    """For the words not and empty: an operand follows that is no argument list and makes no longer name."""
    after = _beside(tokens, at + 1, 1)
    if after < 0:
        return False
    token = tokens[after]
    if token.text == "(":
        return False
    return token.kind == "word" and token.text not in _FEEL_WORDS | set(_WORDS)


def _operand(tokens: list[_Token], at: int) -> int | None:
    """Where the operand starting at ``at`` ends: a name with its path, calls and filters, or parentheses."""
    at = _beside(tokens, at, 1)
    if at < 0:
        return None
    token = tokens[at]
    if token.text == "!" or (_prefix(token) and _operand_follows(tokens, at)):
        return _operand(tokens, at + 1)
    if token.text == "(":
        end = _closing(tokens, at)
    elif token.kind in ("word", "text", "number"):
        end = at + 1
    else:
        return None
    while end is not None:
        following = _beside(tokens, end, 1)
        if following < 0:
            return end
        sign = tokens[following].text
        if sign in ("(", "["):
            end = _closing(tokens, following)
        elif sign == "." and _beside(tokens, following + 1, 1) >= 0:
            end = _beside(tokens, following + 1, 1) + 1
        else:
            return end
    return None


def _closing(tokens: list[_Token], at: int) -> int | None:
    """Just after the bracket that closes the one at ``at``."""
    depth = 0
    for index in range(at, len(tokens)):
        if tokens[index].kind == "sign":
            depth += tokens[index].text in ("(", "[", "{")
            depth -= tokens[index].text in (")", "]", "}")
            if depth == 0:
                return index + 1
    return None
