"""An entry of an allow-list that lets more pass than is needed: how serious it is, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from acrdns.check.finding import Severity
    from acrdns.check.firewall.allow_list import AllowedHost
    from acrdns.check.firewall.rules import FirewallRule
    from acrdns.topology.model import Topology

Judgement = tuple["Severity", str]
_EVERY_ACCOUNT = (
    "covers every storage account of Azure, so that data can be copied to anybody's; layers come from dedicated data "
    "endpoints, and nothing needs it"
)


def excess_of(
    entry: AllowedHost, rules: Mapping[FirewallRule, tuple[str, ...]], topology: Topology
) -> Judgement | None:
    """Return why an entry is too much, or None where it is within what a rule needs; rules have their addresses."""
    if entry.network is not None:
        return _addresses(entry, rules)
    if any(_within(entry, rule) for rule in rules):
        ports = {rule.port for rule in rules}
        return None if entry.port in (None, *ports) else ("info", "no rule is for this port")
    if entry.host in _local_names(topology):
        return None  # a connected registry: whether a firewall is on the way depends on who asks
    return _wildcard(entry, rules, topology) if entry.wildcard else _host(entry, topology)


def _local_names(topology: Topology) -> set[str | None]:
    return {c.login_server for registry in topology.registries.values() for c in registry.connected_registries.values()}


def _within(entry: AllowedHost, rule: FirewallRule) -> bool:
    """Return whether an entry lets no host pass that a rule does not."""
    if not rule.host.wildcard:
        return not entry.wildcard and entry.host == rule.host.name
    below = entry.host.endswith(f".{rule.host.domain}")
    return below or (entry.wildcard and entry.host == rule.host.domain)


def _wildcard(entry: AllowedHost, rules: Collection[FirewallRule], topology: Topology) -> Judgement:
    cloud = topology.cloud
    if entry.covers_domain(cloud.blob):
        needed = any(rule.host.kind == "storage" for rule in rules)
        return (
            ("warning", f"covers more than *.{cloud.blob}, which layers need") if needed else ("error", _EVERY_ACCOUNT)
        )
    if entry.covers_domain(cloud.registry):
        return "warning", "covers every registry of Azure: images can be pushed to anybody's"
    below = entry.host.removesuffix(cloud.registry).removesuffix(".") if entry.host.endswith(cloud.registry) else ""
    if below == "data" or below.endswith((".data", ".geo")):
        return "warning", "covers the endpoints of every registry, not those of the file alone"
    covered = [rule.host.name for rule in rules if entry.allows(rule.host.name, rule.port)]
    return "info", f"covers more than {covered[0]}" if covered else "nothing in the file needs it"


def _host(entry: AllowedHost, topology: Topology) -> Judgement:
    cloud = topology.cloud
    if entry.host.endswith(f".{cloud.blob}"):
        return "warning", "a storage account that no layer of the file's registries comes from"
    if not entry.host.endswith(f".{cloud.registry}"):
        return "info", "nothing in the file needs it"
    if entry.host.endswith(f".{cloud.privatelink}"):
        return "info", "no client connects by this name: the certificate is for the one without privatelink"
    label = entry.host.partition(".")[0]
    known = next((r.name for r in topology.registries.values() if r.dns_label == label), None)
    if known is None:
        return "warning", f"a registry that {topology.file} does not have: images can be pushed to it"
    return "warning", f"no endpoint of {known} that is needed here"


def _addresses(entry: AllowedHost, rules: Mapping[FirewallRule, tuple[str, ...]]) -> Judgement | None:
    found = {a for rule, leads_to in rules.items() for a in leads_to if entry.allows_address(a, rule.port)}
    size = entry.network.num_addresses if entry.network else 0
    if not found:
        return "info", "no host that is needed leads there"
    return ("warning", f"covers {size} addresses, {len(found)} of them needed") if size > len(found) else None
