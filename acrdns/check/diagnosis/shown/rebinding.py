"""Rebinding protection, which stands before the faults that would give the same answer."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address
from typing import TYPE_CHECKING

from acrdns.azure import AZURE_DNS
from acrdns.check.answers.signs import is_filtered, is_stripped
from acrdns.check.diagnosis.diagnosed import Diagnosed, Diagnosis, FoundFault
from acrdns.check.faults import REBINDING
from acrdns.check.fixes.relax_filter import RelaxFilter
from acrdns.names import name
from acrdns.probe.observation import Outcome
from acrdns.record import Type
from acrdns.resolve.chain import Question
from acrdns.resolve.world import World
from acrdns.topology.inbound import inbound_endpoints

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from acrdns.errors import Place
    from acrdns.probe.observation import Observation
    from acrdns.topology.model import Topology


def filtered_first(
    found: Diagnosed, topology: Topology, wrong: Mapping[tuple[str, str], Observation], asked: Mapping[str, str]
) -> Diagnosed:
    """Return a diagnosis that begins with rebinding protection, where every wrong answer shows it.

    `wrong` has the observations by vantage point and name, and `asked` the resolver of each vantage point. A resolver
    that says so by an Extended DNS Error (RFC 8914) rules the other causes out; an alias without an address and without
    the SOA record of a zone has other causes, too. A file that describes the filter is left to its own finding.
    """
    seen = wrong.values()
    blocked = [is_filtered(each) and each.outcome is Outcome.NODATA for each in seen]
    surely = all(blocked)
    seems = all(says_so or is_stripped(each) for says_so, each in zip(blocked, seen, strict=True))
    described = any(server.rebind_protection for server in topology.dns_servers.values())
    if not wrong or described or not seems:
        return found
    says = "says that it takes" if surely else "takes"
    faults = tuple(
        FoundFault(
            REBINDING,
            server,
            f"{server} {says} private addresses out of answers (rebinding protection)",
            (RelaxFilter("rebind_protection", topology.cloud.registry, server),),
            place,
        )
        for server, place in dict(_filters(topology, wrong, asked)).items()
    )
    proof = tuple(replace(p, predicted=p.answer.text) for each in found.diagnoses[:1] for p in each.proof)
    first = Diagnosis(1, faults, proof, len(wrong), len(wrong))
    if surely:
        return replace(found, diagnoses=(first,), next=(), unexplained=())
    # The steps that tell the others apart count from 1 in the order of the diagnoses.
    later = (replace(s, tells_apart=tuple(tuple(n + 1 for n in group) for group in s.tells_apart)) for s in found.next)
    return replace(found, diagnoses=(first, *found.diagnoses), next=tuple(later), unexplained=())


def _filters(
    topology: Topology, wrong: Mapping[tuple[str, str], Observation], asked: Mapping[str, str]
) -> Iterator[tuple[str, Place | None]]:
    """Return the first server of one's own that each wrong answer passes, with its line, else the resolver asked."""
    world = World(topology)
    for (vantage, fqdn), observation in wrong.items():
        steps = world.resolve(vantage, Question(name(fqdn), Type.A)).steps
        if _is_elsewhere(observation.server, topology):
            yield observation.server, None
            continue
        own = next((step.server for step in steps if step.server in topology.dns_servers), None)
        yield (own, topology.place("dns_servers", own)) if own else (asked[vantage], None)


def _is_elsewhere(server: str, topology: Topology) -> bool:
    """Return whether a server is none that the file has, such as a router; on loopback it is a forwarder or a test."""
    try:
        is_loopback = ip_address(server).is_loopback
    except ValueError:
        return False
    return not is_loopback and server not in (AZURE_DNS, *topology.dns_servers, *inbound_endpoints(topology))
