"""What a response says: outcome, chain and addresses. No socket here."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from acrdns.probe.observation import Outcome
from acrdns.record import Rcode

if TYPE_CHECKING:
    from collections.abc import Sequence

    import dns.message
    import dns.name

OUTCOMES: dict[int, Outcome] = {
    Rcode.NOERROR: Outcome.ANSWER,
    Rcode.SERVFAIL: Outcome.SERVFAIL,
    Rcode.NXDOMAIN: Outcome.NXDOMAIN,
    Rcode.REFUSED: Outcome.REFUSED,
}
"""What each rcode comes to; without addresses, NOERROR is NODATA."""


class Reading(NamedTuple):
    """One response, or the lack of one, to one question. A tuple, because tens of thousands are made in a second."""

    outcome: Outcome
    addresses: tuple[str, ...] = ()
    chain: tuple[str, ...] = ()
    ttl: int | None = None
    """Seconds, the smallest of the address records."""
    detail: str = ""


def conclude(
    rcode: int,
    chain: tuple[str, ...],
    addresses: tuple[str, ...],
    ttl: int | None,
    errors: Sequence[str],
    *,
    recursive: bool,
) -> Reading:
    """Say what a response comes to.

    `chain` is the name asked and each alias target, `addresses` those of its end, of the type asked for; `errors` are
    Extended DNS Errors as text, and `recursive` tells whether RA is set.
    """
    outcome = OUTCOMES.get(rcode, Outcome.OTHER)
    if outcome is Outcome.ANSWER and addresses:
        return Reading(outcome, addresses, chain, ttl, "; ".join(errors))
    details = [*errors]
    if outcome is Outcome.ANSWER:
        outcome = Outcome.NODATA
        if not recursive:
            details.append(f"the server does not resolve for others (RA is not set): nobody looked up {chain[-1]}")
    elif outcome is Outcome.OTHER:
        from dns import rcode as rcodes

        details.append(f"rcode {rcodes.to_text(rcodes.Rcode.make(rcode))}")
    return Reading(outcome, (), chain, None, "; ".join(details))


def read(response: dns.message.Message, qname: dns.name.Name, rdtype: int) -> Reading:
    """Follow the aliases of the answer section from the name asked, whatever the records' order, to the addresses."""
    import dns.flags
    import dns.rdataclass
    from dns.rdatatype import RdataType

    chain, end = _follow(response, qname)
    rrset = response.get_rrset(response.answer, end, dns.rdataclass.IN, RdataType.make(rdtype))
    return conclude(
        response.rcode(),
        chain,
        tuple(record.to_text() for record in rrset or ()),
        rrset.ttl if rrset else None,
        [error.to_text() for error in response.extended_errors()],
        recursive=bool(response.flags & dns.flags.RA),
    )


def _follow(response: dns.message.Message, qname: dns.name.Name) -> tuple[tuple[str, ...], dns.name.Name]:
    import dns.rdataclass
    import dns.rdatatype

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
