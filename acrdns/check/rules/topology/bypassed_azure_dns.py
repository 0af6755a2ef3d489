"""ACR107: a network whose DNS servers never ask Azure-provided DNS."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from acrdns.azure import AZURE_DNS
from acrdns.check.causes.mend import choices, forwards_from, mend, other_servers, passing
from acrdns.check.causes.route import RouteEnd
from acrdns.check.finding import Finding, Scope
from acrdns.check.fixes.set_client_servers import SetClientServers
from acrdns.check.fixes.set_dns_servers import SetDnsServers
from acrdns.check.fixes.set_forwarder import INBOUND, SetForwarder, answering
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import agrees, idle_entries, own_zone, some

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.causes.routed import Routed
    from acrdns.check.facts import Facts
    from acrdns.check.fixes.fix import Fix
    from acrdns.errors import Path


_VPN = re.compile(r"vpn|p2s|point.to.site|remote|laptop", re.IGNORECASE)


def _find(facts: Facts) -> Iterator[Finding]:
    by_cause: defaultdict[Path, list[Routed]] = defaultdict(list)
    for routed in facts.layout.routed_to(RouteEnd.PUBLIC):
        # Where a server that fails is the cause, ACR110 to ACR112 say so.
        if not routed.route.failed and not facts.layout.forwarder_for_alias(routed):
            by_cause[routed.route.path].append(routed)
    for path, every in by_cause.items():
        yield _finding(facts, path, every)


def _finding(facts: Facts, path: Path, every: list[Routed]) -> Finding:
    first = every[0]
    at, network, client = forwards_from(facts.layout, first)
    server = str(at[1]) if at[0] == "dns_servers" else "the network's DNS server"
    networks = tuple(dict.fromkeys(routed.network for routed in every))
    names, fixes = [routed.endpoint.fqdn for routed in every], mend(facts.layout, first)
    public = f"{some(names)} {agrees(names, 'is', 'are')} public there although a private endpoint is in reach"
    if rule := passing(facts.layout, first):
        ruleset, domain = rule
        message = (
            f"the rule for {domain} of ruleset {ruleset} sends questions from {some(networks)} to {first.route}, past "
            f"private zones, so {public}; disable the rule"
        )
    else:
        message = (
            f"questions from {some(networks)} go to {first.route}, past Azure-provided DNS, so {public}; "
            f"{_step(first, fixes, server)}{own_zone(facts.layout, first)}{idle_entries(facts.layout, every)}"
        )
    place = facts.topology.place(*path)
    asking = next((fix for fix in fixes if isinstance(fix, (SetDnsServers, SetClientServers))), None)
    home = facts.topology.vantage(first.network).name if asking else answering(facts.topology, network, client)
    more = choices(facts.layout, home, first.endpoint.registry.name)
    others = other_servers(facts.topology, networks) if isinstance(asking, SetClientServers) else ()
    otherwise = (*others, *((*fixes[:1], *each) for each in more))
    about = Scope(frozenset(networks))
    return Finding(RULE.code, first.network, message, fixes, place, networks=networks, about=about, otherwise=otherwise)


def _step(routed: Routed, fixes: tuple[Fix, ...], server: str) -> str:
    """Return the change in words: whom the network or the client is to ask, or what its DNS server is to forward."""
    for fix in fixes:
        match fix:
            case SetDnsServers(servers=servers):
                return f"let {routed.network} ask {some(servers) or 'Azure-provided DNS'}"
            case SetClientServers(servers=servers):
                return f"let {routed.network} ask {some(servers) or _inbound(routed.network)}"
            case SetForwarder():
                return f"let {server} {fix.says}"
    raise AssertionError(fixes)


def _inbound(vantage: str) -> str:
    """Return what clients ask that may have come by VPN, as far as their name does not say so."""
    inside = "" if _VPN.search(vantage) else f" ({AZURE_DNS} answers machines inside Azure alone)"
    return f"{INBOUND}{inside}"


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
        fixes=(SetDnsServers("hub"),),
        note="""\
This goes back to Azure-provided DNS. To keep the own server, let it forward `azurecr.io` to 168.63.129.16 if it
stands in a virtual network, else to the inbound endpoint of a private resolver. Clients take a new setting over
with their next DHCP lease or restart.""",
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
