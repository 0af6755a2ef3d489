"""The queries that wait for upstream: a bound for all, and which query makes room when it is reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from acrdns.wire.clients.allowed import unmapped

if TYPE_CHECKING:
    from collections.abc import Callable

    from acrdns.wire.upstream.passage import Passage

_IPV6_CLIENT = 8
"""Octets: a /64 is one client."""


@dataclass(slots=True, eq=False)
class Waiter:
    """One query that waits for the answer to a question."""

    passage: Passage
    deliver: Callable[[bytes], None]
    client: bytes
    """The packed address that asked, or its /64."""


def client_of(address: bytes) -> bytes:
    """Return who shares a packed address's part of the room."""
    found = unmapped(address)
    return found if len(found) == 4 else found[:_IPV6_CLIENT]  # noqa: PLR2004 -- octets of IPv4


class WaitingQueries:
    """Waiting queries by client, each client's in order of arrival."""

    def __init__(self) -> None:
        self._by_client: dict[bytes, dict[Waiter, None]] = {}
        self._size = 0

    def __len__(self) -> int:
        """Return the number of queries that wait."""
        return self._size

    def add(self, waiter: Waiter) -> None:
        """Add a query."""
        self._by_client.setdefault(waiter.client, {})[waiter] = None
        self._size += 1

    def remove(self, waiter: Waiter) -> None:
        """Remove a query that waits no longer."""
        waiting = self._by_client[waiter.client]
        del waiting[waiter]
        self._size -= 1
        if not waiting:
            del self._by_client[waiter.client]

    def oldest_of_busiest(self) -> Waiter:
        """Return the query that makes room: the oldest one of the client with the most queries.

        So unanswerable names of one client take nothing from the others (Unbound's jostling has the same purpose).
        """
        busiest = max(self._by_client, key=lambda client: len(self._by_client[client]))
        return next(iter(self._by_client[busiest]))
