"""Azure Resource Manager's host: reads a request and answers it, or changes the running lab.

Any bearer token is taken: Entra ID, which issues them, is not simulated.
"""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.responses import Response

from acrdns.lab.condition import Condition
from acrdns.lab.management import resources
from acrdns.lab.management.changes import (
    changed,
    choice,
    with_connection,
    with_registry,
    with_replication,
    without_replication,
)
from acrdns.lab.management.error import ArmError, answer, invalid
from acrdns.lab.management.path import CHECK_NAME, PROVIDER, ArmPath, arm_path
from acrdns.lab.plants import Plant, sync_token
from acrdns.regions import normalize

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Receive, Scope

    from acrdns.lab.state import LabState
    from acrdns.topology.model import PrivateEndpoint, Registry

MAX_BODY = 1 << 16


async def respond(state: LabState, scope: Scope, receive: Receive) -> Response:
    """Answer a request."""
    try:
        return await _respond(state, scope, receive)
    except ArmError as error:
        return error.response()


async def _respond(state: LabState, scope: Scope, receive: Receive) -> Response:
    _check_request(scope)
    path, method = arm_path(scope["path"]), scope["method"]
    if path.kind == CHECK_NAME:
        if method != "POST":
            raise ArmError(405, "MethodNotAllowed", f"{method} of checkNameAvailability is not simulated")
        return answer(resources.name_availability(state, str((await _body(receive)).get("name", ""))))
    if not path.registry:
        found = [resources.registry_resource(state, path.group, each) for each in state.topology.registries.values()]
        return answer({"value": found})
    registry = next((r for r in state.topology.registries.values() if r.name.lower() == path.registry.lower()), None)
    if registry is None:
        raise _missing(f"{PROVIDER}/registries/{path.registry}")
    if method == "GET" and not path.action:
        return _get(state, path, registry)
    change = _CHANGES.get((method, f"{path.kind}/{path.action}" if path.action else path.kind))
    if change is None or (path.kind in _NAMED and not path.name):
        raise ArmError(405, "MethodNotAllowed", f"{method} of {path.kind or 'registries'} is not simulated")
    return change(state, path, registry, await _body(receive))


def _check_request(scope: Scope) -> None:
    if not Headers(scope=scope).get("authorization", "").lower().startswith("bearer "):
        words = "Authentication failed. The 'Authorization' header is missing or is no Bearer token."
        raise ArmError(401, "AuthenticationFailed", words)
    if "api-version" not in parse_qs(scope["query_string"].decode("latin-1")):
        words = "The api-version query parameter (?api-version=) is required for all requests."
        raise ArmError(400, "MissingApiVersionParameter", words)


def _get(state: LabState, path: ArmPath, registry: Registry) -> Response:
    group, topology = path.group, state.topology
    match path.kind:
        case "":
            return answer(resources.registry_resource(state, group, registry))
        case "replications":
            found = resources.replication_resources(group, registry)
        case "privateendpointconnections":
            endpoints = [e for e in topology.private_endpoints.values() if e.registry == registry.name]
            found = [resources.connection_resource(group, endpoint) for endpoint in endpoints]
        case "connectedregistries":
            connected = registry.connected_registries.values()
            found = [resources.connected_resource(state, group, Plant(registry, each)) for each in connected]
        case "privatelinkresources":
            found = [resources.private_link_resource(state, group, registry)]
        case "scopemaps":
            maps = _scope_maps(state, registry)
            found = [resources.scope_map_resource(group, registry, name, actions) for name, actions in maps.items()]
        case "tokens":
            of_sync = set(map(sync_token, registry.connected_registries.values()))
            tokens = [each for each in state.store.credentials.all(registry.name) if each.name not in of_sync]
            found = [resources.token_resource(group, registry, t, _map_of(state, registry, t.name)) for t in tokens]
        case kind:
            raise ArmError(404, "InvalidResourceType", f"registries/{kind} is not simulated")
    if not path.name:
        return answer({"value": found})
    one = next((each for each in found if each["name"].lower() == path.name.lower()), None)
    if one is None:
        raise _missing(f"{PROVIDER}/registries/{registry.name}/{path.kind}/{path.name}")
    return answer(one)


