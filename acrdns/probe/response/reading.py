"""The result of reading one response."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from acrdns.probe.observation import Outcome
from acrdns.record import Rcode

if TYPE_CHECKING:
    from collections.abc import Sequence

OUTCOMES: dict[int, Outcome] = {
    Rcode.NOERROR: Outcome.ANSWER,
    Rcode.SERVFAIL: Outcome.SERVFAIL,
    Rcode.NXDOMAIN: Outcome.NXDOMAIN,
    Rcode.REFUSED: Outcome.REFUSED,
}
"""Outcome by rcode; NOERROR without addresses becomes NODATA."""


class Reading(NamedTuple):
    """The result of one question, also without response. A tuple, because a run makes tens of thousands in a second."""

    outcome: Outcome
    addresses: tuple[str, ...] = ()
    chain: tuple[str, ...] = ()
    ttl: int | None = None
    """Seconds: the smallest TTL of the address records."""
    detail: str = ""
    denied_by: tuple[str, str] | None = None
    """Of a negative answer: the apex of the zone in its SOA record, and the zone's primary server (RFC 2308)."""
    errors: tuple[str, ...] = ()
    """Extended DNS Errors (RFC 8914) as text; `detail` has them, too."""


def conclude(
    rcode: int,
    chain: tuple[str, ...],
    addresses: tuple[str, ...],
    ttl: int | None,
    errors: Sequence[str],
    soa: tuple[str, str] | None = None,
    *,
    recursive: bool,
) -> Reading:
    """Return the reading of a parsed response.

    `chain` is the queried name and each alias target; `addresses` are those of the last name, of the queried type.
    `errors` are Extended DNS Errors as text. `soa` is the apex and the primary server of a SOA record in the authority
    section. `recursive` is the RA flag.
    """
    outcome = OUTCOMES.get(rcode, Outcome.OTHER)
    if outcome is Outcome.ANSWER and addresses:
        return Reading(outcome, addresses, chain, ttl, "; ".join(errors), errors=tuple(errors))
    details = [*errors]
    if outcome is Outcome.ANSWER:
        outcome = Outcome.NODATA
        if not recursive:
            details.append(f"the server does not resolve for others (RA is not set): nobody looked up {chain[-1]}")
    elif outcome is Outcome.OTHER:
        from dns import rcode as rcodes

        details.append(f"rcode {rcodes.to_text(rcodes.Rcode.make(rcode))}")
    return Reading(outcome, (), chain, None, "; ".join(details), soa, tuple(errors))
