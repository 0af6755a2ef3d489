"""The login servers: OCI distribution 1.1 with ACR's tokens, catalog and errors.

In: ASGI scopes, with the address asked in `server`, the client's in `client`, and its vantage point in `vantage`
(`internet` where that is missing). Out: `app(state)`, one ASGI application for every host of the
topology.

Read in this order: `app` (who is meant by address and Host, the firewall), `route` (paths), `call` (one request),
`access` (tokens), then a module for each kind of endpoint.
"""

from __future__ import annotations

from acrdns.lab.registry_api.app import app

__all__ = ["app"]
