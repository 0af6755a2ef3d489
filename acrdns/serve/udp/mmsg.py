"""Batches of datagrams: recvmmsg and sendmmsg by ctypes, over buffers that are made once (performance.md).

A batch is an array of slots. Datagrams are received into the slots of an mmap, whose slices are bytes in one step; the
answer is written into the slot of its question and goes back to the address that the kernel left there. Headers to send
by point to the same slots and addresses as those to receive by, so nothing has to be put back before the next batch.
All lengths are read and written by strided views.
"""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import struct
import sys
from contextlib import suppress
from ipaddress import ip_address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

SLOTS = 64
SLOT = 4096
"""Octets of a slot: more than any query that makes sense, and than any answer over UDP."""

_MSG_DONTWAIT = 0x40
_MSG_WAITFORONE = 0x10000
_ADDRESS = 28
"""Octets of a socket address, IPv6's."""
_CONTROL = 64
"""Octets of ancillary data: one in_pktinfo or in6_pktinfo and its header."""

# struct mmsghdr: name, namelen, iov, iovlen, control, controllen, flags, and the length received.
_HEADER = struct.Struct("@PIPNPNi0PI0P")
_IOVEC = struct.Struct("@PN")
_WORD = struct.calcsize("@P")
_NAME_LENGTH = _WORD
_CONTROL_LENGTH = 5 * _WORD
_LENGTH = 7 * _WORD
_CMSG = struct.Struct("@Nii")
_INTERFACE_V4 = _CMSG.size
_INTERFACE_V6 = _CMSG.size + 16
_Ancillary = list[tuple[int, int, bytes]]


def _functions() -> tuple[Callable[..., int], Callable[..., int]] | None:
    if sys.platform == "linux":
        library = ctypes.CDLL(None, use_errno=True)
        # Without argtypes: integers are ints as they are, pointers are made once, and a call costs half as much.
        with suppress(AttributeError):
            return library.recvmmsg, library.sendmmsg
    return None


_FUNCTIONS = _functions()
AVAILABLE = _FUNCTIONS is not None
"""Whether this system has recvmmsg and sendmmsg."""


class _Headers:
    """An array of mmsghdr with one iovec each: slot by slot the same addresses, ancillary data and octets."""

    def __init__(self, buffer: mmap.mmap, addresses: mmap.mmap, address_size: int, control: mmap.mmap | None) -> None:
        headers = mmap.mmap(-1, SLOTS * _HEADER.size)
        vectors = mmap.mmap(-1, SLOTS * _IOVEC.size)
        first, vector = _address_of(headers), _address_of(vectors)
        data, name = _address_of(buffer), _address_of(addresses)
        for slot in range(SLOTS):
            _IOVEC.pack_into(vectors, slot * _IOVEC.size, data + slot * SLOT, SLOT)
            ancillary = (_address_of(control) + slot * _CONTROL, _CONTROL) if control is not None else (0, 0)
            pointers = (name + slot * _ADDRESS, address_size, vector + slot * _IOVEC.size)
            _HEADER.pack_into(headers, slot * _HEADER.size, *pointers, 1, *ancillary, 0, 0)
        self.at = tuple(ctypes.c_void_p(first + slot * _HEADER.size) for slot in range(SLOTS))
        """Where each slot's header is."""
        self.received = _every(headers, "I", _LENGTH, _HEADER.size)
        self.sizes = _every(vectors, "N", _WORD, _IOVEC.size)
        """Octets that a slot has room for, or those that are to be sent."""
        self.control_sizes = _every(headers, "N", _CONTROL_LENGTH, _HEADER.size)


