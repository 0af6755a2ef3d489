"""SIGKILL in the midst of pushes and deletes: the next start finds everything that was acknowledged, and nothing by half."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import random
from typing import TYPE_CHECKING

import pytest

from tests.lab.killed import killed
from tests.lab.lab import make

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from tests.lab.lab import Lab

IMAGE = "application/vnd.oci.image.manifest.v1+json"
SMALL, LARGE = 1 << 10, 1 << 20


def push_forever(directory: Path, seed: int, acknowledged: int) -> None:
    """Push images with layers of all sizes, two at a time, and write each line to a pipe when it is acknowledged.

    Each third image is deleted, its layer too, and what is left of them collected: a line says so before and after.
    """
    lab = make(directory)
    chance = random.Random(seed)

    async def push(client: httpx.AsyncClient, name: str) -> None:
        number = 0
        while True:
            number += 1
            layer = chance.randbytes(chance.choice((SMALL, LARGE)))
            digest = f"sha256:{hashlib.sha256(layer).hexdigest()}"
            begun = await client.post(f"/v2/{name}/blobs/uploads/")
            place = begun.headers["location"]
            for start in range(0, len(layer), LARGE // 4):
                await client.patch(place, content=layer[start : start + LARGE // 4])
            done = await client.put(f"{place}&digest={digest}")
            if done.status_code == 201:
                os.write(acknowledged, f"blob {name} {digest}\n".encode())
            descriptor = {"mediaType": "application/octet-stream", "digest": digest, "size": len(layer)}
            manifest = json.dumps({"schemaVersion": 2, "config": descriptor, "layers": []}).encode()
            pushed = f"sha256:{hashlib.sha256(manifest).hexdigest()}"
            tag = f"t{number % 5}"
            done = await client.put(f"/v2/{name}/manifests/{tag}", content=manifest, headers={"content-type": IMAGE})
            if done.status_code == 201:
                os.write(acknowledged, f"tag {name} {tag} {number} {pushed}\n".encode())
            if number % 3 == 0:
                os.write(acknowledged, f"deleting {name} {pushed} {digest}\n".encode())
                deleted = [
                    await client.delete(f"/v2/{name}/{path}") for path in (f"manifests/{pushed}", f"blobs/{digest}")
                ]
                if [each.status_code for each in deleted] == [202, 202]:
                    os.write(acknowledged, f"gone {name} {pushed} {digest}\n".encode())
                lab.state.store.gc(lab.clock.now())

    async def both() -> None:
        async with lab.everywhere("https://contoso.azurecr.io", auth=lab.user) as client:
            await asyncio.gather(push(client, "one"), push(client, "two"))

    asyncio.run(both())


def look(lab: Lab, told: list[str]) -> None:
    """Compare a store with what was acknowledged."""
    store = lab.state.store
    tags: dict[tuple[str, str], str] = {}
    lines = [line.split() for line in told]
    may_be_gone = {digest for kind, _, *digests in lines if kind == "deleting" for digest in digests}
    for kind, name, *rest in lines:
        place = lab.state.place("contoso", "eastus", name)
        if kind == "gone":
            assert not store.content.has_manifest(place, rest[0])
            assert store.content.layer_size(place, rest[1]) is None
        elif kind == "blob" and rest[0] not in may_be_gone:
            assert store.content.layer_size(place, rest[0]) is not None, rest
        elif kind == "tag":
            tags[name, rest[0]] = rest[2]
    for (name, tag), digest in tags.items():
        if digest in may_be_gone:
            continue
        place = lab.state.place("contoso", "eastus", name)
        assert store.content.has_manifest(place, digest)
        assert store.content.tagged(place, tag) is not None
    for name in ("one", "two"):
        place = lab.state.place("contoso", "eastus", name)
        for found in store.content.tags(place):
            manifest = store.content.manifest(place, found.name)
            assert manifest is not None
            config = json.loads(manifest.content)["config"]
            assert store.content.layer_size(place, config["digest"]) == config["size"]
    for digest in store.blobs.digests():
        content = store.blobs.path(digest).read_bytes()
        assert f"sha256:{hashlib.sha256(content).hexdigest()}" == digest


def check(directory: Path, seed: int, kills: int) -> None:
    """Kill several times in a row, each time with the store that the one before left."""
    told: list[str] = []
    for number in range(kills):
        told += killed(push_forever, directory, seed * 1000 + number, lines=18, seconds=1 / 100)
        lab = make(directory)
        try:
            look(lab, told)
            uploads = {file.name for file in (directory / "uploads").iterdir()}
            rows = lab.state.store.uploads.identifiers()
            assert uploads == rows
        finally:
            lab.state.close()
    assert told


def test_a_store_survives_sigkill(tmp_path: Path) -> None:
    """Five times."""
    check(tmp_path / "store", 1, 5)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 12))
def test_a_store_survives_many_sigkills(tmp_path: Path, seed: int) -> None:
    """A hundred times in all."""
    check(tmp_path / "store", seed, 10)
