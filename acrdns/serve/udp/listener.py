"""A UDP socket, what is served on it, and what every way of reading it does for each datagram."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from acrdns.serve.udp import answering

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from acrdns.serve.observe.querylog import LogPipe
    from acrdns.serve.service import Served
    from acrdns.serve.udp.guard import Guard

    Make = Callable[[Served, bytes, bytes, Callable[[bytes], None]], bytes | None]


@dataclass(frozen=True, slots=True)
class Listener:
    """A UDP socket and what is served on it."""

    socket: socket.socket
    served: Served
    ipv6: bool
    wildcard: bool


class Loop(Protocol):
    """What a worker's loop calls when a descriptor can be read."""

    def answer(self) -> None:
        """Answer what the socket has, up to a batch."""


def note(
    log: LogPipe | None,
    served: Served,
    address: bytes,
    port: int,
    packet: bytes,
    reply: bytes | None,
    *,
    flush: bool = False,
) -> None:
    """Note a query; not yet where its answer comes from upstream."""
    if log is not None and reply != b"":
        log.note(served.service.vantage, "udp", address, port, packet, reply or b"")
        if flush:
            log.flush()


def send_or_drop(send: Callable[[bytes], int], reply: bytes) -> None:
    """Send a reply; what the kernel will not take is dropped, as datagrams may be."""
    with suppress(OSError):
        send(reply)


def maker(guard: Guard | None, *, hits: bool) -> Make:
    """Return what answers single packets, those that the cache knows among them or not."""
    if guard is not None:
        return guard.reply if hits else guard.make
    return answering.reply if hits else answering.make_at
