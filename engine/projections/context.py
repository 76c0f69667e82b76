"""What every projection of an instance knows: the entry its facts stand in, and what rows repeat of the instance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from engine.database import ru_participant
from engine.definitions.model import Node
from engine.projections.batch import Batch


@dataclass(slots=True)
class Standing:
    """What rows repeat of their instance. Live it comes with the execution, in a rebuild from the facts before."""

    instance: str
    definition: str = ""
    process: str = ""
    school: str = ""
    business_key: str = ""
    title: dict[str, str] = field(default_factory=dict)
    participants: set[str] = field(default_factory=set)
    suspended: bool = False


@dataclass(slots=True)
class Context:
    """The entry a fact stands in."""

    batch: Batch
    standing: Standing
    stream: str
    seq: int
    at: str
    nodes: Callable[[str, str], Node]  # (definition id, element) -> node
    rebuilding: bool = False
    erased: bool = False  # the key was destroyed: private fields are None

    def token(self, number: int) -> str:
        return f"{self.standing.instance}.{number}"

    def place(self, place: str) -> tuple[str, str]:
        """(definition id, element) of a place as the ledger names it."""
        definition, _, element = place.rpartition("/")
        return definition or self.standing.definition, element


def participate(c: Context, person: str) -> None:
    if person not in c.standing.participants:
        c.standing.participants.add(person)
        c.batch.put(ru_participant, {"instance": c.standing.instance, "person": person})
