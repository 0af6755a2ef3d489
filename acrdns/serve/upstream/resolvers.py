"""The real resolvers, and what is known of each: whether it answers, how fast, and whether it keeps letter case."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from acrdns.address import Address

TRIES = 3
"""How often each resolver is asked."""
SILENT_SECONDS = 10.0
"""How long a silent resolver is asked after the others."""
RECENT_SECONDS = 1.0
"""So long after its last answer a resolver counts as one that answers."""
_LATE_SECONDS = 0.1
_LATE_PACES = 4
"""An answer is late after so many times the time that answers take (RFC 6298 has four deviations)."""


class Resolvers:
    """Resolvers in the order to ask them. Times are the caller's, in seconds of one clock."""

    def __init__(self, servers: Sequence[Address], patience: float) -> None:
        self.servers = tuple(servers)
        self.silence = f"upstream {', '.join(map(str, self.servers))} does not answer"
        """Why there is no answer if none of them sends one."""
        self._patience = patience
        """Seconds of silence after which the next one is asked as well."""
        self._pace = 0.0
        """Seconds that answers take, smoothed as in RFC 6298: where all are slow, asking again makes them slower."""
        self._heard: dict[Address, float] = {}
        """When each one sent its last response."""
        self._silent: dict[Address, float] = {}
        """Until when each one is asked after the others."""
        self._without_case: set[Address] = set()

    def turns(self, now: float) -> Iterator[tuple[Address, float]]:
        """Yield whom to ask in which order, and the seconds until the next one is asked as well: twice each round."""
        ordered = sorted(self.servers, key=lambda server: self._silent.get(server, 0) > now)
        for number in range(TRIES):
            for server in ordered:
                yield server, max(self._patience, 2 * self._pace) * 2**number

    def keeps_case(self, server: Address) -> bool:
        """Return whether a resolver repeats the question in the letter case of the query, as far as is known."""
        return server not in self._without_case

    def loses_case(self, server: Address) -> None:
        """Note that a resolver does not, as its response over TCP shows."""
        self._without_case.add(server)

    def heard(self, server: Address, started: float, now: float) -> None:
        """Note a response to a query."""
        self._heard[server] = now
        self._silent.pop(server, None)
        self._pace += (now - started - self._pace) / 8

    def is_late(self, since: float, now: float) -> bool:
        """Return whether a question waits longer than most, though upstream has answered another one meanwhile."""
        return self.answers_others(since, now) and now - since > max(_LATE_SECONDS, _LATE_PACES * self._pace)

    def answers_others(self, since: float, now: float) -> bool:
        """Return whether any resolver has answered a question since, and lately: upstream as a whole is not silent."""
        return any(heard >= max(since, now - RECENT_SECONDS) for heard in self._heard.values())

    def lose(self, server: Address, now: float) -> None:
        """Note that a resolver cannot be reached."""
        self._silent[server] = now + SILENT_SECONDS

    def lose_unless_heard(self, server: Address, since: float, now: float) -> None:
        """Note silence, unless the resolver has answered any question since."""
        if self._heard.get(server, 0) < since:
            self.lose(server, now)
