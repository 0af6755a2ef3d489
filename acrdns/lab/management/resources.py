"""Registries and what belongs to them, as Azure Resource Manager shows them: `az`'s JSON, nested under `properties`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from acrdns.azure import LOGIN, Member
from acrdns.lab.clock import shown
from acrdns.lab.condition import Condition
from acrdns.lab.management.path import PROVIDER
from acrdns.zone.publish.derive import digest

if TYPE_CHECKING:
    from acrdns.lab.plants import Plant
    from acrdns.lab.state import LabState
    from acrdns.lab.storage.credentials import ScopedToken
    from acrdns.topology.model import PrivateEndpoint, Registry

_CREATED = "2026-01-05T09:00:00.000000+00:00"
_SUCCEEDED = "Succeeded"
_REGISTRY_NAME = re.compile("[A-Za-z0-9]{5,50}")
NOBODY = "0.0.0.0/32"
"""The IP rule of a registry that denies by default and allows nobody: an address that no client has."""


def registry_resource(state: LabState, group: str, registry: Registry) -> dict[str, Any]:
    """Return a registry."""
    cloud, topology = state.topology.cloud, state.topology
    members = registry.members()
    data, regional = (
        [member.fqdn(registry.dns_label, cloud) for member in members if member.kind == kind]
        for kind in ("data", "regional")
    )
    rules = [rule for rule in registry.ip_rules if rule != NOBODY]
    endpoints = [each for each in topology.private_endpoints.values() if each.registry == registry.name]
    properties = {
        "loginServer": LOGIN.fqdn(registry.dns_label, cloud),
        "creationDate": _CREATED,
        "provisioningState": _SUCCEEDED,
        "adminUserEnabled": True,
        "anonymousPullEnabled": registry.anonymous_pull_enabled,
        "dataEndpointEnabled": registry.data_endpoint_enabled,
        "dataEndpointHostNames": data,
        "regionalEndpoints": "Enabled" if registry.regional_endpoints_enabled else "Disabled",
        "regionalEndpointHostNames": regional,
        "networkRuleBypassOptions": "AzureServices",
        "networkRuleSet": {
            "defaultAction": "Deny" if registry.ip_rules else "Allow",
            "ipRules": [{"action": "Allow", "value": rule.removesuffix("/32")} for rule in rules],
        },
        "publicNetworkAccess": "Enabled" if registry.public_network_access_enabled else "Disabled",
        "privateEndpointConnections": [connection_resource(group, each) for each in endpoints],
        "zoneRedundancy": state.store.note(f"zone redundancy {registry.name}") or "Disabled",
    }
    sku = {"name": registry.sku, "tier": registry.sku}
    found = _resource(_id(group, registry.name), "registries", registry.name, properties, registry.location)
    return found | {"sku": sku}


def name_availability(state: LabState, name: str) -> dict[str, Any]:
    """Return whether a name may be that of a new registry: 5 to 50 letters and digits that no registry has."""
    if not _REGISTRY_NAME.fullmatch(name):
        words = f"The specified registry name '{name[:200]}' is invalid: a name has 5 to 50 letters and digits."
        return {"nameAvailable": False, "reason": "Invalid", "message": words}
    if name.lower() in (registry.name.lower() for registry in state.topology.registries.values()):
        words = f"The registry {name} is already in use."
        return {"nameAvailable": False, "reason": "AlreadyExists", "message": words}
    return {"nameAvailable": True}


def replication_resources(group: str, registry: Registry) -> list[dict[str, Any]]:
    """Return the replications; a registry in one region has none (facts.md section 2.2)."""
    if not registry.replications:
        return []
    routed = registry.routed_regions
    return [
        _resource(
            f"{_id(group, registry.name)}/replications/{region}",
            "registries/replications",
            region,
            {
                "provisioningState": _SUCCEEDED,
                "regionEndpointEnabled": region in routed,
                "status": {"displayStatus": "Ready", "message": None, "timestamp": _CREATED},
                "zoneRedundancy": "Disabled",
            },
            region,
        )
        for region in registry.regions
    ]


def connection_name(endpoint: PrivateEndpoint) -> str:
    """Return the name that the registry has for a private endpoint's connection."""
    return f"{endpoint.registry}.{digest(endpoint.name)[:32]}"


