"""Listening addresses: read `[VANTAGE=]ADDR[:PORT]`, and give each vantage point its address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from acrdns.address import Address, parse_address, parse_network
from acrdns.errors import ListenError
from acrdns.suggest import remedy
from acrdns.wire.clients.allowed import Allowed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

DEFAULT_HOST = "127.0.0.1"
FIRST_PORT = 5300
"""The port of the first vantage point without `--listen`; the others follow."""

ZONE_FILES = "zone files"
"""The name in place of a vantage point where only zone files are served."""


@dataclass(frozen=True, slots=True)
class VantageAddress:
    """An address, and the vantage point that is served there."""

    vantage: str
    address: Address


def parse(text: str, option: str = "--listen") -> Address:
    """Read `ADDR[:PORT]`; an IPv6 address with a port stands in brackets. Raises ListenError, naming the option."""
    try:
        return parse_address(text)
    except ValueError as error:
        raise ListenError(f"{option} {text}: {error}") from None


def networks(texts: Sequence[str], option: str) -> Allowed:
    """Read the values of an option that names clients, each `ADDR[/BITS]`. Raises ListenError with all problems."""
    found, problems = [], []
    for text in texts:
        try:
            found.append(parse_network(text))
        except ValueError as error:
            problems.append(f"{option} {text}: {error}")
    if problems:
        raise ListenError("\n".join(problems))
    return Allowed.of(found)


def plan(listens: Sequence[str], vantages: Sequence[str]) -> tuple[VantageAddress, ...]:
    """Return each address its vantage point, in the order of the addresses.

    Without `listens`, every vantage point gets 127.0.0.1, from port 5300 on. With them, only those named or reached are
    served: `VANTAGE=` binds to that one, a bare address goes to the next vantage point in order that has none. Where
    there are zone files only (no vantage points), they are served on every address. Raises ListenError.
    """
    if not listens:
        return tuple(
            VantageAddress(vantage, Address(DEFAULT_HOST, FIRST_PORT + number))
            for number, vantage in enumerate(vantages or (ZONE_FILES,))
        )
    wanted = [_wanted(text, vantages) for text in listens]
    named = {vantage for vantage, _ in wanted if vantage}
    free = iter([vantage for vantage in vantages if vantage not in named])
    places = tuple(
        VantageAddress(vantage or (_next(free, str(address), vantages) if vantages else ZONE_FILES), address)
        for vantage, address in wanted
    )
    _refuse_twice(places)
    return places


def _refuse_twice(places: Iterable[VantageAddress]) -> None:
    taken: dict[Address, str] = {}
    for place in places:
        other = taken.setdefault(place.address, place.vantage) if place.address.port else place.vantage
        if other != place.vantage:
            raise ListenError(
                f"--listen {place.address} is given to both {other} and {place.vantage}; choose another port for one, "
                "or let --by-client or --ecs serve several networks on one address"
            )


def _wanted(text: str, vantages: Sequence[str]) -> tuple[str, Address]:
    vantage, equals, address = text.rpartition("=")
    if not equals:
        if text in vantages:
            raise ListenError(f"--listen {text}: this is a vantage point without an address; write {text}=ADDR:PORT")
        return "", parse(text)
    if vantage not in vantages:
        raise ListenError(f"--listen {text}: {_unknown(vantage, vantages)}")
    try:
        return vantage, parse_address(address)
    except ValueError as error:
        raise ListenError(f"--listen {text}: {error}; write {vantage}=ADDR:PORT") from None


def _unknown(vantage: str, vantages: Sequence[str]) -> str:
    if not vantages:
        return "zone files are not bound to a vantage point; leave out what stands before the ="
    return f"there is no vantage point {vantage!r}; {remedy(vantage, vantages)}"


def _next(free: Iterable[str], address: str, vantages: Sequence[str]) -> str:
    for vantage in free:
        return vantage
    raise ListenError(
        f"--listen {address}: each of the {len(vantages)} vantage points has an address; write VANTAGE={address}"
    )
