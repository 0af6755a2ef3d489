"""Several DNS servers asked at one vantage point: one that answers right shows that zone and links are right.

Such a witness becomes a client of the network that asks its server alone, as `dig @SERVER` does, without a hosts file:
`hub/@10.0.0.4`. The answers of other servers there are judged as the vantage point's own, and a fault that explains
them must leave the witness right.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from acrdns.azure import INTERNET
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
    answers = list(found.answers)
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
    client = {"dns_servers": [server.removesuffix(":53")], "hosts": {}}
    try:
        made = amend(topology, [Put(("networks", network, "clients", f"{MARK}{server}"), client)])
    except (KeyError, ValueError, TopologyError):
        return None
    place = f"{network}/{MARK}{server}"
    by_name = {answer.fqdn: observation(answer.fqdn, [a for a in said if a.fqdn == answer.fqdn]) for answer in said}
    answers = [answer for each in by_name.values() if each for answer in answers_of(each, place, server)]
    return made if Simulated(made, Evidence(answers, Comparison(answers, made))).explains_all() else None
