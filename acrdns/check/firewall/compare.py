"""An allow-list held against the rules that a topology needs: what it lacks, what it has beyond, what breaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from acrdns import names
from acrdns.check.firewall.entries import Decision
from acrdns.check.firewall.excess import Needs
from acrdns.check.firewall.service_tags import tags_of
from acrdns.check.simulate import addresses
from acrdns.record import Type
from acrdns.resolve.chain import Question
from acrdns.traffic import OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from acrdns.check.finding import Severity
    from acrdns.check.firewall.entries import AllowList, ListEntry
    from acrdns.check.firewall.rules import FirewallRule
    from acrdns.resolve.world import World
    from acrdns.traffic import Operation

_SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class ExcessEntry:
    """An entry that allows what nothing in the file needs, or more than it needs."""

    entry: ListEntry
    severity: Severity
    why: str


@dataclass(frozen=True, slots=True)
class ListComparison:
    """A list held against rules."""

    missing: tuple[FirewallRule, ...]
    """Rules of registries that the list does not cover."""
    reasons: Mapping[FirewallRule, str]
    """Why a rule is missing that the list has for others, or denies."""
    excess: tuple[ExcessEntry, ...]
    """The most serious first, else in the order of the list."""
    notes: tuple[str, ...] = ()
    """The parts of the list that are not judged."""

    @property
    def breaks(self) -> tuple[Operation, ...]:
        """The operations that fail for some registry, region or vantage point."""
        broken = {operation for rule in self.missing for operation in rule.operations}
        return tuple(operation for operation in OPERATIONS if operation in broken)

    @property
    def clean(self) -> bool:
        """Whether the list allows just what is needed."""
        return not self.missing and not self.excess


def compare(world: World, rules: Sequence[FirewallRule], allowed: AllowList) -> ListComparison:
    """Hold a list against all rules of some vantage points and operations."""
    by_address = any(entry.network or entry.tag for entry in allowed.entries)
    leads_to = {rule: _addresses(world, rule) if by_address else () for rule in rules}
    needs = Needs(leads_to, world.topology)
    missing: dict[FirewallRule, str] = {}
    for rule, found in leads_to.items():
        if rule.scope == "registry":
            decision = _decision(world, rule, allowed, found)
            if not decision.passes:
                missing[rule] = _reason(decision)
    # One value of Squid or Azure Firewall is for a domain and for all below it: what is below says it all.
    below = {(entry.host, entry.line) for entry in allowed.entries if entry.wildcard}
    letting = (entry for entry in allowed.letting() if entry.wildcard or (entry.host, entry.line) not in below)
    judged = ((entry, needs.excess(entry)) for entry in dict.fromkeys(letting))
    excess = [ExcessEntry(entry, *found) for entry, found in judged if found]
    order = sorted(excess, key=lambda each: _SEVERITIES.index(each.severity))
    reasons = {rule: reason for rule, reason in missing.items() if reason}
    return ListComparison(tuple(missing), reasons, tuple(order), allowed.ignored)


def _reason(decision: Decision) -> str:
    if (entry := decision.denied_by) is not None:
        where = f"rule {entry.rule}" if entry.rule else f"line {entry.line}"
        return f"{where} denies it"
    return f"allowed, but not for {', '.join(decision.not_for)}" if decision.not_for else ""


def _addresses(world: World, rule: FirewallRule) -> tuple[str, ...]:
    """Return every address that a rule's host leads to from its vantage points; none for a wildcard."""
    if rule.host.wildcard:
        return ()
    if rule.host.is_address:
        return (rule.host.name,)
    question = Question(names.name(rule.host.name), Type.A)
    found = (address for vantage in rule.vantages for address in addresses(world.answer(vantage, question), Type.A))
    return tuple(dict.fromkeys(found))


def _decision(world: World, rule: FirewallRule, allowed: AllowList, leads_to: tuple[str, ...]) -> Decision:
    """Return what a list does with all that a rule lets pass, by names or by the addresses that they lead to."""
    regions = {region for key in rule.registries for region in world.topology.registries[key].regions}
    region = (
        rule.host.of if rule.host.kind in ("data", "regional") else next(iter(regions)) if len(regions) == 1 else ""
    )
    if rule.host.wildcard:
        return allowed.decide_domain(rule.host.domain, rule.port, tags_of(rule.host.kind, region, None))
    if not leads_to and allowed.allows(rule.host.name, rule.port):
        return Decision(passes=True)
    if not leads_to:
        return allowed.decide(rule.host.name, None, rule.port)
    return min(
        allowed.decide(rule.host.name, address, rule.port, tags_of(rule.host.kind, region, address))
        for address in leads_to
    )
