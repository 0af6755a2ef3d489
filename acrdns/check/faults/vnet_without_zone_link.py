"""A virtual network loses the link of its privatelink zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.faults.fault import Candidate, Fault, together
from acrdns.check.fixes.link_ruleset import LinkRuleset
from acrdns.names import is_under, name, show
from acrdns.topology.text.edit import Drop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.faults.site import Observed, Site


def find(site: Site, _observed: Observed | None) -> Iterator[Candidate]:
    """Return every link, but those of networks that answer for others; and every network that a ruleset leads to one.

    Such a network needs no link of its own as long as the ruleset is linked to it. Of a network with several links, all
    of them may be gone at once.
    """
    found: dict[str, list[Candidate]] = {}
    for zone, link in site.links:
        if link.network not in site.askers:
            candidate = Candidate(
                link.network,
                f"{show(zone.apex)} is not linked to {link.network}",
                (Drop(("private_dns_zones", zone.key, "virtual_network_links", link.network)),),
                site.relinking(zone, link),
                ("private_dns_zones", zone.key, "virtual_network_links", link.network),
            )
            found.setdefault(link.network, []).append(candidate)
            yield candidate
    yield from (candidate for every in found.values() for candidate in together(every))

    suffix = name(site.topology.cloud.registry)
    for ruleset in site.topology.dns_forwarding_rulesets.values():
        rules = [
            rule for rule in ruleset.rules if rule.enabled and is_under(suffix, rule.domain) and len(rule.domain) > 1
        ]
        for at, network in enumerate(ruleset.links if rules else ()):
            if network not in site.linked and not site.topology.networks[network].dns_servers:
                path = ("dns_forwarding_rulesets", ruleset.name)
                domain = show(rules[0].domain)
                yield Candidate(
                    network,
                    f"ruleset {ruleset.name} is not linked to {network}, or has no enabled rule for {domain}, and no "
                    f"privatelink zone is linked to {network}",
                    (Drop((*path, "virtual_network_links", at)),),
                    (LinkRuleset(ruleset.name, network),),
                    path,
                )


FAULT = Fault(
    "vnet-without-zone-link",
    summary="the link of a privatelink zone to a virtual network is removed",
    client="""\
Login, manifests and layers all go to public addresses: 403 where public access is off, a way past the private
network where it is on.""",
    lesson="""\
A private zone is seen only by the virtual networks that are linked to it. Peering carries packets, not zones.""",
    references=("facts F01", "facts F20"),
    find=find,
)
