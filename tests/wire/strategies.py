"""Names, record sets and responses as hypothesis makes them: more of everything than a zone would hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from acrdns.names import MAX_NAME, Name, wire
from acrdns.record import Rcode, RRset, Type
from acrdns.resolve.chain import Response
from acrdns.wire.message.query import header
from acrdns.zone.zone import build
from tests.zone.packing import packed

if TYPE_CHECKING:
    from acrdns.zone.zone import Zone

_OCTETS = st.binary(min_size=1, max_size=12)
_WORDS = st.sampled_from([b"www", b"WWW", b"example", b"eXample", b"a", b"\xff.\x00", b"contoso", b"data", b"x" * 63])


def _name(labels: list[bytes]) -> bytes:
    joined = b"".join(bytes((len(label),)) + label for label in labels)
    return joined[: MAX_NAME - 1] + b"\x00" if len(joined) < MAX_NAME else b"\x00"


names: st.SearchStrategy[bytes] = st.lists(st.one_of(_WORDS, _OCTETS), max_size=6).map(_name)
"""Names in wire form, in any letter case."""

owners: st.SearchStrategy[Name] = names.map(lambda name: Name(name.lower()))
"""Names in the form that zones keep."""

_soa = st.tuples(names, names, st.binary(min_size=20, max_size=20)).map(b"".join)
_mx = st.tuples(st.binary(min_size=2, max_size=2), names).map(b"".join)
_ONE_NAME = (Type.NS, Type.CNAME, Type.PTR, Type.DNAME)


def _rdatas(number: int) -> st.SearchStrategy[bytes]:
    if number == Type.A:
        return st.binary(min_size=4, max_size=4)
    if number == Type.AAAA:
        return st.binary(min_size=16, max_size=16)
    if number in _ONE_NAME:
        return names
    if number == Type.SOA:
        return _soa
    if number == Type.MX:
        return _mx
    return st.binary(max_size=60)


_TYPES = st.sampled_from([Type.A, Type.AAAA, *_ONE_NAME, Type.SOA, Type.MX, 4711, 65280])


def rrsets(owner: st.SearchStrategy[Name] = owners) -> st.SearchStrategy[RRset]:
    """Record sets with data that can be read."""
    return _TYPES.flatmap(
        lambda number: st.builds(
            RRset,
            owner,
            st.just(number),
            st.integers(0, 2**31 - 1),
            st.lists(_rdatas(number), min_size=1, max_size=4, unique_by=bytes.lower).map(tuple),
        )
    )


def distinct(sets: list[RRset]) -> tuple[RRset, ...]:
    """Keep one set of each owner and type."""
    return tuple({(each.name, each.type): each for each in sets}.values())


def sections(owner: st.SearchStrategy[Name] = owners, size: int = 4) -> st.SearchStrategy[tuple[RRset, ...]]:
    """Sections of a message."""
    return st.lists(rrsets(owner), max_size=size).map(distinct)


def responses(owner: st.SearchStrategy[Name] = owners, size: int = 4) -> st.SearchStrategy[Response]:
    """Whatever an answerer could say."""
    return st.builds(
        Response,
        rcode=st.sampled_from([Rcode.NOERROR, Rcode.NXDOMAIN, Rcode.SERVFAIL, Rcode.REFUSED, Rcode.YXDOMAIN]),
        answer=sections(owner, size),
        authority=sections(owner, size),
        additional=sections(owner, size),
        authoritative=st.booleans(),
        timed_out=st.booleans(),
        cause=st.sampled_from(["", "zone privatelink.azurecr.io is not linked to spoke", "ü" * 300]),
    )


# --- zone files and queries for them ----------------------------------------------------------------------------------

APEXES = (Name(wire("example")), Name(wire("sub.example")), Name(wire("other")), Name(b"\0"))
LABELS = (b"www", b"WwW", b"a", b"*", b"ns1", b"host", b"sub", b"deep", b"x" * 63, b"nul\0label", b"\xc0")
OPT = b"\x00\x00\x29\x04\xd0\x00\x00\x00\x00\x00\x00"
OPTS = (
    b"",
    OPT,
    b"\x00\x00\x29\x02\x00\x00\x00\x80\x00\x00\x00",
    b"\x00\x00\x29\x04\xd0\x00\x00\x00\x00\x00\x0c\x00\x0a\x00\x0812345678",
)
TYPES = (1, 2, 5, 6, 15, 16, 28, 33, 39, 41, 43, 65, 97, 250, 252, 255, 4711)


def below(apex: bytes) -> st.SearchStrategy[bytes]:
    """Names at and below an apex, some of them too long to be names."""
    return st.lists(st.sampled_from(LABELS), max_size=5).map(
        lambda labels: b"".join(bytes((len(label),)) + label for label in labels) + apex
    )


@st.composite
def zones(draw: st.DrawFn) -> Zone:
    """Make a zone whose SOA has names of its own, below it and elsewhere, and with all that zones may have in them."""
    apex = draw(st.sampled_from(APEXES))
    owners = below(apex).filter(lambda name: len(name) <= 255).map(lambda name: Name(name.lower()))
    soa_names = draw(st.lists(st.one_of(owners.map(bytes), names), min_size=2, max_size=2))
    soa = RRset(apex, Type.SOA, 300, (b"".join(soa_names) + bytes(16) + b"\0\0\0\x3c",))
    sets = draw(st.lists(rrsets(owners), max_size=8))
    left_out = draw(st.sampled_from([(Type.SOA,), (Type.SOA, Type.NS, Type.DNAME)]))
    kept = [each for each in distinct(sets) if each.type not in left_out]
    zone = build(apex, "file", "zone", [soa, *kept] if draw(st.integers(0, 9)) else kept)
    return packed(zone) if draw(st.booleans()) else zone


def query(ident: int, flags: int, name: bytes, number: int, opt: bytes) -> bytes:
    """Write a query."""
    return header(ident, flags, (1, 0, 0, 1 if opt else 0)) + name + number.to_bytes(2, "big") + b"\0\1" + opt


def asked(name: bytes) -> st.SearchStrategy[bytes]:
    """Write queries for a name."""
    flags = st.sampled_from([0, 0x0100, 0x0130, 0x0100, 0x8000, 0x2800])
    return st.builds(query, st.integers(0, 65535), flags, st.just(name), st.sampled_from(TYPES), st.sampled_from(OPTS))


queries = st.one_of(st.sampled_from(APEXES).flatmap(below), names).flatmap(asked)


def near(served: list[Zone]) -> st.SearchStrategy[bytes]:
    """Write queries for names of zones, and for names below and beside them: of a few shapes, so that many are alike."""
    owners = [bytes(owner) for zone in served for owner in zone.nodes]
    labels = st.sampled_from([b"", b"", b"\1a", b"\1b", b"\3WwW", b"\3www", b"\4made\2up"])
    at = st.builds(lambda label, owner: label + owner, labels, st.sampled_from(owners))
    beside = st.builds(
        lambda label, owner: label + owner[1 + owner[0] :] if owner[0] else owner,
        st.sampled_from([b"\1a", b"\3www", b"\3abc", b"\3ns1"]),
        st.sampled_from(owners),
    )
    common = st.builds(query, st.integers(0, 65535), st.just(0x0100), st.one_of(at, beside), st.sampled_from([1, 28]), st.just(OPT))  # fmt: skip
    return st.one_of(common, common, at.flatmap(asked))
