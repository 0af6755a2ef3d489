"""UDP datagram by datagram, where the system has no recvmmsg."""

from __future__ import annotations

import socket
from functools import partial
from ipaddress import ip_address
from typing import TYPE_CHECKING

from acrdns.serve.udp.listener import maker, note, send_or_drop

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from acrdns.serve.observe.querylog import LogPipe
    from acrdns.serve.udp.guard import Guard
    from acrdns.serve.udp.listener import Listener, Loop

_BATCH = 64
_LARGEST = 65535


class OneByOne:
    """A socket read and written datagram by datagram."""

    def __init__(self, listener: Listener, log: LogPipe | None, guard: Guard | None) -> None:
        self._socket = listener.socket
        self._served = listener.served
        self._log = log
        self._make = maker(guard, hits=True)
        self._receive = self._receive_with_target if listener.wildcard else self._receive_plain

    @classmethod
    def make(cls, listeners: Sequence[Listener], log: LogPipe | None, guard: Guard | None) -> dict[int, Loop]:
        """Make one for each socket, by its descriptor."""
        return {each.socket.fileno(): cls(each, log, guard) for each in listeners}

    def answer(self) -> None:
        """Answer what the socket has, up to a batch."""
        for _ in range(_BATCH):
            try:
                packet, client, send = self._receive()
            except (BlockingIOError, InterruptedError, ConnectionRefusedError):
                break
            address = ip_address(client[0].partition("%")[0]).packed
            reply = self._make(self._served, packet, address, partial(self._late, send, packet, address, client[1]))
            note(self._log, self._served, address, client[1], packet, reply)
            if reply:
                send_or_drop(send, reply)
        if self._log is not None:
            self._log.flush()

    def _late(self, send: Callable[[bytes], int], packet: bytes, address: bytes, port: int, reply: bytes) -> None:
        send_or_drop(send, reply)
        note(self._log, self._served, address, port, packet, reply, flush=True)

    def _receive_plain(self) -> tuple[bytes, tuple[str, int], Callable[[bytes], int]]:
        packet, client = self._socket.recvfrom(_LARGEST)
        return packet, client, lambda reply: self._socket.sendto(reply, client)

    def _receive_with_target(self) -> tuple[bytes, tuple[str, int], Callable[[bytes], int]]:
        # The ancillary data says which address was asked; sent back, it makes that the source of the answer.
        packet, ancillary, _, client = self._socket.recvmsg(_LARGEST, socket.CMSG_SPACE(20))
        return packet, client, lambda reply: self._socket.sendmsg([reply], ancillary, 0, client)
