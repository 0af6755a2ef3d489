"""Ports for servers of others, which cannot choose one themselves."""

from __future__ import annotations

import os
import random
import socket
from itertools import cycle

from acrdns.address import Address
from acrdns.errors import ListenError
from acrdns.serve.listen.sockets import bind

_RANGE = range(6000, 9000)
"""Neither `acrdns serve` with port 0 nor the system gives these to anybody, so that a port stays free until it is taken.

The system's are for clients: BIND, NSD and Knot let a dig share such a port, which then asks itself.
"""


def _own_ports() -> list[int]:
    """Return the ports of this process: those of each pytest process on this machine are others, in any order."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    ports = list(_RANGE[number :: int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))])
    random.SystemRandom().shuffle(ports)
    return ports


_PORTS = cycle(_own_ports())


def free_address(fixed: str = "") -> tuple[str, int]:
    """Return a loopback address that nobody else uses, with a port that is free for UDP and TCP."""
    host = fixed or free_host()
    for port in _PORTS:
        try:
            bind(Address(host, port)).close()
        except ListenError:
            continue
        return host, port
    raise AssertionError


def free_host() -> str:
    """Return a loopback address that nobody else uses, for a fixed port."""
    chance = random.SystemRandom()
    return f"127.{chance.randrange(1, 255)}.{chance.randrange(255)}.1"


def free_port() -> int:
    """Return a port of 127.0.0.1 that is free for UDP and TCP."""
    return free_address("127.0.0.1")[1]


def refusing_tcp() -> tuple[socket.socket, Address]:
    """Return a TCP socket and its address, where connections are refused as long as it is open; UDP is free there."""
    host, port = free_address()
    held = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    held.bind((host, port))
    return held, Address(host, port)
