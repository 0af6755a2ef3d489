"""ACR204: a zone that has some names of a registry, but not all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.causes.gap import GapCause, networks_by_record
from acrdns.check.fixes.fix import PRIVATELINK
from acrdns.check.fixes.set_record import SetRecord
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import finding_in_gap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.facts import Facts
    from acrdns.check.finding import Finding


def _find(facts: Facts) -> Iterator[Finding]:
    zones = facts.topology.private_dns_zones
    for (key, _), (endpoint, networks) in networks_by_record(facts.gaps, GapCause.INCOMPLETE).items():
        yield finding_in_gap(facts, RULE.code, (zones[key], endpoint), networks)


RULE = Rule(
    "ACR204",
    "replica-without-record",
    Page(
        finds="""\
A linked private zone has a record for one endpoint of a registry and none for another, although the private
endpoint has an address for it. Typically the zone is kept by hand, and a replica was added later.""",
        why="""\
The zone is authoritative: what it does not have does not exist, and public DNS is not asked. Login and manifests
work, and as soon as a layer is served from that region the pull ends in `lookup contoso.westus.data.azurecr.io: no
such host`. Others, served by another region, see nothing of it.""",
        example="""\
```yaml
registries:
  contoso: {location: eastus, replications: [westus]}
private_dns_zones:
  privatelink.azurecr.io:
    virtual_network_links: {hub: {}}
    records:
      contoso: {A: [10.0.0.7]}
      contoso.eastus.data: {A: [10.0.0.8]}     # contoso.westus.data is missing
```""",
        fixes=(SetRecord(PRIVATELINK, "contoso.westus.data", ("10.0.0.9",)),),
        note="""\
Better: a zone group on the private endpoint in place of records made by hand. It keeps the records by itself, also
when regions change.""",
        cannot_tell="""\
Whether any pull is routed to that region.""",
        references=(
            "facts F04, F05, behaviours 10 and 30",
            "Microsoft Learn: Connect privately to an Azure container registry using Azure Private Link",
            "azure-docs#94320, Enterprise-Scale#1073",
        ),
    ),
    _find,
)
