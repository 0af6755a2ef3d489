"""A lab without namespaces: endpoints on loopback addresses and high ports, and a proxy for each vantage point."""

from __future__ import annotations

import shutil
import socket
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from acrdns.address import Address
from acrdns.lab.namespace.files import write_clients_files
from acrdns.lab.namespace.surroundings import HTTPS, surroundings
from acrdns.lab.runtime.serving.https import HttpsServers
from acrdns.lab.runtime.serving.proxy import Proxy
from acrdns.lab.sites import lab_world
from acrdns.zone.publish.routed import as_routed

if TYPE_CHECKING:
    from pathlib import Path

    from acrdns.lab.namespace.surroundings import Surroundings
    from acrdns.lab.runtime.lab import Lab

HOST = "127.0.0.1"


class Outside:
    """All vantage points of a lab, served on this machine."""

    def __init__(self, lab: Lab, directory: Path) -> None:
        """Take the lab, and a directory for the files of clients; they are removed at the end."""
        self._lab = lab
        self._directory = directory / "acrdns-lab-files"
        self._undo = ExitStack()
        self._proxies: dict[str, int] = {}
        self._world = lab.state.world
        lab.state.on_change.append(self._change)
        lab.environment = self.environment

    def close(self) -> None:
        """Stop at once."""
        self._undo.close()
        shutil.rmtree(self._directory, ignore_errors=True)

    def _change(self) -> None:
        self._world = lab_world(as_routed(self._lab.state.topology, self._lab.state.down))

    def environment(self, vantage: str) -> dict[str, str]:
        """Return the variables that lead a client to a vantage point. Raises KeyError for an unknown one."""
        proxy = f"http://{HOST}:{self._proxies[vantage]}"
        found = write_clients_files(self._directory, self._lab.access)
        return {"HTTPS_PROXY": proxy, "https_proxy": proxy, "ACRDNS_LAB_PROXY": proxy, **found}

    async def serve(self) -> list[tuple[str, ...]]:
        """Serve all of them, and return the table of what listens where."""
        rows: list[tuple[str, ...]] = [("vantage point", "address", "answers")]
        for vantage in self._lab.state.topology.vantages:
            around = surroundings(self._world, vantage)
            listening = await self._endpoints(around)
            proxy = Proxy(vantage, lambda: self._world, listening)
            self._undo.callback(proxy.close)
            self._proxies[vantage] = await proxy.listen(HOST)
            rows.append((vantage, f"{HOST}:{self._proxies[vantage]}", "proxy: HTTPS_PROXY"))
            rows += [
                (vantage, str(listening[each.address]), f"{each.address} {' '.join(each.hosts)}")
                for each in around.endpoints
            ]
        return rows

    async def _endpoints(self, around: Surroundings) -> dict[str, Address]:
        """Serve the endpoints in reach of a vantage point, and return where each simulated address is answered."""
        listening, sockets, simulated = {}, [], {}
        for endpoint in around.endpoints:
            made = socket.create_server((HOST, 0))
            made.settimeout(0)
            self._undo.callback(made.close)
            place = made.getsockname()
            listening[endpoint.address] = Address(*place)
            simulated[place] = endpoint.address
            sockets.append((made, self._lab.context(endpoint.site)))
        application = self._lab.seen_from(around)

        async def seen(scope: dict[str, Any], receive: Any, send: Any) -> None:
            address = simulated[tuple(scope["server"])]
            scope.update(server=(address, HTTPS), client=(around.client_for(address), scope["client"][1]))
            await application(scope, receive, send)

        https = HttpsServers(seen)
        self._undo.callback(https.close)
        await https.serve(sockets)
        return listening
