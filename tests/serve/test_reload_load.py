"""A reload every 50 ms while clients ask as fast as they are answered."""

from __future__ import annotations

import os
import socket
import threading
import time
from contextlib import ExitStack
from statistics import median
from typing import TYPE_CHECKING

import dns.message
import pytest

from tests.serve.running import SECONDS, Running, connected, framed, take

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

pytestmark = pytest.mark.slow

LOAD_SECONDS = float(os.environ.get("ACRDNS_RELOAD_SECONDS", "30"))
EVERY = 0.05
WARM_SECONDS = 10.0
"""After so long reloading comes to rest for the first look at the memory; then it goes on."""
RESTS = 10
"""Looks in a row at which there is no worker too many, so that no two generations live side by side."""
WINDOW = 64
"""Queries that a client has under way: what a socket's buffer holds in any case, so that only a server can lose one."""
GROWTH = 4096
"""KiB that all processes together may grow by, once they are warm."""

TOPOLOGY = """
version: 1
registries:
  contoso:
    location: eastus
    public:
      frontend: front-{side}.eus.azcr.io
      traffic_manager: manager-{side}.trafficmanager.net
      addresses: {{registry: [20.45.{number}.144], registry_data_eastus: [20.45.{number}.150]}}
networks:
  hub: {{address_space: [10.0.0.0/16]}}
private_endpoints:
  pe:
    registry: contoso
    network: hub
    addresses: {{registry: 10.0.{number}.7, registry_data_eastus: 10.0.{number}.8}}
    dns_zone_group: [privatelink.azurecr.io]
private_dns_zones:
  privatelink.azurecr.io:
    ttl: 1{number}
    virtual_network_links: {{hub: {{}}}}
"""
SIDES = tuple(TOPOLOGY.format(side=side, number=number) for number, side in enumerate("ab"))
"""Two topologies whose every hop from the first name on tells them apart."""

QUESTIONS = [
    ("internet", "contoso.azurecr.io"),
    ("internet", "contoso.eastus.data.azurecr.io"),
    ("hub", "contoso.azurecr.io"),
    ("hub", "contoso.eastus.data.azurecr.io"),
]


class Client(threading.Thread):
    """Asks one question again and again, and keeps what is unlike the answers of either topology."""

    def __init__(self, where: tuple[str, int], name: str, allowed: list[bytes], done: threading.Event) -> None:
        super().__init__(daemon=True)
        self._where = where
        self._query = dns.message.make_query(name, "A", use_edns=0, id=0).to_wire()[2:]
        self._allowed = allowed
        self._done = done
        self.answered = [0, 0]
        """How often each topology has answered."""
        self.wrong: list[str] = []

    def run(self) -> None:
        """Ask until it is over."""
        try:
            while not self._done.is_set() and not self.wrong:
                self.ask()
        except OSError as error:
            self.wrong.append(f"a query was lost: {error!r}")

    def ask(self) -> None:
        """Ask a window of queries, and wait for every answer."""
        raise NotImplementedError

    def judge(self, reply: bytes) -> None:
        """Count an answer."""
        if reply[2:] in self._allowed:
            self.answered[self._allowed.index(reply[2:])] += 1
        else:
            self.wrong.append(dns.message.from_wire(reply).to_text())


