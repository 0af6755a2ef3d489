"""An allow-list held against the rules that a topology needs: what it lacks, what it has beyond, what breaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from acrdns import names
from acrdns.check.firewall.excess import Needs
from acrdns.check.simulate import addresses
from acrdns.record import Type
from acrdns.resolve.chain import Question
from acrdns.traffic import OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.check.finding import Severity
    from acrdns.check.firewall.allow_list import AllowedHost, AllowList
    from acrdns.check.firewall.rules import FirewallRule
    from acrdns.resolve.world import World
    from acrdns.traffic import Operation

_SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class ExcessEntry:
    """An entry that allows what nothing in the file needs, or more than it needs."""

    entry: AllowedHost
    severity: Severity
    why: str


@dataclass(frozen=True, slots=True)
class ListComparison:
    """A list held against rules."""

    missing: tuple[FirewallRule, ...]
    """Rules of registries that the list does not cover."""
    excess: tuple[ExcessEntry, ...]
    """The most serious first, else in the order of the list."""

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
    by_address = any(entry.network for entry in allowed.entries)
    leads_to = {rule: _addresses(world, rule) if by_address else () for rule in rules}
    needs = Needs(leads_to, world.topology)
    missing = [
        rule for rule, found in leads_to.items() if rule.scope == "registry" and not _covered(rule, allowed, found)
    ]
    # One value of Squid or Azure Firewall is for a domain and for all below it: what is below says it all.
    below = {(entry.host, entry.line) for entry in allowed.entries if entry.wildcard}
    entries = (entry for entry in allowed.entries if entry.wildcard or (entry.host, entry.line) not in below)
    judged = ((entry, needs.excess(entry)) for entry in entries)
    excess = [ExcessEntry(entry, *found) for entry, found in judged if found]
    return ListComparison(tuple(missing), tuple(sorted(excess, key=lambda each: _SEVERITIES.index(each.severity))))


def _addresses(world: World, rule: FirewallRule) -> tuple[str, ...]:
    """Return every address that a rule's host leads to from its vantage points; none for a wildcard."""
    if rule.host.wildcard:
        return ()
    if rule.host.is_address:
        return (rule.host.name,)
    question = Question(names.name(rule.host.name), Type.A)
    found = (address for vantage in rule.vantages for address in addresses(world.answer(vantage, question), Type.A))
    return tuple(dict.fromkeys(found))


def _covered(rule: FirewallRule, allowed: AllowList, leads_to: tuple[str, ...]) -> bool:
    """Return whether a list lets everything pass that a rule does, by names or by the addresses that they lead to."""
    if rule.host.wildcard:
        return any(
            entry.port in (None, rule.port) and entry.covers_domain(rule.host.domain) for entry in allowed.entries
        )
    if allowed.allows(rule.host.name, rule.port):
        return True
    return bool(leads_to) and all(allowed.allows_address(address, rule.port) for address in leads_to)
