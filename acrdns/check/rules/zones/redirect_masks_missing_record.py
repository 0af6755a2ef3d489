"""ACR209: a record that is missing, which the link's fallback hides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.causes.gap import GapCause, networks_by_record
from acrdns.check.finding import Finding
from acrdns.check.fixes.fix import PRIVATELINK, ZoneName
from acrdns.check.fixes.link_zone import LinkZone
from acrdns.check.fixes.set_link import SetLink
from acrdns.check.fixes.set_record import SetRecord
from acrdns.check.fixes.unlink_zone import UnlinkZone
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import called, some
from acrdns.names import relative

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.causes.routed import EndpointNames
    from acrdns.check.facts import Facts
    from acrdns.check.fixes.fix import Fix
    from acrdns.topology.model import PrivateZone


def _find(facts: Facts) -> Iterator[Finding]:
    topology = facts.topology
    for (key, _), (endpoint, networks) in networks_by_record(facts.gaps, GapCause.REDIRECTED).items():
        yield _finding(facts, topology.private_dns_zones[key], endpoint, networks)


def _finding(facts: Facts, zone: PrivateZone, endpoint: EndpointNames, networks: list[str]) -> Finding:
    near = facts.layout.reach[networks[0]][endpoint.registry.name]
    private = next(private for private in near if endpoint.member in private.addresses)
    holders = _holders(facts, zone, endpoint)
    instead = f", or link {some(networks)} to the zone {holders[0].key} of the file, which has it" if holders else ""
    message = (
        f"{called(zone)} has no record {relative(endpoint.alias, zone.apex)}, and NxDomainRedirect on its link "
        f"hides it: {endpoint.fqdn} is public in {some(networks)}, past the private endpoint {private.name} in "
        f"{private.network}; add the record{instead}"
    )
    place = facts.topology.place(
        "private_dns_zones", zone.key, "virtual_network_links", networks[0], "resolution_policy"
    )
    owner = relative(endpoint.alias, zone.apex)
    fixes = (SetRecord(ZoneName.of(zone), owner, (private.addresses[endpoint.member],)),)
    otherwise = tuple(_relinked(zone, other, networks) for other in holders)
    return Finding(RULE.code, endpoint.fqdn, message, fixes, place, networks=tuple(networks), otherwise=otherwise)


def _holders(facts: Facts, zone: PrivateZone, endpoint: EndpointNames) -> list[PrivateZone]:
    """Return the other zones of the same name that have the record."""
    named = (each for each in facts.topology.private_dns_zones.values() if each.apex == zone.apex and each is not zone)
    return [other for other in named if facts.layout.holds(other, endpoint.alias)]


def _relinked(zone: PrivateZone, other: PrivateZone, networks: list[str]) -> tuple[Fix, ...]:
    """Return what links networks to another zone of the name, with the fallback that they have now."""
    there = ZoneName.of(other)
    links = (
        (
            UnlinkZone(ZoneName.of(zone), network),
            LinkZone(there, network),
            SetLink(there, network, "resolution_policy", "NxDomainRedirect"),
        )
        for network in networks
    )
    return tuple(fix for each in links for fix in each)


RULE = Rule(
    "ACR209",
    "redirect-masks-missing-record",
    Page(
        finds="""\
A linked private zone lacks the record of an endpoint whose private endpoint is in reach, and the link's policy is
NxDomainRedirect.""",
        why="""\
Without the fallback the name would not exist, and somebody would notice. With it the answer is the public
address: login private, layers public, a split brain. Where public access is off, layers are refused with 403;
where it is on, they leave the private network unseen.""",
        example="""\
```yaml
private_dns_zones:
  privatelink.azurecr.io:
    virtual_network_links: {hub: {resolution_policy: NxDomainRedirect}}
    records: {contoso: {A: [10.0.0.7]}}        # contoso.eastus.data is missing
```""",
        fixes=(SetRecord(PRIVATELINK, "contoso.eastus.data", ("10.0.0.8",)),),
        note="""\
Better: a zone group on the private endpoint, which writes all its records by itself.""",
        cannot_tell="""\
Whether the fallback is wanted for other registries. It may stay: with the record in place it does not apply here.""",
        references=("facts F06, behaviour 12", "Microsoft Learn: Fallback to internet for Azure Private DNS zones"),
    ),
    _find,
)
