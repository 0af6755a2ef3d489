"""ACR302: a private address that belongs to no private endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.azure import cloud_of
from acrdns.check.answers.address_kind import AddressKind
from acrdns.check.answers.classify import Defect
from acrdns.check.answers.remedy import record_path, replace_record
from acrdns.check.fixes.advice import Advice
from acrdns.check.fixes.fix import PRIVATELINK
from acrdns.check.fixes.set_record import SetRecord
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import expected, finding, listed, seen_from
from acrdns.names import name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.evidence import Case
    from acrdns.check.facts import Facts
    from acrdns.check.finding import Finding


def _find(facts: Facts) -> Iterator[Finding]:
    for case in facts.classified.cases_with(Defect.WRONG_PRIVATE):
        message = (
            f"{case.fqdn} resolves to {listed(case.observation.addresses)} {seen_from(facts)}, {_whose(facts, case)}; "
            f"{expected(case)}; connections time out or end at another machine"
        )
        if _sunk(facts, case):
            exempt = Advice(
                f"exempt {cloud_of(case.fqdn).registry} from hosts files, ad blockers, filters and proxies on the way"
            )
            yield finding(facts, case, RULE.code, message, (exempt,))
            continue
        path = record_path(facts.topology, facts.vantage, case)
        yield finding(facts, case, RULE.code, message, (replace_record(facts.topology, facts.vantage, case),), path)


def _sunk(facts: Facts, case: Case) -> bool:
    """Return whether a case has addresses that lead nowhere, and no record of the file has them."""
    zones = facts.topology.private_dns_zones.values()
    known = {text for zone in zones for rrset in zone.records for text in rrset.texts()}
    return facts.classified.kinds(case) == {AddressKind.UNUSABLE} and known.isdisjoint(case.observation.addresses)


def _whose(facts: Facts, case: Case) -> str:
    if _sunk(facts, case):
        return "where no registry is: a hosts file, an ad blocker, a filter or a proxy gives such addresses"
    owners = [o.endpoint for address in case.observation.addresses for o in facts.topology.owners_of(address)]
    if owners:
        return f"an address of private endpoint {owners[0].name}, which is {owners[0].status}, not Approved"
    if not facts.described:
        return "which no private endpoint can have"
    known = facts.vantage in facts.topology.vantages[1:]
    pinned = known and name(case.fqdn) in facts.topology.vantage(facts.vantage).hosts
    by = "" if pinned else ": the record is stale, or was made by hand"
    return f"which is the address of no private endpoint{by}"


RULE = Rule(
    "ACR302",
    "wrong-private-address",
    Page(
        finds="""\
An endpoint resolves to a private address that no approved private endpoint of the topology has. Also an address that
leads nowhere, as 0.0.0.0 or 127.0.0.1 from a filtering resolver.""",
        why="""\
The record has outlived its private endpoint, or was typed by hand. Connections time out
(`dial tcp 10.0.0.99:443: i/o timeout`), or reach whichever machine has the address now, which shows as a TLS error.""",
        example="""\
```
contoso.eastus.data.azurecr.io   expected 10.0.0.8   observed 10.0.0.99
```
The private endpoint was made anew and got another address; the record made by hand stayed.""",
        fixes=(SetRecord(PRIVATELINK, "contoso.eastus.data", ("10.0.0.8",), ("10.0.0.99",)),),
        note="""\
Better: remove the record made by hand and let a DNS zone group write it
(`az network private-endpoint dns-zone-group create`); it follows the addresses. `az network nic show` on the endpoint's
network interface tells the true ones.""",
        cannot_tell="""\
Whether the record or the topology file is out of date: compare with `az network nic show`. Without a topology only
addresses that no endpoint can have are found.""",
        references=(
            "facts F09, F32, section 2.2 entry 3",
            "RFC 1918",
            "Microsoft Learn: az network private-dns record-set a",
        ),
    ),
    _find,
)
