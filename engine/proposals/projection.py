"""Turns the facts about proposals into their rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.facts.base import Fact
from engine.facts.proposals import ModelsProposed, ProposalExplained, ProposalMadeEffective, ProposalReturned
from engine.projections.batch import Batch
from engine.proposals.tables import vw_proposal
from engine.values import canonical, plain


def _proposed(batch: Batch, fact: ModelsProposed, at: str) -> None:
    row = {
        "number": fact.proposal,
        "name": fact.name,
        "source": fact.source,
        "why": fact.why,
        "by": fact.by,
        "at": at,
        "state": "waiting",
        "files": canonical(plain(fact.files)),
        "closed_by": "",
        "closed_at": "",
        "reason": "",
        "deployment": "",
    }
    batch.put(vw_proposal, row)


def _explained(batch: Batch, fact: ProposalExplained, at: str) -> None:
    batch.patch(vw_proposal, fact.proposal, why=fact.why)


def _effective(batch: Batch, fact: ProposalMadeEffective, at: str) -> None:
    closed = {"state": "effective", "closed_by": fact.by, "closed_at": at}
    batch.patch(vw_proposal, fact.proposal, deployment=fact.deployment, **closed)


def _returned(batch: Batch, fact: ProposalReturned, at: str) -> None:
    batch.patch(vw_proposal, fact.proposal, state="returned", closed_by=fact.by, closed_at=at, reason=fact.reason)


HANDLERS: dict[type[Fact], Callable[[Batch, Any, str], None]] = {
    ModelsProposed: _proposed,
    ProposalExplained: _explained,
    ProposalMadeEffective: _effective,
    ProposalReturned: _returned,
}
