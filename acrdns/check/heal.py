"""How long a change takes to arrive: the seconds that resolvers and clients may still hold the old answer.

The worst case is a cache filled just before the change. A record set is held for its TTL, a negative answer for the
negative TTL of its zone (RFC 2308 section 5), and what nobody answered is not held at all. Forwarders in a row do not
add up, because each hands the remaining TTL on. The time that Azure takes to carry a change out is not in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.record import Rcode, Type, negative_ttl

if TYPE_CHECKING:
    from acrdns.names import Name
    from acrdns.record import RRset
    from acrdns.resolve.chain import Resolution


def seconds_until_settled(before: Resolution, after: Resolution) -> int:
    """Give the worst-case seconds until the later answer is what a client gets; 0 where nothing old is held."""
    new_chain = _chain(after)
    stale = [
        rrset.ttl for rrset in before.response.answer if rrset.name in new_chain and rrset != new_chain[rrset.name]
    ]
    missing = _missing(before)
    if missing in new_chain and missing != _missing(after):
        stale += [negative_ttl(rrset) for rrset in before.response.authority if rrset.type == Type.SOA]
    return max(stale, default=0)


def _chain(resolution: Resolution) -> dict[Name | None, RRset | None]:
    """Give what the answer says about each name that it goes over; None is said about a name that has nothing."""
    said: dict[Name | None, RRset | None] = {resolution.question.name: None}
    for rrset in resolution.response.answer:
        said[rrset.name] = rrset
        if rrset.type == Type.CNAME:
            said.setdefault(rrset.target, None)
    return said


def _missing(resolution: Resolution) -> Name | None:
    """Give the name that the answer says has no address."""
    response = resolution.response
    if response.rcode != Rcode.NXDOMAIN and not response.nodata:
        return None
    return response.answer[-1].target if response.answer else resolution.question.name
