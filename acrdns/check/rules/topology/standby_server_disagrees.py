"""ACR114: The next DNS server of a list gives another answer than the first, or one does not answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.causes.members import disagreements
from acrdns.check.fixes.set_dns_servers import SetDnsServers
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.topology.servers_disagree import finding_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.facts import Facts
    from acrdns.check.finding import Finding


def _find(facts: Facts) -> Iterator[Finding]:
    for found in disagreements(facts.estate.world, facts.estate.private_registries, "order"):
        yield finding_of(facts, found, RULE.code, "whenever one is silent, the next one answers")


RULE = Rule(
    "ACR114",
    "standby-server-disagrees",
    Page(
        finds="""\
A list of DNS servers that are asked in order, with members that give different answers for a registry with a private
endpoint, or with members that do not answer where others do.""",
        why="""\
The list looks right as long as its first server answers. A timeout, a restart or a client that picks a server by itself
(Windows and systemd-resolved stay with the one that answered last) brings the other answer: a registry that is private
in the morning is public at noon.""",
        example="""\
```yaml
networks:
  hub: {dns_servers: [168.63.129.16, 8.8.8.8]}
```""",
        fixes=(SetDnsServers("hub"),),
        note="""\
A second server is for availability: it has to know the same private zones. Two inbound endpoints of one network do.""",
        cannot_tell="""\
When the first server is silent, and which server a client prefers.""",
        references=("facts F02, section 3 (order of resolution)", "AKS issue 808: custom DNS servers in any order"),
    ),
    _find,
)
