"""Bind an address: one UDP socket per worker and one TCP socket, before any process is started."""

from __future__ import annotations

import errno
import secrets
import socket
import sys
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from acrdns.address import Address
from acrdns.errors import ListenError

RECEIVE_BUFFER = 4 * 1024 * 1024
"""Octets asked for; datagrams that come while a batch is answered wait there."""
BACKLOG = 1024
MOST_CONNECTIONS = 1000
"""TCP connections at a time, where there are descriptors for so many."""
_TRIES = 64
"""How many ports are tried when the chosen one is in use."""
_CHOSEN_FROM = 10_000
"""Ports below are those of well-known services."""
_PORTS_OF_CLIENTS = Path("/proc/sys/net/ipv4/ip_local_port_range")
"""Linux: the first and the last port that it gives to sockets that ask for none."""
_SO_RCVBUFFORCE = 33
_IP_PKTINFO = {"linux": 8, "darwin": 26}
"""By system (linux/in.h, netinet/in.h): Python 3.11 has no name for it."""


@dataclass(frozen=True, slots=True)
class BoundSockets:
    """The sockets of one address."""

    address: Address
    """With the real port, where 0 was asked for."""
    udp: tuple[socket.socket, ...]
    """One for each worker: Linux shares the clients out among them; elsewhere all of them are the same socket."""
    tcp: socket.socket
    passed_on: bool = False
    """True if a service manager has bound them."""

    def close(self) -> None:
        """Close all of them."""
        for each in (*self.udp, self.tcp):
            each.close()


def bind(address: Address, workers: int = 1) -> BoundSockets:
    """Bind an address. Port 0 gives a port that is free for UDP and TCP. Raises ListenError."""
    for _ in range(_TRIES):
        try:
            return bind_once(address, workers)
        except OSError as error:
            if not (address.port == 0 and error.errno == errno.EADDRINUSE):
                raise ListenError(_explain(address, error)) from None
    raise ListenError(f"cannot listen on {address}: no port is free for both UDP and TCP")


def bind_once(address: Address, workers: int) -> BoundSockets:
    """Bind an address, without another try for port 0. Raises OSError."""
    with ExitStack() as undo:
        first = undo.enter_context(_socket(address, socket.SOCK_DGRAM))
        first.bind((address.host, address.port or free_of_clients()))
        real = Address(address.host, first.getsockname()[1])
        tcp = undo.enter_context(_socket(address, socket.SOCK_STREAM))
        tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        tcp.bind((real.host, real.port))
        tcp.listen(BACKLOG)
        udp: tuple[socket.socket, ...] = (first,) * workers
        if workers > 1 and sys.platform == "linux":
            # The first bind proves that the port is free: with SO_REUSEPORT a bind succeeds on a port in use.
            first.close()
            udp = tuple(_shared(undo, real) for _ in range(workers))
        for each in udp:
            prepare(each, real)
        undo.pop_all()
    return BoundSockets(real, udp, tcp)


def free_of_clients() -> int:
    """Choose a port that the system gives to no client; 0 where it may give out all of them.

    A client that sets SO_REUSEPORT, as dig does, may else be given the port that our workers share, and ask itself.
    """
    try:
        end = int(_PORTS_OF_CLIENTS.read_text().split()[0])
    except OSError:
        return 0
    return _CHOSEN_FROM + secrets.randbelow(end - _CHOSEN_FROM) if end > _CHOSEN_FROM else 0


def _socket(address: Address, kind: socket.SocketKind) -> socket.socket:
    family = socket.AF_INET6 if address.is_ipv6 else socket.AF_INET
    made = socket.socket(family, kind)
    made.settimeout(0)
    if address.is_ipv6:
        made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    return made


def _shared(undo: ExitStack, address: Address) -> socket.socket:
    made = undo.enter_context(_socket(address, socket.SOCK_DGRAM))
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    made.bind((address.host, address.port))
    return made


def prepare(udp: socket.socket, address: Address) -> None:
    """Set the options of a UDP socket that answering needs."""
    _enlarge(udp)
    if address.is_wildcard:
        # The answer must leave from the address that was asked, so the kernel has to report that address.
        if address.is_ipv6:
            udp.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
        elif option := _IP_PKTINFO.get(sys.platform):
            udp.setsockopt(socket.IPPROTO_IP, option, 1)


def _enlarge(udp: socket.socket) -> None:
    try:
        udp.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, RECEIVE_BUFFER)  # root may pass the system's limit
    except OSError:
        with suppress(OSError):  # Linux gives what it may, macOS refuses more than that (setsockopt(2), ENOBUFS)
            udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)


def _explain(address: Address, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"cannot listen on {address}: the port is busy; stop what uses it, or choose another with --listen"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"cannot listen on {address}: this machine does not have the address"
    if error.errno == errno.EACCES:
        return f"cannot listen on {address}: not permitted; ports below 1024 need root, choose another with --listen"
    return f"cannot listen on {address}: {error.strerror or error}"


def allow_descriptors(others: int, upstream: int) -> int:
    """Raise this process's limit of descriptors as far as the system allows; return how many connections it may take.

    `others` are the descriptors that it needs besides those that are open now, `upstream` those for questions to other
    resolvers: where there are too few, connections and questions share what is left.
    """
    import resource

    needed = len(list(Path("/dev/fd").iterdir())) + others
    wanted = MOST_CONNECTIONS + upstream
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < needed + wanted:
        soft = needed + wanted if hard == resource.RLIM_INFINITY else min(needed + wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY or soft >= needed + wanted:
        return MOST_CONNECTIONS
    return max(1, (soft - needed) * MOST_CONNECTIONS // wanted)
