"""Socket activation: listening sockets that a service manager has bound and passes on (sd_listen_fds(3)).

Descriptors from 3 on, as many as LISTEN_FDS says, for the process LISTEN_PID. The name of each in LISTEN_FDNAMES is the
vantage point that is served there (`FileDescriptorName=hub`); a socket without a name of its own, which systemd calls
after its unit, gets the next vantage point. An address comes as a pair: `ListenDatagram=` and `ListenStream=`.
"""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

from acrdns.address import Address
from acrdns.errors import ListenError
from acrdns.serve.listen.sockets import BoundSockets, prepare

if TYPE_CHECKING:
    from collections.abc import MutableMapping

_FIRST = 3
_VARIABLES = ("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES")
_UNNAMED = ("unknown", "")


def passed_on(
    environment: MutableMapping[str, str], pid: int, workers: int = 1
) -> tuple[tuple[str, BoundSockets], ...]:
    """Return the sockets that were passed to process `pid`, in order, each address with its vantage point or "".

    The variables are removed from the environment: child processes must not see them. Raises ListenError.
    """
    values = [environment.get(name, "") for name in _VARIABLES]
    if values[0] != str(pid):
        return ()
    for name in _VARIABLES:
        environment.pop(name, None)
    if not (values[1].isascii() and values[1].isdigit()):
        raise ListenError(f"LISTEN_FDS={values[1]}: this is no number of sockets")
    names = values[2].split(":") if values[2] else []
    pairs: dict[tuple[str, Address], dict[socket.SocketKind, socket.socket]] = {}
    for at in range(int(values[1])):
        name = names[at] if at < len(names) else ""
        each = _socket(_FIRST + at)
        kinds = pairs.setdefault(("" if _unnamed(name) else name, _address(each)), {})
        if each.type in kinds:
            raise ListenError(f"socket {_FIRST + at} ({_address(each)}) was passed twice; pass one of each kind")
        kinds[each.type] = each
    return tuple((name, _bound(address, kinds, workers)) for (name, address), kinds in pairs.items())


def _unnamed(name: str) -> bool:
    return name in _UNNAMED or name.endswith(".socket")


def _socket(descriptor: int) -> socket.socket:
    try:
        made = socket.socket(fileno=descriptor)
    except OSError as error:
        raise ListenError(f"descriptor {descriptor} from LISTEN_FDS: {error.strerror or error}") from None
    if made.family not in (socket.AF_INET, socket.AF_INET6):
        made.detach()
        raise ListenError(f"descriptor {descriptor} from LISTEN_FDS is no IP socket; pass UDP and TCP sockets")
    os.set_inheritable(descriptor, False)  # noqa: FBT003 -- it takes no name
    made.settimeout(0)
    return made


def _address(each: socket.socket) -> Address:
    host, port = each.getsockname()[:2]
    return Address(host.partition("%")[0], port)


def _bound(address: Address, kinds: dict[socket.SocketKind, socket.socket], workers: int) -> BoundSockets:
    udp, tcp = kinds.get(socket.SOCK_DGRAM), kinds.get(socket.SOCK_STREAM)
    if udp is None or tcp is None:
        has, lacks = ("TCP", "ListenDatagram=") if udp is None else ("UDP", "ListenStream=")
        raise ListenError(f"{address} was passed for {has} only; DNS needs both, add {lacks}{address}")
    if not tcp.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
        raise ListenError(f"{address} was passed with a TCP socket that does not listen; use Accept=no")
    prepare(udp, address)
    # Workers take turns at one socket: a second one could only be bound with SO_REUSEPORT on the first.
    return BoundSockets(address, (udp, *(udp.dup() for _ in range(1, workers))), tcp, passed_on=True)
