"""ACR308: an IPv6 address next to a private one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.answers.classify import Defect
from acrdns.check.answers.remedy import record_path, remove_records
from acrdns.check.answers.signs import embedded
from acrdns.check.finding import Finding
from acrdns.check.fixes.fix import PRIVATELINK, ZoneName
from acrdns.check.fixes.relax_filter import RelaxFilter
from acrdns.check.fixes.set_record import SetRecord
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import finding, listed, seen_from, some
from acrdns.names import relative, show
from acrdns.record import Type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.evidence import Case
    from acrdns.check.facts import Facts


def _find(facts: Facts) -> Iterator[Finding]:
    for case in facts.classified.cases_with(Defect.IPV6_BYPASS):
        addresses = case.observation.ipv6_addresses
        known = (*case.observation.addresses, *case.expectation.addresses)
        if made_of := {embedded(address, known) for address in addresses} - {""}:
            yield _dns64(facts, case, listed(sorted(made_of)))
            continue
        message = (
            f"{case.fqdn} has the IPv6 address {listed(addresses)} {seen_from(facts)}, but private endpoints have IPv4 "
            "addresses only; clients that prefer IPv6 go past the private endpoint"
        )
        fixes = (remove_records(facts.topology, facts.vantage, case, addresses, "AAAA"),)
        path = record_path(facts.topology, facts.vantage, case)
        yield finding(facts, case, RULE.code, message, fixes, path)


def _dns64(facts: Facts, case: Case, made_of: str) -> Finding:
    message = (
        f"{case.fqdn} has the IPv6 address {listed(case.observation.ipv6_addresses)} {seen_from(facts)}, which DNS64 "
        f"made of {made_of} (RFC 6147) and no record has; clients that prefer IPv6 need a NAT64 gateway with a way to "
        "the private endpoint"
    )
    return finding(facts, case, RULE.code, message, (RelaxFilter("dns64", facts.topology.cloud.registry),))


def _find_in_file(facts: Facts) -> Iterator[Finding]:
    for zone in facts.topology.private_dns_zones.values():
        for rrset in zone.records:
            endpoint = facts.layout.by_name.get(rrset.name) if rrset.type == Type.AAAA else None
            networks = tuple(n for n in zone.links if endpoint and endpoint.registry.name in facts.layout.reach[n])
            if endpoint and networks:
                owner = relative(rrset.name, zone.apex)
                message = (
                    f"{show(zone.apex)} has an AAAA record {owner} ({listed(rrset.texts())}), but private endpoints "
                    f"have IPv4 addresses only; clients of {some(networks)} that prefer IPv6 go past the private "
                    f"endpoint of {endpoint.fqdn}"
                )
                fixes = (SetRecord(ZoneName.of(zone), owner, remove=rrset.texts(), type="AAAA"),)
                place = facts.place("private_dns_zones", zone.key, "records", owner, "AAAA")
                yield Finding(RULE.code, endpoint.fqdn, message, fixes, place, networks=networks)


RULE = Rule(
    "ACR308",
    "ipv6-bypass",
    Page(
        finds="""\
An endpoint that should be reached, or is reached, over a private IPv4 address has an AAAA record too.""",
        why="""\
IPv6 over private endpoints is not supported, so an AAAA record can only lead elsewhere: to the public front end of a
registry with dual-stack endpoints, or to nothing. Most clients prefer IPv6 (RFC 6724, RFC 8305). They leave the private
network unseen, or are refused with 403. A right private zone answers NODATA to the AAAA question.""",
        example="""\
```
contoso.azurecr.io   A 10.0.0.7   AAAA 2001:db8::7
```""",
        fixes=(SetRecord(PRIVATELINK, "contoso", remove=("2001:db8::7",), type="AAAA"),),
        cannot_tell="""\
Whether the clients have IPv6 at all; and where the AAAA record comes from, if not from the private zone: a DNS server
that answers the A question privately and forwards the AAAA question to public DNS looks the same. DNS64 does, too.""",
        references=(
            "facts F31, section 3 (AAAA)",
            "RFC 6724, RFC 8305 (address selection)",
            "RFC 6147 (DNS64)",
        ),
    ),
    _find,
    _find_in_file,
)
