"""Ports for servers of others, which cannot choose one themselves."""

from __future__ import annotations

import random

from acrdns.address import Address
from acrdns.serve.listen.sockets import bind


def free_address(fixed: str = "") -> tuple[str, int]:
    """Return a loopback address that nobody else uses, with a port that is free for UDP and TCP.

    The port is none of those that clients are given: BIND, NSD and Knot let a dig share it, which then asks itself.
    """
    host = fixed or f"127.{random.SystemRandom().randrange(1, 255)}.{random.SystemRandom().randrange(255)}.1"
    bound = bind(Address(host, 0))
    bound.close()
    return host, bound.address.port


def free_port() -> int:
    """Return a port of 127.0.0.1 that is free for UDP and TCP."""
    return free_address("127.0.0.1")[1]
