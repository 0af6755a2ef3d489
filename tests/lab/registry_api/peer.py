"""Debian's docker-registry, as the other registry that is asked the same."""

from __future__ import annotations

import json
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx

from tests.free_ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROGRAM = "docker-registry"
SECONDS = 120.0


@contextmanager
def docker_registry(folder: Path, tls: tuple[Path, Path] | None = None) -> Iterator[tuple[str, int]]:
    """Run docker-registry with its files in a folder; yield its address and process id. TLS: certificate and key."""
    port = free_port()
    http = {"addr": f"127.0.0.1:{port}", "http2": {"disabled": True}}
    if tls:
        http["tls"] = {"certificate": str(tls[0]), "key": str(tls[1])}
    config = {
        "version": "0.1",
        "log": {"level": "error", "accesslog": {"disabled": True}},
        "storage": {
            "filesystem": {"rootdirectory": str(folder / "registry"), "maxthreads": 400},
            "delete": {"enabled": True},
            "maintenance": {"uploadpurging": {"enabled": False}},
        },
        "http": http,
    }
    file = folder / "docker-registry.yml"
    file.write_text(json.dumps(config), encoding="utf-8")
    url = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
    with (folder / "docker-registry.log").open("wb") as log:
        process = subprocess.Popen([PROGRAM, "serve", str(file)], stdout=log, stderr=log)
    try:
        _wait(url, process)
        yield url, process.pid
    finally:
        process.kill()
        process.wait()


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            httpx.get(f"{url}/v2/", verify=False)  # noqa: S501 -- is it there?
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"{PROGRAM} did not start")
