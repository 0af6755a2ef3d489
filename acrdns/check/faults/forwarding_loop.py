"""A ruleset sends a question back to where it came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.faults.fault import Candidate, Fault
from acrdns.check.fixes.unlink_ruleset import UnlinkRuleset
from acrdns.names import show
from acrdns.topology.text.edit import Append, Put

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.faults.site import Observed, Site


def find(site: Site, _observed: Observed | None) -> Iterator[Candidate]:
    """Return every ruleset with every private resolver whose inbound endpoint a rule could send to."""
    domain = site.topology.cloud.registry
    for ruleset in site.topology.dns_forwarding_rulesets.values():
        path = ("dns_forwarding_rulesets", ruleset.name)
        rules = {show(rule.domain): rule for rule in ruleset.rules if rule.enabled}
        for resolver in site.topology.private_resolvers.values():
            target, linked = resolver.inbound_endpoints[:1], resolver.network in ruleset.links
            ruled = domain in rules and rules[domain].targets[:1] == target
            if target and not (linked and ruled):
                link = () if linked else (Append((*path, "virtual_network_links"), resolver.network),)
                rule = () if ruled else (Put((*path, "rules", domain), list(target)),)
                yield Candidate(
                    ruleset.name,
                    f"ruleset {ruleset.name} sends {domain} to {target[0]} in {resolver.network}, where it is linked",
                    (*link, *rule),
                    (UnlinkRuleset(ruleset.name, resolver.network),),
                    path,
                )


FAULT = Fault(
    "forwarding-loop",
    summary="a rule sends to the inbound endpoint of a network that the ruleset is linked to",
    client="""\
Nothing resolves there: SERVFAIL after some seconds of waiting.""",
    lesson="""\
Do not link a ruleset to the network of the inbound endpoint that one of its rules sends to.""",
    references=("facts F16",),
    find=find,
)