def connection_resource(group: str, endpoint: PrivateEndpoint) -> dict[str, Any]:
    """Return the registry's side of a private endpoint."""
    name = connection_name(endpoint)
    properties = {
        "privateEndpoint": {"id": f"{group}/providers/Microsoft.Network/privateEndpoints/{endpoint.name}"},
        "privateLinkServiceConnectionState": {"status": endpoint.status, "description": "", "actionsRequired": "None"},
        "provisioningState": _SUCCEEDED,
    }
    return _resource(
        f"{_id(group, endpoint.registry)}/privateEndpointConnections/{name}",
        "registries/privateEndpointConnections",
        name,
        properties,
    )


def private_link_resource(state: LabState, group: str, registry: Registry) -> dict[str, Any]:
    """Return what a private endpoint of a registry connects to (facts.md section 2.1)."""
    members = [str(member) for member in registry.members()]
    zones = [state.topology.cloud.privatelink]
    properties = {"groupId": "registry", "requiredMembers": members, "requiredZoneNames": zones}
    path = f"{_id(group, registry.name)}/privateLinkResources/registry"
    return _resource(path, "registries/privateLinkResources", "registry", properties)


def connected_resource(state: LabState, group: str, plant: Plant) -> dict[str, Any]:
    """Return a connected registry; how it fares is what `acrdns lab connected` says."""
    registry, connected = plant
    base, condition = _id(group, registry.name), Condition(state.store, plant)
    gateway = Member("data", registry.location).fqdn(registry.dns_label, state.topology.cloud)
    last = None if condition.last_sync is None else shown(condition.last_sync)
    reason = condition.reason
    properties = {
        "mode": connected.mode,
        "activation": {"status": condition.activation_status},
        "connectionState": condition.state,
        "lastActivityTime": last,
        "statusProperties": [
            {"type": reason.step, "code": reason.cause, "message": reason.message} for reason in filter(None, [reason])
        ],
        "parent": {
            "id": f"{base}/connectedRegistries/{connected.parent}" if connected.parent else None,
            "syncProperties": {
                "tokenId": f"{base}/tokens/{connected.name}-sync-token",
                "schedule": connected.sync_schedule,
                "syncWindow": connected.sync_window,
                "messageTtl": connected.message_ttl,
                "gatewayEndpoint": gateway,
                "lastSyncTime": last,
            },
        },
        "loginServer": {"host": connected.login_server} if connected.login_server else None,
        "notificationsList": [f"{name}:*:*" for name in connected.repositories],
        "provisioningState": _SUCCEEDED,
    }
    path = f"{base}/connectedRegistries/{connected.name}"
    return _resource(path, "registries/connectedRegistries", connected.name, properties)


def token_resource(group: str, registry: Registry, token: ScopedToken, scope_map: str) -> dict[str, Any]:
    """Return a repository-scoped token."""
    base = _id(group, registry.name)
    properties = {
        "scopeMapId": f"{base}/scopeMaps/{scope_map}",
        "status": "enabled" if token.enabled else "disabled",
        "credentials": {"passwords": [{"name": "password1"}]},
        "provisioningState": _SUCCEEDED,
    }
    return _resource(f"{base}/tokens/{token.name}", "registries/tokens", token.name, properties)


def scope_map_resource(group: str, registry: Registry, name: str, actions: list[str]) -> dict[str, Any]:
    """Return a scope map."""
    properties = {"actions": actions, "type": "UserDefined", "provisioningState": _SUCCEEDED}
    return _resource(f"{_id(group, registry.name)}/scopeMaps/{name}", "registries/scopeMaps", name, properties)


def _id(group: str, registry: str) -> str:
    return f"{group}/providers/{PROVIDER}/registries/{registry}"


def _resource(
    identifier: str, type_: str, name: str, properties: dict[str, Any], location: str | None = None
) -> dict[str, Any]:
    found = {"id": identifier, "name": name, "type": f"{PROVIDER}/{type_}", "properties": properties}
    return found | ({"location": location, "tags": {}} if location else {})
