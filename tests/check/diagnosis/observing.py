"""Answers of the simulation, in the form of observed ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.diagnosis.answer import Answered, Comparison, answers_of
from acrdns.check.diagnosis.search.search import Search
from acrdns.check.diagnosis.worlds import Evidence
from acrdns.check.simulate import cases
from acrdns.resolve.world import World

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acrdns.topology.model import Topology


def observed(topology: Topology, vantages: Iterable[str] = ()) -> list[Answered]:
    """Return every answer of a topology at some vantage points, or at all."""
    world = World(topology)
    return [
        answer
        for vantage in vantages or world.vantages
        for case in cases(world, vantage)
        for answer in answers_of(case.observation, vantage, vantage)
    ]


def search(topology: Topology, answers: list[Answered]) -> Search:
    """Return the search of a topology, given what was observed."""
    return Search(topology, Evidence(answers, Comparison(answers, topology)))