class UdpClient(Client):
    """One socket, so one worker's; each answer makes room for the next query."""

    def run(self) -> None:
        """Open the socket first."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as self._socket:
            self._socket.settimeout(SECONDS / 3)
            self._socket.connect(self._where)
            super().run()

    def ask(self) -> None:
        """Ask 65,536 queries, each ID once."""
        waiting = set()
        for number in range(0x10000):
            ident = number.to_bytes(2, "big")
            self._socket.send(ident + self._query)
            waiting.add(ident)
            while len(waiting) >= WINDOW or (number == 0xFFFF and waiting):
                self._hear(waiting)
            if self._done.is_set() or self.wrong:
                break
        while waiting and not self.wrong:
            self._hear(waiting)

    def _hear(self, waiting: set[bytes]) -> None:
        reply = self._socket.recv(65535)
        if reply[:2] not in waiting:
            self.wrong.append(f"answered twice, or never asked: {reply[:2].hex()}")
            waiting.clear()
            return
        waiting.remove(reply[:2])
        self.judge(reply)


class TcpClient(Client):
    """One connection through all reloads, its queries written in one go."""

    def run(self) -> None:
        """Connect first."""
        with connected(self._where) as self._stream:
            self._stream.settimeout(SECONDS / 3)
            super().run()

    def ask(self) -> None:
        """Ask a window of queries; the answers come in order."""
        idents = [number.to_bytes(2, "big") for number in range(WINDOW)]
        self._stream.sendall(b"".join(framed(ident + self._query) for ident in idents))
        for ident in idents:
            reply = take(self._stream)
            if reply is None or not reply.startswith(ident):
                self.wrong.append(f"no answer to {ident.hex()} in its turn: {reply!r}")
                return
            self.judge(reply)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return the file that is served."""
    return tmp_path / "topology.yaml"


def put(file: Path, side: int) -> None:
    """Put one of the topologies in its place, whole."""
    fresh = file.with_suffix(".new")
    fresh.write_text(SIDES[side])
    fresh.replace(file)


def answers(running: Running) -> Iterator[bytes]:
    """Return the answers to the questions as they are now."""
    for vantage, name in QUESTIONS:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
            asker.settimeout(SECONDS)
            asker.connect(running.address(vantage))
            asker.send(dns.message.make_query(name, "A", use_edns=0).to_wire())
            yield asker.recv(65535)[2:]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_reload_every_50_ms_under_full_load(file: Path, workers: str) -> None:
    """No query is lost over UDP or TCP, every answer is one topology's as a whole, and memory stays flat."""
    done = threading.Event()
    put(file, 0)
    listens = ("--listen", "internet=127.0.0.1:0", "--listen", "hub=127.0.0.1:0")
    with ExitStack() as stack:
        running = stack.enter_context(Running(str(file), *listens, "--workers", workers))
        first = list(answers(running))
        put(file, 1)
        running.hang_up()
        running.err.until("^reloaded ")
        allowed = list(zip(first, answers(running), strict=True))
        assert all(a != b for a, b in allowed)
        clients: list[Client] = [
            kind(running.address(vantage), name, list(pair), done)
            for kind in (UdpClient, UdpClient, TcpClient)
            for (vantage, name), pair in zip(QUESTIONS, allowed, strict=True)
        ]
        for client in clients:
            client.start()
        try:
            warm = min(WARM_SECONDS, LOAD_SECONDS / 3)
            _reload(running, file, clients, warm)
            before = _at_rest(running, 1 + int(workers))
            _reload(running, file, clients, LOAD_SECONDS - warm)
            after = _at_rest(running, 1 + int(workers))
        finally:
            done.set()
            for client in clients:
                client.join(SECONDS)
        assert [line for client in clients for line in client.wrong] == []
        assert all(min(client.answered) > 0 for client in clients)
        assert running.stop() == 0
        reports = running.err.all()
        assert set(reports) == {f"reloaded {file}"}
        assert len(reports) > 10
        assert after < before + GROWTH


def _reload(running: Running, file: Path, clients: Sequence[Client], seconds: float) -> None:
    """Reload every 50 ms, for so long or until a client gets a wrong answer."""
    began = time.monotonic()
    count = 0
    while time.monotonic() - began < seconds and not any(client.wrong for client in clients):
        count += 1
        put(file, count % 2)
        running.hang_up()
        time.sleep(max(0.0, began + count * EVERY - time.monotonic()))


def _at_rest(running: Running, processes: int) -> float:
    """Return the memory of all processes together, in KiB, once no reload is under way any more."""
    sizes: list[int] = []
    end = time.monotonic() + SECONDS
    while len(sizes) < RESTS:
        assert time.monotonic() < end, "workers of an old generation stay"
        time.sleep(EVERY)
        found = running.memory(shares=True)
        if len(found) == processes:
            sizes.append(sum(found.values()))
        else:
            sizes.clear()
    return median(sizes)
