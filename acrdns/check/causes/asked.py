"""The networks whose Azure-provided DNS somebody asks: elsewhere, nobody sees what zones are linked."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from acrdns.azure import AZURE_DNS
from acrdns.topology.inbound import inbound_endpoints

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acrdns.topology.model import Network, Topology


def networks_asked(topology: Topology) -> frozenset[str]:
    """Return the networks whose Azure-provided DNS may be asked, for any name, by whatever member of a list."""
    inbound = inbound_endpoints(topology)
    found: set[str] = set()
    passed: set[tuple[str, str]] = set()
    waiting = [
        (network, address)
        for network in map(topology.vantage, topology.vantages[1:])
        for address in network.dns_servers or (AZURE_DNS,) * (network.kind != "on_premises")
    ]
    while waiting:
        network, address = waiting.pop()
        if (network.vantage, address) in passed:
            continue
        passed.add((network.vantage, address))
        if (azure := network.name if address == AZURE_DNS else inbound.get(address)) is not None:
            if azure not in found:
                found.add(azure)
                waiting += _by_rules(topology, azure)
        elif server := topology.server_at(network, address):
            host = topology.vantage(server.host) if server.client else topology.networks[server.network]
            waiting += [(host, a) for a in chain(server.forwarders, *server.conditional_forwarders.values())]
    return frozenset(found)


def _by_rules(topology: Topology, network: str) -> Iterable[tuple[Network, str]]:
    rulesets = (ruleset for ruleset in topology.dns_forwarding_rulesets.values() if network in ruleset.links)
    rules = (rule for ruleset in rulesets for rule in ruleset.rules if rule.enabled)
    return [(topology.networks[network], address) for rule in rules for address in rule.targets]
