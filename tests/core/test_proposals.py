"""A version of models is proposed by one person and made effective by another: four eyes, in the record."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from engine import commands as c
from engine.database import hi_entry, re_definition, re_resource, ru_instance
from engine.errors import (
    Invalid,
    ModelRefused,
    NotFound,
    NothingNew,
    NotPermitted,
    OneAlone,
    OwnProposal,
    ProposalClosed,
    ProposalStale,
)
from engine.history.in_place import rebuild_in_place
from engine.proposals.tables import vw_proposal
from engine.wording import catalogue
from tests.core.place import SECRETARY, START, Place, user
from tests.play import models as m

OWNER, SECOND = "p7", "p8"
ALLOWED = m.extensions(m.properties(startRole="secretary@school"))


def model(*steps: str, process: str = "p") -> bytes:
    """A process of user tasks one after the other."""
    path = " -> ".join(("s", *steps, "e"))
    return m.model(m.process(process, ALLOWED, m.start(), *map(user, steps), m.end(), path))


@pytest.fixture
def house(place: Place) -> Place:
    for person in (OWNER, SECOND):
        place.system(c.RecordPerson, person=person, name=f"Адам {person}", unit="univ")
        place.system(c.Appoint, person=person, role="process_owner", unit="univ", start=START.date())
    place.deploy(model("a"))
    return place


def propose(house: Place, *, by: str = OWNER, why: str = "қажет", **files: bytes) -> int:
    named = {f"{name}.bpmn": content for name, content in files.items()}
    return int(house.engine.handle(c.ProposeModels(actor=by, name="d", why=why, files=named)).result["proposal"])


def effective(house: Place, proposal: int, by: str = SECOND) -> c.Done:
    return house.engine.handle(c.MakeEffective(actor=by, proposal=proposal))


def test_a_new_case_runs_on_the_new_version_and_the_old_one_stays(house: Place) -> None:
    old = house.start()
    number = propose(house, model0=model("a", "b"))
    assert house.start() and {row.version for row in house.rows(re_definition)} == {1}
    done = effective(house, number)
    assert done.result["definitions"] == {"process/p": "p:2"}
    new = house.start()
    assert {row.id: row.definition for row in house.rows(ru_instance) if row.id in (old, new)} == {
        old: "p:1",
        new: "p:2",
    }
    row = house.rows(vw_proposal)[0]
    assert (row.state, row.by, row.closed_by, row.why) == ("effective", OWNER, SECOND, "қажет")
    assert row.deployment == done.result["deployment"]
    kinds = [entry.kind for entry in house.rows(hi_entry) if entry.stream == "models"]
    assert kinds == ["Deploy", "ProposeModels", "MakeEffective"]
    assert house.verified()


def test_nobody_makes_their_own_proposal_effective(house: Place) -> None:
    number = propose(house, model0=model("b"))
    with pytest.raises(OwnProposal) as refused:
        effective(house, number, by=OWNER)
    assert (refused.value.code, refused.value.params["who"]) == ("proposal_own", "Адам p8")
    assert house.rows(vw_proposal)[0].state == "waiting"


def test_people_do_not_deploy_alone_but_the_set_up_does(house: Place) -> None:
    with pytest.raises(OneAlone):
        house.engine.handle(c.Deploy(actor=OWNER, name="d", files={"model0.bpmn": model("b")}))
    with pytest.raises(NotPermitted):
        propose(house, by=SECRETARY, model0=model("b"))
    with pytest.raises(NotPermitted):
        effective(house, propose(house, model0=model("b")), by=SECRETARY)
    assert house.system(c.Deploy, name="d", files={"model0.bpmn": model("b")}).result["definitions"]


def test_bad_files_are_refused_whole_with_every_finding(house: Place) -> None:
    with pytest.raises(ModelRefused) as refused:
        propose(
            house, good=model("b", process="q"), bad=model("b", process="r").replace(b'"s_b"', b'"nowhere"', 1)[:-9]
        )
    assert refused.value.findings
    assert house.rows(vw_proposal) == []
    assert len(house.rows(re_resource)) == 1


def test_what_another_version_overtook_says_so_and_is_not_made_effective(house: Place) -> None:
    first, second = propose(house, model0=model("b")), propose(house, by=SECOND, model0=model("c"))
    effective(house, first)
    with pytest.raises(ProposalStale) as refused:
        effective(house, second, by=OWNER)
    assert refused.value.params["models"] == "p"
    assert house.engine.reader(OWNER).proposals.get(second).stale == ("p",)
    house.engine.handle(c.ReturnProposal(actor=OWNER, proposal=second, reason="ескірді"))
    assert [row.state for row in house.rows(vw_proposal)] == ["effective", "returned"]
    assert house.verified()


def test_other_models_may_change_meanwhile(house: Place) -> None:
    number = propose(house, model0=model("b"))
    house.system(c.Deploy, name="d", files={"other.bpmn": model("a", process="q")})
    assert effective(house, number).result["definitions"] == {"process/p": "p:2"}


def test_a_decided_proposal_is_decided_once(house: Place) -> None:
    number = propose(house, model0=model("b"))
    command = c.MakeEffective(actor=SECOND, proposal=number, key="k")
    assert (house.engine.handle(command).repeated, house.engine.handle(command).repeated) == (False, True)
    with pytest.raises(ProposalClosed):
        effective(house, number)
    for late in (
        c.ReturnProposal(actor=SECOND, proposal=number, reason="кеш"),
        c.ExplainProposal(actor=OWNER, proposal=number, why="кеш"),
    ):
        with pytest.raises(ProposalClosed):
            house.engine.handle(late)
    with pytest.raises(NotFound):
        effective(house, 99)


def test_why_and_the_reason_for_returning_are_said(house: Place) -> None:
    number = propose(house, why=" ", model0=model("b"))
    with pytest.raises(Invalid) as refused:
        effective(house, number)
    assert refused.value.problems == {"why": "proposal_why_missing"}
    with pytest.raises(NotPermitted):
        house.engine.handle(c.ExplainProposal(actor=SECOND, proposal=number, why="басқа біреу"))
    house.engine.handle(c.ExplainProposal(actor=OWNER, proposal=number, why="енді айтылды"))
    with pytest.raises(Invalid):
        house.engine.handle(c.ReturnProposal(actor=SECOND, proposal=number, reason=" "))
    assert effective(house, number).result["definitions"]


def test_the_same_files_again_are_the_same_proposal_and_unchanged_ones_are_none(house: Place) -> None:
    number = propose(house, model0=model("b"))
    assert propose(house, model0=model("b")) == number
    with pytest.raises(NothingNew) as refused:
        propose(house, model0=model("a"))
    assert refused.value.definitions == (("process", "p"),)
    assert len(house.rows(vw_proposal)) == 1


def test_the_difference_names_new_changed_and_unchanged_files_with_running_cases(house: Place) -> None:
    house.start()
    house.system(c.Deploy, name="d", files={"same.bpmn": model("a", process="q")})
    files: dict[str, Any] = {"model0": model("b"), "same": model("a", process="q"), "added": model("a", process="r")}
    number = propose(house, **files)
    shown = house.engine.reader(OWNER).proposals.get(number)
    assert [(file.name, file.state) for file in shown.files] == [
        ("model0.bpmn", "changed"),
        ("same.bpmn", "unchanged"),
        ("added.bpmn", "new"),
    ]
    assert shown.files[0].definitions[0].running == ((1, 1),)
    assert shown.confirmers == ("Адам p8",)
    archive = zipfile.ZipFile(io.BytesIO(house.engine.reader(OWNER).proposals.archive(number)))
    assert {name: archive.read(name) for name in archive.namelist()} == {f"{k}.bpmn": v for k, v in files.items()}
    assert set(effective(house, number).result["definitions"]) == {"process/p", "process/r"}
    with pytest.raises(NotFound):
        _ = house.engine.reader(SECRETARY).proposals


def test_a_rebuild_knows_every_proposal(house: Place) -> None:
    effective(house, propose(house, model0=model("b")))
    propose(house, why="", model0=model("c"))
    before = house.rows(vw_proposal)
    rebuild_in_place(house.engine.bus)
    assert house.rows(vw_proposal) == before
    assert house.verified()


@pytest.mark.parametrize("error", [OwnProposal, OneAlone, ProposalClosed, ProposalStale, NothingNew])
def test_every_refusal_is_worded(error: type[Any]) -> None:
    assert set(catalogue()[error.code]) == {"kk", "ru", "en"}
