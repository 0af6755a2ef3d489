"""ACR153: a question that DNS servers hand on in a circle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.estate.properties import Property
from acrdns.check.fixes.unlink_ruleset import UnlinkRuleset
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.proven.finding import findings, says_failure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.facts import Facts
    from acrdns.check.finding import Finding


def _find(facts: Facts) -> Iterator[Finding]:
    return findings(facts, RULE.code, Property.NO_LOOP, says_failure)


RULE = Rule(
    "ACR153",
    "endless-forwarding",
    Page(
        finds="""\
An endpoint whose question comes back to a DNS server that is already at work on it, from a vantage point for which
`forwarding-loop` (ACR112), which follows the names of Azure's front ends, has found none: another name of the chain is
forwarded in a circle. The finding names the circle and carries every step.""",
        why="""\
Nobody in the circle answers. The question is dropped after some time or some hops, and the client sees SERVFAIL after
seconds of waiting; the servers are busy meanwhile.""",
        example="""\
Two servers that forward the last name of the observed chain to each other:

```yaml
chains: observed
dns_servers:
  192.168.0.53:
    network: office
    recursion: iterate
    conditional_forwarders: {cloudapp.azure.com: [192.168.0.54]}
  192.168.0.54: {network: office, forwarders: [192.168.0.53]}
```""",
        fixes=(UnlinkRuleset("all", "hub"),),
        note="""\
or take the rule out: `az dns-resolver forwarding-rule delete -g RESOURCE_GROUP --ruleset-name all -n RULE_NAME -y`.
Where only servers of your own take part, let one of them answer or ask public DNS.""",
        cannot_tell="""\
Circles for names other than those of registries.""",
        references=(
            "facts F16, section 3 (loops), behaviour 27",
            "Microsoft Learn: Azure DNS Private Resolver endpoints and rulesets",
        ),
    ),
    _find,
)
