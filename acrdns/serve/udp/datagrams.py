"""UDP sockets: what is served on one, what is noted and sent, and the loop that reads it datagram by datagram."""

from __future__ import annotations

import socket
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address
from typing import TYPE_CHECKING, Protocol

from acrdns.serve.service import PENDING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from acrdns.serve.observe.querylog import LogPipe
    from acrdns.serve.service import Served
    from acrdns.serve.udp.gate import Gate, Sent

_BATCH = 64
_LARGEST = 65535


@dataclass(frozen=True, slots=True)
class Listener:
    """A UDP socket and what is served on it."""

    socket: socket.socket
    served: Served
    ipv6: bool
    wildcard: bool


class Loop(Protocol):
    """The callback of a worker's loop when a descriptor can be read."""

    def answer(self) -> None:
        """Answer what the socket has, up to a batch."""


def note(log: LogPipe | None, served: Served, client: tuple[bytes, int], packet: bytes, reply: Sent) -> None:
    """Note a query from an address and port; one that upstream was asked about is noted when that has answered."""
    if log is not None and reply is not PENDING:
        log.note(served.service.vantage_of(packet, client[0]), "udp", *client, packet, reply or b"")


def send_late(
    log: LogPipe | None,
    served: Served,
    client: tuple[bytes, int],
    send: Callable[[bytes], int],
    packet: bytes,
    reply: bytes,
) -> None:
    """Send and note a reply that upstream was asked for."""
    send_or_drop(send, reply)
    note(log, served, client, packet, reply)
    if log is not None:
        log.flush()


def send_or_drop(send: Callable[[bytes], int], reply: bytes) -> None:
    """Send a reply; what the kernel will not take is dropped, as datagrams may be."""
    with suppress(OSError):
        send(reply)


class OneByOne:
    """A socket read and written datagram by datagram, for systems without recvmmsg."""

    def __init__(self, listener: Listener, log: LogPipe | None, gate: Gate) -> None:
        self._socket = listener.socket
        self._served = listener.served
        self._log = log
        self._gate = gate
        self._receive = self._receive_with_target if listener.wildcard else self._receive_plain

    @classmethod
    def make(cls, listeners: Sequence[Listener], log: LogPipe | None, gate: Gate) -> dict[int, Loop]:
        """Make one for each socket, by its descriptor."""
        return {each.socket.fileno(): cls(each, log, gate) for each in listeners}

    def answer(self) -> None:
        """Answer what the socket has, up to a batch."""
        log, served = self._log, self._served
        for _ in range(_BATCH):
            try:
                packet, (host, port, *_), send = self._receive()
            except (BlockingIOError, InterruptedError, ConnectionRefusedError):
                break
            client = ip_address(host.partition("%")[0]).packed, port
            reply = self._gate.reply(served, packet, client[0], partial(send_late, log, served, client, send, packet))
            note(log, served, client, packet, reply)
            if reply is not None and reply is not PENDING:
                send_or_drop(send, reply)
        if log is not None:
            log.flush()

    def _receive_plain(self) -> tuple[bytes, tuple[str, int], Callable[[bytes], int]]:
        packet, client = self._socket.recvfrom(_LARGEST)
        return packet, client, lambda reply: self._socket.sendto(reply, client)

    def _receive_with_target(self) -> tuple[bytes, tuple[str, int], Callable[[bytes], int]]:
        # The ancillary data says which address was asked; sent back, it makes that the source of the answer.
        packet, received, _, client = self._socket.recvmsg(_LARGEST, socket.CMSG_SPACE(20))
        ancillary = [(level, kind, _source(level, data)) for level, kind, data in received]
        return packet, client, lambda reply: self._socket.sendmsg([reply], ancillary, 0, client)


def _source(level: int, received: bytes) -> bytes:
    """Return what makes the address that was asked the source of the answer.

    For IPv6 it is what was received. For IPv4 it is struct in_pktinfo: the interface, the source, the address that was
    asked; macOS leaves the source to whoever sends.
    """
    return received if level == socket.IPPROTO_IPV6 else received[:4] + received[8:12] * 2
