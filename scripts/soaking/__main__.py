"""A server among misfortunes: reloads, killed processes, a full stderr, dripping clients, a flood, a missing upstream.

All at once, while well-behaved clients ask. It fails if one of their questions is not answered rightly when asked once
more, and if the parent's memory or descriptors have grown between two rests.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.soaking.clients import Asked, Client
from scripts.soaking.misfortunes import (
    Dripping,
    Flood,
    Misfortune,
    Reloads,
    Stderr,
    Upstream,
    children,
    kill_a_child,
)
from tests.free_ports import free_address

if TYPE_CHECKING:
    from collections.abc import Sequence

WARM = 0.3
"""The part of the time after which memory and descriptors are measured first."""
REST_SECONDS = 25.0
"""A rest before they are measured: idle connections are closed in 10 seconds."""
GROWTH = 8 * 1024
"""KiB that the parent may have grown by; it grew by 60 in the 3 minutes of CI."""

TOPOLOGY = """
version: 1
registries:
  contoso:
    location: eastus
    public: {{addresses: {{registry: [20.45.{number}.144], registry_data_eastus: [20.45.{number}.150]}}}}
networks:
  hub: {{address_space: [10.0.0.0/16]}}
private_endpoints:
  pe:
    registry: contoso
    network: hub
    addresses: {{registry: 10.0.{number}.7, registry_data_eastus: 10.0.{number}.8}}
    dns_zone_group: [privatelink.azurecr.io]
private_dns_zones:
  privatelink.azurecr.io: {{virtual_network_links: {{hub: {{}}}}}}
"""
TEXTS = tuple(TOPOLOGY.format(number=number) for number in (1, 2))
ZONE = "$ORIGIN example.\n$TTL 1\n@ SOA ns host 1 3600 300 2419200 1\n@ NS ns\nns A 192.0.2.1\nwww A 192.0.2.2\n"
SERVE = [sys.executable, "-m", "acrdns", "serve"]


def main(arguments: Sequence[str]) -> int:
    """Run for the time that the command line says, and return the exit code."""
    parser = argparse.ArgumentParser(prog="scripts/soak", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=20.0)
    seconds = parser.parse_args(arguments).minutes * 60
    with tempfile.TemporaryDirectory() as directory:
        problems = soak(Path(directory), seconds)
    for problem in problems[:20]:
        print(f"scripts/soak: {problem}", file=sys.stderr)
    return 1 if problems else 0


def soak(directory: Path, seconds: float) -> list[str]:
    """Run, print what happened, and return what is wrong."""
    file, zone = directory / "topology.yaml", directory / "example.zone"
    file.write_text(TEXTS[0])
    zone.write_text(ZONE)
    ports = {name: free_address() for name in ("internet", "hub", "upstream")}
    metrics = free_address("127.0.0.1")
    upstream = Upstream([*SERVE, f"--zone-file={zone}", "--listen={}:{}".format(*ports["upstream"]), "--workers=1"])
    listens = ["--listen={}={}:{}".format(name, *ports[name]) for name in ("internet", "hub")]
    options = ["--upstream={}:{}".format(*ports["upstream"]), "--metrics={}:{}".format(*metrics), "--log-queries"]
    reader, writer = os.pipe()
    command = [*SERVE, str(file), *listens, *options, "--workers=2"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=writer, text=True)
    os.close(writer)
    stderr = Stderr(reader)
    stderr.start()
    assert server.stdout is not None
    while "ready" not in server.stdout.readline():
        pass
    resting, done = threading.Event(), threading.Event()
    dripping = Dripping([ports["hub"], ports["internet"], metrics])
    killed = Misfortune("killed processes", lambda: kill_a_child(server.pid), 5.0, resting)
    misfortunes = [
        killed,
        Misfortune("reloads", Reloads(file, TEXTS, server.pid), 2.0, resting),
        Misfortune("turns of stderr", stderr.turn, 8.0, resting),
        Misfortune("drops", dripping, 0.5, resting),
        Misfortune("bursts", Flood(ports["hub"]), 0.1, resting),
        Misfortune("times without upstream", upstream, 12.0, resting),
    ]
    clients = [Client(asked, resting, done) for asked in questions(ports, upstream, killed)]
    for thread in (*clients, *misfortunes):
        thread.start()
    try:
        measured = []
        for part in (WARM, 1.0 - WARM):
            resting.clear()
            ended = wait(server, max(0.0, part * seconds - REST_SECONDS))
            resting.set()
            dripping.close()
            if ended or wait(server, REST_SECONDS):
                return [f"the server has ended with {server.returncode}", *stderr.last]
            measured.append(measure(server.pid))
        print_counts(clients, misfortunes, stderr, measured)
        problems = [line for client in clients for line in client.wrong]
        return problems + grown(*measured) + ended_well(server)
    finally:
        done.set()
        for each in misfortunes:
            each.done.set()
        for thread in (*clients, *misfortunes):
            thread.join(30.0)
        upstream.close()
        server.kill()
        server.wait()
        server.stdout.close()


def questions(ports: dict[str, tuple[str, int]], upstream: Upstream, killed: Misfortune) -> list[Asked]:
    """Return what clients ask."""

    def may_be_lost(since: float) -> bool:
        return killed.last >= since and upstream.may_fail(since)

    found = []
    for tcp in (False, True):
        for member, last in (("contoso.azurecr.io", 7), ("contoso.eastus.data.azurecr.io", 8)):
            private = frozenset(f"10.0.{number}.{last}" for number in (1, 2))
            found.append(Asked(member, ports["hub"], tcp, private))
        public = frozenset(f"20.45.{number}.144" for number in (1, 2))
        found.append(Asked("contoso.azurecr.io", ports["internet"], tcp, public))
        found.append(Asked("www.example", ports["hub"], tcp, frozenset(("192.0.2.2",)), upstream.may_fail, may_be_lost))
    return found


def wait(server: subprocess.Popen[str], seconds: float) -> bool:
    """Wait; return True as soon as the server ends."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        if server.poll() is not None:
            return True
        time.sleep(min(0.5, left))
    return False


