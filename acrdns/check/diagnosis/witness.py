"""Several DNS servers asked at one vantage point: one that answers right shows that zone and links are right.

Such a witness becomes a client of the network that asks its server alone, as `dig @SERVER` does, without a hosts file:
`hub/@10.0.0.4`. So does each server of the file that was asked past the one which clients there ask. The answers of
other servers are judged as the vantage point's own, and a fault that explains them must leave the witness right.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from acrdns.azure import AZURE_DNS, INTERNET
from acrdns.check.diagnosis.answer import Comparison, answers_of
from acrdns.check.diagnosis.worlds import Evidence, Simulated
from acrdns.check.endpoints import of_topology
from acrdns.errors import TopologyError
from acrdns.probe.answer import observation
from acrdns.probe.collected import contradictions
from acrdns.topology.amend import amend
from acrdns.topology.text.edit import Put

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from acrdns.check.endpoints import PlannedEndpoint
    from acrdns.probe.answer import ObservedAnswer, ReadFile
    from acrdns.topology.model import Topology

MARK = "@"
"""Begins the name of a client that is a witness, before its server."""


def with_witnesses(topology: Topology, found: ReadFile, default: str | None) -> tuple[Topology, ReadFile]:
    """Return the topology with the witnesses among answers as clients, and the answers with these as vantage points.

    Answers that do not contradict each other are all the vantage point's own. So are those of servers that the topology
    does not lead anywhere, and all where more than one server answers wrong.
    """
    topology, answers = _of_other_servers(topology, list(found.answers), default)
    for vantage in dict.fromkeys(answer.vantage or default for answer in answers):
        if vantage is None or vantage == INTERNET or vantage not in topology.vantages:
            continue
        own = [answer for answer in answers if (answer.vantage or default) == vantage]
        if not any(contradictions(own)):
            continue
        right, wrong = _right_and_wrong(of_topology(topology, vantage), own)
        if any(contradictions(wrong)):
            continue
        for server in dict.fromkeys(answer.server for answer in right if answer.server):
            network = topology.vantage(vantage).name
            said = [answer for answer in right if answer.server == server]
            place = f"{network}/{MARK}{server}"
            if amended := _amended(topology, network, server, said):
                topology = amended
                answers = [replace(a, vantage=place) if any(a is each for each in said) else a for a in answers]
    return topology, replace(found, answers=tuple(answers))


def _of_other_servers(
    topology: Topology, answers: Sequence[ObservedAnswer], default: str | None
) -> tuple[Topology, list[ObservedAnswer]]:
    """Return the topology with a client for each server of it that was asked past the one of a vantage point."""
    moved = []
    for answer in answers:
        vantage, server = answer.vantage or default, (answer.server or "").removesuffix(":53")
        place = ""
        if vantage in topology.vantages[1:] and _is_of_the_file(topology, str(vantage), server):
            here = topology.vantage(str(vantage))
            own = here.dns_servers or ((AZURE_DNS,) if here.kind == "virtual_network" else ())
            if server not in (own[:1] if here.selection == "order" else own):
                place = f"{here.name}/{MARK}{server}"
                topology = topology if place in topology.vantages else _with_client(topology, here.name, server)
        moved.append(replace(answer, vantage=place) if place else answer)
    return topology, moved


def _is_of_the_file(topology: Topology, vantage: str, server: str) -> bool:
    """Return whether a server is one that clients at a vantage point can be simulated to ask."""
    inbound = (address for each in topology.private_resolvers.values() for address in each.inbound_endpoints)
    known = {each.address for each in topology.dns_servers.values() if not each.client}.union(inbound)
    return server in known or (server == AZURE_DNS and topology.vantage(vantage).kind == "virtual_network")


def _with_client(topology: Topology, network: str, server: str) -> Topology:
    """Return the topology with a client that asks a server alone."""
    client = {"dns_servers": [server], "hosts": {}}
    return amend(topology, [Put(("networks", network, "clients", f"{MARK}{server}"), client)])


def _right_and_wrong(
    endpoints: Iterable[PlannedEndpoint], answers: Sequence[ObservedAnswer]
) -> tuple[list[ObservedAnswer], list[ObservedAnswer]]:
    """Return the answers of the servers that answer right, and those of others."""
    due = {endpoint.fqdn: endpoint.expectation for endpoint in endpoints}

    def is_right(answer: ObservedAnswer) -> bool:
        four = [address for address in answer.addresses if ":" not in address]
        return bool(four) and answer.fqdn in due and set(four) <= {*due[answer.fqdn].addresses}

    servers = {answer.server for answer in answers if answer.server}
    good = {s for s in servers if all(is_right(a) for a in answers if a.server == s and a.type != "AAAA")}
    return [a for a in answers if a.server in good], [a for a in answers if a.server not in good]


def _amended(topology: Topology, network: str, server: str, said: Sequence[ObservedAnswer]) -> Topology | None:
    """Return the topology with a client that asks a server, or None where it would not get the answers."""
    try:
        made = _with_client(topology, network, server)
    except (KeyError, ValueError, TopologyError):
        return None
    place = f"{network}/{MARK}{server}"
    by_name = {answer.fqdn: observation(answer.fqdn, [a for a in said if a.fqdn == answer.fqdn]) for answer in said}
    answers = [answer for each in by_name.values() if each for answer in answers_of(each, place, server)]
    return made if Simulated(made, Evidence(answers, Comparison(answers, made))).explains_all() else None
