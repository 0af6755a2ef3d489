"""How much memory a server needs for 1,000,000 names from a zone file, and for an estate of 10,000 registries.

NSD, Knot and ours serve the same zone file, each with one process that answers, one after the other; ours serves the
estate as well. Peak is the sum over a server's processes of the most that each ever had in memory (VmHWM of proc(5)):
pages that they share count in each, so that it is never too low. PSS shares such pages out, and is what stands once the
server answers. Every server is asked for names of the file before it is measured. A row over its limit makes the exit
code 1.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import dns.exception
import dns.message
import dns.query
import dns.rcode

from scripts.benchmarks._estate import SUFFIX, Estate
from tests.conformance.peers import SERVERS
from tests.free_ports import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

ACRDNS = str(Path(sys.executable).with_name("acrdns"))
NAMES = 1_000_000
ZONE_FILE = "azurecr.zone"
REGISTRIES = 10_000
KIB, GIB = 1 << 10, 1 << 30
START = 300.0
"""Seconds that a server has to start in."""
HEAD = f"$ORIGIN {SUFFIX}.\n$TTL 60\n@ IN SOA ns admin 1 3600 600 86400 10\n@ IN NS ns\nns IN A 192.0.2.53\n"


@dataclass(frozen=True, slots=True)
class Row:
    """One server with one load; octets, each the median of the rounds."""

    server: str
    load: str
    processes: int
    peak: int
    pss: int
    names: int
    limit: int | None
    """Octets of the peak, where there is a limit."""

    @property
    def over(self) -> bool:
        """Whether it takes more than it may."""
        return self.limit is not None and self.peak > self.limit


def main(arguments: list[str]) -> int:
    """Measure, print a table, and write JSON where asked."""
    parser = argparse.ArgumentParser(prog="scripts/bench memory", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often each server is started")
    parser.add_argument("--names", type=int, default=NAMES, help="names in the zone file")
    parser.add_argument("--registries", type=int, default=REGISTRIES, help="registries of the estate")
    parser.add_argument("--json", metavar="FILE", help="write the rows there as well")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="acrdns-memory-") as folder:
        rows = measure(Path(folder), options.names, options.registries, max(options.rounds, 1))
    print(table(rows))
    if options.json:
        Path(options.json).write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n", encoding="utf-8")
    return 1 if any(row.over for row in rows) else 0


@dataclass(frozen=True, slots=True)
class Subject:
    """A server to measure: its command by folder and port, two names to ask for, and what it may take."""

    row: Row
    command: Callable[[Path, int], list[str]]
    asked: tuple[str, ...]


def measure(folder: Path, names: int, registries: int, rounds: int) -> list[Row]:
    """Start every server once a round, so that each has the machine's memory for itself."""
    subjects = [*of_zone(folder, names), _of_estate(folder, registries)]
    seen: list[list[tuple[int, int, int]]] = [[] for _ in subjects]
    for _ in range(rounds):
        for subject, values in zip(subjects, seen, strict=True):
            with _running(subject) as process:
                values.append(family_memory(process.pid))
    return [_row(subject.row, values) for subject, values in zip(subjects, seen, strict=True)]


def of_zone(folder: Path, names: int) -> Iterator[Subject]:
    """Write a zone file of so many names, and give the servers for it, ours last."""
    zone = folder / ZONE_FILE
    with zone.open("w", encoding="ascii") as file:
        file.write(HEAD)
        file.writelines(f"r{n} IN A 10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}\n" for n in range(names))
    ends = (f"r0.{SUFFIX}", f"r{names - 1}.{SUFFIX}")
    load = f"{names:,} names"

    def peer(name: str) -> Callable[[Path, int], list[str]]:
        path = program(name)
        return lambda at, port: SERVERS[name](path, at, port, {f"{SUFFIX}.": zone})

    for name in ("nsd", "knotd"):
        yield Subject(Row(name, load, 0, 0, 0, names, None), peer(name), ends)
    ours = [ACRDNS, "serve", "--zone-file", str(zone), "--workers", "1", "--listen"]
    row = Row("acrdns", load, 0, 0, 0, names, names * KIB)
    yield Subject(row, lambda _, port: [*ours, f"127.0.0.1:{port}"], ends)


