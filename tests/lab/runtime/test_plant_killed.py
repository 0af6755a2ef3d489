"""SIGKILL of the processes of a connected registry while it syncs over its network."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from acrdns.lab.clock import LabClock
from acrdns.lab.runtime.control import ControlClient
from acrdns.lab.state import LabState
from acrdns.lab.storage.journal import LOCAL
from acrdns.topology.load import load
from acrdns.topology.samples import located
from tests.lab.conftest import SECONDS, Labs
from tests.lab.runtime.test_ends import below, runs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

KILLS = 25
IMAGE = "application/vnd.oci.image.manifest.v1+json"
OF_THE_PLANT = "acrdns.lab.connected.agent", "acrdns.lab.runtime.plants.process"


def image(directory: Path, content: bytes) -> str:
    """Write an OCI layout with an image of one layer, and return the manifest's digest."""

    def blob(octets: bytes) -> dict[str, object]:
        digest = hashlib.sha256(octets).hexdigest()
        (directory / "blobs/sha256" / digest).write_bytes(octets)
        return {"mediaType": "application/octet-stream", "digest": f"sha256:{digest}", "size": len(octets)}

    (directory / "blobs/sha256").mkdir(parents=True)
    config, layer = blob(b"{}"), blob(content)
    manifest = {"schemaVersion": 2, "mediaType": IMAGE, "config": config, "layers": [layer]}
    entry = blob(json.dumps(manifest).encode()) | {"mediaType": IMAGE}
    (directory / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [entry]}))
    return str(entry["digest"])


@pytest.fixture
def lab(labs: Labs, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Return a lab that is up, with a store that stays."""
    command = (*labs.command, "up", "connected-registry", "--store", str(tmp_path / "store"))
    environment = os.environ | {"XDG_RUNTIME_DIR": str(tmp_path), "ACRDNS_LAB": ""}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        assert "ready\n" in process.stdout
        try:
            yield process
        finally:
            process.terminate()


def test_a_sync_survives_the_end_of_its_processes(lab: subprocess.Popen[str], tmp_path: Path) -> None:
    """Each time one of them is killed while a layer is under way: the next sync brings what is missing, once."""
    chance = random.Random(7)
    client = ControlClient(str(tmp_path / "acrdns-lab"))
    pushed, killed = {}, 0
    for number in range(KILLS):
        directory = tmp_path / f"image-{number}"
        digest = image(directory, chance.randbytes(8 << 20))
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
        reference = f"contoso.azurecr.io/hello-world:t{number}"
        client.order("load", descriptors=[descriptor], reference=reference, image=None)
        os.close(descriptor)
        pushed[f"t{number}"] = digest
        victims = [pid for pid in below(lab.pid) if any(runs(pid, word) for word in OF_THE_PLANT)]
        if victims:
            os.kill(chance.choice(victims), signal.SIGKILL)
            killed += 1
        client.order("connected", name="factory", action="sync", string="")
    answer = client.order("connected", name="factory", action="sync", string="")
    assert answer["reason"] is None
    assert [(row["state"], row["pending"]) for row in answer["connected"]] == [("Online", 0)]
    assert killed > KILLS // 2
    client.order("down")
    client.close()
    assert lab.wait(SECONDS) == 0
    state = LabState(load(located("connected-registry")), tmp_path / "store", LabClock())
    place = state.place("contoso/factory", LOCAL, "hello-world")
    found = {tag.name: tag.digest for tag in state.store.content.tags(place)}
    assert pushed.items() <= found.items()
    rows = state.store._database.execute("SELECT origin, source FROM journal WHERE registry = ?", (place.registry,))
    delivered = [row for row in rows if row[1] is not None]
    assert len(delivered) == len(set(delivered)) >= KILLS
    state.close()
