"""One ASGI application for every host: who is meant, whether the firewall lets the client in, and which module answers.

The address asked says which endpoint it is. The Host header has to agree: a login name at a data endpoint's address is
refused as in Azure (facts.md section 1.5), a login name at another registry's address is not found.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from typing import TYPE_CHECKING

from acrdns.azure import INTERNET
from acrdns.lab.data_endpoint import endpoint as data_endpoint
from acrdns.lab.data_endpoint import foreign
from acrdns.lab.data_endpoint.refusal import Refusal, authentication_failed
from acrdns.lab.management import endpoint as management
from acrdns.lab.plants import Plant, as_registry
from acrdns.lab.registry_api import gateway, login_server
from acrdns.lab.registry_api.call import Call, DisconnectError
from acrdns.lab.registry_api.errors import ApiError, denied
from acrdns.lab.registry_api.route import route
from acrdns.lab.sites import SOMEBODY
from acrdns.lab.storage.journal import LOCAL

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from acrdns.lab.sites import LabSite
    from acrdns.lab.state import LabState

_LOG = logging.getLogger(__name__)


def app(state: LabState) -> ASGIApp:
    """Return the application of a lab."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        try:
            response = await _answer(state, scope, receive)
        except (ApiError, Refusal) as error:
            response = error.response()
        except (DisconnectError, asyncio.CancelledError):
            return
        except (OSError, sqlite3.Error) as error:
            words = f"the lab's store fails: {error}"
            _LOG.error("%s %s: %s", scope["method"], scope["path"], words)
            response = ApiError("UNKNOWN", words).response()
        await response(scope, receive, send)

    return application


async def _answer(state: LabState, scope: Scope, receive: Receive) -> ASGIApp:
    host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
    name = host.partition(":")[0].lower().removesuffix(".")
    vantage = scope.get("vantage", INTERNET)
    sites = state.sites.at(vantage, scope["server"][0])
    if not sites:
        raise ApiError("NOT_FOUND", f"nothing of the topology answers at {scope['server'][0]}")
    site = next((site for site in sites if name in state.sites.names(site)), sites[0])
    if site.kind == "login":
        return await _login(state, site, host, name, scope, receive)
    if site.kind == "connected":
        return await _connected(state, site, host, name, scope, receive)
    if site.kind == "management":
        if name not in state.sites.names(site):
            raise ApiError("NOT_FOUND", f"{host[:200]} is not served at this address")
        return await management.respond(state, scope, receive)
    if site.kind == "data" and scope["path"].startswith(gateway.PATH) and name in state.sites.names(site):
        return await _gateway(state, site, host, scope, receive)
    if site.kind == "storage" and site.registry == SOMEBODY and name in state.sites.names(site):
        return await foreign.answer(state, scope, receive)
    return _layer(state, site, name, scope)


async def _gateway(state: LabState, site: LabSite, host: str, scope: Scope, receive: Receive) -> ASGIApp:
    """Answer a connected registry at a data endpoint, which has to be that of the home region."""
    registry = state.topology.registries[site.registry]
    if not state.admits(site, scope["client"][0]):
        raise denied(scope["client"][0])
    if not state.is_up(site.region):
        raise ApiError("UNAVAILABLE", f"the replica in {site.region} is down")
    if site.region != registry.location:
        raise ApiError("NOT_FOUND", f"connected registries sync with the home region, {registry.location}")
    return await gateway.answer(Call(state, scope, receive, registry, site.region, host), None)


async def _connected(state: LabState, site: LabSite, host: str, name: str, scope: Scope, receive: Receive) -> ASGIApp:
    """Answer at a connected registry's own endpoint: its clients, and its children."""
    if name not in state.sites.names(site):
        raise ApiError("NOT_FOUND", f"{host[:200]} is not served at this address")
    plant = Plant(state.topology.registries[site.registry], state.sites.connected(site))
    call = Call(state, scope, receive, as_registry(plant), LOCAL, host)
    await state.ready(plant.name)
    if scope["path"].startswith(gateway.PATH):
        return await gateway.answer(call, plant.connected.name)
    if not scope["path"].startswith("/oauth2/"):
        _check_write(plant, call)
    return await login_server.answer(call)


def _check_write(plant: Plant, call: Call) -> None:
    """Raise ApiError for a push or delete that the connected registry does not take."""
    path = route(call.scope["path"])
    if path is None or not path.repository or call.method in ("GET", "HEAD"):
        return
    if plant.connected.mode == "ReadOnly":
        raise ApiError("DENIED", f"the connected registry {plant.connected.name} is in ReadOnly mode")
    if path.repository not in plant.connected.repositories:
        raise ApiError("DENIED", f"the connected registry {plant.connected.name} does not have {path.repository}")


def _layer(state: LabState, site: LabSite, name: str, scope: Scope) -> ASGIApp:
    """Answer at a data endpoint or storage account."""
    client = scope["client"][0]
    if name not in state.sites.names(site):
        label, _, rest = name.partition(".")
        if label and rest == state.topology.cloud.registry:
            raise denied(client)
        raise authentication_failed(state.clock.now(), "The host is not served at this address.")
    if site.kind == "data" and not state.admits(site, client):
        raise Refusal(403, "AuthorizationFailure", "This request is not authorized to perform this operation.")
    return data_endpoint.answer(state, site, name, scope)


async def _login(state: LabState, site: LabSite, host: str, name: str, scope: Scope, receive: Receive) -> ASGIApp:
    """Answer at a login server or regional endpoint. The name of a regional endpoint leads to its replica."""
    client = scope["client"]
    if not state.admits(site, client[0]):
        raise denied(client[0])
    if name not in state.sites.names(site):
        raise ApiError("NOT_FOUND", f"{host[:200]} is not served at this address")
    registry = state.topology.registries[site.registry]
    named = name.removeprefix(f"{registry.dns_label}.").partition(".")[0]
    fixed = (named,) if state.bouncing else (named, site.region)
    region = next((region for region in fixed if region in registry.regions), None)
    region = region or state.serving(registry, scope.get("vantage", INTERNET), tuple(client))
    if region is None:
        raise ApiError("UNAVAILABLE", f"no replica of {registry.name} is up")
    if not state.is_up(region):
        raise ApiError("UNAVAILABLE", f"the replica in {region} is down")
    return await login_server.answer(Call(state, scope, receive, registry, region, host))
