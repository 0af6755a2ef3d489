"""ACR313: another public address than the topology names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.answers.classify import Defect
from acrdns.check.fixes.advice import Advice
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import expected, finding, listed, seen_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.facts import Facts
    from acrdns.check.finding import Finding


def _find(facts: Facts) -> Iterator[Finding]:
    for case in facts.classified.cases_with(Defect.WRONG_PUBLIC):
        message = (
            f"{case.fqdn} resolves to the public address {listed(case.observation.addresses)} {seen_from(facts)}, "
            f"which the topology does not name; {expected(case)}"
        )
        advice = (
            f"if the service has moved, write the new address to registries.{case.registry}.public.addresses."
            f"{case.member}, or leave it out to admit any; else look for a resolver that rewrites answers"
        )
        path = ("registries", case.registry, "public", "addresses", str(case.member))
        yield finding(facts, case, RULE.code, message, (Advice(advice),), path)


_ADMIT = """\
az network nsg rule create -g RESOURCE_GROUP --nsg-name NSG -n allow-acr --priority 200 \\
  --direction Outbound --access Allow --protocol Tcp --destination-port-ranges 443 \\
  --destination-address-prefixes AzureContainerRegistry"""

RULE = Rule(
    "ACR313",
    "wrong-public-address",
    Page(
        finds="""\
A public answer is right, and the topology names the endpoint's public addresses, but the resolver gives another.""",
        why="""\
Firewalls that admit the registry by address drop the connection. Either the service has moved (Microsoft does not
promise that public addresses stay), or a resolver rewrites answers, or the name was hijacked.""",
        example="""\
```yaml
registries:
  contoso:
    public: {addresses: {registry: [20.45.122.144]}}
```
and the resolver answers 20.62.128.38.""",
        fixes=(
            Advice(
                "admit the service tag instead of addresses",
                (_ADMIT,),
                '# in azurerm_network_security_rule\ndestination_address_prefix = "AzureContainerRegistry"',
                "// in networkSecurityGroups/securityRules\ndestinationAddressPrefix: 'AzureContainerRegistry'",
            ),
        ),
        note="""\
Nothing is wrong in Azure. Admit names or the service tag instead of addresses.""",
        cannot_tell="""\
Whether the new address is Microsoft's. Leave `public.addresses` out where addresses are expected to change.""",
        references=(
            "facts section 1.2, section 5 (firewall, service tags)",
            "Microsoft Learn: Virtual network service tags",
        ),
    ),
    _find,
)
