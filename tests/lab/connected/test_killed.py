"""SIGKILL in the midst of a sync: nothing that was pushed is lost, and nothing is delivered twice."""

from __future__ import annotations

import asyncio
import os
import random
from typing import TYPE_CHECKING

import pytest

from tests.lab.connected.plant import PlantLab
from tests.lab.killed import killed

if TYPE_CHECKING:
    from pathlib import Path

CLOUD, FACTORY = "contoso.azurecr.io", "factory.plant.example"


def push_and_sync_forever(directory: Path, seed: int, acknowledged: int) -> None:
    """Push at both sides and sync, and write a line to a pipe for each push that was acknowledged."""
    plant = PlantLab(directory)
    chance = random.Random(seed)

    async def work() -> None:
        number = 0
        while True:
            number += 1
            host, tag = chance.choice((CLOUD, FACTORY)), f"{seed}-{number}"
            plant.lab.clock.time += 1
            digest = await plant.push(host, "app", tag, f"{seed} {number} " * chance.choice((1, 10_000)))
            os.write(acknowledged, f"{tag} {digest}\n".encode())
            if chance.random() < 0.6:
                await plant.sync()

    asyncio.run(work())


async def look(plant: PlantLab, told: dict[str, str]) -> None:
    """Sync to the end, and compare both sides with what was acknowledged."""
    await plant.sync()
    here, there = plant.tags("contoso/factory"), plant.tags("contoso")
    assert here == there
    assert told.items() <= here.items()
    assert len(plant.deliveries()) == len(set(plant.deliveries()))
    assert plant.syncs["factory"].pending() == 0
    async with plant.uplink.client(FACTORY, plant.lab.user) as client:
        for tag in here:
            for layer in (await client.get(f"/v2/app/manifests/{tag}")).json()["layers"]:
                assert len((await client.get(f"/v2/app/blobs/{layer['digest']}")).content) == layer["size"]


@pytest.mark.parametrize("kills", [2, pytest.param(50, marks=pytest.mark.slow)])
def test_a_sync_survives_sigkill(tmp_path: Path, kills: int) -> None:
    """Each time with the store that the kill before has left, and with all that was pushed until then."""
    told: dict[str, str] = {}
    for number in range(kills):
        told |= dict(
            line.split() for line in killed(push_and_sync_forever, tmp_path / "store", number, lines=6, seconds=1 / 20)
        )
        if number % 10 == 0 or number == kills - 1:
            plant = PlantLab(tmp_path / "store")
            asyncio.run(look(plant, told))
            plant.lab.state.close()
    assert told
