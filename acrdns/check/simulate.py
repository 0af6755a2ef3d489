"""Observations of the simulation, in the form of those of a live resolver."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from acrdns import names
from acrdns.check.endpoints import of_topology
from acrdns.check.evidence import Observation, Outcome
from acrdns.names import show
from acrdns.record import Rcode, Type
from acrdns.resolve.chain import Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.evidence import Case
    from acrdns.names import Name
    from acrdns.resolve.chain import Response
    from acrdns.resolve.world import World

_OUTCOMES = {
    Rcode.NXDOMAIN: Outcome.NXDOMAIN,
    Rcode.SERVFAIL: Outcome.SERVFAIL,
    Rcode.REFUSED: Outcome.REFUSED,
}


def cases(world: World, vantage: str) -> tuple[Case, ...]:
    """Return the cases of a vantage point, with simulated observations."""
    endpoints = of_topology(world.topology, vantage)
    return tuple(each.observed(observe(world, vantage, each.fqdn)) for each in endpoints)


def observe(world: World, vantage: str, fqdn: str) -> Observation:
    """Return the simulated answers to a name's A and AAAA questions; those of the first of several servers."""
    return next(observations(world, vantage, fqdn))


def observations(world: World, vantage: str, fqdn: str) -> Iterator[Observation]:
    """Return every pair of answers to a name's A and AAAA questions, where any of several servers may answer."""
    name = names.name(fqdn)
    four = world.answer(vantage, Question(name, Type.A))
    six = world.answer(vantage, Question(name, Type.AAAA))
    for one, other in product((four, *four.alternatives), (six, *six.alternatives)):
        yield _observation(name, one, other)


def _observation(name: Name, four: Response, six: Response) -> Observation:
    ttls = [rrset.ttl for rrset in four.answer if rrset.type == Type.A]
    chain, ipv6_chain = ((show(name), *_aliases(response)) for response in (four, six))
    return Observation(
        fqdn=show(name),
        outcome=outcome(four),
        addresses=addresses(four, Type.A),
        chain=chain,
        ttl=min(ttls) if ttls else None,
        ipv6_outcome=outcome(six),
        ipv6_addresses=addresses(six, Type.AAAA),
        detail=four.cause,
        denied_by=denied_by(four),
        ipv6_chain=ipv6_chain if ipv6_chain[1:] else (),
    )


def _aliases(response: Response) -> list[str]:
    return [show(rrset.target) for rrset in response.answer if rrset.type == Type.CNAME]


def denied_by(response: Response) -> tuple[str, str] | None:
    """Return the apex and the primary server in the SOA record of a negative answer (RFC 2308), or None without one."""
    soa = next((rrset for rrset in response.authority if rrset.type == Type.SOA), None)
    return (show(soa.name), soa.texts()[0].split()[0].rstrip(".")) if soa else None


def outcome(response: Response) -> Outcome:
    """Return the outcome of a response (facts.md behaviour 42)."""
    if response.rcode == Rcode.NOERROR:
        return Outcome.NODATA if response.nodata else Outcome.ANSWER
    # A client's own resolver turns silence into SERVFAIL, so a timeout further on is not one here.
    return _OUTCOMES.get(response.rcode, Outcome.OTHER)


def addresses(response: Response, number: Type) -> tuple[str, ...]:
    """Return the addresses in a response, of all its records of a type."""
    return tuple(text for rrset in response.answer if rrset.type == number for text in rrset.texts())
