"""Keeps letters from knowing how they look: text for every program, beside it HTML that needs nothing from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from engine.wording import say

_FACE = "font-family:-apple-system,'Segoe UI',Roboto,'Noto Sans',Arial,sans-serif;font-size:16px;line-height:1.5"
_FACTS = "margin:0 0 20px;padding:2px 0 2px 14px;border-left:3px solid #0b5f8a"
_BUTTON = (
    "display:inline-block;padding:11px 18px;border-radius:6px;background:#0b5f8a;color:#ffffff;"
    "font-weight:600;text-decoration:none"
)
_SMALL = "margin:24px 0 0;padding-top:12px;border-top:1px solid #8a94a0;font-size:13px;line-height:1.45"
_HEAD = (
    '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">'
)


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter says. ``lines`` are paragraphs, ``facts`` short lines that belong together.

    ``link`` is a plain address of a page, without a secret. ``calendar``: (method, content) of an iCalendar object.
    ``papers``: (name, PDF). ``optional``: who gets it may switch it off.
    """

    to: str
    language: str
    subject: str
    lines: Sequence[str]
    facts: Sequence[str] = ()
    link: str = ""
    button: str = ""
    items: Sequence[tuple[str, str]] = ()  # (text, link)
    calendar: tuple[str, bytes] | None = None
    papers: Sequence[tuple[str, bytes]] = ()
    optional: bool = True


def worded(names: Mapping[str, str], lang: str) -> str:
    """A name in the language of the letter, or as it is in Kazakh."""
    return names.get(lang) or names.get("kk") or ""


def facts_of(told: Mapping[str, str], lang: str) -> list[str]:
    """The short lines of a letter, each worded as ``mail.NAME``; what is empty is left out."""
    return [say(f"mail.{name}", lang, {name: text}) for name, text in told.items() if text]


def plain(letter: Letter, choice: str) -> str:
    """For programs that show text alone; ``choice``: where letters are switched off."""
    told = list(letter.lines)
    if letter.facts:
        told.append("\n".join(letter.facts))
    if letter.items:
        told.append("\n".join(f"— {text}\n  {link}" for text, link in letter.items))
    if letter.link:
        told.append(f"{letter.button}:\n{letter.link}")
    told.append("-- \n" + say("mail.foot", letter.language))
    if letter.optional:
        told[-1] += "\n" + say("mail.choose", letter.language) + f"\n{choice}"
    return "\n\n".join(told) + "\n"


def html(letter: Letter, choice: str) -> str:
    """The same words, readable on a phone and in the dark."""
    body = [f'<p style="margin:0 0 16px">{escape(line)}</p>' for line in letter.lines]
    if letter.facts:
        body.append(f'<p style="{_FACTS}">{"<br>".join(escape(fact) for fact in letter.facts)}</p>')
    if letter.items:
        rows = (
            f'<li style="margin:0 0 8px"><a href="{escape(link)}">{escape(text)}</a></li>'
            for text, link in letter.items
        )
        body.append(f'<ul style="margin:0 0 20px;padding-left:20px">{"".join(rows)}</ul>')
    if letter.link:
        body.append(
            f'<p style="margin:0"><a href="{escape(letter.link)}" style="{_BUTTON}">{escape(letter.button)}</a></p>'
        )
    foot = escape(say("mail.foot", letter.language))
    if letter.optional:
        foot += f'<br><a href="{escape(choice)}">{escape(say("mail.choose", letter.language))}</a>'
    body.append(f'<p style="{_SMALL}">{foot}</p>')
    return (
        f'<!doctype html><html lang="{letter.language}"><head>{_HEAD}<title>{escape(letter.subject)}</title></head>'
        f'<body style="margin:0;padding:20px 16px;{_FACE}"><div style="max-width:560px;margin:0 auto">'
        f"{''.join(body)}</div></body></html>"
    )
