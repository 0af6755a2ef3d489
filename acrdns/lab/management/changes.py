"""The changes that the management plane makes: each is another topology."""

from __future__ import annotations

import ipaddress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from acrdns.lab.management.error import ArmError, invalid
from acrdns.lab.management.resources import NOBODY
from acrdns.regions import complaint, normalize
from acrdns.topology.inbound import inbound_endpoints
from acrdns.topology.model import Replication

if TYPE_CHECKING:
    from acrdns.azure import Member
    from acrdns.topology.model import PrivateEndpoint, Registry, Topology

_RESERVED = 4
"""Addresses at the start of a subnet that Azure keeps; it keeps the last one too."""


def with_registry(topology: Topology, registry: Registry) -> Topology:
    """Return a topology with another state of a registry."""
    return replace(topology, registries={**topology.registries, registry.name: registry})


def changed(registry: Registry, properties: dict[str, Any]) -> Registry:
    """Return a registry with the properties of a PATCH or PUT. Raises ArmError."""
    access = properties.get("publicNetworkAccess")
    if access is not None:
        enabled = choice("publicNetworkAccess", access, ("Enabled", "Disabled")) == "Enabled"
        registry = replace(registry, public_network_access_enabled=enabled)
    registry = replace(
        registry,
        data_endpoint_enabled=_switch(properties, "dataEndpointEnabled", registry.data_endpoint_enabled),
        anonymous_pull_enabled=_switch(properties, "anonymousPullEnabled", registry.anonymous_pull_enabled),
    )
    if (rules := properties.get("networkRuleSet")) is not None:
        registry = replace(registry, ip_rules=_ip_rules(rules))
    if registry.data_endpoint_enabled and registry.sku != "Premium":
        raise ArmError(400, "SkuNotSupported", "dedicated data endpoints need the Premium SKU")
    return registry


def _ip_rules(rules: Any) -> tuple[str, ...]:
    if not isinstance(rules, dict):
        raise invalid("networkRuleSet is an object")
    if choice("defaultAction", rules.get("defaultAction", "Allow"), ("Allow", "Deny")) == "Allow":
        return ()
    found = []
    for rule in rules.get("ipRules") or []:
        value = rule.get("value") if isinstance(rule, dict) else None
        try:
            found.append(str(ipaddress.ip_network(str(value), strict=False)))
        except ValueError as error:
            raise invalid(f"{value!r} is no address or range of an IP rule") from error
    return tuple(found) or (NOBODY,)


def _switch(properties: dict[str, Any], field: str, now: bool) -> bool:
    value = properties.get(field)
    if not isinstance(value, bool | None):
        raise invalid(f"{field} is true or false")
    return now if value is None else value


def choice(field: str, value: object, allowed: tuple[str, ...]) -> str:
    """Return the one of the words allowed that a field has, in whatever letter case. Raises ArmError."""
    found = next((each for each in allowed if str(value).lower() == each.lower()), None)
    if found is None:
        raise invalid(f"{field} is {' or '.join(allowed)}")
    return found


def with_connection(topology: Topology, endpoint: PrivateEndpoint, status: object) -> Topology:
    """Return a topology with another status of a private endpoint's connection. Raises ArmError."""
    known = ("Approved", "Rejected", "Pending", "Disconnected")
    chosen: Any = choice("privateLinkServiceConnectionState.status", status, known)
    changed_endpoint = replace(endpoint, status=chosen)
    return replace(topology, private_endpoints={**topology.private_endpoints, endpoint.name: changed_endpoint})


def with_replication(topology: Topology, registry: Registry, name: str, body: dict[str, Any]) -> Topology:
    """Return a topology with a new or changed replication.

    A new one gets an address in every private endpoint of the registry, and nothing changes where a subnet is full
    (facts.md section 2.1). Raises ArmError.
    """
    region = normalize(str(body.get("location") or name))
    if problem := complaint(region, topology.cloud.name):
        raise ArmError(400, "LocationNotAvailableForResourceType", problem[0])
    if registry.sku != "Premium":
        raise ArmError(400, "SkuNotSupported", "replications need the Premium SKU")
    properties = body.get("properties") or {}
    routed = properties.get("regionEndpointEnabled", True) is not False
    if region == registry.location:
        return topology
    others = tuple(each for each in registry.replications if each.region != region)
    new = replace(registry, replications=(*others, Replication(region, routed)))
    if len(others) < len(registry.replications):
        in_place = tuple(Replication(region, routed) if r.region == region else r for r in registry.replications)
        return with_registry(topology, replace(registry, replications=in_place))
    members = [member for member in new.members() if member.region == region]
    found = with_registry(topology, new)
    for endpoint in topology.private_endpoints.values():
        if endpoint.registry == registry.name:
            found = _with_addresses(found, endpoint, members)
    return found


def without_replication(topology: Topology, registry: Registry, region: str) -> Topology:
    """Return a topology without a replication and its addresses in private endpoints. Raises ArmError."""
    if region == registry.location:
        raise ArmError(400, "CannotDeleteHomeReplication", f"{region} is the home region of {registry.name}")
    kept = tuple(each for each in registry.replications if each.region != region)
    endpoints = {
        key: replace(endpoint, addresses={m: a for m, a in endpoint.addresses.items() if m.region != region})
        if endpoint.registry == registry.name
        else endpoint
        for key, endpoint in topology.private_endpoints.items()
    }
    return replace(with_registry(topology, replace(registry, replications=kept)), private_endpoints=endpoints)


def _with_addresses(topology: Topology, endpoint: PrivateEndpoint, members: list[Member]) -> Topology:
    addresses = dict(endpoint.addresses)
    for member in members:
        addresses[member] = _free_address(topology, endpoint, set(addresses.values()))
    return replace(
        topology,
        private_endpoints={**topology.private_endpoints, endpoint.name: replace(endpoint, addresses=addresses)},
    )


def _free_address(topology: Topology, endpoint: PrivateEndpoint, own: set[str]) -> str:
    """Return the lowest address of the endpoint's subnet that nobody has."""
    network = topology.networks[endpoint.network]
    spaces = [*network.subnets.values(), *network.address_space]
    subnet = next((s for s in spaces if any(ipaddress.ip_address(a) in s for a in own)), spaces[0] if spaces else None)
    used = own | set(topology.dns_servers) | inbound_endpoints(topology).keys()
    if subnet is not None:
        for number in range(_RESERVED, subnet.num_addresses - 1):
            address = str(subnet[number])
            if address not in used and not topology.owners_of(address):
                return address
    raise ArmError(400, "SubnetIsFull", f"{endpoint.name} has no free address left in its subnet; nothing was changed")


_FIELDS = (
    "public_network_access_enabled",
    "ip_rules",
    "data_endpoint_enabled",
    "anonymous_pull_enabled",
    "regions",
    "routed_regions",
)


def differences(written: Topology, now: Topology) -> list[str]:
    """Return what differs between the file and the running lab, one line each."""
    found = []
    for key, registry in now.registries.items():
        before = written.registries[key]
        for field in _FIELDS:
            old, new = getattr(before, field), getattr(registry, field)
            if old != new:
                found.append(f"registries.{key}: {field} is {_text(new)}, and {_text(old)} in the file")
    return found


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"[{', '.join(value)}]"
