"""What every DNS server of the simulation has in common: an address, a network, and one method."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Hashable

    from acrdns.resolve.chain import Question, Response
    from acrdns.resolve.equivalence.structure import Describer
    from acrdns.resolve.walk import Walk


class SimulatedServer(Protocol):
    """An actor: question in, answer out, every step recorded."""

    @property
    def identity(self) -> str:
        """What tells it from every other server, e.g. `168.63.129.16 of hub`; shown in the path of a loop."""

    def answer(self, question: Question, walk: Walk) -> Response:
        """Answer as this server would."""

    def structure(self, shaper: Describer) -> Hashable:
        """Write down what its answers depend on, names of networks and servers left out."""
