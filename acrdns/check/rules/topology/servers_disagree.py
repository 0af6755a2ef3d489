"""ACR113: Any of several DNS servers may answer, and their answers differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.azure import AZURE_DNS
from acrdns.check.causes.members import addresses_of, disagreements
from acrdns.check.causes.mend import answering_rightly, answers_for_others, connecting
from acrdns.check.finding import Finding
from acrdns.check.fixes.advice import Advice
from acrdns.check.fixes.relax_filter import RelaxFilter
from acrdns.check.fixes.set_client_servers import SetClientServers
from acrdns.check.fixes.set_dns_servers import SetDnsServers
from acrdns.check.fixes.set_forwarder import SetForwarder
from acrdns.check.fixes.set_rule_targets import SetRuleTargets
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import agrees, listed, some
from acrdns.names import name
from acrdns.resolve.servers.filters import strips_in
from acrdns.topology.inbound import inbound_endpoints
from acrdns.topology.text.places import dotted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.causes.members import Disagreement
    from acrdns.check.facts import Facts
    from acrdns.check.fixes.fix import Fix
    from acrdns.errors import Path
    from acrdns.resolve.chain import Response
    from acrdns.topology.model import DnsServer, PrivateEndpoint, Topology

NO_STANDBY = "there is no standby"
"""The words where members of a list do not answer."""


def _find(facts: Facts) -> Iterator[Finding]:
    for found in disagreements(facts.estate.world, facts.estate.private_registries, "fastest", "random"):
        listed, asker = found.listed, found.listed.asker
        # A client may choose otherwise among the servers of its network.
        whom = f" {asker.vantage}" if asker.client and listed.path[-2:-1] == (asker.name,) else ""
        chance = f"which of them answers{whom} is chance (selection: {found.listed.selection})"
        yield finding_of(facts, found, RULE.code, chance)


def finding_of(facts: Facts, found: Disagreement, code: str, harm: str) -> Finding:
    """Return the finding about one list, at its line."""
    topology, path = facts.topology, found.listed.path
    answers = ", ".join(f"{server} gives {_said(response)}" for server, response in found.answers)
    message = f"{_who(path)} disagree about {found.fqdn}: {answers}; {harm}"
    if closed := _closed(facts, found):
        message += (
            f"; neither helps: {closed.registry} has no public access, and {found.listed.asker.name} {_no_way(closed)}"
        )
    if found.silent:
        message = (
            f"{some(found.silent)} in {dotted(path)} {agrees(found.silent, 'does', 'do')} not answer, as far as "
            f"the file says: questions wait in vain, and {NO_STANDBY}; name servers that answer"
        )
    networks = tuple(vantage for vantage in facts.layout.routed if _depends(facts, vantage, found))
    first, *otherwise = _fixes(facts, found)
    place = topology.place(*path)
    return Finding(
        code,
        found.fqdn,
        message,
        first,
        place,
        networks=networks,
        otherwise=tuple(otherwise),
        trace=found.trace,
    )


def _who(path: Path) -> str:
    """Return the list of servers at a path of the file in words."""
    match path:
        case ("networks", network, "clients", client, *_):
            return f"the DNS servers of {network}/{client}"
        case ("networks", network, *_):
            return f"the DNS servers of {network}"
        case ("dns_servers", server, "conditional_forwarders", domain):
            return f"the servers to which {server} forwards {domain}"
        case ("dns_servers", server, *_):
            return f"the forwarders of {server}"
        case ("dns_forwarding_rulesets", ruleset, _, domain, *_):
            return f"the targets of the rule for {domain} of ruleset {ruleset}"
    raise ValueError(path)


def _depends(facts: Facts, vantage: str, found: Disagreement) -> bool:
    """Return whether answers at a vantage point come by a list: its own, or that of a server or ruleset on its way."""
    topology, path, asker = facts.topology, found.listed.path, facts.topology.vantage(vantage)
    if path[0] == "networks":
        return (topology.dns_path_of(vantage), asker.selection) == (path, found.listed.selection)
    on_the_way = {server for routed in facts.layout.routed[vantage] for server in routed.route.servers}
    if path[0] == "dns_servers" and found.listed.asked_by in on_the_way.union(asker.dns_servers):
        return True
    # Everybody asks Azure and public DNS: that says nothing of who asked them.
    members = {s for s in found.listed.servers if s in topology.dns_servers or s in inbound_endpoints(topology)}
    return not members.isdisjoint(on_the_way)


def _fixes(facts: Facts, found: Disagreement) -> list[tuple[Fix, ...]]:
    """Return what makes the servers agree: those described in the file are mended, the others leave the list.

    A server that answers for names of its own is not left out: clients need it for these.
    """
    topology, asked, good = facts.topology, found.listed, found.right
    if closed := _closed(facts, found):
        private = tuple(server for server, response in found.answers if _leads_to(topology, response, closed))
        return [(*connecting(topology, asked.asker.name, closed.network), _keeping(topology, found, private))]
    if found.silent:
        return [(_keeping(topology, found, tuple(server for server, _ in found.answers)),)]
    wrong = [server for server, _ in found.answers if server not in good]
    ours = [s for server in wrong if (s := topology.server_at(asked.asker, server))]
    left = tuple(server for server in asked.servers if server not in wrong or server in {s.address for s in ours})
    mended = tuple(fix for server in ours for fix in _mending(facts, found, server))
    fixes: list[tuple[Fix, ...]] = []
    if good and not ours:
        fixes.append((_keeping(topology, found, good),))
    elif left:
        fixes.append((*(() if left == asked.servers else (_keeping(topology, found, left),)), *mended))
    if good and not any(answers_for_others(topology, server) for server in ours):
        fixes.append((_keeping(topology, found, good),))
    servers = ", ".join(good) or "servers that know the private zones"
    return fixes or [(Advice(f"keep only servers that give the same answer in {dotted(asked.path)}: {servers}"),)]


def _closed(facts: Facts, found: Disagreement) -> PrivateEndpoint | None:
    """Return the private endpoint out of reach that a member leads to, where the registry refuses public clients.

    Then the members with public answers are no better than those with private ones.
    """
    topology, asker = facts.topology, found.listed.asker
    registry = facts.layout.by_name[name(found.fqdn)].registry
    if registry.public_network_access_enabled or topology.endpoints_in_reach(asker.vantage, registry.name):
        return None
    every = topology.approved_endpoints(registry.name)
    return next((e for e in every for _, response in found.answers if _leads_to(topology, response, e)), None)


def _leads_to(topology: Topology, response: Response, private: PrivateEndpoint) -> bool:
    owners = (topology.owner_of(address) for address in addresses_of(response))
    return any(owner is not None and owner.endpoint is private for owner in owners)


def _no_way(private: PrivateEndpoint) -> str:
    return f"has no way to {private.network}, where its private endpoint {private.name} is"


def _mending(facts: Facts, found: Disagreement, server: DnsServer) -> tuple[Fix, ...]:
    """Return what lets a server of the file answer rightly; one that only takes addresses out knows the right ones."""
    if any(strips_in(response, server) for _, response in found.answers):
        return (RelaxFilter("rebind_protection", facts.topology.cloud.registry, server.key or server.address),)
    return answering_rightly(facts.layout, server, found.fqdn)


def _keeping(topology: Topology, found: Disagreement, servers: tuple[str, ...]) -> Fix:
    """Return what leaves these servers in the list."""
    match found.listed.path:
        case ("networks", network, "dns_servers"):
            in_azure = topology.networks[str(network)].kind != "on_premises"
            return SetDnsServers(str(network), () if in_azure and servers == (AZURE_DNS,) else servers, in_azure)
        case ("networks", network, "clients", client, _):
            return SetClientServers(str(network), str(client), servers)
        case ("dns_servers", server, "conditional_forwarders", domain):
            return SetForwarder(str(server), str(domain), servers)
        case ("dns_forwarding_rulesets", ruleset, _, domain):
            return SetRuleTargets(str(ruleset), str(domain), servers)
        case (_, server, *_):
            return SetForwarder(str(server), topology.cloud.registry, servers)
    raise ValueError(found.listed.path)


def _said(response: Response) -> str:
    addresses = addresses_of(response)
    if addresses:
        return listed(addresses)
    return (
        f"{response.rcode.name if response.rcode else 'no address'}{f' ({response.cause})' if response.cause else ''}"
    )


RULE = Rule(
    "ACR113",
    "servers-disagree",
    Page(
        finds="""\
A network, client or DNS server asks any of several DNS servers (`selection: fastest` or `random`), and they give
different answers for a registry with a private endpoint.""",
        why="""\
CoreDNS picks a forwarder at random, dnsmasq and systemd-resolved prefer the fastest or the last that answered. One pull
works and the next is refused with 403, and nothing changed in between.""",
        example="""\
```yaml
networks:
  aks: {dns_servers: [168.63.129.16, 8.8.8.8], selection: random}
```""",
        fixes=(SetDnsServers("aks"),),
        note="""\
A second server is for availability: it has to know the same private zones. Two inbound endpoints of one network do.""",
        cannot_tell="""\
How often each server answers, and what a server does that the topology does not describe.""",
        references=("facts F02, section 3 (order of resolution)", "AKS issue 808: custom DNS servers in any order"),
    ),
    _find,
)
