"""Fixes that complete others: what gives back the answers that these turn wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.fixes.peer_networks import PeerNetworks
from acrdns.check.fixes.set_link import SetLink
from acrdns.names import name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.fixes.fix import Fix
    from acrdns.check.proof.proved import FixEffect


def fallbacks(effect: FixEffect) -> Iterator[Fix]:
    """Return what lets links fall back to public DNS where they hide a third party's registry from now on."""
    networks = {vantage.partition("/")[0] for vantage, _ in effect.broken}
    for finding in effect.causes:
        if finding.about and finding.about.names and any(map(finding.about.has, effect.broken)):
            fixes = [fix for fix in finding.fixes if isinstance(fix, SetLink)]
            yield from [fix for fix in fixes if fix.network in networks] or fixes


def peerings(effect: FixEffect) -> Iterator[Fix]:
    """Return peerings for the networks that a link gives private addresses out of reach: of resolvers, mostly."""
    topology, registries = effect.topology, effect.facts.layout.by_name
    for vantage, fqdn in sorted(effect.broken):
        network = topology.vantage(vantage) if vantage in topology.vantages[1:] else None
        endpoint = registries.get(name(fqdn))
        if network and endpoint and network.kind == "virtual_network":
            registry = endpoint.registry.name
            if not topology.endpoints_in_reach(vantage, registry):
                for private in topology.approved_endpoints(registry)[:1]:
                    yield PeerNetworks(network.name, private.network)
