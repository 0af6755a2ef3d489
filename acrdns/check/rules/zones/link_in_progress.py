"""ACR206: a virtual network link that is not there yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.finding import Finding
from acrdns.check.fixes.fix import PRIVATELINK, ZoneName
from acrdns.check.fixes.wait_for_link import WaitForLink
from acrdns.check.rule import Page, Rule
from acrdns.names import show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.facts import Facts


def _find(facts: Facts) -> Iterator[Finding]:
    topology = facts.topology
    for zone in topology.private_dns_zones.values():
        apex = show(zone.apex)
        for link in zone.links.values():
            if not link.active:
                message = (
                    f"the link of {apex} to {link.network} is in progress and as good as none; until it is completed, "
                    f"{link.network} resolves as if it were not linked; wait for the state Completed"
                )
                place = topology.place("private_dns_zones", zone.key, "virtual_network_links", link.network, "state")
                fixes = (WaitForLink(ZoneName.of(zone), link.network),)
                yield Finding(RULE.code, apex, message, fixes, place, networks=(link.network,))


RULE = Rule(
    "ACR206",
    "link-in-progress",
    Page(
        finds="""\
A virtual network link of a private zone whose state is InProgress.""",
        why="""\
Azure-provided DNS uses a link once its state is Completed. Until then the network sees public addresses, and
clients that start in the meantime may keep them.""",
        example="""\
```yaml
private_dns_zones:
  privatelink.azurecr.io:
    virtual_network_links: {hub: {state: InProgress}}
```""",
        fixes=(WaitForLink(PRIVATELINK, "hub"),),
        cannot_tell="""\
How long it takes. A link that stays in progress for more than some minutes is a case for Azure support.""",
        references=("facts F19, behaviour 34", "Microsoft Learn: What is a virtual network link?"),
    ),
    _find,
)
