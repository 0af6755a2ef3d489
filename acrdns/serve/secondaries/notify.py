"""Send NOTIFY to secondaries (RFC 1996), repeated at growing intervals until they answer.

It runs in the asyncio loop of the parent process; the workers, which answer UDP, never wait for it.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, cast

from acrdns.names import show
from acrdns.record import rcode_text
from acrdns.wire.transfer.notify import Notice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from acrdns.address import Address
    from acrdns.names import Name
    from acrdns.serve.secondaries.options import NotifyTarget
    from acrdns.wire.transfer.keyfile import Key
    from acrdns.zone.versions.history import History

FIRST_SECONDS = 1.0
"""The wait for the first answer; each further wait is twice the one before."""
LONGEST_SECONDS = 60.0
"""RFC 1996 section 3.6 names it as the interval."""
TRIES = 10
"""About six minutes in all; a secondary that was down longer asks for the SOA itself when it is back."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often and how long to try."""

    first_seconds: float = FIRST_SECONDS
    longest_seconds: float = LONGEST_SECONDS
    tries: int = TRIES


class Notifier:
    """Notifies secondaries, in a running asyncio loop. `report` gets a line for each one that fails or refuses."""

    def __init__(
        self,
        secondaries: Sequence[NotifyTarget],
        key: Key | None,
        report: Callable[[str], None],
        pace: Pace | None = None,
    ) -> None:
        self._secondaries = secondaries
        self._key = key
        self._report = report
        self._pace = pace or Pace()
        self._sockets: dict[str, _NotifySocket] = {}
        self._running: dict[tuple[Address, str, Name], asyncio.Task[None]] = {}

    def notify(self, vantage: str, source: str, zones: Iterable[History]) -> None:
        """Announce new versions of a view's zones, from the address that the view is transferred from.

        A NOTIFY for an older version that is not answered yet is dropped.
        """
        loop = asyncio.get_running_loop()
        for zone in zones:
            for secondary in self._secondaries:
                if secondary.vantage not in ("", vantage):
                    continue
                key = (secondary.address, vantage, zone.zone.apex)
                if key in self._running:
                    self._running[key].cancel()
                running = loop.create_task(self._notify(secondary.address, vantage, source, zone))
                self._running[key] = running
                running.add_done_callback(lambda done, key=key: self._finished(key, done))  # type: ignore[misc]

    async def close(self) -> None:
        """Stop notifying, and close the sockets."""
        for running in self._running.values():
            running.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)
        for socket in self._sockets.values():
            await socket.close()

    def _finished(self, key: tuple[Address, str, Name], done: asyncio.Task[None]) -> None:
        if self._running.get(key) is done:
            del self._running[key]
        if not done.cancelled() and (error := done.exception()) is not None:
            self._report(f"notify {key[0]}: {type(error).__name__}: {error}")

    async def _notify(self, to: Address, vantage: str, source: str, zone: History) -> None:
        what = f"{show(zone.zone.apex)} of {vantage}"
        wait = self._pace.first_seconds
        for _ in range(self._pace.tries):
            sent = Notice.of(zone.soa, secrets.randbelow(0x10000), self._key, int(time.time()))
            rcode = await (await self._socket(source, to)).ask(sent, to, wait)
            if rcode is not None:
                if rcode:
                    self._report(f"notify {to}: the secondary answers {rcode_text(rcode)} for {what}")
                return
            wait = min(2 * wait, self._pace.longest_seconds)
        self._report(f"notify {to}: no answer for {what} after {self._pace.tries} tries; it will ask by itself")

    async def _socket(self, source: str, to: Address) -> _NotifySocket:
        """Return the socket to send from: secondaries know a primary by its address."""
        host = source if _can_reach(source, to) else "::" if to.is_ipv6 else "0.0.0.0"
        if host not in self._sockets:
            loop = asyncio.get_running_loop()
            _, socket = await loop.create_datagram_endpoint(_NotifySocket, local_addr=(host, 0))
            if host in self._sockets:  # another task was faster
                await socket.close()
            else:
                self._sockets[host] = socket
        return self._sockets[host]


class _NotifySocket(asyncio.DatagramProtocol):
    """Sends NOTIFY messages and receives their answers."""

    def __init__(self) -> None:
        self._transport: asyncio.DatagramTransport
        self._closed = asyncio.Event()
        self._waiting: dict[tuple[str, int, bytes], tuple[Notice, asyncio.Future[int]]] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    async def ask(self, sent: Notice, to: Address, wait: float) -> int | None:
        """Send a NOTIFY, and return the rcode of its answer, or None after `wait` seconds."""
        future = asyncio.get_running_loop().create_future()
        key = (to.host, to.port, sent.packet[:2] + sent.question)
        self._waiting[key] = (sent, future)
        try:
            self._transport.sendto(sent.packet, (to.host, to.port))
            return await asyncio.wait_for(future, wait)
        except TimeoutError:
            return None
        finally:
            self._waiting.pop(key, None)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        host = str(ip_address(addr[0].partition("%")[0]))
        for (to, port, ident), (sent, future) in list(self._waiting.items()):
            if (to, port) == (host, addr[1]) and ident[:2] == data[:2] and not future.done():
                rcode = sent.rcode_of(data, int(time.time()))
                if rcode is not None:
                    future.set_result(rcode)

    def error_received(self, exc: Exception) -> None:
        """Ignore that a secondary does not listen yet: NOTIFY is repeated."""

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 -- how it ended does not matter
        self._closed.set()

    async def close(self) -> None:
        """Close, and wait until it is done."""
        self._transport.close()
        await self._closed.wait()


def _can_reach(source: str, to: Address) -> bool:
    address = ip_address(source)
    return address.version == (6 if to.is_ipv6 else 4) and not address.is_unspecified
