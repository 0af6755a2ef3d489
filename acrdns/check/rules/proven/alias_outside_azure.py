"""ACR154: a registry's name that leads to a name outside the suffixes that Azure uses for registries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns import names
from acrdns.check.estate.properties import Property, strange_alias
from acrdns.check.fixes.delete_record_set import DeleteRecordSet
from acrdns.check.fixes.fix import PRIVATELINK
from acrdns.check.fixes.set_record import SetRecord
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.proven.finding import findings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.estate.properties import Violation
    from acrdns.check.facts import Facts
    from acrdns.check.finding import Finding


def _find(facts: Facts) -> Iterator[Finding]:
    topology = facts.topology

    def says(violation: Violation) -> str:
        alias = strange_alias(violation.counterexample.response, topology.cloud)
        return (
            f"leads to {names.show(alias)}, which is no name that Azure uses for registries" if alias else "leads away"
        )

    return findings(facts, RULE.code, Property.KNOWN_SUFFIX, says)


RULE = Rule(
    "ACR154",
    "alias-outside-azure",
    Page(
        finds="""\
An endpoint whose chain of aliases leaves the suffixes that Azure uses for registries: the registry's own and its
privatelink zone, `azcr.io`, Traffic Manager, `cloudapp.azure.com` and storage, or their counterparts in the sovereign
clouds. The finding carries the counterexample, step by step.""",
        why="""\
Whoever owns the other name decides where the registry's clients go. The certificate is for `*.azurecr.io`, so an honest
detour breaks with an x509 error, and a dishonest one is an attempt to read credentials. Firewalls that admit Azure's
suffixes stop it halfway.""",
        example="""\
```yaml
private_dns_zones:
  privatelink.azurecr.io:
    virtual_network_links: {hub: {}}
    records:
      contoso: {CNAME: mirror.corp.example}     # an alias where an address belongs
```""",
        fixes=(
            DeleteRecordSet(PRIVATELINK, "contoso", "CNAME"),
            SetRecord(PRIVATELINK, "contoso", ("10.0.0.7",)),
        ),
        note="""\
Better: a zone group on the private endpoint, which writes the records by itself.""",
        cannot_tell="""\
Whether the other name is yours and meant; the certificate says no all the same.""",
        references=(
            "facts sections 1.2, 1.3 and 1.5 (chains, suffixes, certificate)",
            "Azure/acr#425",
        ),
    ),
    _find,
)
