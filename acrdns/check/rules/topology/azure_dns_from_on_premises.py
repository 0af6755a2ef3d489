"""ACR110: 168.63.129.16 asked from where it does not answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.azure import AZURE_DNS
from acrdns.check.causes.mend import other_servers
from acrdns.check.causes.route import RouteEnd
from acrdns.check.finding import Finding
from acrdns.check.fixes.advice import Advice
from acrdns.check.fixes.create_inbound_endpoint import CreateInboundEndpoint
from acrdns.check.fixes.set_client_servers import SetClientServers
from acrdns.check.fixes.set_dns_servers import SetDnsServers
from acrdns.check.fixes.set_forwarder import INBOUND, SetForwarder, forwarding, targets_for
from acrdns.check.fixes.set_forwarders import to_nobody
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import some

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.causes.routed import Routed
    from acrdns.check.facts import Facts
    from acrdns.check.fixes.fix import Fix
    from acrdns.errors import Path
    from acrdns.topology.model import Topology


def _find(facts: Facts) -> Iterator[Finding]:
    topology = facts.topology
    by_cause: dict[Path, list[Routed]] = {}
    for routed in facts.layout.failing(RouteEnd.SILENT):
        if routed.route.servers[-1:] == (AZURE_DNS,):
            by_cause.setdefault(routed.route.path, []).append(routed)
    for path, every in by_cause.items():
        yield _finding(topology, path, every)


def _finding(topology: Topology, path: Path, every: list[Routed]) -> Finding:
    route = every[0].route
    inbound, networks = targets_for(topology, route.network), tuple(dict.fromkeys(routed.network for routed in every))
    others = tuple(other_servers(topology, networks)) if path[0] == "networks" else ()
    reached = any(topology.endpoints_in_reach(routed.network, routed.endpoint.registry.name) for routed in every)
    publicly = () if inbound and reached else tuple(to_nobody(path))
    others = publicly or others
    asking = (fix for each in others for fix in each if isinstance(fix, (SetDnsServers, SetClientServers)))
    servers = [address for fix in asking for address in fix.servers]
    target = some(inbound or servers[:1]) or INBOUND
    fqdn, askers = every[0].endpoint.fqdn, some(routed.network for routed in every)
    end = f"questions from {askers} for {fqdn} end in a timeout"
    if every[0].relays_publicly:
        end = f"{path[1]} falls back to public DNS, so {fqdn} is public for {askers}"
    who, does = (path[1], "forwards to") if path[0] == "dns_servers" else (route.network, "asks")
    message = (
        f"{who} is on premises and {does} {AZURE_DNS}, which answers inside Azure only; {end}; let {who} "
        f"{'forward to' if does != 'asks' else 'ask'} {target} instead"
        f"{', or to nobody where no private endpoint is in reach: public DNS is right there' if publicly else ''}"
    )
    fixes: tuple[Fix, ...] = (forwarding(path, route.network, topology.cloud.registry, inbound),)
    if not inbound:
        asked = (Advice(f"let machines in {who} ask {INBOUND}"),) if path[0] == "networks" else fixes
        fixes = (CreateInboundEndpoint.of(topology), *asked)
    return Finding(RULE.code, networks[0], message, fixes, topology.place(*path), networks=networks, otherwise=others)


RULE = Rule(
    "ACR110",
    "azure-dns-from-on-premises",
    Page(
        finds="""\
A network on premises, or a DNS server in one, asks 168.63.129.16.""",
        why="""\
That address is virtual: it exists inside every virtual network and nowhere else, and VPN and ExpressRoute do
not carry questions to it. They time out, and the client sees SERVFAIL or `i/o timeout`.""",
        example="""\
```yaml
dns_servers:
  192.168.0.53:
    network: office                 # on_premises
    conditional_forwarders: {azurecr.io: [168.63.129.16]}
```""",
        fixes=(CreateInboundEndpoint("hub-resolver"), SetForwarder("192.168.0.53", "azurecr.io", ())),
        note="""\
The resolver comes first: `az dns-resolver create -g RESOURCE_GROUP -n hub-resolver -l REGION --id VIRTUAL_NETWORK_ID`.
A DNS server in a virtual machine that forwards to 168.63.129.16 does as well.""",
        cannot_tell="""\
How long clients wait before they give up.""",
        references=(
            "facts F14, section 3 (168.63.129.16)",
            "Microsoft Learn: What is IP address 168.63.129.16?",
        ),
    ),
    _find,
)
