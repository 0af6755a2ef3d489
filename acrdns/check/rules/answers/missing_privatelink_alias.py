"""ACR314: the public chain of a registry with a private endpoint does not lead over privatelink."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.answers.classify import Defect
from acrdns.check.answers.remedy import label_of, zone_of
from acrdns.check.fixes.approve_endpoint import ApproveEndpoint
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import finding, listed, seen_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.facts import Facts
    from acrdns.check.finding import Finding


def _find(facts: Facts) -> Iterator[Finding]:
    for case in facts.classified.cases_with(Defect.MISSING_ALIAS):
        topology = facts.topology
        endpoints = topology.approved_endpoints(case.registry)
        message = (
            f"{case.fqdn} leads over no name under {zone_of(case)} {seen_from(facts)}, although the topology has "
            f"approved private endpoints of {case.registry} ({listed(e.name for e in endpoints)}); no network can get "
            "its private address that way"
        )
        fixes = (ApproveEndpoint(label_of(case), endpoints[0].name),)
        yield finding(facts, case, RULE.code, message, fixes, ("private_endpoints", endpoints[0].name, "status"))


RULE = Rule(
    "ACR314",
    "missing-privatelink-alias",
    Page(
        finds="""\
The topology has an approved private endpoint for the registry, but the public chain of its names does not lead over
`privatelink.azurecr.io`.""",
        why="""\
The public alias is what leads clients into the private zone. Azure makes it with the first approved private endpoint
and takes it away with the last. Where it is missing, the endpoint is not approved, or does not exist, and no network
gets the private address, whatever the private zone says.""",
        example="""\
```
contoso.azurecr.io -> eus1.fe.azcr.io -> eus-acr-reg.trafficmanager.net -> 20.62.128.38
```""",
        fixes=(ApproveEndpoint("contoso", "contoso-pe"),),
        cannot_tell="""\
Whether a resolver on the way leaves aliases out of its answers; one that leaves them all out is not reported. After the
last endpoint was deleted, old aliases may stay in caches.""",
        references=(
            "facts sections 1.2 and 1.3, F22, behaviour 38",
            "Microsoft Learn: Manage private endpoint connections",
        ),
    ),
    _find,
)
