"""Versions of a small zone, as hypothesis makes them."""

from __future__ import annotations

from hypothesis import strategies as st

from acrdns.names import Name, join, name
from acrdns.record import RRset, Soa, Type
from acrdns.zone.zone import Zone, ZoneKind, build

APEX = name("example")
_OWNERS = ("@", "www", "a.b", "b", "*.wild", "x")


def soa(serial: int = 1) -> RRset:
    """Return the zone's SOA."""
    return Soa("ns1.example", "host.example", serial, 3600, 300, 2419200, 60).rrset(APEX, 3600)


def zone(*rrsets: RRset, serial: int = 1, kind: ZoneKind = "private") -> Zone:
    """Make a version."""
    return build(APEX, kind, "example", (soa(serial), *rrsets))


def address(owner: str, *octets: int, ttl: int = 60) -> RRset:
    """Return an A set with addresses in 10.0.0.0/24."""
    return RRset(join(owner, APEX), Type.A, ttl, tuple(bytes((10, 0, 0, octet)) for octet in octets))


_addresses = st.builds(
    lambda owner, octets, ttl: address(owner, *octets, ttl=ttl),
    st.sampled_from(_OWNERS),
    st.lists(st.integers(0, 5), min_size=1, max_size=3, unique=True),
    st.sampled_from([10, 60]),
)
_texts = st.builds(
    lambda owner, data: RRset(join(owner, APEX), Type.TXT, 60, (bytes((len(data),)) + data,)),
    st.sampled_from(_OWNERS),
    st.binary(max_size=5),
)
zones: st.SearchStrategy[Zone] = st.lists(st.one_of(_addresses, _texts), max_size=8).map(lambda sets: zone(*sets))
"""Versions with the serial 1."""


def contents(version: Zone) -> set[tuple[Name, int, int, bytes]]:
    """Return a version as a set of records, which is what a zone is."""
    return {
        (rrset.name, rrset.type, rrset.ttl, rdata)
        for node in version.nodes.values()
        for rrset in node
        for rdata in rrset.rdatas
    }
