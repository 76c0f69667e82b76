"""Keeps the rest from knowing where units and people come from: listed by name (demo) or made up from pools.

What posts there are in a school, and which of them end with a term, is data; the engine is told by commands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from engine import commands as c
from engine.calendar.durations import add_months
from engine.definitions.model import LANGUAGES
from engine.simulation.chance import Chance


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    name: str
    unit: str
    position: str
    kind: str
    language: str
    login: str
    email: str
    roles: tuple[tuple[str, str], ...]  # (role, unit)


@dataclass(frozen=True, slots=True)
class House:
    """A university. ``terms``: role -> months, for the posts that end; ``years``: academic year -> name -> day.

    ``orders``: role -> what appointments to it rest on. ``first``: school -> months after which the posts that end were
    last given (0: nobody holds them), and nobody gives them anew.
    """

    units: tuple[dict[str, Any], ...]
    people: tuple[Person, ...]
    terms: Mapping[str, int]
    schools: tuple[str, ...]
    years: Mapping[str, str]
    orders: Mapping[str, str] = field(default_factory=dict)
    first: Mapping[str, int] = field(default_factory=dict)

    def commands(self, begin: date, end: date) -> Iterator[c.Command]:
        """What sets the house up: posts with a term begin on ``begin`` and are given anew until ``end`` is covered."""
        for unit in self.units:
            names: dict[str, str] = {lang: unit[lang] for lang in LANGUAGES if lang in unit}
            yield c.RecordUnit(
                actor=c.SYSTEM, unit=unit["id"], kind=unit["kind"], parent=unit.get("parent"), names=names
            )
        for person in self.people:
            yield c.RecordPerson(
                actor=c.SYSTEM, person=person.id, name=person.name, unit=person.unit, kind=person.kind,
                position=person.position, email=person.email, language=person.language,
            )  # fmt: skip
            for role, where in person.roles:
                yield from self._appointments(person.id, role, where, begin, end)
        for year in range(begin.year - 1, min(begin.year, end.year) + 1):  # people fill in the later ones
            for name, day in self.years.items():
                month, _, number = day.partition("-")
                first = self.years.get("year_start", "09-01")
                moment = date(year + (day < first), int(month), int(number))
                yield c.SetTerm(actor=c.SYSTEM, year=f"{year}/{year + 1}", name=name, day=moment)

    def _appointments(self, person: str, role: str, unit: str, begin: date, end: date) -> Iterator[c.Command]:
        term, start, n = self.terms.get(role), begin, 1
        once = self.first.get(unit) if term else None
        if once == 0:
            return
        while True:
            last = add_months(begin, (once or term) * n) if term else None
            yield c.Appoint(
                actor=c.SYSTEM,
                person=person,
                role=role,
                unit=unit,
                start=start,
                end=last,
                basis=self.orders.get(role, ""),
            )
            if last is None or last >= end or once:
                return
            start, n = last, n + 1


def listed(file: Path) -> House:
    """A house whose people are written down one by one."""
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    people = tuple(
        Person(
            id=one["id"], name=one["name"], unit=one["unit"], position=one.get("position", ""),
            kind=one.get("kind", "employee"), language=one.get("language", "kk"), login=one.get("login", ""),
            email=f"{one['login']}@{content['mail']}" if one.get("login") else "",
            roles=tuple(_role(text) for text in one.get("roles", [])),
        )
        for one in content["people"]
    )  # fmt: skip
    return _house(content, content["units"], people)


def made_up(file: Path, count: int, seed: str) -> House:
    """``count`` schools with people whose names are drawn from pools; the same for the same seed."""
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    making = _Making(content, Chance(f"{seed}/house"))
    for number in range(count):
        making.school(number)
    return _house(content, making.units, tuple(making.people), making.first)


def _house(
    content: Mapping[str, Any], units: list[dict[str, Any]], people: tuple[Person, ...], first: Mapping[str, int] = {}
) -> House:
    schools = tuple(unit["id"] for unit in units if unit["kind"] == "school")
    return House(tuple(units), people, content["terms"], schools, content["years"], content.get("orders", {}), first)


def _role(text: str) -> tuple[str, str]:
    role, _, unit = text.partition("@")
    return role, unit


class _Making:
    """Schools from a list of names, used over again with a number when the list is too short."""

    def __init__(self, content: Mapping[str, Any], chance: Chance) -> None:
        self._content = content
        self._chance = chance
        self._names: set[str] = set()
        root = {"id": "univ", "kind": "university", **content["university"]}
        self.units: list[dict[str, Any]] = [root]
        self.people: list[Person] = []
        self.first: dict[str, int] = {}
        self._posts(content["posts"]["university"], {"university": ["univ"]})

    def school(self, number: int) -> None:
        known = self._content["schools"]
        round, index = divmod(number, len(known))
        body = known[index]
        mark = f" {round + 1}" if round else ""
        id = f"{body['id']}{round + 1 if round else ''}"
        names: dict[str, str] = {lang: body[lang] + mark for lang in LANGUAGES}
        self.units.append({"id": id, "kind": "school", "parent": "univ", **names})
        departments = []
        for one in body["departments"]:
            departments.append(f"{id}-{one['id']}")
            named: dict[str, str] = {lang: one[lang] + mark for lang in LANGUAGES}
            self.units.append({"id": departments[-1], "kind": "department", "parent": id, **named})
        if "first_term" in body and not round:
            self.first[id] = body["first_term"]
        places = {"university": ["univ"], "school": [id], "department": departments}
        self._visit(departments[0])
        self._posts(self._content["posts"]["school"], places)

    def _visit(self, department: str) -> None:
        """Somebody of an earlier school teaches here too."""
        visiting = self._content.get("visiting")
        for index, person in enumerate(self.people):
            held = {role for role, _ in person.roles}
            if visiting and held == {visiting["holds"], visiting["as"]}:
                self.people[index] = replace(person, roles=(*person.roles, (visiting["as"], department)))
                return

    def _posts(self, posts: list[dict[str, Any]], places: Mapping[str, list[str]]) -> None:
        for post in posts:
            homes = places[post["at"]]
            for index in range(post.get("people", len(homes) if post.get("each") else 1)):
                home = homes[index % len(homes)]
                own = {**{kind: units[0] for kind, units in places.items()}, post["at"]: home}
                roles = tuple((role, own[place]) for role, place in map(_role, post["roles"]))
                id = f"p{len(self.people) + 1:04d}"
                kind = post.get("kind", "employee")
                language = self._chance.weighted({"kk": 7, "ru": 3})
                self.people.append(Person(id, self._name(), home, post["position"], kind, language, id, "", roles))

    def _name(self) -> str:
        """A family name, a given name and a father's name that nobody has yet."""
        while True:
            pool = self._content["names"][self._chance.weighted({"women": 1, "men": 1})]
            name = " ".join(str(self._chance.one(pool[part])) for part in ("family", "given", "father"))
            if name not in self._names:
                self._names.add(name)
                return name
