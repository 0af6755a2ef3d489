"""DNS forwarding rulesets: a private resolver's outbound endpoint forwards a network's questions by rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns import names
from acrdns.names import ROOT, show
from acrdns.resolve.chain import Matched, MatchKind, Step
from acrdns.resolve.chase import Hop

if TYPE_CHECKING:
    from collections.abc import Hashable

    from acrdns.names import Name
    from acrdns.resolve.chain import Question
    from acrdns.resolve.servers.server import Asks, Describes
    from acrdns.resolve.walk import Walk
    from acrdns.topology.model import ForwardingRule, ForwardingRuleset, Network, Topology


class Rulesets:
    """The rulesets linked to one network: the rule with the longest suffix decides (facts.md section 3)."""

    __slots__ = ("_assumptions", "_directory", "_disabled", "_network", "_outbound", "_reserved", "_rules")

    def __init__(self, network: Network, topology: Topology, directory: Asks) -> None:
        self._network = network
        self._directory = directory
        self._assumptions = topology.assumptions
        self._reserved = tuple(names.name(text) for text in (topology.cloud.registry, topology.cloud.blob))
        self._outbound = {
            endpoint: topology.networks[resolver.network]
            for resolver in topology.private_resolvers.values()
            for endpoint in resolver.outbound_endpoints
        }
        self._rules = _rules_of(network, topology)
        self._disabled = _rules_of(network, topology, enabled=False)

    def forward(self, question: Question, walk: Walk, server: str, *, alias: bool) -> Hop | None:
        """Forward a question by the rule that it matches; None where no rule does.

        `server` is the address of the Azure DNS that looks at the rules; `alias` says that the name is not the one that
        was asked, but the target of an alias.
        """
        if not self._rules or (alias and not self._assumptions.rules_apply_to_aliases):
            return None
        found = self._match(question.name)
        if found is None:
            return None
        ruleset, rule = found
        place = walk.reserve()
        response = self._directory.ask_one_of(self._outbound[ruleset.outbound_endpoint], rule.targets, question, walk)
        if walk.recording:
            domain = show(rule.domain)
            why = (
                f"the ruleset {ruleset.name}, linked to {self._network.name}, sends {domain} to "
                f"{', '.join(rule.targets)} from its outbound endpoint {ruleset.outbound_endpoint}"
                f"{self.disabled(question.name, alias=alias)}"
            )
            matched = Matched(MatchKind.RULESET_RULE, domain, key=ruleset.name)
            walk.fill(place, Step(server, self._network.name, question, matched, response.rcode, response.answer, why))
        # Silence of every target is SERVFAIL here, which is an answer: the asker does not go on to its next server.
        unreached = response.timed_out or response.unreached
        return Hop(response.rcode, response.answer, response.authority, cause=response.cause, unreached=unreached)

    def disabled(self, name: Name, *, alias: bool) -> str:
        """Return which disabled rule would decide about a name, to follow a sentence; empty without one."""
        domain = names.deepest(name, self._disabled)
        in_vain = alias and not self._assumptions.rules_apply_to_aliases
        if domain is None or in_vain or (domain == ROOT and self._is_reserved(name)):
            return ""
        used = names.deepest(name, self._rules)
        if used is not None and len(used) >= len(domain):
            return ""
        return (
            f"; the rule for {show(domain)} of the ruleset {self._disabled[domain][0].name} is there, and is disabled"
        )

    def structure(self, describer: Describes) -> Hashable:
        """Return the rules and their targets."""
        return tuple(
            (domain, describer.ask_one_of(self._outbound[ruleset.outbound_endpoint], rule.targets))
            for domain, (ruleset, rule) in sorted(self._rules.items())
        )

    def _match(self, name: Name) -> tuple[ForwardingRuleset, ForwardingRule] | None:
        domain = names.deepest(name, self._rules)
        if domain is None or (domain == ROOT and self._is_reserved(name)):
            return None
        return self._rules[domain]

    def _is_reserved(self, name: Name) -> bool:
        """Return whether the wildcard rule `.` skips a name.

        It skips Azure's reserved domains (CONFIRMED); that registry names are among them is INFERRED (facts.md 3). The
        storage accounts that layers come from are reserved as well.
        """
        if not self._assumptions.wildcard_rule_skips_registries:
            return False
        return any(names.is_under(name, apex) for apex in self._reserved)


def _rules_of(
    network: Network, topology: Topology, *, enabled: bool = True
) -> dict[Name, tuple[ForwardingRuleset, ForwardingRule]]:
    rules: dict[Name, tuple[ForwardingRuleset, ForwardingRule]] = {}
    for ruleset in topology.dns_forwarding_rulesets.values():
        if network.name in ruleset.links:
            for rule in ruleset.rules:
                if rule.enabled is enabled:
                    rules.setdefault(rule.domain, (ruleset, rule))
    return rules
