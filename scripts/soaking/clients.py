"""Well-behaved clients: each asks one question over and over, and judges every answer."""

from __future__ import annotations

import threading
import time
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype

if TYPE_CHECKING:
    from collections.abc import Callable

    Where = tuple[str, int]

TIMEOUT = 5.0
"""Seconds that a client waits for an answer, as dig and the C library do; then it asks once more."""
PAUSE = 0.01
"""Seconds between two questions of a client."""


class Asked(NamedTuple):
    """What a client asks, over and over."""

    name: str
    where: Where
    tcp: bool
    right: frozenset[str]
    """The addresses that it may have, one at a time."""
    may_fail: Callable[[float], bool] = lambda _since: False
    """Returns whether SERVFAIL is right for a question that was asked at this time."""
    may_be_lost: Callable[[float], bool] = lambda _since: False
    """Returns whether no answer is right: the process that waited for it was killed."""


class Client(threading.Thread):
    """Asks until it is told to stop. While it rests it asks nothing."""

    def __init__(self, asked: Asked, resting: threading.Event, done: threading.Event) -> None:
        super().__init__(daemon=True)
        self._asked = asked
        self._resting = resting
        self._done = done
        self.counted: Counter[str] = Counter()
        self.wrong: list[str] = []

    def run(self) -> None:
        """Ask."""
        while not self._done.wait(PAUSE):
            if self._resting.is_set():
                continue
            self.counted["asked"] += 1
            problem = self._ask()
            if problem:
                self.counted["asked twice"] += 1
                problem = self._ask()
            if problem:
                transport = "TCP" if self._asked.tcp else "UDP"
                self.wrong.append(f"{self._asked.name} at {self._asked.where} over {transport}: {problem}")

    def _ask(self) -> str:
        """Ask once; return what is wrong with the answer."""
        asked, started = self._asked, time.monotonic()
        query = dns.message.make_query(asked.name, "A", use_edns=0, payload=1232)
        send = dns.query.tcp if asked.tcp else dns.query.udp
        try:
            response = send(query, asked.where[0], TIMEOUT, asked.where[1])
        except (OSError, EOFError, dns.exception.DNSException) as error:
            if asked.may_be_lost(started):
                self.counted["lost with a killed process while upstream was away"] += 1
                return ""
            return f"{type(error).__name__} {error} after {time.monotonic() - started:.1f} s"
        if response.rcode() == dns.rcode.SERVFAIL and asked.may_fail(started):
            self.counted["SERVFAIL without upstream"] += 1
            return ""
        last = [rrset for rrset in response.answer if rrset.rdtype == dns.rdatatype.A]
        found = {item.address for rrset in last for item in rrset}
        if len(found) == 1 and found <= asked.right:
            return ""
        return f"{dns.rcode.to_text(response.rcode())} {sorted(found)}, right is one of {sorted(asked.right)}"


def quietly(do: Callable[[], object]) -> None:
    """Do something that may fail because the server lets go of a client: that is its right."""
    with suppress(OSError, EOFError, dns.exception.DNSException):
        do()
