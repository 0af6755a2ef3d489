"""Boundaries: names that decide by themselves where a question goes.

They are the apexes of zones and the domains of forwarders and rules. Any other name is handled as its neighbours are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from acrdns import names
from acrdns.names import ROOT, Name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acrdns.topology.model import Topology
    from acrdns.zone.publish.compile import Published

Boundaries = Mapping[Name, frozenset[Name]]
"""Boundaries by their parent."""


def boundaries(topology: Topology, published: Published) -> Boundaries:
    """Return the boundaries of all vantage points together."""
    cloud = topology.cloud
    found: set[Name] = set()
    for text in (cloud.registry, cloud.privatelink, cloud.frontend, cloud.traffic_manager, cloud.cloudapp, cloud.blob):
        found.add(names.name(text))
    found.update(zone.apex for zone in (*published.public, *published.private.values()))
    for server in topology.dns_servers.values():
        found.update(server.zones, server.conditional_forwarders)
    for vantage in topology.vantages[1:]:
        found.update(topology.vantage(vantage).hosts)
    for ruleset in topology.dns_forwarding_rulesets.values():
        found.update(rule.domain for rule in ruleset.rules)
    for registry in topology.registries.values():
        for connected in registry.connected_registries.values():
            if connected.login_server:
                found.add(names.name(connected.login_server))
    return by_parent(found)


def by_parent(found: Iterable[Name]) -> Boundaries:
    """Return boundaries by their parent. The root has none and is left out."""
    below: dict[Name, set[Name]] = {}
    for each in found:
        if each != ROOT:
            below.setdefault(names.parent(each), set()).add(each)
    return {parent: frozenset(children) for parent, children in below.items()}
