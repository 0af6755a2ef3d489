"""Bind addresses: each `Binding` is a vantage point, its sockets, and the service there."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING

from acrdns.address import MAX_PORT, Address
from acrdns.errors import ListenError
from acrdns.serve.listen.activation import passed_on
from acrdns.serve.listen.addresses import DEFAULT_HOST, VantageAddress, plan
from acrdns.serve.listen.sockets import bind, bind_once
from acrdns.suggest import remedy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from acrdns.serve.listen.sockets import BoundSockets
    from acrdns.serve.service import Served


@dataclass(frozen=True, slots=True)
class Binding:
    """A vantage point, the sockets of one of its addresses, and what is served there over TCP now."""

    vantage: str
    bound: BoundSockets
    served: Served


def bind_all(
    listens: Sequence[str], vantages: Sequence[str], workers: int, upstreams: Sequence[Address] = ()
) -> list[tuple[str, BoundSockets]]:
    """Bind what was asked for, after the sockets that were passed on to this process. Raises ListenError.

    Each comes with the vantage point that is served there, in order; nothing stays bound if something cannot be, or is
    to be asked as an upstream, too.
    """
    passed = passed_on(os.environ, os.getpid(), workers)
    made = [each for _, each in passed]
    try:
        texts = [*(_listen(name, each.address, vantages) for name, each in passed), *listens]
        places = plan(texts, vantages)
        for place in places[len(passed) :]:
            made.append(bind(place.address, workers))  # noqa: PERF401 -- those that are bound are closed if one fails
        _not_upstream([each.address for each in made], upstreams)
    except ListenError:
        for each in made:
            each.close()
        raise
    return list(zip((place.vantage for place in places), made, strict=True))


def _not_upstream(ours: Sequence[Address], upstreams: Sequence[Address]) -> None:
    """Raise ListenError if an upstream is an address of this server itself."""
    loops = [
        f"--upstream {upstream}: this server listens there itself, so it would ask itself; name another resolver"
        for upstream in upstreams
        if any(upstream == address or _is_all(address, upstream) for address in ours)
    ]
    if loops:
        raise ListenError("\n".join(loops))


def _is_all(address: Address, upstream: Address) -> bool:
    """Return whether an address that stands for all of this machine's has an upstream on loopback among them."""
    same = address.is_ipv6 == upstream.is_ipv6 and address.port == upstream.port
    return same and address.is_wildcard and ip_address(upstream.host).is_loopback


def _listen(name: str, address: Address, vantages: Sequence[str]) -> str:
    """Write a socket that was passed on, with the vantage point that it is named after, as `--listen` would."""
    if not name or not vantages:
        return str(address)
    if name not in vantages:
        known = remedy(name, vantages)
        raise ListenError(f"{address} was passed as {name!r}: there is no such vantage point; {known}")
    return f"{name}={address}"


def open_next(
    bindings: Sequence[Binding], vantage: str, workers: int, report: Callable[[str], None]
) -> BoundSockets | None:
    """Bind the next free port for a network that has appeared, or return None. Raises OSError."""
    last = max(binding.bound.address.port for binding in bindings)
    for port in range(last + 1, MAX_PORT + 1):
        try:
            return bind_once(Address(DEFAULT_HOST, port), workers)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
    report(f"{vantage} has appeared, but no port above {last} is free for it")
    return None


def places(bindings: Sequence[Binding]) -> tuple[VantageAddress, ...]:
    """Return each vantage point with its address and real port."""
    return tuple(VantageAddress(binding.vantage, binding.bound.address) for binding in bindings)
