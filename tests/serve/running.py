"""A server as people run it: a process of its own, asked from outside."""

from __future__ import annotations

import queue
import re
import signal
import socket
import struct
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

import dns.message
import dns.query
import dns.rdatatype

from tests.warm import ROOT, Acrdns, run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

SECONDS = 60.0
"""How long anything may take before the test fails."""

TOPOLOGY = """
version: 1
registries:
  contoso:
    location: eastus
    public:
      addresses: {{registry: [20.45.122.144], registry_data_eastus: [20.45.122.150]}}
networks:
  hub: {{address_space: [10.0.0.0/16]}}
{networks}
private_endpoints:
  pe:
    registry: contoso
    network: hub
    addresses: {{registry: {address}, registry_data_eastus: 10.0.0.8}}
    dns_zone_group: [privatelink.azurecr.io]
private_dns_zones:
  privatelink.azurecr.io:
    virtual_network_links: {{hub: {{}}}}
"""

ZONE = """$ORIGIN example.
$TTL 300
@ SOA ns1 host 1 3600 300 2419200 60
@ NS ns1
ns1 A 192.0.2.1
www A 192.0.2.2
www AAAA 2001:db8::2
alias CNAME www
*.wild A 192.0.2.3
sub NS ns.sub
ns.sub A 192.0.2.53
""" + "\n".join(f'big TXT "{number:03d}{"x" * 200}"' for number in range(10))


def topology(address: str = "10.0.0.7", networks: str = "") -> str:
    """Write a topology; from the hub, contoso's login server is at `address`."""
    return TOPOLOGY.format(address=address, networks=networks)


class Lines:
    """The lines that a stream brings, to be waited for."""

    def __init__(self, stream: Iterable[str]) -> None:
        self.seen: list[str] = []
        self._queue: queue.Queue[str | None] = queue.Queue()
        self._thread = threading.Thread(target=self._read, args=(stream,), daemon=True)
        self._thread.start()

    def _read(self, stream: Iterable[str]) -> None:
        for line in stream:
            self._queue.put(line.rstrip("\n"))
        self._queue.put(None)

    def until(self, pattern: str) -> str:
        """Wait for a line that matches, and give it. Lines before it are seen."""
        while True:
            line = self._queue.get(timeout=SECONDS)
            assert line is not None, f"no line matches {pattern!r} in {self.seen}"
            self.seen.append(line)
            if re.search(pattern, line):
                return line

    @property
    def is_empty(self) -> bool:
        """Whether no line is there that nobody has waited for."""
        return self._queue.empty()

    def waiting(self) -> list[str]:
        """Return the lines that have come and that nobody has waited for; they are not seen by that."""
        return [line for line in list(self._queue.queue) if line is not None]

    def all(self) -> list[str]:
        """Wait for the end, and give every line."""
        while (line := self._queue.get(timeout=SECONDS)) is not None:
            self.seen.append(line)
        self._thread.join()
        return self.seen


class Running:
    """`acrdns serve` with these arguments, ready; a new interpreter is started where that is asked for in any way."""

    def __init__(
        self,
        *arguments: str,
        cwd: Path = ROOT,
        stderr: int = subprocess.PIPE,
        before: Sequence[str] = (),
        python: str = "",
    ) -> None:
        if before or python or cwd != ROOT:
            command = [*before, python or sys.executable, "-m", "acrdns", "serve", *arguments]
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True, cwd=cwd)
        else:
            self.process = Acrdns(["serve", *arguments], stdout=subprocess.PIPE, stderr=stderr, cwd=cwd)
        assert self.process.stdout is not None
        self.out = Lines(self.process.stdout)
        self.err = Lines(self.process.stderr or iter(()))

    def __enter__(self) -> Self:
        try:
            self.out.until(r"\bready\b")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(SECONDS)
        finally:
            self.process.kill()
            self.process.wait()
            for stream in (self.process.stdout, self.process.stderr):
                if stream is not None:
                    stream.close()

    @property
    def places(self) -> list[tuple[str, tuple[str, int]]]:
        """The table that it printed: vantage points and addresses."""
        rows = [re.split(r"\s{2,}", line) for line in self.out.seen]
        return [(vantage, split(address)) for vantage, address in rows[1:-1]]

    def address(self, vantage: str) -> tuple[str, int]:
        """Return the first address of a vantage point."""
        return next(address for name, address in self.places if name == vantage)

    def children(self) -> list[int]:
        """Return the processes that it has started."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in listed.split()]

    def memory(self, *, shares: bool = False) -> dict[int, int]:
        """Return the memory in KiB of each process; ended ones are left out.

        With `shares`, what several hold counts for each by its part, so that the sum is what all need together. Without,
        a process does not seem to grow when another one stops to share pages with it.
        """
        sizes = {}
        for pid in (self.process.pid, *self.children()):
            with suppress(FileNotFoundError, ProcessLookupError):
                rows = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
                sizes[pid] = sum(int(row.split()[1]) for row in rows if row.startswith("Pss:" if shares else "Rss:"))
        return sizes

    def hang_up(self) -> None:
        """Ask for a reload."""
        self.process.send_signal(signal.SIGHUP)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """End it, and give its exit code."""
        self.process.send_signal(number)
        return self.process.wait(SECONDS)


def split(address: str) -> tuple[str, int]:
    """Read `ADDR:PORT` or `[ADDR]:PORT`."""
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)


def ask(where: tuple[str, int], name: str, kind: str = "A", *, tcp: bool = False) -> dns.message.Message:
    """Ask with dnspython."""
    send = dns.query.tcp if tcp else dns.query.udp
    return send(dns.message.make_query(name, kind), where[0], SECONDS, where[1], one_rr_per_rrset=False)


def addresses(where: tuple[str, int], name: str, *, tcp: bool = False) -> list[str]:
    """Return the addresses that a name has there."""
    last = ask(where, name, tcp=tcp).answer[-1:]
    return [item.to_text() for rrset in last if rrset.rdtype == dns.rdatatype.A for item in rrset]


@contextmanager
def connected(where: tuple[str, int]) -> Iterator[socket.socket]:
    """Connect by TCP."""
    with socket.create_connection(where, SECONDS) as made:
        yield made


def framed(packet: bytes) -> bytes:
    """Put the length before a packet, as TCP wants it."""
    return struct.pack("!H", len(packet)) + packet


def take(stream: socket.socket) -> bytes | None:
    """Receive one framed packet; None where the connection ends before it."""
    head = _exactly(stream, 2)
    return None if head is None else _exactly(stream, int.from_bytes(head, "big"))


def _exactly(stream: socket.socket, count: int) -> bytes | None:
    got = b""
    while len(got) < count:
        try:
            more = stream.recv(count - len(got))
        except ConnectionResetError:
            return None
        if not more:
            return None
        got += more
    return got


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `acrdns serve` to its end."""
    return run("serve", *arguments, seconds=SECONDS)