def measure(pid: int) -> tuple[int, int, int]:
    """Return the KiB, the descriptors and the child processes of a process."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(status["VmRSS"].split()[0]), len(list(Path(f"/proc/{pid}/fd").iterdir())), len(children(pid))


def grown(before: tuple[int, int, int], after: tuple[int, int, int]) -> list[str]:
    """Return what has grown between two rests."""
    problems = []
    if after[0] > before[0] + GROWTH:
        problems.append(f"the parent has grown from {before[0]} to {after[0]} KiB")
    if after[1:] != before[1:]:
        problems.append(f"descriptors and child processes were {before[1:]} and are {after[1:]}")
    return problems


def ended_well(server: subprocess.Popen[str]) -> list[str]:
    """End the server, and return what is wrong with its end."""
    server.terminate()
    try:
        code = server.wait(30.0)
    except subprocess.TimeoutExpired:
        return ["the server does not end"]
    return [] if code == 0 else [f"the server has ended with {code}"]


def print_counts(
    clients: list[Client], misfortunes: list[Misfortune], stderr: Stderr, measured: list[tuple[int, int, int]]
) -> None:
    """Print what happened."""
    total: Counter[str] = Counter()
    for client in clients:
        total.update(client.counted)
    total["answered wrongly or not"] = sum(len(client.wrong) for client in clients)
    total.update({each.name: each.count for each in misfortunes})
    total.update({f"stderr: {kind}": count for kind, count in stderr.lines.most_common(8)})
    for name, count in total.items():
        print(f"{count:10,}  {name}")
    for when, (memory, descriptors, processes) in zip(("warm", "at the end"), measured, strict=True):
        print(f"{memory:10,}  KiB of the parent, {descriptors} descriptors, {processes} child processes, {when}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
