"""The rules of a firewall as JSON: a `FirewallDocument`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.report.document import write
from acrdns.report.firewall.document import FirewallDocument, FirewallRuleEntry

if TYPE_CHECKING:
    from acrdns.check.firewall.rules import Firewall, FirewallRule


def render(firewall: Firewall) -> str:
    """Return the document; it ends with a newline."""
    return write(FirewallDocument(1, firewall.vantage, tuple(map(_entry, firewall.rules)))) + "\n"


def _entry(rule: FirewallRule) -> FirewallRuleEntry:
    return FirewallRuleEntry(
        host=rule.host.name,
        port=rule.port,
        wildcard=rule.host.wildcard,
        scope=rule.scope,
        registry=rule.registries[0] if rule.registries else None,
        operations=rule.operations,
        why=rule.why,
        registries=rule.registries,
        vantages=rule.vantages,
    )
