"""What a response says: outcome, chain and addresses. No socket here."""

from __future__ import annotations

from dataclasses import dataclass

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype

from acrdns.probe.observation import Outcome

_FAILURES = {
    dns.rcode.NXDOMAIN: Outcome.NXDOMAIN,
    dns.rcode.SERVFAIL: Outcome.SERVFAIL,
    dns.rcode.REFUSED: Outcome.REFUSED,
}


@dataclass(frozen=True, slots=True)
class Reading:
    """One response, or the lack of one, to one question."""

    outcome: Outcome
    addresses: tuple[str, ...] = ()
    chain: tuple[str, ...] = ()
    ttl: int | None = None
    """Seconds, the smallest of the address records."""
    detail: str = ""
    milliseconds: float = 0.0


def read(response: dns.message.Message, qname: dns.name.Name, rdtype: dns.rdatatype.RdataType) -> Reading:
    """Follow the aliases of the answer section from the name asked, whatever the records' order, to the addresses."""
    chain, end = _follow(response, qname)
    addresses: tuple[str, ...] = ()
    ttl = None
    if response.rcode() == dns.rcode.NOERROR:
        rrset = response.get_rrset(response.answer, end, dns.rdataclass.IN, rdtype)
        if rrset:
            addresses = tuple(record.to_text() for record in rrset)
            ttl = rrset.ttl
    outcome = _outcome(response, has_addresses=bool(addresses))
    return Reading(outcome, addresses, chain, ttl, _detail(response, outcome, end))


def _follow(response: dns.message.Message, qname: dns.name.Name) -> tuple[tuple[str, ...], dns.name.Name]:
    name, seen, chain = qname, {qname}, [_text(qname)]
    while rrset := response.get_rrset(response.answer, name, dns.rdataclass.IN, dns.rdatatype.CNAME):
        name = rrset[0].target
        chain.append(_text(name))
        if name in seen:
            break
        seen.add(name)
    return tuple(chain), name


def _text(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True).lower()


def _outcome(response: dns.message.Message, *, has_addresses: bool) -> Outcome:
    if response.rcode() == dns.rcode.NOERROR:
        return Outcome.ANSWER if has_addresses else Outcome.NODATA
    return _FAILURES.get(response.rcode(), Outcome.OTHER)


def _detail(response: dns.message.Message, outcome: Outcome, end: dns.name.Name) -> str:
    parts = [error.to_text() for error in response.extended_errors()]
    if outcome is Outcome.OTHER:
        parts.append(f"rcode {dns.rcode.to_text(response.rcode())}")
    if outcome is Outcome.NODATA and not response.flags & dns.flags.RA:
        parts.append(f"the server does not resolve for others (RA is not set): nobody looked up {_text(end)}")
    return "; ".join(parts)
