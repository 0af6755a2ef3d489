"""The transfer policy of one address: who may have which zone, signed by whom.

Nothing is transferred by default. A client's address has to be allowed, and where there are keys, the query has to be
signed by one of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from acrdns.names import Name
from acrdns.record import Rcode, Type
from acrdns.wire.clients.allowed import Allowed
from acrdns.wire.message import reply
from acrdns.wire.transfer import messages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from acrdns.wire.message.query import Query
    from acrdns.wire.transfer.keyfile import Key
    from acrdns.wire.transfer.messages import Clock
    from acrdns.wire.transfer.tsig import Signer
    from acrdns.zone.versions.history import History

_CLASS_IN = 1


@dataclass(frozen=True, slots=True)
class Access:
    """Who may transfer zones."""

    clients: Allowed = Allowed(())  # noqa: RUF009 -- it is immutable
    keys: Mapping[Name, Key] = field(default_factory=dict)
    """Empty: no signature is asked for."""

    def admits(self, client: bytes, signer: Signer | None) -> bool:
        """Return whether a client, by its packed IP address and what signed its query, may have zones."""
        return self.clients.takes(client) and not (self.keys and signer is None)


@dataclass(frozen=True, slots=True)
class Primary:
    """The zones that an address transfers, and to whom."""

    zones: Mapping[Name, History]
    access: Access

    def check(self, packet: bytes, query: Query, now: int) -> tuple[Signer | bytes | None, Query]:
        """Judge a query's signature, where it has one, and give the query as it is without.

        The first value signs the answer, None for an unsigned query, or the reply that turns it away.
        """
        if not query.tsig:
            return None, query
        from acrdns.wire.transfer.tsig import Signer

        return Signer.judge(packet, query, self.access.keys, now), query._replace(tsig=b"")

    def transfer(
        self, packet: bytes, query: Query, signer: Signer | None, *, client: bytes, clock: Clock
    ) -> Iterator[bytes]:
        """Answer AXFR or IXFR over TCP: the messages to send, in order. The first is made at once, errors with it."""
        refused = self._refusal(packet, query, signer, client)
        if refused is not None:
            return iter((_signed(refused, signer, clock),))
        history = self.zones[Name(query.name.lower())]
        since = messages.client_serial(packet) if query.type == Type.IXFR else None
        return messages.stream(query, history, since, signer, clock)

    def over_udp(self, packet: bytes, query: Query, signer: Signer | None, *, client: bytes, now: int) -> bytes:
        """Answer IXFR over UDP."""
        refused = self._refusal(packet, query, signer, client)
        if refused is not None:
            return _signed(refused, signer, lambda: now)
        return messages.present(query, self.zones[Name(query.name.lower())], signer, now)

    def _refusal(self, packet: bytes, query: Query, signer: Signer | None, client: bytes) -> bytes | None:
        """Return the refusal of a transfer, or None. A client that is not admitted does not learn which zones exist."""
        if not self.access.admits(client, signer):
            return reply.error(query, Rcode.REFUSED)
        if query.qclass != _CLASS_IN or Name(query.name.lower()) not in self.zones:
            return reply.error(query, Rcode.NOTAUTH)
        if query.type == Type.IXFR and messages.client_serial(packet) is None:
            return reply.error(query, Rcode.FORMERR)
        return None


def _signed(packet: bytes, signer: Signer | None, clock: Clock) -> bytes:
    """Sign a reply where its query was _signed."""
    return packet if signer is None else signer.sign(packet, clock())