def _list_credentials(state: LabState, _: ArmPath, registry: Registry, __: dict[str, Any]) -> Response:
    passwords = [{"name": name, "value": value} for name, value in state.store.keys.of_admin(registry.name).items()]
    return answer({"username": registry.name.lower(), "passwords": passwords})


def _regenerate(state: LabState, path: ArmPath, registry: Registry, body: dict[str, Any]) -> Response:
    try:
        state.store.keys.renew_admin(registry.name, str(body.get("name")))
    except KeyError:
        raise invalid("name is password or password2") from None
    return _list_credentials(state, path, registry, body)


def _change(state: LabState, path: ArmPath, registry: Registry, body: dict[str, Any]) -> Response:
    properties = _properties(body)
    new = changed(registry, properties)
    if (redundancy := properties.get("zoneRedundancy")) is not None:
        chosen = choice("zoneRedundancy", redundancy, ("Enabled", "Disabled"))
        state.store.set_note(f"zone redundancy {registry.name}", chosen)
    if new != registry:
        state.change(with_registry(state.topology, new))
    return answer(resources.registry_resource(state, path.group, new))


def _put_replication(state: LabState, path: ArmPath, registry: Registry, body: dict[str, Any]) -> Response:
    _properties(body)
    region = normalize(str(body.get("location") or path.name))
    is_new = region not in registry.regions
    state.change(with_replication(state.topology, registry, path.name, body))
    if is_new:
        state.store.content.copy_region(registry.name, registry.location, region, state.clock.now())
    found = resources.replication_resources(path.group, state.topology.registries[registry.name])
    one = next((each for each in found if each["name"] == region), {})
    return answer(one, 201 if is_new else 200)


def _delete_replication(state: LabState, path: ArmPath, registry: Registry, _: dict[str, Any]) -> Response:
    region = path.name.lower()
    if region not in registry.regions:
        return Response(status_code=204)
    state.change(without_replication(state.topology, registry, region))
    state.store.content.drop_region(registry.name, region)
    return Response(status_code=200)


def _change_connection(state: LabState, path: ArmPath, registry: Registry, body: dict[str, Any]) -> Response:
    """Approve or reject a private endpoint, as the owner of the registry does."""
    endpoint = _endpoint(state, path, registry)
    if endpoint is None:
        raise _missing(f"{PROVIDER}/registries/{registry.name}/{path.kind}/{path.name}")
    wanted = _properties(body).get("privateLinkServiceConnectionState")
    status = wanted.get("status") if isinstance(wanted, dict) else None
    new = with_connection(state.topology, endpoint, status)
    state.change(new)
    return answer(resources.connection_resource(path.group, new.private_endpoints[endpoint.name]), 201)


def _delete_connection(state: LabState, path: ArmPath, registry: Registry, _: dict[str, Any]) -> Response:
    """Take the registry's side away: the private endpoint is Disconnected for ever (facts.md section 2.1)."""
    endpoint = _endpoint(state, path, registry)
    if endpoint is None:
        return Response(status_code=204)
    state.change(with_connection(state.topology, endpoint, "Disconnected"))
    return Response(status_code=200)


def _endpoint(state: LabState, path: ArmPath, registry: Registry) -> PrivateEndpoint | None:
    own = (each for each in state.topology.private_endpoints.values() if each.registry == registry.name)
    return next((e for e in own if resources.connection_name(e).lower() == path.name.lower()), None)


def _change_connected(state: LabState, path: ArmPath, registry: Registry, body: dict[str, Any]) -> Response:
    """Name the client tokens of a connected registry; the file says the rest."""
    plant = _plant(path, registry)
    named = _properties(body).get("clientTokenIds")
    if not (isinstance(named, list) and all(isinstance(each, str) for each in named)):
        raise invalid("clientTokenIds is a list of ids; nothing else of a connected registry can be changed")
    names = [each.rpartition("/")[2] for each in named]
    state.store.set_note(f"client tokens {plant.name}", json.dumps(names))
    return answer(resources.connected_resource(state, path.group, plant))


def _deactivate(state: LabState, path: ArmPath, registry: Registry, _: dict[str, Any]) -> Response:
    """Let a connected registry sync no more, until it has a connection string again."""
    Condition(state.store, _plant(path, registry)).activate("")
    state.change(state.topology)  # wakes what waits for messages
    return Response(status_code=200)


