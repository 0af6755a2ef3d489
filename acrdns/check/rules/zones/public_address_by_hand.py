"""ACR215: a public address, written by hand into a private zone for a registry out of reach."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from acrdns.check.causes.wrong_records import RecordFault, of_fault
from acrdns.check.finding import Finding
from acrdns.check.fixes.fix import PRIVATELINK, ZoneName
from acrdns.check.fixes.set_link import SetLink
from acrdns.check.fixes.set_record import SetRecord
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import agrees, called, some
from acrdns.names import ROOT, is_under, name, relative

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from acrdns.check.causes.wrong_records import WrongRecord
    from acrdns.check.facts import Facts
    from acrdns.names import Name


def _find(facts: Facts) -> Iterator[Finding]:
    """Return one finding for a zone whose links are to be changed, and else one for each record to be deleted."""
    kept: defaultdict[tuple[str, Name], list[WrongRecord]] = defaultdict(list)
    for record in of_fault(facts.wrong_records, RecordFault.PUBLIC):
        if record.first:
            kept[record.zone.key, ROOT if _redirects(facts, record) else record.rrset.name].append(record)
    yield from (_kept(facts, every) for every in kept.values())


def _kept(facts: Facts, every: Sequence[WrongRecord]) -> Finding:
    """Return the finding about records of one zone."""
    first, redirects, names = every[0], _redirects(facts, every[0]), [each.endpoint.fqdn for each in every]
    addresses = [f"{some(each.wrong)} of {each.endpoint.fqdn}" for each in every]
    step = agrees(names, "delete the record", "delete the records")
    step = agrees(redirects, "let the link", "let the links") + " fall back to public DNS" if redirects else step
    kept = f"{agrees(names, 'the public address', 'public addresses')} {some(addresses)}"
    message = (
        f"{called(first.zone)} keeps {kept} by hand, and {_why(every)}; {step}, or give the network a private endpoint"
    )
    records = [(each, relative(each.rrset.name, each.zone.apex)) for each in every]
    deleted = [SetRecord(ZoneName.of(each.zone), owner, (), each.wrong) for each, owner in records]
    place = facts.place("private_dns_zones", first.zone.key, "records", records[0][1], "A")
    return Finding(RULE.code, first.endpoint.fqdn, message, (*redirects, *deleted), place)


def _redirects(facts: Facts, record: WrongRecord) -> list[SetLink]:
    """Return what lets the links of a record's zone fall back to public DNS, as a privatelink zone's links can."""
    zone = record.zone
    if not is_under(zone.apex, name(facts.topology.cloud.privatelink)):
        return []
    networks = [link.network for link in zone.links.values() if link.resolution_policy != "NxDomainRedirect"]
    return [SetLink(ZoneName.of(zone), network, "resolution_policy", "NxDomainRedirect") for network in networks]


def _why(every: Sequence[WrongRecord]) -> str:
    """Return the harm: the address that the file gives is another one, or Azure may change it."""
    moved: list[tuple[str, str]] = []
    for record in every:
        known = record.endpoint.registry.public_addresses.get(record.endpoint.member, ())
        now = [address for address in known if ":" not in address]
        if now and not set(now).intersection(record.rrset.texts()):
            moved.append((record.endpoint.fqdn, some(now)))
    if moved and len(every) == 1:
        return f"its public address is {moved[0][1]} now"
    if moved:
        return some(f"that of {fqdn} is {now} now" for fqdn, now in moved)
    return f"Azure may change {'it' if len(every) == 1 else 'them'} at any time"


RULE = Rule(
    "ACR215",
    "public-address-by-hand",
    Page(
        finds="""\
A record made by hand in a private zone, with a public address, for an endpoint of a registry that has no private
endpoint in reach of the linked networks. People write it where the zone hides a partner's registry.""",
        why="""\
The public addresses of registries change without notice. The record then sends pulls nowhere, and only in the linked
networks. A data endpoint of a new replica is hidden until somebody writes its record, too.""",
        example="""\
```yaml
private_dns_zones:
  privatelink.azurecr.io:
    virtual_network_links: {hub: {}}
    records: {fabrikam: {A: [20.61.2.3]}}      # a partner's registry, whose private endpoint is elsewhere
```""",
        fixes=(
            SetLink(PRIVATELINK, "hub", "resolution_policy", "NxDomainRedirect"),
            SetRecord(PRIVATELINK, "fabrikam", (), ("20.61.2.3",)),
        ),
        cannot_tell="""\
Whether the address is still right: Azure does not publish which address a registry has.""",
        references=("facts F17, section 3 (resolution policy)", "azure-docs PR#125955"),
    ),
    _find,
)