def _of_estate(folder: Path, registries: int) -> Subject:
    estate, file = Estate(registries), folder / "estate.yaml"
    file.write_text(estate.text(), encoding="utf-8")
    names = list(estate.names())
    load = f"{registries:,} registries, {estate.networks} networks"
    ours = [ACRDNS, "serve", str(file), "--workers", "1", "--listen"]
    row = Row("acrdns", load, 0, 0, 0, len(names), GIB)
    return Subject(row, lambda _, port: [*ours, f"hub-0=127.0.0.1:{port}"], (names[0], names[-1]))


def program(name: str) -> str:
    """Return the path of another program. Raises SystemExit where it is missing."""
    path = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if path is None:
        raise SystemExit(f"{name} is not installed; scripts/setup --interop says what is needed")
    return path


@contextmanager
def started(subject: Subject) -> Iterator[tuple[subprocess.Popen[bytes], int, Path]]:
    """Start a server: gives its process, its port and its folder, where its output is. It is ended on the way out."""
    with tempfile.TemporaryDirectory(prefix="acrdns-benchmark-") as folder:
        port = free_port()
        command = subject.command(Path(folder), port)
        with (Path(folder) / "output").open("wb") as output:
            process = subprocess.Popen(command, stdout=output, stderr=output, cwd=folder, start_new_session=True)
        try:
            yield process, port, Path(folder)
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def _running(subject: Subject) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server; it has answered for the names once this gives it."""
    with started(subject) as (process, port, folder):
        _wait(process, port, subject.asked, folder)
        yield process


def _wait(process: subprocess.Popen[bytes], port: int, names: tuple[str, ...], folder: Path) -> None:
    deadline = time.monotonic() + START
    for name in names:
        while not _answers(name, port):
            if process.poll() is not None or time.monotonic() > deadline:
                output = (folder / "output").read_text(errors="replace")[-2000:]
                raise SystemExit(f"{process.args!r} does not answer for {name}: {output}")
            time.sleep(0.1)


def _answers(name: str, port: int) -> bool:
    try:
        response = dns.query.udp(dns.message.make_query(name, "A"), "127.0.0.1", 1.0, port)
    except (dns.exception.Timeout, OSError):
        return False
    return response.rcode() == dns.rcode.NOERROR and bool(response.answer)


def family_memory(pid: int) -> tuple[int, int, int]:
    """Return how many processes a server has, their peaks together, and their PSS together, in octets."""
    processes = _family(pid)
    peak = sum(_field(number, "status", "VmHWM:") for number in processes)
    pss = sum(_field(number, "smaps_rollup", "Pss:") for number in processes)
    return len(processes), peak, pss


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task").glob("*/children")
    numbers = [int(number) for file in children for number in file.read_text(encoding="ascii").split()]
    return [pid, *(one for number in numbers for one in _family(number))]


def _field(pid: int, file: str, name: str) -> int:
    for line in Path(f"/proc/{pid}/{file}").read_text(encoding="ascii").splitlines():
        if line.startswith(name):
            return int(line.split()[1]) * KIB
    return 0


def _row(row: Row, values: Sequence[tuple[int, int, int]]) -> Row:
    processes, peak, pss = (round(median(column)) for column in zip(*values, strict=True))
    return replace(row, processes=processes, peak=peak, pss=pss)


def table(rows: list[Row]) -> str:
    """Write the rows as a Markdown table; the ratio is to NSD with the same load."""
    unit = rows[0]
    lines = [
        "| server | serves | processes | peak MiB | PSS MiB | peak a name | PSS to NSD | limit MiB |",
        "|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    for row in rows:
        ratio = f"{row.pss / unit.pss:.2f}" if row.load == unit.load else ""
        limit = f"{row.limit / KIB**2:.0f}" if row.limit else ""
        cells = (row.server, row.load, row.processes, f"{row.peak / KIB**2:.0f}", f"{row.pss / KIB**2:.0f}",
                 f"{row.peak / row.names:.0f} B", ratio, limit)  # fmt: skip
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines)
