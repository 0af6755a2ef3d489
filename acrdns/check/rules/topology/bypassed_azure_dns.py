"""ACR107: a network whose DNS servers never ask Azure-provided DNS."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from acrdns.azure import AZURE_DNS
from acrdns.check.causes.alias_forwarder import forwarder_for_alias
from acrdns.check.causes.route import RouteEnd
from acrdns.check.finding import Finding
from acrdns.check.rule import Page, Rule
from acrdns.check.wording import some

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.causes.layout import Routed
    from acrdns.check.facts import Facts
    from acrdns.errors import Path
    from acrdns.topology.model import Topology


def _find(facts: Facts) -> Iterator[Finding]:
    topology = facts.topology
    by_cause: defaultdict[Path, list[Routed]] = defaultdict(list)
    for found in facts.layout.asked.values():
        for asked in found:
            if asked.way.end is RouteEnd.PUBLIC and not forwarder_for_alias(topology, asked.way, asked.endpoint.alias):
                by_cause[asked.way.path].append(asked)
    for path, every in by_cause.items():
        yield _finding(topology, path, every)


def _finding(topology: Topology, path: Path, every: list[Routed]) -> Finding:
    first, suffix = every[0], topology.cloud.registry
    networks = tuple(dict.fromkeys(asked.network for asked in every))
    message = (
        f"questions from {some(networks)} go to {first.way}, past Azure-provided DNS, so "
        f"{some(asked.endpoint.fqdn for asked in every)} is public there although a private endpoint is in reach; "
        f"let the network's DNS server forward {suffix} to {_target(topology, first)}"
    )
    place = topology.place(*path)
    return Finding(RULE.code, first.network, message, _fix(topology, first), place, networks=networks)


def _target(topology: Topology, asked: Routed) -> str:
    if topology.networks[asked.way.network].kind == "virtual_network":
        return AZURE_DNS
    inbound = [address for resolver in topology.private_resolvers.values() for address in resolver.inbound_endpoints]
    return some(inbound) or "the inbound endpoint of a private resolver"


def _fix(topology: Topology, asked: Routed) -> str:
    network = topology.networks[asked.network]
    own_dns = network.kind == "virtual_network" and len(asked.way.servers) == 1
    if own_dns:
        return f'az network vnet update -g <resource-group> -n {network.name} --dns-servers ""'
    return f"on the DNS server of {asked.way.network}: forward {topology.cloud.registry} to {_target(topology, asked)}"


RULE = Rule(
    "ACR107",
    "bypassed-azure-dns",
    Page(
        finds="""\
A network has a private endpoint in reach, but its DNS servers answer from public DNS: its own setting names a
public resolver, its server forwards to one, or it is on premises and has no server that forwards into Azure.""",
        why="""\
A network's own DNS servers replace Azure-provided DNS. Links of private zones to that network then count for
nothing, and every name is public. Pods that run keep running; the next pull is refused with 403 where public
access is off.""",
        example="""\
```yaml
networks:
  hub: {dns_servers: [8.8.8.8]}
```""",
        az="""\
```
az network vnet update -g <resource-group> -n hub --dns-servers ""
```
goes back to Azure-provided DNS. To keep the own server, let it forward `azurecr.io` to 168.63.129.16 if it
stands in a virtual network, else to the inbound endpoint of a private resolver. Clients take a new setting over
with their next DHCP lease or restart.""",
        terraform="""\
```hcl
resource "azurerm_virtual_network" "hub" {
  dns_servers = [] # or servers that forward azurecr.io to 168.63.129.16
}
```""",
        bicep="""\
```bicep
properties: { dhcpOptions: { dnsServers: [] } }
```""",
        cannot_tell="""\
What a DNS server does that the topology does not describe: an address that nothing in the file owns is taken for a
public resolver if it is public.""",
        references=(
            "facts F02, section 3 (order of resolution)",
            "Microsoft support: Can't get private IP address of an Azure Container Registry FQDN, cause 2",
        ),
    ),
    _find,
)
