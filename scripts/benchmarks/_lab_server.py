"""The registry of `lab`: one listener with TLS for the login server and its data endpoint, found by the Host header.

python -m scripts.benchmarks._lab_server STORE PORT CERTIFICATE_AND_KEY
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import sys
from pathlib import Path
from typing import Any

import uvloop

from acrdns.lab.clock import LabClock
from acrdns.lab.registry_api.app import app
from acrdns.lab.runtime.serving.https import HttpsServers
from acrdns.lab.state import LabState
from acrdns.topology.load import loads

TOPOLOGY = """
registries: {contoso: {location: eastus, anonymous_pull_enabled: true}}
networks: {hub: {address_space: [10.0.0.0/16]}}
private_endpoints:
  contoso-pe: {registry: contoso, network: hub, addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}}
"""
HOSTS = {b"contoso.azurecr.io": "10.0.0.7", b"contoso.eastus.data.azurecr.io": "10.0.0.8"}


def main() -> None:
    """Serve until a signal ends it; the password of the lab's user goes to stdout."""
    store, port, certificate = sys.argv[1:]
    state = LabState(loads(TOPOLOGY, "bench.yaml"), Path(store), LabClock())
    inner = app(state)

    async def seen(scope: Any, receive: Any, send: Any) -> None:
        host = next(value for name, value in scope["headers"] if name == b"host")
        scope["server"] = (HOSTS.get(host.partition(b":")[0], ""), 443)
        scope["client"] = ("10.0.255.4", scope["client"][1])
        scope["vantage"] = "hub"
        await inner(scope, receive, send)

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["http/1.1"])
    context.load_cert_chain(certificate)
    context.num_tickets = 0

    async def serve() -> None:
        await HttpsServers(seen).serve([(socket.create_server(("127.0.0.1", int(port))), context)])
        print(state.password, flush=True)
        await asyncio.Event().wait()

    uvloop.run(serve())


if __name__ == "__main__":
    main()
