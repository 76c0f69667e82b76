"""Gives each process test a faculty of its own and holds it, at the end, to what must always be true.

Everything is read back from the ledger before each command; a test marked ``both_ways`` runs with cases kept in memory
as well, with ``SAPA_BOTH_WAYS`` every test does. A module says in ``MODES`` that it needs memory only.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes.afterwards import Beginning, still_true
from tests.processes.faculty import Faculty
from tests.processes.meeting import Meeting, meeting_of
from tests.processes.stages import MakeFaculty, Stages
from tests.sharing import folder_of_run


@pytest.fixture(scope="session")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Stages:
    """Houses that have been lived up to a stage, for all processes of a run."""
    return Stages(folder_of_run(tmp_path_factory) / "stages")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One way, or both where the test or the environment asks for it."""
    if "forget_between" in metafunc.fixturenames:
        both = metafunc.definition.get_closest_marker("both_ways") or os.environ.get("SAPA_BOTH_WAYS")
        modes = (False, True) if both else getattr(metafunc.module, "MODES", (True,))
        names = ["forgotten" if mode else "kept" for mode in modes]
        metafunc.parametrize("forget_between", modes, ids=names, indirect=True)


@pytest.fixture
def forget_between(request: pytest.FixtureRequest) -> bool:
    """Is nothing kept in memory between commands?"""
    return bool(request.param)


@pytest.fixture
def make(stages: Stages, forget_between: bool, tmp_path: Path) -> Iterator[MakeFaculty]:
    """A faculty at a stage: ``make("announced", size=7, deputy=False)``."""
    made: list[tuple[Faculty, Beginning]] = []

    def make_one(stage: str = "settled", size: int = 9, deputy: bool = True) -> Faculty:
        folder = tmp_path / f"faculty-{len(made)}"
        faculty = stages.copy(stage, size, deputy, folder, forget_between)
        made.append((faculty, stages.beginning(stage, size, deputy, faculty)))
        return faculty

    yield make_one
    for faculty, begun in made:
        try:
            still_true(faculty, begun)
        finally:
            faculty.close()


@pytest.fixture
def faculty(make: MakeFaculty) -> Faculty:
    """Nine members with a deputy chair; nothing is going on."""
    return make()


@pytest.fixture
def announced(make: MakeFaculty) -> Meeting:
    """A meeting of nine members, called for Monday 21 September 2026 at nine, materials sent."""
    return meeting_of(make("announced"))


@pytest.fixture
def in_session(make: MakeFaculty) -> Meeting:
    """All nine members are there; the first item is called."""
    return meeting_of(make("in_session"))


@pytest.fixture
def decided(make: MakeFaculty) -> Faculty:
    """The commission has charged the department eng-cs; due on Monday 12 October 2026."""
    return make("decided")
