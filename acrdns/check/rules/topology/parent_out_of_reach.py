"""ACR116: a connected registry that cannot reach its parent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.azure import LOGIN
from acrdns.check.finding import Finding
from acrdns.check.fixes.advice import Advice
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.facts import Facts
    from acrdns.topology.model import ConnectedRegistry, Registry, Topology


def _find(facts: Facts) -> Iterator[Finding]:
    topology = facts.topology
    for registry in topology.registries.values():
        for connected in registry.connected_registries.values():
            if problem := _problem(topology, registry, connected):
                what, advice, fqdn = problem
                message = f"{connected.name} cannot synchronize: {what}; {advice}"
                path = ("registries", registry.name, "connected_registries", connected.name)
                place = topology.place(*path, "parent" if connected.parent else "network")
                yield Finding(RULE.code, fqdn, message, (Advice(advice),), place, networks=(connected.network,))


def _problem(topology: Topology, registry: Registry, connected: ConnectedRegistry) -> tuple[str, str, str] | None:
    """Return what is wrong with the way to the parent, what to do, and the parent's host; None where there is one."""
    network = connected.network
    if connected.parent is None:
        host = LOGIN.fqdn(registry.dns_label, topology.cloud)
        elsewhere = [e for e in topology.private_endpoints.values() if e.registry == registry.name and e.approved]
        if (
            registry.public_network_access_enabled
            or not elsewhere
            or topology.endpoints_in_reach(network, registry.name)
        ):
            return None
        named = listed(f"{each.name} in {each.network}" for each in elsewhere)
        what = (
            f"{network} reaches none of the private endpoints of {registry.name} ({named}), which is closed otherwise"
        )
        return what, f"connect {network} with {elsewhere[0].network}", host
    parent = registry.connected_registries[connected.parent]
    host = parent.login_server or parent.address or f"{parent.name}.{registry.name}"
    if parent.address is None:
        return f"its parent {parent.name} has no address", f"write the address of {parent.name}", host
    if parent.network != network and parent.network not in topology.reach(network):
        what = f"{network} has no way to {parent.network}, where its parent {parent.name} stands"
        return what, f"connect {network} with {parent.network}", host
    return None


RULE = Rule(
    "ACR116",
    "parent-out-of-reach",
    Page(
        finds="""\
A connected registry whose network has no way to its parent: to an approved private endpoint of a registry that is
closed to the public, or to the network of the connected registry above it.""",
        why="""\
Every sync begins with a token from the parent. Without a way to it the connected registry is `Offline`: clients of the
plant pull what it has, and nothing newer comes. Connections time out, since nobody refuses them.""",
        example="""\
```yaml
registries:
  contoso:
    location: eastus
    data_endpoint_enabled: true
    connected_registries:
      factory: {network: plant, address: 192.168.0.20}
      line-1: {network: line, parent: factory}
networks:
  plant: {kind: on_premises, address_space: [192.168.0.0/24]}
  line: {kind: on_premises, address_space: [192.168.1.0/24]}     # no peering with plant
```""",
        fixes=(Advice("connect line with plant"),),
        cannot_tell="""\
Whether a firewall between the networks lets port 443 pass.""",
        references=(
            "facts section 5 (connected registry), F21",
            "Microsoft Learn: What is a connected registry?",
        ),
    ),
    _find,
)
