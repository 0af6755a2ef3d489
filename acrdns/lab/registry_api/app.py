"""One ASGI application for every host: who is meant, whether the firewall lets the client in, and which module answers.

The address asked says which endpoint it is. The Host header has to agree: a login name at a data endpoint's address is
refused as in Azure (facts.md section 1.5), a login name at another registry's address is not found.
"""

from __future__ import annotations

import logging
import sqlite3
from typing import TYPE_CHECKING

from acrdns.azure import INTERNET
from acrdns.lab.registry_api.call import Call, DisconnectError
from acrdns.lab.registry_api.errors import ApiError, denied
from acrdns.lab.registry_api.login_server import answer

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
        except ApiError as error:
            response = error.response()
        except DisconnectError:
            return
        except (OSError, sqlite3.Error) as error:
            _LOG.exception("%s %s", scope["method"], scope["path"])
            response = ApiError("UNKNOWN", f"the lab's store fails: {error}").response()
        await response(scope, receive, send)

    return application


async def _answer(state: LabState, scope: Scope, receive: Receive) -> ASGIApp:
    host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
    name = host.partition(":")[0].lower().removesuffix(".")
    client = scope["client"][0]
    sites = state.sites.at(scope.get("vantage", INTERNET), scope["server"][0])
    if not sites:
        raise ApiError("NOT_FOUND", f"nothing of the topology answers at {scope['server'][0]}")
    site = next((site for site in sites if name in names_of(state, site)), sites[0])
    if not state.admits(site, client):
        raise denied(client)
    if name not in names_of(state, site):
        raise ApiError("NOT_FOUND", f"{host} is not served at this address")
    return await _login(state, site, Call(state, scope, receive, state.topology.registries[site.registry], "", host))


def names_of(state: LabState, site: LabSite) -> tuple[str, ...]:
    """Return the names that an endpoint answers to."""
    registry, cloud = state.topology.registries[site.registry], state.topology.cloud
    return tuple(m.fqdn(registry.dns_label, cloud) for m in registry.members() if m.kind in ("login", "regional"))


async def _login(state: LabState, site: LabSite, call: Call) -> ASGIApp:
    region = site.region or state.serving(call.registry, call.scope.get("vantage", INTERNET))
    if region is None or not state.is_up(region):
        raise ApiError("UNAVAILABLE", "no replica of the registry is up")
    call.region = region
    return await answer(call)
