"""The protocols of simulated DNS servers: what each one does, whom it asks, and who compares it with others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from acrdns.resolve.chain import Question, Response
    from acrdns.resolve.walk import Walk
    from acrdns.topology.model import Network, Selection
    from acrdns.zone.view import View


class SimulatedServer(Protocol):
    """A DNS server: question in, response out, every step recorded."""

    @property
    def identity(self) -> str:
        """A text that no other server has, e.g. `168.63.129.16 of hub`; shown in the path of a loop."""

    def answer(self, question: Question, walk: Walk) -> Response:
        """Answer as this server would."""

    def structure(self, describer: Describes) -> Hashable:
        """Return what its answers depend on, without the names of networks and servers."""


class Asks(Protocol):
    """Sends questions to other servers on behalf of a server in a network (`directory.Directory`)."""

    def ask_one_of(
        self, asker: Network, targets: Sequence[str], question: Question, walk: Walk, selection: Selection = "order"
    ) -> Response:
        """Ask several servers until one answers."""

    def ask_public(self, asker: Network | None, question: Question, walk: Walk) -> Response:
        """Ask public DNS."""


class Describes(Protocol):
    """Follows a server's references to other servers and zones (`equivalence.structure.Describer`)."""

    def ask_one_of(self, asker: Network, addresses: Iterable[str], selection: Selection = "order") -> Hashable:
        """Return the structures of several servers, and how one of them is selected."""

    def look_into(self, view: View) -> Hashable:
        """Return the structure of a server's zones."""
