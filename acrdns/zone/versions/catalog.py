"""Catalog zones (RFC 9432): a zone that lists the zones of a view, so that secondaries follow what comes and goes."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from acrdns.names import MAX_LABEL, Name, name
from acrdns.record import RRset, Soa, Type
from acrdns.zone.zone import build

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acrdns.zone.zone import Zone

SUFFIX = "acrdns.invalid"
"""Catalogs are no part of the name space: the top-level domain is one that never exists (RFC 6761 section 6.4)."""
_VERSION = b"\x012"
"""Schema version 2, as TXT data (RFC 9432 section 4.2.1)."""
_TTL = 0
"""A catalog is not there to be asked and cached."""
_MEMBER_LABEL = 32


def catalog_name(vantage: str) -> Name:
    """Return the name of a view's catalog zone: `catalog.<vantage>.acrdns.invalid`, the vantage point as one label."""
    label = vantage.lower().replace(" ", "-").encode()
    if len(label) > MAX_LABEL:
        label = label[: MAX_LABEL - 9] + b"-" + sha256(label).hexdigest()[:8].encode()
    return Name(name("catalog")[:-1] + bytes((len(label),)) + label + name(SUFFIX))


def catalog(vantage: str, members: Iterable[Name]) -> Zone:
    """Make the catalog of a view that consists of these zones.

    The label of a member is derived from its name, so that it stays the same for as long as the zone is there: another
    label would make secondaries drop the zone and transfer it completely (RFC 9432 section 5.4).
    """
    apex = catalog_name(vantage)
    soa = Soa("invalid", "invalid", 1, 3600, 300, 2419200, 0).rrset(apex, _TTL)
    # RFC 9432 section 4.1: an NS record has to be there, and nobody uses it.
    server = RRset(apex, Type.NS, _TTL, (name("invalid"),))
    version = RRset(_below("version", apex), Type.TXT, _TTL, (_VERSION,))
    zones = _below("zones", apex)
    pointers = (RRset(_below(_label(member), zones), Type.PTR, _TTL, (bytes(member),)) for member in members)
    return build(apex, "local", "catalog", (soa, server, version, *pointers))


def _below(label: str, parent: Name) -> Name:
    return Name(bytes((len(label),)) + label.encode() + parent)


def _label(member: Name) -> str:
    return sha256(member).hexdigest()[:_MEMBER_LABEL]
