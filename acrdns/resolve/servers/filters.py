"""Filters of self-hosted servers: rebinding protection, which takes private addresses out, and DNS64 (RFC 6147).

The rest of an answer with a private address differs by program: dnsmasq (`--stop-dns-rebind`) empties the answer
and says Extended DNS Error 15, unbound (`private-address`) keeps the aliases, BIND (`deny-answer-addresses`) fails.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from acrdns.record import Rcode, RRset, Type, is_private, negative_ttl, rdata_text
from acrdns.resolve.chain import Response

if TYPE_CHECKING:
    from acrdns.topology.model import DnsServer

_STRIPPED = "rebinding protection of "
_ADDRESSES = (Type.A, Type.AAAA)
_DNS64_TTL = 600
"""Of a negative answer without an SOA (RFC 6147 section 5.1.7)."""


def without_private(response: Response, server: DnsServer) -> Response:
    """Return another server's response after rebinding protection."""
    addresses = (
        rdata_text(rrset.type, rdata) for rrset in response.answer if rrset.type in _ADDRESSES for rdata in rrset.rdatas
    )
    private = next(filter(is_private, addresses), None)
    if private is None:
        return response
    cause = f"{_STRIPPED}{server.address} took out {private}, which is private"
    if server.recursion == "forward":
        return Response(Rcode.NOERROR, cause=cause, blocked=True)
    if server.recursion == "iterate":
        return Response(Rcode.SERVFAIL, cause=cause)
    kept = (_public_part(rrset) for rrset in response.answer)
    return replace(response, answer=tuple(rrset for rrset in kept if rrset.rdatas), cause=cause)


def strips_in(response: Response, server: DnsServer) -> bool:
    """Return whether a response has no private addresses because a server took them out."""
    return response.cause.startswith(f"{_STRIPPED}{server.address} ")


def _public_part(rrset: RRset) -> RRset:
    if rrset.type not in _ADDRESSES:
        return rrset
    rdatas = tuple(rdata for rdata in rrset.rdatas if not is_private(rdata_text(rrset.type, rdata)))
    return RRset(rrset.name, rrset.type, rrset.ttl, rdatas)


def synthesized(ipv4: Response, without: Response, server: DnsServer) -> Response:
    """Return the AAAA answer that DNS64 makes of an A answer, or `without`, the negative AAAA answer.

    Where the A answer is a failure, so is that for AAAA.
    """
    if ipv4.rcode == Rcode.SERVFAIL:
        return ipv4
    last = ipv4.answer[-1] if ipv4.answer else None
    if server.dns64 is None or last is None or last.type != Type.A:
        return without
    soa = next((rrset for rrset in without.authority if rrset.type == Type.SOA), None)
    # The RFC bounds the TTL by the negative answer's. BIND does, unbound does not.
    bound = last.ttl if server.recursion == "unbound" else negative_ttl(soa) if soa else _DNS64_TTL
    ttl = min(last.ttl, bound)
    prefix = server.dns64.network_address.packed[:12]
    made = RRset(last.name, Type.AAAA, ttl, tuple(prefix + rdata for rdata in last.rdatas))
    return replace(ipv4, answer=(*ipv4.answer[:-1], made))