def _plant(path: ArmPath, registry: Registry) -> Plant:
    connected = next((c for c in registry.connected_registries.values() if c.name.lower() == path.name.lower()), None)
    if connected is None:
        raise _missing(f"{PROVIDER}/registries/{registry.name}/{path.kind}/{path.name}")
    return Plant(registry, connected)


def _put_credentials(state: LabState, path: ArmPath, registry: Registry, body: dict[str, Any]) -> Response:
    properties = _properties(body)
    if path.kind == "scopemaps":
        actions = properties.get("actions")
        if not (isinstance(actions, list) and all(isinstance(each, str) for each in actions)):
            raise invalid("actions is a list of texts")
        state.store.set_note(f"scope map {registry.name} {path.name}", json.dumps(actions))
        return answer(resources.scope_map_resource(path.group, registry, path.name, actions), 201)
    name = str(properties.get("scopeMapId", "")).rpartition("/")[2]
    maps = _scope_maps(state, registry)
    if name not in maps:
        raise invalid(f"scopeMapId names no scope map of {registry.name}")
    enabled = str(properties.get("status", "enabled")).lower() == "enabled"
    state.store.set_note(f"token's scope map {registry.name} {path.name}", name)
    state.store.credentials.put(registry.name, path.name, maps[name], secrets.token_urlsafe(24), enabled=enabled)
    token = state.store.credentials.find(registry.name, path.name)
    return answer(resources.token_resource(path.group, registry, token, name) if token else {}, 201)


def _generate(state: LabState, _: ArmPath, registry: Registry, body: dict[str, Any]) -> Response:
    name = str(body.get("tokenId", "")).rpartition("/")[2]
    token = state.store.credentials.find(registry.name, name)
    if token is None:
        raise _missing(f"{PROVIDER}/registries/{registry.name}/tokens/{name}")
    password = secrets.token_urlsafe(24)
    state.store.credentials.put(registry.name, name, token.actions, password, enabled=token.enabled)
    return answer({"username": name, "passwords": [{"name": "password1", "value": password}]})


_CHANGES: dict[tuple[str, str], Callable[[LabState, ArmPath, Registry, dict[str, Any]], Response]] = {
    ("PATCH", ""): _change,
    ("PUT", ""): _change,
    ("PUT", "replications"): _put_replication,
    ("PATCH", "replications"): _put_replication,
    ("DELETE", "replications"): _delete_replication,
    ("PUT", "privateendpointconnections"): _change_connection,
    ("DELETE", "privateendpointconnections"): _delete_connection,
    ("PATCH", "connectedregistries"): _change_connected,
    ("POST", "connectedregistries/deactivate"): _deactivate,
    ("PUT", "scopemaps"): _put_credentials,
    ("PUT", "tokens"): _put_credentials,
    ("POST", "generatecredentials"): _generate,
    ("POST", "listcredentials"): _list_credentials,
    ("POST", "regeneratecredential"): _regenerate,
}
_NAMED = ("replications", "scopemaps", "tokens", "privateendpointconnections", "connectedregistries")


def _scope_maps(state: LabState, registry: Registry) -> dict[str, list[str]]:
    prefix = f"scope map {registry.name} "
    return {name.removeprefix(prefix): json.loads(value) for name, value in state.store.notes(prefix)}


def _map_of(state: LabState, registry: Registry, token: str) -> str:
    return state.store.note(f"token's scope map {registry.name} {token}") or ""


def _properties(body: dict[str, Any]) -> dict[str, Any]:
    properties = {} if body.get("properties") is None else body["properties"]
    if not isinstance(properties, dict):
        raise invalid("properties is an object")
    return properties


async def _body(receive: Receive) -> dict[str, Any]:
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise invalid("the body has no end")  # nobody reads this, and nothing is changed
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > MAX_BODY:
            raise ArmError(413, "RequestContentTooLarge", f"a body has at most {MAX_BODY} bytes")
    try:
        found = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise invalid("the body is no JSON") from error
    if not isinstance(found, dict):
        raise invalid("the body is no JSON object")
    return found


def _missing(resource: str) -> ArmError:
    return ArmError(404, "ResourceNotFound", f"The Resource '{resource}' was not found.")
