"""The two registries that `lab` compares: with TLS, on free ports, each on the first core."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import trustme

from tests.free_ports import free_port
from tests.lab.registry_api.peer import docker_registry

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Registry:
    """A registry that runs: where, as which process, and how clients sign in."""

    name: str
    url: str
    pid: int
    curl: tuple[str, ...]
    """Options that lead to it."""
    user: str = ""

    def peak(self) -> float:
        """Return the most memory that it has used since the last reset, in MiB."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        return int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) / 1024

    def cpu(self) -> float:
        """Return the seconds of CPU time that it has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def reset(self) -> None:
        """Forget the peak."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5", encoding="ascii")


@contextmanager
def both(folder: Path) -> Iterator[tuple[Registry, Registry]]:
    authority = trustme.CA()
    issued = authority.issue_cert("contoso.azurecr.io", "contoso.eastus.data.azurecr.io", "127.0.0.1")
    bundle, certificate, key = folder / "ca.pem", folder / "certificate.pem", folder / "key.pem"
    authority.cert_pem.write_to_path(str(bundle))
    issued.private_key_and_cert_chain_pem.write_to_path(str(certificate))
    issued.private_key_pem.write_to_path(str(key))
    with docker_registry(folder, (certificate, key)) as (url, pid), _ours(folder, certificate) as (port, process):
        for each in (pid, process.pid):
            _pin(each, {0})
        os.sched_setaffinity(0, set(range(1, os.cpu_count() or 1)) or {0})
        trust = ("--cacert", str(bundle))
        password = (process.stdout.readline() if process.stdout else b"").decode().strip()
        _wait(port, bundle)
        leads = ("--connect-to", f"::127.0.0.1:{port}", *trust)
        yield (
            Registry("lab", "https://contoso.azurecr.io", process.pid, leads, f"lab:{password}"),
            Registry("docker-registry", url, pid, trust),
        )


def _pin(pid: int, cores: set[int]) -> None:
    for thread in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(thread.name), cores)


@contextmanager
def _ours(folder: Path, certificate: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "scripts.benchmarks._lab_server",
        str(folder / "store"),
        str(port),
        str(certificate),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        yield port, process
    finally:
        process.kill()
        process.wait()


def _wait(port: int, bundle: Path) -> None:
    for _ in range(200):
        command = ["curl", "-s", "-o", "/dev/null", "--cacert", str(bundle), f"https://127.0.0.1:{port}/"]
        if subprocess.run(command, check=False).returncode not in (7, 35):
            return
        time.sleep(0.05)
    raise SystemExit("scripts/bench lab: the lab's server did not start")
