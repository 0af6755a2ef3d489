"""The lookup of RFC 1034 section 4.3.2 in one zone, for one owner name; nothing is chased here.

The law, in the order in which it is tried:

1. Data below a zone cut or a DNAME is not this zone's to answer, whatever data stands there (occlusion). Of several
   boundaries above a name the topmost one counts. A cut's own DS set is the parent's (RFC 4035 section 3.1.4.1).
2. A name that exists is answered from its own node: the set asked for, its CNAME, or nothing (NODATA). Empty
   non-terminals exist (RFC 8020).
3. A name that does not exist may be made of the wildcard right below its closest encloser (RFC 4592).
4. All else is NXDOMAIN.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from acrdns.names import MAX_NAME, Name, is_under
from acrdns.record import Rcode, RRset, Type
from acrdns.zone.zone import find

if TYPE_CHECKING:
    from acrdns.zone.zone import Node, Zone


_ADDRESSES = (Type.A, Type.AAAA)


class Kind(Enum):
    """The result of looking a name and a type up in a zone."""

    ANSWER = "answer"
    CNAME = "cname"
    """An alias: the chain goes on at `target`."""
    DNAME = "dname"
    """The name is below a DNAME: the answer is that and the CNAME made of it; the chain goes on at `target`."""
    YXDOMAIN = "yxdomain"
    """The same, but the name made of it is too long (RFC 6672 section 2.2)."""
    DELEGATION = "delegation"
    NODATA = "nodata"
    NXDOMAIN = "nxdomain"


class Found(NamedTuple):
    """The outcome of a lookup.

    A named tuple, as one is made for every question: a frozen dataclass takes three times as long.
    """

    kind: Kind
    answer: tuple[RRset, ...] = ()
    authority: tuple[RRset, ...] = ()
    """The NS set of a delegation; the SOA of a negative answer."""
    additional: tuple[RRset, ...] = ()
    """The addresses that the zone holds for the name servers of a delegation, in and out of their bailiwick."""
    target: Name | None = None
    """Where an alias points."""

    @property
    def rcode(self) -> Rcode:
        """The response code that this outcome has at the end of a chain."""
        if self.kind is Kind.NXDOMAIN:
            return Rcode.NXDOMAIN
        return Rcode.YXDOMAIN if self.kind is Kind.YXDOMAIN else Rcode.NOERROR


def lookup(zone: Zone, name: Name, type: int) -> Found:  # noqa: A002 - the word of RFC 1034
    """Look a name at or below the zone's apex up."""
    if zone.cuts or zone.dnames:
        boundary = _boundary(zone, name, type)
        if boundary is not None:
            return _beyond(zone, boundary, name, type)
    node = zone.nodes.get(name)
    if node is None:
        return _missing(zone, name, type)
    for rrset in node:
        if rrset.type == type:
            return Found(Kind.ANSWER, (rrset,))
    return _other(zone, node, type)


def _other(zone: Zone, node: Node, number: int) -> Found:
    """Answer from a node that does not have the type."""
    if number == Type.ANY and node:
        return Found(Kind.ANSWER, node)
    alias = find(node, Type.CNAME)
    if alias is not None:
        return Found(Kind.CNAME, (alias,), target=alias.target)
    return Found(Kind.NODATA, (), zone.denial)


def _missing(zone: Zone, name: Name, number: int) -> Found:
    """Answer for a name without a node: from the wildcard below its closest encloser, if there is one."""
    wildcard = _wildcard(zone, name)
    if wildcard is None:
        return Found(Kind.NXDOMAIN, (), zone.denial)
    node = tuple(rrset.renamed(name) for rrset in wildcard if rrset.type in (number, Type.CNAME) or number == Type.ANY)
    rrset = find(node, number)
    return Found(Kind.ANSWER, (rrset,)) if rrset is not None else _other(zone, node, number)


def _wildcard(zone: Zone, name: Name) -> Node | None:
    """Return the node of the wildcard that a name without a node may be made of."""
    nodes = zone.nodes
    encloser = name[1 + name[0] :]
    while encloser not in nodes:
        encloser = encloser[1 + encloser[0] :]
    return nodes.get(Name(b"\x01*" + encloser))


# --- cuts and DNAMEs --------------------------------------------------------------------------------------------------


def _boundary(zone: Zone, name: Name, number: int) -> Name | None:
    """Return the topmost cut or DNAME that takes the name out of the zone's own data."""
    topmost = None
    apex, cuts, dnames = zone.apex, zone.cuts, zone.dnames
    if name in cuts and number != Type.DS:
        topmost = name
    while name != apex:
        name = Name(name[1 + name[0] :])
        if name in cuts or name in dnames:
            topmost = name
    return topmost


def _beyond(zone: Zone, boundary: Name, name: Name, number: int) -> Found:
    node = zone.nodes[boundary]
    if boundary in zone.cuts:
        servers = find(node, Type.NS)
        assert servers is not None
        return Found(Kind.DELEGATION, (), (servers,), glue(zone, servers))
    dname = find(node, Type.DNAME)
    assert dname is not None
    return _redirect(dname, name, number)


def _redirect(dname: RRset, name: Name, number: int) -> Found:
    """Substitute the end of a name (RFC 6672 section 2.2); the CNAME has the DNAME's TTL (section 3.1)."""
    target = name[: len(name) - len(dname.name)] + dname.rdatas[0]
    if len(target) > MAX_NAME:
        return Found(Kind.YXDOMAIN, (dname,))
    answer = (dname, RRset(name, Type.CNAME, dname.ttl, (target,)))
    if number == Type.CNAME:
        return Found(Kind.ANSWER, answer)
    return Found(Kind.DNAME, answer, target=Name(target.lower()))


def glue(zone: Zone, rrset: RRset, skip: int = 0) -> tuple[RRset, ...]:
    """Return the address sets that a zone has for the names in NS data, or in MX and SRV data after `skip` octets.

    A wildcard's count too: in answers NSD, Knot and BIND agree on that, in referrals NSD and Knot do.

    Where there is no room for all of them the last are left out: first come those of names below the owner, which a
    delegation needs (RFC 9471 section 3.1), then one IPv4 set for each other name, and IPv6.
    """
    found: list[RRset] = []
    seen = set()
    for rdata in rrset.rdatas:
        target = Name(rdata[skip:].lower())
        if target in seen or not is_under(target, zone.apex):
            continue
        seen.add(target)
        node = zone.nodes.get(target)
        if node is not None:
            found += (other for other in node if other.type in _ADDRESSES)
        else:
            found += (other.renamed(target) for other in _wildcard(zone, target) or () if other.type in _ADDRESSES)
    if len(found) > 1:
        owner = rrset.name
        found.sort(key=lambda address: (not is_under(address.name, owner), address.type))
    return tuple(found)
