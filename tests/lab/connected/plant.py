"""A plant in memory: a connected registry, its child and their parent, whose requests go to the application at once."""

from __future__ import annotations

import asyncio
import functools
import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx

from acrdns.lab.condition import Condition
from acrdns.lab.connected.sync import Sync
from acrdns.lab.plants import plants
from acrdns.lab.registry_api import app
from acrdns.lab.storage.journal import LOCAL
from acrdns.probe.pull.connection import HttpAnswer, RequestFailed
from tests.lab.lab import Lab, make

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping
    from pathlib import Path

IMAGE = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"

PLANT = """
registries:
  contoso:
    location: eastus
    data_endpoint_enabled: true
    public: {addresses: {registry: [20.45.122.144], registry_data_eastus: [20.45.122.150]}}
    connected_registries:
      factory:
        {network: plant, mode: ReadWrite, login_server: factory.plant.example, address: 192.168.0.20, repositories: [app, hello-world]}
      line-1: {network: plant, parent: factory, login_server: line-1.plant.example, address: 192.168.0.21, repositories: [app]}
networks:
  plant: {kind: on_premises, address_space: [192.168.0.0/16]}
"""
HOSTS = {
    "contoso.azurecr.io": "20.45.122.144",
    "contoso.eastus.data.azurecr.io": "20.45.122.150",
    "factory.plant.example": "192.168.0.20",
    "line-1.plant.example": "192.168.0.21",
}


def in_a_loop(test: Callable[..., Coroutine[None, None, None]]) -> Callable[..., None]:
    """Return a test that runs in an event loop of its own."""

    @functools.wraps(test)
    def run(*arguments: object, **named: object) -> None:
        asyncio.run(test(*arguments, **named))

    return run


@dataclass
class MemoryUplink:
    """The network stack of the plant, without a network."""

    lab: Lab
    hosts: Mapping[str, str] = field(default_factory=lambda: dict(HOSTS))
    left: int = -1
    """Requests until the network fails; negative for never."""
    lose_answer: bool = False
    """Whether the request that fails is carried out before."""
    asked: list[str] = field(default_factory=list)
    closed: bool = False

    async def send(
        self, method: str, url: str, headers: Mapping[str, str], *, body: bytes | int | None = None, sink: int = -1
    ) -> HttpAnswer:
        """Send a request to the application."""
        host = httpx.URL(url).host
        self.asked.append(f"{method} {url}")
        self.left -= 1
        if self.left == -1 and not self.lose_answer:
            raise RequestFailed("unreachable", "the network has failed")
        content = os.pread(body, 1 << 24, 0) if isinstance(body, int) else body
        async with self.client(host) as client:
            answer = await client.request(method, url, headers=headers, content=content)
        if self.left == -1:
            raise RequestFailed("unreachable", "the network has failed")
        if sink >= 0:
            os.write(sink, answer.content)
        return HttpAnswer(answer.status_code, answer.headers, b"" if sink >= 0 else answer.content, self.hosts[host])

    def client(self, host: str, auth: tuple[str, str] | None = None) -> httpx.AsyncClient:
        """Return a client in the plant."""
        inner = app(self.lab.state)

        async def at_address(scope: object, receive: object, send: Callable[..., object]) -> None:
            await inner(scope | {"server": (self.hosts[host], 443), "vantage": "plant"}, receive, send)  # type: ignore[operator,arg-type]

        transport = httpx.ASGITransport(at_address, client=("192.168.0.20", 40000))
        return httpx.AsyncClient(transport=transport, base_url=f"https://{host}", auth=auth)


class PlantLab:
    """The lab, and what a test does in it."""

    def __init__(self, directory: Path, text: str = PLANT) -> None:
        self.lab = make(directory, text)
        self.uplink = MemoryUplink(self.lab)
        self.syncs = {
            plant.connected.name: Sync(self.lab.state, plant, Condition(self.lab.state.store, plant))
            for plant in plants(self.lab.state.topology)
        }

    async def sync(self, name: str = "factory") -> None:
        """Let a connected registry make one pass. Raises SyncFailed."""
        await self.syncs[name].run(self.uplink)  # type: ignore[arg-type]

    async def push(self, host: str, repository: str, tag: str, words: str, auth: tuple[str, str] | None = None) -> str:
        """Push an image with one layer and return its digest. Raises AssertionError where it is refused."""
        async with self.uplink.client(host, auth or self.lab.user) as client:
            layer = words.encode()
            digest = f"sha256:{hashlib.sha256(layer).hexdigest()}"
            answer = await client.post(f"/v2/{repository}/blobs/uploads/?digest={digest}", content=layer)
            assert answer.status_code == 201, answer.text
            entry = {"mediaType": "application/octet-stream", "digest": digest, "size": len(layer)}
            manifest = {"schemaVersion": 2, "mediaType": IMAGE, "config": entry, "layers": [entry]}
            content = json.dumps(manifest).encode()
            path = f"/v2/{repository}/manifests/{tag}"
            answer = await client.put(path, content=content, headers={"content-type": IMAGE})
            assert answer.status_code == 201, answer.text
            return answer.headers["docker-content-digest"]

    async def delete(self, host: str, repository: str, reference: str) -> int:
        """Delete a tag or a manifest and return the status."""
        async with self.uplink.client(host, self.lab.user) as client:
            return (await client.delete(f"/v2/{repository}/manifests/{reference}")).status_code

    def tags(self, where: str, repository: str = "app") -> dict[str, str]:
        """Return the tags of `contoso` or `contoso/factory` and their digests."""
        region = LOCAL if "/" in where else "eastus"
        place = self.lab.state.place(where, region, repository)
        return {tag.name: tag.digest for tag in self.lab.state.store.content.tags(place)}

    def deliveries(self) -> list[tuple[object, ...]]:
        """Return where each change came from that came from elsewhere: registry, origin and number there."""
        rows = self.lab.state.store._database.execute(
            "SELECT registry, origin, source FROM journal WHERE source IS NOT NULL AND region <> 'westus'"
        )
        return list(rows)
