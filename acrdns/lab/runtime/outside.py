"""A lab without namespaces: on loopback addresses and high ports, each vantage point has endpoints, DNS and a proxy."""

from __future__ import annotations

import asyncio
import shutil
import socket
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from acrdns.address import Address
from acrdns.check.simulate import addresses
from acrdns.lab.namespace.files import CERTIFICATES, DNS, PROXY, write_clients_files
from acrdns.lab.namespace.surroundings import HTTPS, surroundings
from acrdns.lab.runtime.serving.dns import DnsProcess
from acrdns.lab.runtime.serving.https import HttpsServers
from acrdns.lab.runtime.serving.proxy import Proxy
from acrdns.lab.sites import lab_world
from acrdns.names import name
from acrdns.record import Type
from acrdns.resolve.chain import Question
from acrdns.serve.listen.sockets import bind
from acrdns.zone.publish.routed import as_routed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from acrdns.lab.namespace.surroundings import Surroundings
    from acrdns.lab.runtime.lab import Lab

HOST = "127.0.0.1"


class Outside:
    """All vantage points of a lab, served on this machine."""

    def __init__(self, lab: Lab, directory: Path) -> None:
        """Take the lab, and a directory for the files of clients, which is removed at the end."""
        self._lab = lab
        self._directory = directory
        self._undo = ExitStack()
        self._proxies: dict[str, int] = {}
        self._dns: dict[str, int] = {}
        self._ports: dict[str, dict[str, int]] = {}
        """By vantage point and host: where the address that DNS leads to is answered."""
        self._logins: set[str] = set()
        """Login servers with their ports, as images of clients without a proxy name them."""
        directory.mkdir(mode=0o700, exist_ok=True)
        self._dns_process = DnsProcess(directory / "topology.yaml")
        self._undo.callback(self._dns_process.close)
        self._world = lab.state.world
        lab.state.on_change.append(self._change)
        lab.environment = self.environment

    def close(self) -> None:
        """Stop at once."""
        self._undo.close()
        shutil.rmtree(self._directory, ignore_errors=True)

    def _change(self) -> None:
        topology = as_routed(self._lab.state.topology, self._lab.state.down)
        self._world = lab_world(topology)
        self._dns_process.change(topology)

    def environment(self, vantage: str) -> dict[str, str]:
        """Return the variables that lead a client to a vantage point. Raises KeyError for an unknown one."""
        proxy = f"http://{HOST}:{self._proxies[vantage]}"
        dns = f"{HOST}:{self._dns[vantage]}"
        return {"HTTPS_PROXY": proxy, "https_proxy": proxy, PROXY: proxy, DNS: dns, **self._files()}

    def _files(self) -> dict[str, str]:
        access = self._lab.access
        return write_clients_files(
            self._directory, replace(access, login_servers=(*access.login_servers, *sorted(self._logins)))
        )

    async def serve(self) -> list[tuple[str, ...]]:
        """Serve all of them, and return the table of what listens where."""
        rows: list[tuple[str, ...]] = [("vantage point", "address", "answers")]
        vantages = self._lab.state.topology.vantages
        sockets = [(vantage, self._dns_sockets(vantage)) for vantage in vantages]
        await self._dns_process.serve(self._lab.state.topology, sockets)
        self._undo.callback(asyncio.create_task(self._dns_process.keep()).cancel)
        for vantage in vantages:
            around = surroundings(self._world, vantage)
            listening = await self._endpoints(around)
            proxy = Proxy(vantage, lambda: self._world, listening)
            self._undo.callback(proxy.close)
            self._proxies[vantage] = await proxy.listen(HOST)
            rows.append((vantage, f"{HOST}:{self._proxies[vantage]}", "proxy: HTTPS_PROXY"))
            rows.append((vantage, f"{HOST}:{self._dns[vantage]}", "DNS"))
            rows += [
                (vantage, str(listening[each.address]), f"{each.address} {' '.join(each.hosts)}")
                for each in around.endpoints
            ]
            rows += self._without_proxy(around, listening)
        self._files()
        return rows

    def _dns_sockets(self, vantage: str) -> tuple[socket.socket, socket.socket]:
        """Return sockets for UDP and TCP at the same port, which is free for both. Raises ListenError."""
        bound = bind(Address(HOST, 0))
        self._undo.callback(bound.close)
        self._dns[vantage] = bound.address.port
        return bound.udp[0], bound.tcp

    def _without_proxy(self, around: Surroundings, listening: Mapping[str, Address]) -> Iterator[tuple[str, ...]]:
        """Return the rows for clients that take no proxy: each name with the port of the address that DNS leads to."""
        vantage, ports = around.vantage, self._ports[around.vantage]
        for host in dict.fromkeys(host for endpoint in around.endpoints for host in endpoint.hosts):
            found = addresses(self._world.answer(vantage, Question(name(host), Type.A)), Type.A)
            if found and found[0] in listening:
                ports[host] = listening[found[0]].port
                yield vantage, "curl --connect-to", f"{host}:{HTTPS}:{HOST}:{ports[host]}"
        if ports:
            yield vantage, "hosts file", f"{HOST} {' '.join(ports)}"
        for host in self._lab.access.login_servers:
            if host in ports:
                self._logins.add(f"{host}:{ports[host]}")
                where = self._directory / CERTIFICATES
                yield vantage, "image", f"{host}:{ports[host]}/..., with that hosts file and --cert-dir {where}"

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
        ports = self._ports[around.vantage] = {}

        async def seen(scope: dict[str, Any], receive: Any, send: Any) -> None:
            address = simulated[tuple(scope["server"])]
            client = around.client_for(address), scope["client"][1]
            scope.update(server=(address, HTTPS), client=client, ports=ports)
            await application(scope, receive, send)

        https = HttpsServers(seen)
        self._undo.callback(https.close)
        await https.serve(sockets)
        return listening
