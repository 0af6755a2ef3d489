"""An entry of an allow-list that lets more pass than is needed: how serious it is, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.azure import CLOUDS
from acrdns.check.firewall.service_tags import EVERYTHING, NETWORK, REGISTRIES, SERVICES, STORAGE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from acrdns.check.finding import Severity
    from acrdns.check.firewall.entries import ListEntry
    from acrdns.check.firewall.rules import FirewallRule
    from acrdns.topology.model import Topology

Judgement = tuple["Severity", str]
_EVERY_ACCOUNT = (
    "covers every storage account of Azure, so that data can be copied to anybody's; layers come from dedicated data "
    "endpoints, and nothing needs it"
)

_EVERYTHING = "allows everything: data can be copied to anybody's storage account, and images to anybody's registry"


class Needs:
    """The hosts that are needed, for many questions."""

    def __init__(self, rules: Mapping[FirewallRule, tuple[str, ...]], topology: Topology) -> None:
        """Take the rules, each with the addresses that its host leads to, where a list has addresses."""
        self._rules = rules
        self._topology = topology
        self._names = {rule.host.name for rule in rules if not rule.host.wildcard}
        self._endpoints = {rule.host.name for rule in rules if rule.scope == "registry"}
        self._domains = {rule.host.domain for rule in rules if rule.host.wildcard}
        self._ports = {rule.port for rule in rules}
        self._labels = {registry.dns_label: registry.name for registry in topology.registries.values()}
        # Whether a firewall is between a connected registry and its clients depends on who asks.
        self._local = {
            connected.login_server
            for registry in topology.registries.values()
            for connected in registry.connected_registries.values()
        }

    def excess(self, entry: ListEntry) -> Judgement | None:
        """Return why an entry is too much, or None where it is within what a rule needs."""
        if entry.everything:
            return "error", _EVERYTHING
        if entry.tag:
            return self._tag(entry)
        if entry.network is not None:
            return self._addresses(entry)
        if self._needed(entry):
            return None if entry.port in (None, *self._ports) else ("info", "no rule is for this port")
        if entry.host in self._local:
            return None
        return self._wildcard(entry) if entry.wildcard else self._host(entry)

    def _needed(self, entry: ListEntry) -> bool:
        """Return whether an entry lets no host pass that a rule does not."""
        if entry.host in (self._endpoints if entry.wildcard else self._names):
            return True  # there is nothing below an endpoint
        labels = entry.host.split(".")
        above = {".".join(labels[at:]) for at in range(not entry.wildcard, len(labels))}
        return not above.isdisjoint(self._domains)

    def _wildcard(self, entry: ListEntry) -> Judgement:
        cloud = self._topology.cloud
        if entry.covers_domain(cloud.blob):
            if any(rule.host.kind == "storage" for rule in self._rules):
                return "warning", f"covers more than *.{cloud.blob}, which layers need"
            return "error", _EVERY_ACCOUNT
        if entry.covers_domain(cloud.registry):
            return "warning", "covers every registry of Azure: images can be pushed to anybody's"
        if f".{entry.host}".endswith((f".data.{cloud.registry}", f".geo.{cloud.registry}")):
            return "warning", "covers the endpoints of every registry, not those of the file alone"
        return self._elsewhere(entry)

    def _elsewhere(self, entry: ListEntry) -> Judgement:
        if any(entry.covers_domain(each.blob) for each in CLOUDS.values()):
            return "error", "covers every storage account of another cloud of Azure, and nothing needs it"
        if any(entry.covers_domain(each.registry) for each in CLOUDS.values()):
            return "warning", "covers every registry of another cloud of Azure, and nothing needs it"
        covered = [rule.host.name for rule in self._rules if entry.is_for(rule.host.name, None, rule.port)]
        return "info", f"covers more than {covered[0]}" if covered else "nothing in the file needs it"

    def _host(self, entry: ListEntry) -> Judgement:
        cloud = self._topology.cloud
        if entry.host.endswith(f".{cloud.blob}"):
            return "warning", "a storage account that no layer of the file's registries comes from"
        if not entry.host.endswith(f".{cloud.registry}"):
            return "info", "nothing in the file needs it"
        if entry.host.endswith(f".{cloud.privatelink}"):
            return "info", "no client connects by this name: the certificate is for the one without privatelink"
        known = self._labels.get(entry.host.partition(".")[0])
        if known is None:
            return "warning", f"a registry that {self._topology.file} does not have: images can be pushed to it"
        return "warning", f"no endpoint of {known} that is needed here"

    def _tag(self, entry: ListEntry) -> Judgement | None:
        name, _, region = entry.tag.lower().partition(".")
        if name in EVERYTHING:
            return "error", _EVERYTHING
        kinds = {rule.host.kind for rule in self._rules}
        if name == STORAGE:
            return None if "storage" in kinds else ("error", _EVERY_ACCOUNT)
        if name == REGISTRIES:
            where = f" in {region}" if region else ""
            return "warning", f"stands for every registry of Azure{where}: images can be pushed to anybody's"
        if name == NETWORK or entry.tag.lower() in SERVICES:
            return None
        return "info", "nothing in the file needs it"

    def _addresses(self, entry: ListEntry) -> Judgement | None:
        found = {a for rule, leads_to in self._rules.items() for a in leads_to if entry.is_for(None, a, rule.port)}
        size = entry.network.num_addresses if entry.network else 0
        if not found:
            return "info", "no host that is needed leads there"
        return ("warning", f"covers {size} addresses, {len(found)} of them needed") if size > len(found) else None
