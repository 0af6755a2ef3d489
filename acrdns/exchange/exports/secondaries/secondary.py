"""The facts that the configuration of every secondary needs, whichever program it is."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from ipaddress import ip_address
from typing import TYPE_CHECKING

from acrdns.address import DNS_PORT, Address
from acrdns.errors import ListenError
from acrdns.names import is_under
from acrdns.resolve.as_zones.transferable import Transferable
from acrdns.serve.listen.addresses import parse, plan
from acrdns.zone.versions.catalog import catalog_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.names import Name
    from acrdns.resolve.world import World
    from acrdns.wire.transfer.keyfile import Key

STATE = "/var/lib/acrdns"
"""Where secondaries keep what they were sent: a directory below it for each view, which has to be there."""
_FIRST_LISTEN = ip_address("127.0.0.2")
"""Where the first view is served if nothing is said; each has an address of its own, as BIND tells views by it."""


@dataclass(frozen=True, slots=True)
class SecondaryConfig:
    """A server of one view."""

    vantage: str
    primary: Address
    """Where `acrdns serve` transfers the view from."""
    listen: Address
    """Where the secondary answers."""
    catalog: Name
    zones: tuple[Name, ...]
    """Those that the catalog lists now."""
    directory: str
    key: Key | None
    """Signs transfers and NOTIFY; None: nothing is signed."""

    @property
    def label(self) -> str:
        """The vantage point as the name of a file or directory."""
        return label(self.vantage)


def secondaries(
    world: World,
    primaries: Sequence[str],
    listens: Sequence[str],
    *,
    vantage: str = "",
    key: Key | None = None,
    state: str = STATE,
    zone_files: Sequence[Name] = (),
) -> tuple[SecondaryConfig, ...]:
    """Return the secondaries of a topology's views, or of one vantage point's.

    `primaries` are the addresses that `acrdns serve --listen` has been given, `listens` those of the secondaries; both
    as `[VANTAGE=]ADDR[:PORT]`. `zone_files` are the zones that it serves from files, on its first address. Raises
    ListenError.
    """
    transferable = Transferable(world)
    served = {place.vantage: place.address for place in reversed(plan(primaries, world.vantages))}
    wanted = [name for name in world.vantages if name in served and vantage in ("", name)]
    if not wanted:
        raise ListenError(f"--primary: no address is for the vantage point {vantage}; write {vantage}=ADDR[:PORT]")
    first = plan(primaries, world.vantages)[0].vantage
    addresses = _listens(listens, [name for name in world.vantages if name in served], wanted)
    return tuple(
        SecondaryConfig(
            vantage=name,
            primary=served[name],
            listen=addresses[name],
            catalog=catalog_name(name),
            zones=_zones(transferable, name, zone_files if name == first else ()),
            directory=f"{state}/{label(name)}",
            key=key,
        )
        for name in wanted
    )


def _zones(transferable: Transferable, vantage: str, zone_files: Sequence[Name]) -> tuple[Name, ...]:
    seen = (zone.apex for zone in transferable.zones(vantage))
    return (*zone_files, *(apex for apex in seen if not any(is_under(apex, above) for above in zone_files)))


def label(vantage: str) -> str:
    """Return a vantage point's name as the name of a directory or file, different ones for different names."""
    plain = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_") else "-" for letter in vantage)
    return plain if plain == vantage else f"{plain}-{sha256(vantage.encode()).hexdigest()[:6]}"


def _listens(texts: Sequence[str], vantages: Sequence[str], wanted: Sequence[str]) -> dict[str, Address]:
    if not texts:
        return {name: Address(str(_FIRST_LISTEN + number), DNS_PORT) for number, name in enumerate(vantages)}
    if len(wanted) == 1 and len(texts) == 1 and "=" not in texts[0]:
        return {wanted[0]: parse(texts[0])}
    found = {place.vantage: place.address for place in plan(texts, vantages)}
    for name in wanted:
        if name not in found:
            raise ListenError(f"--listen: the view of {name} has no address; write {name}=ADDR[:PORT]")
    return found


def base64(key: Key) -> str:
    """Return a key's secret as configurations have it."""
    from base64 import b64encode

    return b64encode(key.secret).decode()


def header(secondaries: Sequence[SecondaryConfig], program: str, change: str) -> str:
    """Return the first lines of a configuration; `change` says what a change of the topology needs."""
    lines = [f"Written by acrdns export {program}; {change}"]
    lines += (f"The view of {' '.join(each.vantage.split())}: fed by {each.primary}." for each in secondaries)
    if any(each.key for each in secondaries):
        lines.append("There is a secret in here: keep it as private as the key file.")
    return "".join(f"# {line}\n" for line in lines) + "\n"
