"""ACR109: a server that forwards the privatelink zone only, and trusts the chain that public DNS gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.causes.route import RouteEnd
from acrdns.check.finding import Finding
from acrdns.check.fixes.set_forwarder import SetForwarder
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import agrees, some
from acrdns.names import show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.causes.routed import Routed
    from acrdns.check.facts import Facts
    from acrdns.names import Name
    from acrdns.topology.model import Topology


def _find(facts: Facts) -> Iterator[Finding]:
    topology = facts.topology
    by_rule: dict[tuple[str, Name], list[Routed]] = {}
    for routed in facts.layout.routed_to(RouteEnd.PUBLIC):
        if rule := facts.layout.forwarder_for_alias(routed):
            by_rule.setdefault(rule, []).append(routed)
    for (server, domain), every in by_rule.items():
        yield _finding(topology, server, domain, every)


def _finding(topology: Topology, server: str, domain: Name, every: list[Routed]) -> Finding:
    suffix, asked = topology.cloud.registry, topology.dns_servers[topology.server_key(server)]
    networks = tuple(dict.fromkeys(routed.network for routed in every))
    message = (
        f"{server} forwards {show(domain)} only; the public name {every[0].endpoint.fqdn} goes to public DNS, which "
        f"follows the alias itself, so {some(networks)} {agrees(networks, 'gets', 'get')} public addresses; forward "
        f"{suffix} instead"
    )
    place = topology.place("dns_servers", server, "conditional_forwarders", show(domain))
    fixes = (SetForwarder(server, suffix, asked.conditional_forwarders[domain], show(domain)),)
    return Finding(RULE.code, networks[0], message, fixes, place, networks=networks)


RULE = Rule(
    "ACR109",
    "privatelink-only-forwarding",
    Page(
        finds="""\
A DNS server has a conditional forwarder for `privatelink.azurecr.io` (or a name below it) and none for
`azurecr.io`, and it hands out the chain that its forwarder returns (`recursion: forward`).""",
        why="""\
Clients ask for `contoso.azurecr.io`. The server sends that to public DNS, which returns the whole chain, alias and
public address. The server never asks about the alias itself, so its conditional forwarder is never used. A server
that resolves every alias target anew (`recursion: iterate`) would use it; many do not.""",
        example="""\
```yaml
dns_servers:
  192.168.0.53:
    network: office
    conditional_forwarders: {privatelink.azurecr.io: [10.0.1.4]}   # azurecr.io is meant
```""",
        fixes=(SetForwarder("192.168.0.53", "azurecr.io", ("10.0.1.4",), "privatelink.azurecr.io"),),
        note="""\
The inbound endpoint then gets the questions for `<region>.data.azurecr.io` too. On Windows:
```
Add-DnsServerConditionalForwarderZone -Name azurecr.io -MasterServers 10.0.1.4
```""",
        cannot_tell="""\
Whether the server really hands out its forwarder's chain: that depends on the program and its settings. The
topology says it with `recursion`. Forwarding `azurecr.io` makes all registry names depend on the way into
Azure.""",
        references=(
            "facts F13, section 3 (on premises)",
            "Microsoft Learn: Azure Private Endpoint DNS integration",
            "azure-docs#58110, azure-docs#92411",
        ),
    ),
    _find,
)