class DatagramBatch:
    """Room for up to 64 datagrams of one kind of socket."""

    def __init__(self, *, ipv6: bool, wildcard: bool) -> None:
        assert _FUNCTIONS is not None
        self._receive, self._send = _FUNCTIONS
        self._wildcard = wildcard
        self._ipv6 = ipv6
        self.buffer = mmap.mmap(-1, SLOTS * SLOT)
        """Slot i starts at i * SLOT."""
        self._addresses = mmap.mmap(-1, SLOTS * _ADDRESS)
        self._control = mmap.mmap(-1, SLOTS * _CONTROL)
        shared = (self.buffer, self._addresses, _ADDRESS if ipv6 else 16, self._control if wildcard else None)
        self._in, self._out = _Headers(*shared), _Headers(*shared)
        self._first = self._in.at[0]
        self.lengths = self._in.received
        """Octets received in each slot."""
        self.sending = self._out.sizes
        """Octets to send from each slot."""
        self._control_room = _copy(self._in.control_sizes)
        self._interfaces = _every(self._control, "I", _INTERFACE_V6 if ipv6 else _INTERFACE_V4, _CONTROL)
        self._no_interfaces = _copy(self._interfaces)
        self._ip = slice(8, 24) if ipv6 else slice(4, 8)

    def receive(self, descriptor: int) -> int:
        """Receive what is there, up to a full batch, without waiting; the number of slots filled. Raises OSError."""
        return self._received(self._receive(descriptor, self._first, SLOTS, _MSG_DONTWAIT, None))

    def wait(self, descriptor: int) -> int:
        """Wait for one datagram, as long as the socket does, and receive with it what else is there. Raises OSError."""
        return self._received(self._receive(descriptor, self._first, SLOTS, _MSG_WAITFORONE, None))

    def _received(self, count: int) -> int:
        if count < 0:
            return self._failed()
        if self._wildcard:
            # The source address is to be kept, but not the interface: routing decides on that.
            self._interfaces[:count] = self._no_interfaces[:count]
            self._out.control_sizes[:count] = self._in.control_sizes[:count]
            self._in.control_sizes[:count] = self._control_room[:count]
        return count

    @staticmethod
    def _failed() -> int:
        number = ctypes.get_errno()
        if number in (errno.EAGAIN, errno.EINTR, errno.ECONNREFUSED):
            return 0
        raise OSError(number, os.strerror(number))

    def send(self, descriptor: int, first: int, last: int) -> None:
        """Send the slots from `first` up to `last`; the kernel may refuse one, which is then dropped."""
        while first < last:
            sent = self._send(descriptor, self._out.at[first], last - first, _MSG_DONTWAIT)
            first += sent if sent > 0 else 1

    def client(self, slot: int) -> tuple[bytes, int]:
        """Return the packed IP address and the port that a datagram came from."""
        address = self._address(slot)
        return address[self._ip], int.from_bytes(address[2:4], "big")

    def way_back(self, slot: int) -> tuple[_Ancillary, tuple[str, int, int, int] | tuple[str, int]]:
        """Return the arguments of `sendmsg` that answer a datagram later: ancillary data, and the client's address."""
        address = self._address(slot)
        host, port = str(ip_address(address[self._ip])), int.from_bytes(address[2:4], "big")
        ancillary: _Ancillary = []
        if self._wildcard:
            control = self._control[slot * _CONTROL : (slot + 1) * _CONTROL]
            length, level, kind = _CMSG.unpack_from(control)
            ancillary = [(level, kind, control[_CMSG.size : length])]
        if not self._ipv6:
            return ancillary, (host, port)
        return ancillary, (host, port, 0, int.from_bytes(address[24:28], sys.byteorder))

    def _address(self, slot: int) -> bytes:
        return self._addresses[slot * _ADDRESS : (slot + 1) * _ADDRESS]


def _address_of(memory: mmap.mmap) -> int:
    return ctypes.addressof(ctypes.c_char.from_buffer(memory))


def _every(memory: mmap.mmap, kind: str, offset: int, step: int) -> memoryview:
    words = memoryview(memory)[: len(memory) // step * step]
    size = struct.calcsize(kind)
    return _cast(words, kind)[offset // size :: step // size]


def _copy(view: memoryview) -> memoryview:
    return _cast(memoryview(view.tobytes()), view.format)


def _cast(view: memoryview, kind: str) -> memoryview:
    return view.cast(kind)  # type: ignore[call-overload, no-any-return]  # typeshed knows the formats as literals
