"""SIGKILL of the processes of a connected registry while it syncs over its network."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import time
from contextlib import suppress
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

KILLS = 50
OF_PARENT = 4
"""Of so many kills one is of the parent's side: all of `lab up`."""
SIZE = 4 << 20
"""Octets of a layer."""
MOMENT = 0.1
"""Seconds from a push in which a process is killed."""
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


class RunningLab:
    """A lab that is up, with a store that stays."""

    def __init__(self, command: tuple[str, ...], directory: Path) -> None:
        self._command = (*command, "up", "connected-registry", "--store", str(directory / "store"))
        self._environment = os.environ | {"XDG_RUNTIME_DIR": str(directory), "ACRDNS_LAB": ""}
        self._socket = directory / "acrdns-lab"
        self.start()

    def start(self) -> None:
        """Start it, and return when it is ready."""
        self.process = subprocess.Popen(self._command, stdout=subprocess.PIPE, text=True, env=self._environment)
        assert self.process.stdout is not None
        assert "ready\n" in self.process.stdout
        self.client = ControlClient(str(self._socket))

    def kill(self) -> None:
        """Kill the process that serves the parent, and with it all below."""
        self.client.close()
        self.process.kill()
        self.process.communicate()

    def processes_of_the_plant(self) -> list[int]:
        """Return the processes that sync; where a sync has not begun, wait for it."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            found = [pid for pid in below(self.process.pid) if any(runs(pid, word) for word in OF_THE_PLANT)]
            if found:
                return found
            time.sleep(0.01)
        raise AssertionError("no sync has begun")


@pytest.fixture
def lab(labs: Labs, tmp_path: Path) -> Iterator[RunningLab]:
    """Return such a lab."""
    running = RunningLab(labs.command, tmp_path)
    yield running
    running.client.close()
    running.process.terminate()
    running.process.communicate()


def test_a_sync_survives_the_end_of_its_processes(lab: RunningLab, tmp_path: Path) -> None:
    """Each time one side is killed while a layer is under way: the next sync brings what is missing, once."""
    chance = random.Random(7)
    pushed = {}
    for number in range(KILLS):
        directory = tmp_path / f"image-{number}"
        digest = image(directory, chance.randbytes(SIZE))
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
        reference = f"contoso.azurecr.io/hello-world:t{number}"
        lab.client.order("load", descriptors=[descriptor], reference=reference, image=None)
        os.close(descriptor)
        shutil.rmtree(directory)
        pushed[f"t{number}"] = digest
        time.sleep(chance.random() * MOMENT)
        if number % OF_PARENT == 0:
            lab.kill()
            lab.start()
        else:
            with suppress(ProcessLookupError):
                os.kill(chance.choice(lab.processes_of_the_plant()), signal.SIGKILL)
        if number % 2:
            lab.client.order("connected", name="factory", action="sync", string="")
    answer = lab.client.order("connected", name="factory", action="sync", string="")
    assert answer["reason"] is None
    assert [(row["state"], row["pending"]) for row in answer["connected"]] == [("Online", 0)]
    lab.client.order("down")
    lab.client.close()
    assert lab.process.wait(SECONDS) == 0
    state = LabState(load(located("connected-registry")), tmp_path / "store", LabClock())
    place = state.place("contoso/factory", LOCAL, "hello-world")
    found = {tag.name: tag.digest for tag in state.store.content.tags(place)}
    assert pushed.items() <= found.items()
    rows = state.store._database.execute("SELECT origin, source FROM journal WHERE registry = ?", (place.registry,))
    delivered = [row for row in rows if row[1] is not None]
    assert len(delivered) == len(set(delivered)) >= KILLS
    for tag in pushed:
        manifest = state.store.content.manifest(place, found[tag])
        assert manifest is not None
        for layer in json.loads(manifest.content)["layers"]:
            octets = state.store.blobs.path(layer["digest"]).read_bytes()
            assert f"sha256:{hashlib.sha256(octets).hexdigest()}" == layer["digest"]
    state.close()
