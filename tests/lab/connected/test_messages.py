"""Messages that no honest connected registry sends to its parent: refused, and the parent goes on."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from acrdns.lab.plants import plants, sync_token
from tests.lab.lab import make

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from tests.lab.lab import Lab

ESTATE = """
registries:
  contoso: {location: eastus, connected_registries: {factory: {network: plant, mode: ReadWrite, repositories: [app]}}}
networks:
  plant: {kind: on_premises, address_space: [192.168.0.0/16], peerings: [hub]}
  hub: {address_space: [10.0.0.0/16]}
private_endpoints:
  pe: {registry: contoso, network: hub, addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}}
"""
MESSAGE = {"number": 1, "kind": "delete", "repository": "app", "tag": "v1", "digest": "", "size": 0, "at": 1.9e9}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Return a lab for all."""
    made = make(tmp_path_factory.mktemp("lab") / "store", ESTATE)
    yield made
    made.state.close()


def ask(lab: Lab, method: str, path: str, content: bytes = b"") -> httpx.Response:
    """Ask the gateway as the connected registry does."""
    (plant,) = plants(lab.state.topology)
    user = sync_token(plant.connected), lab.state.store.keys.password(f"sync token of {plant.name}")

    async def asked() -> httpx.Response:
        async with lab.client("contoso.eastus.data.azurecr.io", "10.0.0.8", auth=user) as client:
            return await client.request(method, f"/connected/factory/{path}", content=content)

    return asyncio.run(asked())


@pytest.mark.parametrize(
    "content",
    [
        b"", b"[]", b"{}", b"[" * 60_000,
        *(json.dumps(MESSAGE | change).encode() for change in (
            {"number": 1e400}, {"number": 10**30}, {"number": -1}, {"number": True}, {"size": "0"}, {"at": "now"},
            {"at": float("nan")}, {"kind": "move"}, {"tag": "\ud800"}, {"tag": "a/b"}, {"tag": None}, {"digest": "../x"},
            {"repository": ["app"]}, {"more": 1},
        )),
    ],
    ids=range(18),
)  # fmt: skip
def test_a_message_that_is_none(lab: Lab, content: bytes) -> None:
    """Nothing of it is kept."""
    assert ask(lab, "POST", "messages", content).status_code == 400
    assert lab.state.store.received("contoso", "factory") == 0


@pytest.mark.parametrize("number", ["9" * 5000, "-1", "\u0661x", "1/2"])
def test_a_number_that_is_none(lab: Lab, number: str) -> None:
    """Neither acknowledged nor looked for."""
    assert ask(lab, "PUT", f"messages/{number}").status_code == 404
    assert ask(lab, "GET", f"messages?after={number}").status_code == 400


def test_a_message_that_is_one(lab: Lab) -> None:
    """The same with all fields right."""
    assert ask(lab, "POST", "messages", json.dumps(MESSAGE | {"repository": "other"}).encode()).status_code == 403
    assert ask(lab, "PUT", "messages/1").status_code == 204
    assert ask(lab, "GET", "messages?after=0&wait=0").status_code == 200
