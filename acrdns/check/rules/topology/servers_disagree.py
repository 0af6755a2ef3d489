"""ACR113: Any of several DNS servers may answer, and their answers differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.azure import AZURE_DNS
from acrdns.check.causes.members import addresses_of, disagreements
from acrdns.check.finding import Finding
from acrdns.check.fixes.advice import Advice
from acrdns.check.fixes.set_client_servers import SetClientServers
from acrdns.check.fixes.set_dns_servers import SetDnsServers
from acrdns.check.rule import Page, Rule
from acrdns.record import is_private
from acrdns.topology.text.places import dotted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.causes.members import Disagreement
    from acrdns.check.facts import Facts
    from acrdns.check.fixes.fix import Fix
    from acrdns.resolve.chain import Response


def _find(facts: Facts) -> Iterator[Finding]:
    for found in disagreements(facts.estate.world, facts.estate.private_registries, "fastest", "random"):
        chance = f"which of them answers is chance (selection: {found.listed.selection})"
        yield finding_of(facts, found, RULE.code, chance)


def finding_of(facts: Facts, found: Disagreement, code: str, harm: str) -> Finding:
    """Return the finding about one list, at its line."""
    topology, listed = facts.topology, found.listed
    answers = ", ".join(f"{server} gives {_said(response)}" for server, response in found.answers)
    good = tuple(server for server, response in found.answers if any(map(is_private, addresses_of(response))))
    good = good or (found.answers[0][0],)
    message = f"the DNS servers of {dotted(listed.path[:-1])} disagree about {found.fqdn}: {answers}; {harm}"
    fix: Fix = Advice(f"keep only servers that give the same answer in {dotted(listed.path)}: {', '.join(good)}")
    if listed.path == ("networks", listed.asker.name, "dns_servers"):
        fix = SetDnsServers(listed.asker.name, () if good == (AZURE_DNS,) else good)
    elif listed.path[0] == "networks":
        fix = SetClientServers(listed.asker.name, listed.asker.client, good)
    networks = tuple(
        vantage
        for vantage, every in facts.layout.routed.items()
        if topology.dns_path_of(vantage) == listed.path
        or any(not set(listed.servers).isdisjoint(routed.route.servers) for routed in every)
    )
    return Finding(
        code, found.fqdn, message, (fix,), topology.place(*listed.path), networks=networks, trace=found.trace
    )


def _said(response: Response) -> str:
    addresses = addresses_of(response)
    return ", ".join(addresses) if addresses else response.rcode.name if response.rcode else "no address"


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
