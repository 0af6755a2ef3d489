"""Names, record sets and responses as hypothesis makes them: more of everything than a zone would hold."""

from __future__ import annotations

from hypothesis import strategies as st

from acrdns.names import MAX_NAME, Name
from acrdns.record import Rcode, RRset, Type
from acrdns.resolve.chain import Response

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
