"""The options of `acrdns serve`, and the functions that read their texts."""

from __future__ import annotations

import os
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING

from acrdns.errors import ListenError
from acrdns.serve.listen.addresses import networks, parse
from acrdns.wire.remembered.cache import POSITIVE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.address import Address
    from acrdns.serve.listen.privileges import Identity
    from acrdns.serve.observe.querylog import Format
    from acrdns.serve.secondaries.options import Transfers
    from acrdns.serve.sources import ClientSelection, Sources
    from acrdns.wire.clients.allowed import Allowed

MOST_WORKERS = 64


@dataclass(frozen=True, slots=True)
class RateLimit:
    """Responses a second to one prefix over UDP, from all workers; every `slip`th above that is sent truncated."""

    rate: int
    slip: int


@dataclass(frozen=True, slots=True)
class Options:
    """The options of one `acrdns serve`."""

    sources: Sources
    listens: tuple[str, ...] = ()
    watch: bool = False
    log: Format | None = None
    query_socket: str | None = None
    """The Unix socket whose readers get the query log, or None."""
    workers: int = 1
    kept: int = POSITIVE
    """How many answers the cache of an address holds in each worker; 0: none."""
    shortcuts: bool = True
    """Whether replies may be remembered and learnt; without, each is resolved by itself, which tests compare with."""
    transfers: Transfers | None = None
    """None: no zone is transferred."""
    selection: ClientSelection | None = None
    """None: all clients of an address are at its vantage point."""
    upstreams: tuple[Address, ...] = ()
    """Real resolvers for names outside the simulated zones; none: such names are refused."""
    pass_special: bool = False
    """Whether special names (`wire.upstream.special`) are passed on, too."""
    allowed: Allowed | None = None
    """The clients that may ask; None: all."""
    rate_limit: RateLimit | None = None
    user: Identity | None = None
    """The user to become once all sockets are bound; None: stay who started it."""
    metrics: Address | None = None
    """The HTTP port for metrics and readiness, or None."""


def cores() -> int:
    """Return the number of cores that this process may use: one worker each."""
    return min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, MOST_WORKERS)


def allowed(texts: Sequence[str]) -> Allowed | None:
    """Read the values of `--allow`; without any, all clients may ask. Raises ListenError."""
    return networks(texts, "--allow") if texts else None


def upstreams(texts: Sequence[str]) -> tuple[Address, ...]:
    """Read the values of `--upstream`; one that is named twice is asked once. Raises ListenError with all problems."""
    found: list[Address] = []
    problems = []
    for text in texts:
        try:
            address = parse(text, "--upstream")
        except ListenError as error:
            problems.append(str(error))
            continue
        if not address.port or address.is_wildcard:
            problems.append(
                f"--upstream {text}: nobody can be asked there; write a resolver's ADDR, ADDR:PORT or [IPV6]:PORT"
            )
        found.append(address)
    if problems:
        raise ListenError("\n".join(problems))
    return tuple(dict.fromkeys(found))


def metrics_address(text: str) -> Address:
    """Read the value of `--metrics`, a loopback address: HTTP there has no access control. Raises ListenError."""
    address = parse(text, "--metrics")
    port = text.rpartition("]")[2] if text.startswith("[") else text
    if ":" not in port or (not text.startswith("[") and address.is_ipv6):
        raise ListenError(f"--metrics {text}: the port is missing; write ADDR:PORT or [IPV6]:PORT")
    if not ip_address(address.host).is_loopback:
        raise ListenError(f"--metrics {text}: this is no loopback address, and anybody could read there; use 127.0.0.1")
    return address
