"""Keeps Python from knowing roles: reads ``processes/regulation/permissions.yaml``, which says who has which rights."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from engine.errors import Broken

FILE = Path(__file__).resolve().parents[2] / "processes" / "regulation" / "permissions.yaml"

DEFAULT = "default"
"""In place of clauses: the regulation does not give this right, it is our own choice."""


@dataclass(frozen=True, slots=True)
class Grant:
    """``source``: clause numbers of the regulation, comma separated, or ``default``."""

    role: str  # empty: everybody
    right: str
    source: str
    everywhere: bool  # over the whole university, not only over the unit of the appointment


@dataclass(frozen=True, slots=True)
class Opening:
    """Who reads the rows of a register, whoever may see the cases that entered them.

    ``together``, ``least``: only groups of rows alike in these fields, as large as this parameter says. ``after``: only
    once the day in this field is over.
    """

    right: str
    together: tuple[str, ...]
    least: str
    after: str


class Permissions:
    """The table of rights. Raises Broken when the file contradicts itself."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.rights: dict[str, dict[str, str]] = dict(content["rights"])
        self.grants = tuple(self._read(content))
        self.registers = {name: _opening(one) for name, one in content.get("registers", {}).items()}
        self.published: frozenset[str] = frozenset(content.get("published", ()))
        """Registers whose rows everybody may read."""
        wanted = {grant.right for grant in self.grants} | {one.right for one in self.registers.values()}
        unknown = wanted - set(self.rights)
        if unknown:
            raise Broken(what=f"permissions: {', '.join(sorted(unknown))}")
        self.personal: dict[str, str] = {role: str(source) for role, source in content.get("personal", {}).items()}
        """Roles nobody stands in for, with the clause that says how they are replaced."""
        self._of_role: dict[str, dict[str, Grant]] = {}
        for grant in self.grants:
            self._of_role.setdefault(grant.role, {})[grant.right] = grant

    @staticmethod
    def _read(content: Mapping[str, Any]) -> Iterable[Grant]:
        for right, source in content.get("everyone", {}).items():
            yield Grant("", right, str(source), True)
        for role, body in content["roles"].items():
            if body["over"] not in ("school", "university"):
                raise Broken(what=f"permissions: {role}: {body['over']}")
            for right, source in body["grants"].items():
                if right == "see_all_schools" and body["over"] != "university":
                    raise Broken(what=f"permissions: {role}: {right}")
                yield Grant(role, right, str(source), body["over"] == "university")

    def of(self, keys: Collection[str]) -> frozenset[str]:
        """Every right that the holder of these keys has anywhere; none without keys (unknown or inactive people)."""
        if not keys:
            return frozenset()
        roles = {"", *(key.partition("@")[0] for key in keys if "@" in key)}
        return frozenset(right for role in roles for right in self._of_role.get(role, ()))

    def granting(self, keys: Collection[str], right: str) -> dict[str, Grant]:
        """The keys among ``keys`` that give the right, with the grant of each."""
        found = {}
        for key in keys:
            role, at, _unit = key.partition("@")
            grant = self._of_role.get(role, {}).get(right) if at else None
            if grant is not None:
                found[key] = grant
        return found

    def may(self, keys: Collection[str], right: str, school: str) -> str | None:
        """The key by which the right is had in this school ("" when everybody has it), None when it is not had."""
        if keys and right in self._of_role.get("", {}):
            return ""
        held = self.granting(keys, right)
        fitting = (key for key, grant in held.items() if grant.everywhere or key.partition("@")[2] == school)
        return min(fitting, default=None)

    def roles_with(self, right: str) -> list[str]:
        """The role codes that have the right: whom to ask when one does not."""
        return sorted(grant.role for grant in self.grants if grant.right == right and grant.role)


def _opening(read: Mapping[str, Any]) -> Opening:
    return Opening(read["right"], tuple(read.get("together", ())), read.get("least", ""), read.get("after", ""))


@cache
def permissions(path: Path = FILE) -> Permissions:
    """The installation's table, read once. Raises Broken when it cannot be used."""
    try:
        return Permissions(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise Broken(what=f"{path.name}: {error}") from error
