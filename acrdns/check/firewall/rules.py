"""The rules of a firewall that allow the flows of a topology: one host a rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from acrdns.azure import INTERNET, LOGIN, Member
from acrdns.check.expectation import expect
from acrdns.check.firewall.flows import flows, neighbours
from acrdns.traffic import HTTPS, OPERATIONS, SERVICES

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

    from acrdns.check.evidence import Expectation
    from acrdns.check.firewall.flows import Flow
    from acrdns.topology.model import Topology
    from acrdns.traffic import Host, Operation


MOST_NAMES = 3
"""Registries that a reason names."""


@dataclass(frozen=True, slots=True)
class FirewallRule:
    """One host that has to be allowed."""

    host: Host
    scope: Literal["registry", "service"]
    """`service` is what belongs to no registry of the file."""
    registries: tuple[str, ...]
    """Keys of the registries that need it; none for a service."""
    operations: tuple[Operation, ...]
    """The operations that fail without it, in the order of the table."""
    vantages: tuple[str, ...]
    """The vantage points that need it."""
    why: str
    port: int = HTTPS


@dataclass(frozen=True, slots=True)
class Firewall:
    """The rules that clients at a vantage point need, or those at all of them."""

    topology: Topology
    vantage: str | None
    """None for all of them together."""
    rules: tuple[FirewallRule, ...]
    """Hosts of registries come first."""

    @property
    def sources(self) -> tuple[str, ...]:
        """The address ranges that the clients are in, or `*`: nobody knows those on the internet."""
        return sources_of(self.topology, self.vantage)

    def private_addresses(self, rule: FirewallRule) -> tuple[str, ...]:
        """Return the private addresses that a rule's host should lead to; none where it is public everywhere."""
        if rule.host.kind == "connected":
            found = (self.topology.registries[key].connected_registries.get(rule.host.of) for key in rule.registries)
            return tuple(each.address for each in found if each and each.address)
        expected = self._expected(rule)
        return tuple(dict.fromkeys(a for each in expected if each.kind == "private" for a in each.addresses))

    def is_public_somewhere(self, rule: FirewallRule) -> bool:
        """Return whether a rule's host should lead to a public address from one of the vantage points."""
        expected = self._expected(rule)
        return rule.host.kind != "connected" and (not expected or any(each.kind != "private" for each in expected))

    def _expected(self, rule: FirewallRule) -> list[Expectation]:
        host = rule.host
        if host.kind not in ("login", "data", "regional"):
            return []
        member = LOGIN if host.kind == "login" else Member(host.kind, host.of)
        registries = [self.topology.registries[key] for key in rule.registries]
        return [expect(self.topology, v, registry, member) for v in rule.vantages for registry in registries]


def sources_of(topology: Topology, vantage: str | None) -> tuple[str, ...]:
    """Return the address ranges of the clients at a vantage point, or at all; `*` where nobody knows them."""
    if vantage == INTERNET:
        return ("*",)
    clients = [topology.vantage(vantage)] if vantage else topology.networks.values()
    ranges = (str(space) for network in clients for space in network.address_space)
    return tuple(dict.fromkeys(ranges)) or ("*",)


def firewall(topology: Topology, vantage: str | None, operations: Iterable[Operation] = ()) -> Firewall:
    """Return the rules for a vantage point, or for all; no operations means all. Raises KeyError."""
    return Firewall(
        topology, vantage, _rules(topology, topology.vantages if vantage is None else (vantage,), operations)
    )


def _rules(topology: Topology, vantages: Sequence[str], operations: Iterable[Operation]) -> tuple[FirewallRule, ...]:
    wanted = tuple(operations)
    same: dict[Hashable, list[str]] = {}
    for vantage in vantages:
        same.setdefault(neighbours(topology, vantage), []).append(vantage)
    by_host: dict[Host, list[Flow]] = {}
    for first, *_ in same.values():
        for flow in flows(topology, first, wanted):
            if not _stays_inside(topology, flow):
                by_host.setdefault(flow.host, []).append(flow)
    same_as = {first: (first, *others) for first, *others in same.values()}
    rules = [_rule(topology, host, found, same_as) for host, found in by_host.items()]
    return tuple(sorted(rules, key=lambda rule: rule.scope))


def _stays_inside(topology: Topology, flow: Flow) -> bool:
    """Return whether a flow goes to a connected registry in the same network: no firewall is between them."""
    if flow.host.kind != "connected" or flow.vantage == INTERNET:
        return False
    connected = topology.registries[flow.registry or ""].connected_registries[flow.host.of]
    return connected.network == topology.vantage(flow.vantage).name


def _rule(topology: Topology, host: Host, found: Sequence[Flow], same: Mapping[str, tuple[str, ...]]) -> FirewallRule:
    """Return the rule for a host; `same` are the vantage points with the flows of one."""
    registries = tuple(dict.fromkeys(flow.registry for flow in found if flow.registry))
    needed = {flow.operation for flow in found}
    return FirewallRule(
        host,
        "registry" if registries else "service",
        registries,
        tuple(operation for operation in OPERATIONS if operation in needed),
        tuple(dict.fromkeys(vantage for flow in found for vantage in same[flow.vantage])),
        _why(topology, host, found, registries),
    )


def _why(topology: Topology, host: Host, found: Sequence[Flow], registries: tuple[str, ...]) -> str:
    names = " and ".join(registries[:MOST_NAMES])
    if len(registries) > MOST_NAMES:
        names += f" and {len(registries) - MOST_NAMES} more"
    kinds = {
        "login": f"login server of {names}",
        "regional": f"regional endpoint of {names} in {host.of}",
        "storage": f"layers of {names}, without dedicated data endpoints: this is every storage account of Azure",
        "connected": f"connected registry {host.of} of {names}",
        "service": f"{SERVICES.get(host.of, '')}: {'; '.join(dict.fromkeys(flow.why for flow in found))}",
    }
    if host.kind in kinds:
        return kinds[host.kind]
    registry = topology.registries[registries[0]]
    routed = host.of in registry.routed_regions or registry.regional_endpoints_enabled
    when = "when that replica serves" if routed else "for when the login server routes there again"
    what = "its home region " if host.of == registry.location else ""
    return f"data endpoint of {names} in {what}{host.of}{'' if what else f', {when}'}"
