"""Batches of datagrams: recvmmsg and sendmmsg by ctypes, over buffers that are made once (performance.md).

A batch is an array of slots. Datagrams are received into the slots of an mmap, whose slices are bytes in one step; the
answer is written into the slot of its question and goes back to the address that the kernel left there. All lengths are
read and written by strided views of the header array.
"""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import struct
import sys
from ipaddress import ip_address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

SLOTS = 64
SLOT = 4096
"""Octets of a slot: more than any query that makes sense, and than any answer over UDP."""

_MSG_DONTWAIT = 0x40
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
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None, use_errno=True)
    try:
        receive, send = library.recvmmsg, library.sendmmsg
    except AttributeError:
        return None
    receive.argtypes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_uint, ctypes.c_int, ctypes.c_void_p)
    send.argtypes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_uint, ctypes.c_int)
    return receive, send


_FUNCTIONS = _functions()
AVAILABLE = _FUNCTIONS is not None
"""Whether this system has recvmmsg and sendmmsg."""


class Batch:
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
        self._headers = mmap.mmap(-1, SLOTS * _HEADER.size)
        self._vectors = mmap.mmap(-1, SLOTS * _IOVEC.size)
        self._lay_out(16 if not ipv6 else _ADDRESS)
        self._at = _address_of(self._headers)
        self.lengths = _every(self._headers, "I", _LENGTH, _HEADER.size)
        """Octets received in each slot."""
        self.sending = _every(self._vectors, "N", _WORD, _IOVEC.size)
        """Octets to send from each slot."""
        self._room = _copy(self.sending)
        interface = _INTERFACE_V6 if ipv6 else _INTERFACE_V4
        self._control_lengths = _every(self._headers, "N", _CONTROL_LENGTH, _HEADER.size)
        self._control_room = _copy(self._control_lengths)
        self._interfaces = _every(self._control, "I", interface, _CONTROL)
        self._no_interfaces = _copy(self._interfaces)
        self._ip = slice(8, 24) if ipv6 else slice(4, 8)

    def _lay_out(self, address_size: int) -> None:
        addresses, control = _address_of(self._addresses), _address_of(self._control)
        vectors, buffer = _address_of(self._vectors), _address_of(self.buffer)
        for slot in range(SLOTS):
            _IOVEC.pack_into(self._vectors, slot * _IOVEC.size, buffer + slot * SLOT, SLOT)
            ancillary = (control + slot * _CONTROL, _CONTROL) if self._wildcard else (0, 0)
            name, vector = addresses + slot * _ADDRESS, vectors + slot * _IOVEC.size
            _HEADER.pack_into(self._headers, slot * _HEADER.size, name, address_size, vector, 1, *ancillary, 0, 0)

    def receive(self, descriptor: int) -> int:
        """Receive what is there, up to a full batch, without waiting; the number of slots filled. Raises OSError."""
        self.sending[:] = self._room
        if self._wildcard:
            self._control_lengths[:] = self._control_room
        count = self._receive(descriptor, self._at, SLOTS, _MSG_DONTWAIT, None)
        if count < 0:
            return self._failed()
        if self._wildcard:
            # The source address is to be kept, but not the interface: routing decides on that.
            self._interfaces[:] = self._no_interfaces
        return count

    @staticmethod
    def _failed() -> int:
        number = ctypes.get_errno()
        if number in (errno.EAGAIN, errno.EINTR, errno.ECONNREFUSED):
            return 0
        raise OSError(number, os.strerror(number))

    def send(self, descriptor: int, first: int, last: int) -> None:
        """Send the slots from `first` up to `last`. What the kernel will not take is dropped, as datagrams may be."""
        while first < last:
            sent = self._send(descriptor, self._at + first * _HEADER.size, last - first, _MSG_DONTWAIT)
            first += sent if sent > 0 else 1

    def client(self, slot: int) -> tuple[bytes, int]:
        """Give the packed IP address and the port that a datagram came from."""
        address = self._address(slot)
        return address[self._ip], int.from_bytes(address[2:4], "big")

    def way_back(self, slot: int) -> tuple[_Ancillary, tuple[str, int, int, int] | tuple[str, int]]:
        """Give what `sendmsg` has to be told to answer a datagram later: ancillary data, and the client's address."""
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
