"""Private endpoints (facts.md section 2.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.topology.verify.references import edited, key_is_text, no_repeats, refers, virtual_network
from acrdns.topology.verify.registries import verify_member_names, verify_members

if TYPE_CHECKING:
    from collections.abc import Mapping

    from acrdns.topology.schema.draft import Draft
    from acrdns.topology.schema.schema import PrivateEndpoint, TopologyFile

MAX_ZONES = 5
"""Zones in a zone group ("Private endpoint private DNS zone values", facts.md section 2.1)."""
MAX_OF_REGISTRY = 200
"""Private endpoints of one registry ("Azure Container Registry service tiers", Premium)."""


def verify(draft: Draft, before: TopologyFile | None = None) -> None:
    """Report what is wrong with private endpoints; `before` is an earlier file without problems."""
    number: dict[str, int] = {}
    for key, endpoint in _concerned(draft.file, before).items():
        path = ("private_endpoints", key)
        key_is_text(draft, path)
        virtual_network(draft, (*path, "network"), endpoint.network, "private endpoints are in Azure")
        _registry(draft, key, endpoint)
        _zone_group(draft, key, endpoint)
        number[endpoint.registry] = number.get(endpoint.registry, 0) + 1
        if number[endpoint.registry] == MAX_OF_REGISTRY + 1:
            message = f"{endpoint.registry} has {MAX_OF_REGISTRY} private endpoints already"
            draft.report((*path, "registry"), message, f"allowed: at most {MAX_OF_REGISTRY}")


def _concerned(now: TopologyFile, before: TopologyFile | None) -> Mapping[str, PrivateEndpoint]:
    """Return the private endpoints that an edit concerns, those of one registry together."""
    if before is None or now.private_dns_zones.keys() != before.private_dns_zones.keys():
        return now.private_endpoints
    kinds = {key: network.kind for key, network in now.networks.items()}
    networks = {key for key, network in before.networks.items() if kinds.get(key) != network.kind}
    registries = {key for key, registry in before.registries.items() if now.registries.get(key) is not registry}
    registries |= {endpoint.registry for endpoint in edited(now, before, "private_endpoints").values()}
    if not networks and not registries:
        return {}
    return {
        key: endpoint
        for key, endpoint in now.private_endpoints.items()
        if endpoint.registry in registries or endpoint.network in networks
    }


def _registry(draft: Draft, key: str, endpoint: PrivateEndpoint) -> None:
    path = ("private_endpoints", key)
    exists = refers(draft, (*path, "registry"), endpoint.registry, "registries")
    registry = draft.file.registries.get(endpoint.registry) if exists else None
    if registry is None:
        verify_member_names(draft, (*path, "addresses"), endpoint.addresses)
        return
    if registry.sku != "Premium" and draft.sound("registries", endpoint.registry, "sku"):
        message = f"the SKU of {endpoint.registry} is {registry.sku}, which does not have private endpoints"
        draft.report((*path, "registry"), message, f"allowed: with sku: Premium in registries.{endpoint.registry}")
    verify_members(draft, (*path, "addresses"), endpoint.registry, registry, endpoint.addresses)


def _zone_group(draft: Draft, key: str, endpoint: PrivateEndpoint) -> None:
    path = ("private_endpoints", key, "dns_zone_group")
    for index, zone in enumerate(endpoint.dns_zone_group):
        refers(draft, (*path, index), zone, "private_dns_zones")
    if len(endpoint.dns_zone_group) > 1:
        no_repeats(draft, path, endpoint.dns_zone_group)
    if len(endpoint.dns_zone_group) > MAX_ZONES:
        message = f"the zone group has {len(endpoint.dns_zone_group)} zones"
        draft.report(path, message, f"allowed: at most {MAX_ZONES}")
