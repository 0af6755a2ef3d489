"""ACR210: a record made by hand that is remembered for too long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.finding import Finding
from acrdns.check.fixes.fix import PRIVATELINK, ZoneName
from acrdns.check.fixes.set_ttl import SetTtl
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import called
from acrdns.names import relative
from acrdns.record import Type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.facts import Facts

ZONE_GROUP_TTL = 10
"""Seconds; what zone groups write (facts.md section 1.1)."""


def _find(facts: Facts) -> Iterator[Finding]:
    topology = facts.topology
    for zone in topology.private_dns_zones.values():
        for rrset in zone.records:
            endpoint = facts.layout.by_name.get(rrset.name)
            if endpoint is not None and rrset.type == Type.A and rrset.ttl > ZONE_GROUP_TTL:
                message = (
                    f"the hand-made record of {endpoint.fqdn} in {called(zone)} has a TTL of {rrset.ttl} seconds, "
                    "so clients keep an old address that long after the private endpoint has changed; zone groups "
                    f"write {ZONE_GROUP_TTL}"
                )
                place = topology.place("private_dns_zones", zone.key, "records", relative(rrset.name, zone.apex), "ttl")
                owner = relative(rrset.name, zone.apex)
                fixes = (SetTtl(ZoneName.of(zone), owner, ZONE_GROUP_TTL, rrset.texts()),)
                yield Finding(RULE.code, endpoint.fqdn, message, fixes, place)


RULE = Rule(
    "ACR210",
    "record-ttl-too-long",
    Page(
        finds="""\
A record made by hand for a registry's endpoint with a TTL above the 10 seconds that zone groups write. Without a
`ttl` in the topology file it is 3600, as the Azure CLI makes it.""",
        why="""\
When the private endpoint is created anew, its addresses change. Resolvers and clients keep the old ones for the
TTL: an hour of timeouts after the record has been mended.""",
        example="""\
```yaml
private_dns_zones:
  privatelink.azurecr.io:
    records: {contoso: {ttl: 3600, A: [10.0.0.7]}}
```""",
        fixes=(SetTtl(PRIVATELINK, "contoso", 10, ("10.0.0.7",)),),
        cannot_tell="""\
How often the private endpoint changes. Where it never does, a long TTL does no harm.""",
        references=("facts F35, section 1.4 (TTLs)", "RFC 1035 section 3.2.1"),
    ),
    _find,
)
