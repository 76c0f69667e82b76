"""Everything that can have happened: frozen, past tense. A fact's name and fields are a promise to every old ledger.

A field named in ``private`` holds values of the case: it goes to the encrypted payload, the entry keeps its commitment.
All other fields are plain JSON: ids, names of the model, moments as text. To add a fact: write the class here, emit it
in ``engine.runtime``, give it a reader in ``engine.projections`` or list it there as unprojected, and a caption in
``engine/wording/captions.yaml`` (tests hold the last two).
"""

from engine.facts.base import KINDS, Fact
from engine.facts.documents import *  # noqa: F403
from engine.facts.house import *  # noqa: F403 - the package is the list of every fact
from engine.facts.instance import *  # noqa: F403
from engine.facts.notes import *  # noqa: F403
from engine.facts.proposals import *  # noqa: F403

__all__ = ["KINDS", "Fact"]
__all__ += [cls.__name__ for cls in KINDS.values()]
