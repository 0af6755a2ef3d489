"""Several DNS servers asked at one vantage point: one that answers right shows that zone and links are right.

Such a witness becomes a client of the network that asks its server alone, as `dig @SERVER` does, without a hosts file:
`hub/@10.0.0.4`. So does each server of the file that was asked past the one which clients there ask, and each of
several that answer wrong in different ways. The answers of other servers are judged as the vantage point's own, and a
fault that explains them must leave the witness right.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from acrdns.azure import AZURE_DNS, INTERNET
from acrdns.check.diagnosis.answer import Comparison, answers_of
from acrdns.check.diagnosis.diagnosed import BY_HAND
from acrdns.check.diagnosis.worlds import Evidence, Simulated
from acrdns.check.endpoints import of_topology
from acrdns.errors import TopologyError
from acrdns.probe.answer import observation
from acrdns.probe.collected import contradictions
from acrdns.topology.amend import amend
from acrdns.topology.inbound import inbound_endpoints
from acrdns.topology.text.edit import Put

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from acrdns.check.endpoints import PlannedEndpoint
    from acrdns.probe.answer import ObservedAnswer, ReadFile
    from acrdns.topology.model import Topology


def with_witnesses(topology: Topology, found: ReadFile, default: str | None) -> tuple[Topology, ReadFile]:
    """Return the topology with the witnesses among answers as clients, and the answers with these as vantage points.

    Answers that do not contradict each other are all the vantage point's own. So are those of servers that the topology
    does not lead anywhere, and all where several servers answer wrong of which the topology does not have each.
    """
    topology = with_clients(topology, (answer.vantage or default or "" for answer in found.answers))
    topology, answers = _of_other_servers(topology, list(found.answers), default)
    for vantage in dict.fromkeys(answer.vantage or default for answer in answers):
        if vantage is None or vantage == INTERNET or vantage not in topology.vantages:
            continue
        own = [answer for answer in answers if (answer.vantage or default) == vantage]
        if not any(contradictions(own)):
            continue
        right, wrong = _right_and_wrong(of_topology(topology, vantage), own)
        if any(contradictions(wrong)):
            topology, answers = _each_by_itself(topology, answers, wrong, vantage)
            continue
        for server in dict.fromkeys(answer.server for answer in right if answer.server):
            network = topology.vantage(vantage).name
            said = [answer for answer in right if answer.server == server]
            place = _client(network, server)
            if amended := _amended(topology, network, server, said):
                topology = amended
                answers = [replace(a, vantage=place) if any(a is each for each in said) else a for a in answers]
    return topology, replace(found, answers=tuple(answers))


def with_clients(topology: Topology, vantages: Iterable[str]) -> Topology:
    """Return the topology with the client that each vantage point `NETWORK/@SERVER` of a server in the file names."""
    for vantage in dict.fromkeys(vantages):
        network, _, server = vantage.partition(BY_HAND)
        if vantage not in topology.vantages and network in topology.vantages[1:]:
            topology = (
                _with_client(topology, network, server) if _is_of_the_file(topology, network, server) else topology
            )
    return topology


def server_in(topology: Topology, vantage: str) -> str | None:
    """Return the server of a vantage point `NETWORK/@SERVER`, or None for another vantage point."""
    _, marked, server = vantage.partition(BY_HAND)
    return server if marked and vantage in topology.vantages else None


def asked_by_hand(topology: Topology, asked: Mapping[str, str]) -> tuple[Topology, dict[str, str]]:
    """Return the topology with a client for each server of it that is asked past the one of a vantage point.

    `asked` has the server of each vantage point. The vantage points that are clients now come with the clients' names.
    """
    places = {vantage: _place(topology, vantage, server) for vantage, server in asked.items()}
    moved = {vantage: place for vantage, place in places.items() if place}
    return with_clients(topology, moved.values()), moved


def _place(topology: Topology, vantage: str, server: str) -> str:
    """Return the client that asks a server of the file, or empty where it is that of the vantage point, or unknown."""
    server = server.removesuffix(":53")
    if vantage not in topology.vantages[1:] or not _is_of_the_file(topology, vantage, server):
        return ""
    here = topology.vantage(vantage)
    own = here.dns_servers or ((AZURE_DNS,) if here.kind == "virtual_network" else ())
    return "" if server in (own[:1] if here.selection == "order" else own) else _client(here.name, server)


def _of_other_servers(
    topology: Topology, answers: Sequence[ObservedAnswer], default: str | None
) -> tuple[Topology, list[ObservedAnswer]]:
    """Return the topology with a client for each server of it that was asked past the one of a vantage point."""
    places = [_place(topology, answer.vantage or default or "", answer.server or "") for answer in answers]
    moved = [replace(a, vantage=place) if place else a for a, place in zip(answers, places, strict=True)]
    return with_clients(topology, filter(None, places)), moved


def _each_by_itself(
    topology: Topology, answers: list[ObservedAnswer], wrong: Sequence[ObservedAnswer], vantage: str
) -> tuple[Topology, list[ObservedAnswer]]:
    """Return the topology with a client for each server that answers wrong; as it is where it lacks one of them."""
    network = topology.vantage(vantage).name
    servers = {id(answer): (answer.server or "").removesuffix(":53") for answer in wrong}
    if not all(_is_of_the_file(topology, vantage, server) for server in servers.values()):
        return topology, answers
    answers = [replace(a, vantage=_client(network, servers[id(a)])) if id(a) in servers else a for a in answers]
    return with_clients(topology, (_client(network, server) for server in servers.values())), answers


def _client(network: str, server: str) -> str:
    """Return the vantage point of a server that is asked by hand from a network."""
    return f"{network}{BY_HAND}{server}"


def _is_of_the_file(topology: Topology, vantage: str, server: str) -> bool:
    """Return whether a server is one that clients at a vantage point can be simulated to ask."""
    own = (each.address for each in topology.dns_servers.values() if not each.client)
    known = {*own, *inbound_endpoints(topology)}
    return server in known or (server == AZURE_DNS and topology.vantage(vantage).kind == "virtual_network")


def _with_client(topology: Topology, network: str, server: str) -> Topology:
    """Return the topology with a client that asks a server alone."""
    client = {"dns_servers": [server], "hosts": {}}
    return amend(topology, [Put(("networks", network, "clients", f"{BY_HAND[1:]}{server}"), client)])


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
    place = _client(network, server)
    by_name = {answer.fqdn: observation(answer.fqdn, [a for a in said if a.fqdn == answer.fqdn]) for answer in said}
    answers = [answer for each in by_name.values() if each for answer in answers_of(each, place, server)]
    return made if Simulated(made, Evidence(answers, Comparison(answers, made))).explains_all() else None
