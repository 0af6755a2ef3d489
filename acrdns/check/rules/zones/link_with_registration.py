"""ACR212: a privatelink zone in which virtual machines register themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.finding import Finding
from acrdns.check.fixes.fix import PRIVATELINK, ZoneName
from acrdns.check.fixes.set_link import SetLink
from acrdns.check.rule import Page, Rule
from acrdns.names import is_under, name, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.facts import Facts


def _find(facts: Facts) -> Iterator[Finding]:
    topology = facts.topology
    suffix = name(topology.cloud.registry)
    for zone in topology.private_dns_zones.values():
        apex = show(zone.apex)
        for link in zone.links.values():
            if link.registration_enabled and is_under(zone.apex, suffix):
                message = (
                    f"virtual machines of {link.network} register their names in {apex}, where one called like a "
                    "registry would take its name; a network has one registration zone, and this should not be it"
                )
                fixes = (SetLink(ZoneName.of(zone), link.network, "registration_enabled", value=False),)
                place = topology.place(
                    "private_dns_zones", zone.key, "virtual_network_links", link.network, "registration_enabled"
                )
                yield Finding(RULE.code, apex, message, fixes, place)


RULE = Rule(
    "ACR212",
    "link-with-registration",
    Page(
        finds="""\
A virtual network link with `registration_enabled: true` on a private zone of registry names.""",
        why="""\
Autoregistration writes a record for every virtual machine of the network. In a privatelink zone these are names
that nobody asks for, and a machine that is called like a registry takes its record. A network has one
registration zone only, and then it is the wrong one.""",
        example="""\
```yaml
private_dns_zones:
  privatelink.azurecr.io:
    virtual_network_links: {hub: {registration_enabled: true}}
```""",
        fixes=(SetLink(PRIVATELINK, "hub", "registration_enabled", value=False),),
        cannot_tell="""\
Which machines there are and what they are called.""",
        references=("facts section 3 (autoregistration)", "Microsoft Learn: What is the autoregistration feature?"),
    ),
    _find,
)
