"""The DNS servers that observed answers pass without any fault, and that clients ask."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from acrdns.azure import AZURE_DNS
from acrdns.record import Type

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from acrdns.check.diagnosis.answer import Answered
    from acrdns.check.diagnosis.touch import Ways
    from acrdns.topology.model import Topology


class Passing:
    """The observed answers by the DNS servers that they pass, whichever of their ways without any fault they go."""

    def __init__(self, ways: Callable[[Answered], Ways], answers: Sequence[Answered]) -> None:
        self._ways = ways
        self._answers = answers

    @cached_property
    def _through(self) -> dict[str, list[Answered]]:
        found: dict[str, list[Answered]] = {}
        for answer in (each for each in self._answers if each.asked.type is Type.A):
            for key in self.servers(answer):
                found.setdefault(key, []).append(answer)
        return found

    def servers(self, answer: Answered) -> frozenset[str]:
        """Return the keys of the servers that an answer passes."""
        passages = [frozenset(key for key, _ in way) for way in self._ways(answer).passages]
        return passages[0].intersection(*passages) if passages else frozenset()

    def through(self, server: str) -> Sequence[Answered]:
        """Return the A answers that pass a server, by its key."""
        return self._through.get(server, ())


def asks(topology: Topology, vantage: str, server: str) -> bool:
    """Return whether clients at a vantage point ask a server."""
    if vantage not in topology.vantages[1:]:
        return False
    here = topology.vantage(vantage)
    return server in (here.dns_servers or ((AZURE_DNS,) if here.kind == "virtual_network" else ()))
