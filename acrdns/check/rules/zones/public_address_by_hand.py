"""ACR215: a public address, written by hand into a private zone for a registry out of reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.causes.wrong_records import RecordFault, of_fault
from acrdns.check.finding import Finding
from acrdns.check.fixes.fix import PRIVATELINK, Fix, ZoneName
from acrdns.check.fixes.set_link import SetLink
from acrdns.check.fixes.set_record import SetRecord
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import called, some
from acrdns.names import is_under, name, relative

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.causes.wrong_records import WrongRecord
    from acrdns.check.facts import Facts


def _find(facts: Facts) -> Iterator[Finding]:
    suffix = name(facts.topology.cloud.privatelink)
    for record in of_fault(facts.wrong_records, RecordFault.PUBLIC):
        if not record.first:
            continue
        zone, owner = record.zone, relative(record.rrset.name, record.zone.apex)
        named, falls_back = ZoneName.of(zone), not is_under(zone.apex, suffix)
        links = () if falls_back else zone.links.values()
        networks = [link.network for link in links if link.resolution_policy != "NxDomainRedirect"]
        step = "let the link fall back to public DNS" if networks else "delete the record"
        message = (
            f"{called(zone)} keeps the public address {some(record.wrong)} of {record.endpoint.fqdn} by hand, and "
            f"{_why(record)}; {step}, or give the network a private endpoint"
        )
        redirects = [SetLink(named, network, "resolution_policy", "NxDomainRedirect") for network in networks]
        fixes: tuple[Fix, ...] = (*redirects, SetRecord(named, owner, (), record.wrong))
        place = facts.place("private_dns_zones", zone.key, "records", owner, "A")
        yield Finding(RULE.code, record.endpoint.fqdn, message, fixes, place)


def _why(record: WrongRecord) -> str:
    """Return the harm: the address that the file gives is another one, or Azure may change it."""
    known = record.endpoint.registry.public_addresses.get(record.endpoint.member, ())
    now = [address for address in known if ":" not in address]
    if now and not set(now).intersection(record.rrset.texts()):
        return f"its public address is {some(now)} now"
    return "Azure may change it at any time"


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
