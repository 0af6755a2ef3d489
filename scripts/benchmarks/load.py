"""How long 1,000,000 names of a zone file take to load, and until they are served, beside NSD, Knot and BIND.

Each round starts every program once, one after the other, on the same file. A server is timed from its start to its
right answer for the last name of the file; a checker, and our loading alone, from its start to its end. CPU time is the
second witness: that of all processes of a server until it has answered. Ratios are to the slower of NSD and Knot, and
for loading alone to the slower of `nsd-checkzone` and `kzonecheck`. Over the limit of being
served the exit code is 1.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import dns.exception
import dns.message
import dns.rcode

from scripts.benchmarks._estate import SUFFIX
from scripts.benchmarks._machine import cpu_of
from scripts.benchmarks.memory import NAMES, START, ZONE_FILE, of_zone, program, started

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scripts.benchmarks.memory import Subject

SERVED, LOADED = "served", "loaded"
YARDSTICKS = {SERVED: ("nsd", "knotd"), LOADED: ("nsd-checkzone", "kzonecheck")}
LIMIT = 2.0
"""What our being served may take, as a multiple of the yardstick."""
EVERY = 0.02
"""Seconds between two questions to a server that does not answer yet: how fine the time until it does is."""
OURS = "import sys; from acrdns.zone.master.zonefile import load_zone; load_zone(sys.argv[1])"


@dataclass(frozen=True, slots=True)
class Row:
    """One program; seconds."""

    program: str
    what: str
    """`served` or `loaded`."""
    wall: list[float]
    cpu: list[float]

    @property
    def middle(self) -> float:
        """The median of the rounds."""
        return median(self.wall)


def main(arguments: list[str]) -> int:
    """Measure, print a table, and write JSON where asked."""
    parser = argparse.ArgumentParser(prog="scripts/bench load", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often each program is started")
    parser.add_argument("--names", type=int, default=NAMES, help="names in the zone file")
    parser.add_argument("--json", metavar="FILE", help="write the rows there as well")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="acrdns-load-") as folder:
        rows = measure(Path(folder), max(options.names, 1), max(options.rounds, 1))
    print(table(rows, options.names))
    if options.json:
        found = {"names": options.names, "limit": LIMIT, "rows": [asdict(row) | _ratios(row, rows) for row in rows]}
        Path(options.json).write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    ours = next(row for row in rows if (row.program, row.what) == ("acrdns", SERVED))
    return 1 if _ratios(ours, rows)["ratio"] > LIMIT else 0


def measure(folder: Path, names: int, rounds: int) -> list[Row]:
    """Start every program once a round."""
    subjects = list(of_zone(folder, names))
    commands = _commands(folder / ZONE_FILE)
    rows = [Row(subject.row.server, SERVED, [], []) for subject in subjects]
    rows += [Row(name, LOADED, [], []) for name in commands]
    for _ in range(rounds):
        for row, timed in zip(rows, [*map(_served, subjects), *map(_loaded, commands.values())], strict=True):
            row.wall.append(timed[0])
            row.cpu.append(timed[1])
    return rows


def _commands(zone: Path) -> dict[str, list[str]]:
    return {
        "nsd-checkzone": [program("nsd-checkzone"), f"{SUFFIX}.", str(zone)],
        "kzonecheck": [program("kzonecheck"), "-o", f"{SUFFIX}.", str(zone)],
        "named-checkzone": [program("named-checkzone"), "-i", "local", f"{SUFFIX}.", str(zone)],
        "acrdns": [sys.executable, "-c", OURS, str(zone)],
    }


def _served(subject: Subject) -> tuple[float, float]:
    """Return the seconds from the start of a server to its answer for the last name, and its CPU seconds."""
    query = dns.message.make_query(subject.asked[-1], "A").to_wire()
    begun = time.monotonic()
    with started(subject) as (process, port, folder), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(EVERY)
        asking.connect(("127.0.0.1", port))
        while not _answers(asking, query):
            if process.poll() is not None or time.monotonic() > begun + START:
                output = (folder / "output").read_text(errors="replace")[-2000:]
                raise SystemExit(f"scripts/bench: {subject.row.server} does not answer: {output}")
            time.sleep(EVERY)
        return time.monotonic() - begun, sum(cpu_of(process.pid)) / 1e9


def _answers(asking: socket.socket, query: bytes) -> bool:
    try:
        asking.send(query)
        response = dns.message.from_wire(asking.recv(4096))
    except (OSError, dns.exception.DNSException):
        return False
    return response.rcode() == dns.rcode.NOERROR and bool(response.answer)


def _loaded(command: Sequence[str]) -> tuple[float, float]:
    """Return the seconds that a program runs for, and its CPU seconds. Raises SystemExit where it finds a problem."""
    begun = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"scripts/bench: {' '.join(command)} ended with {process.returncode}")
    return time.monotonic() - begun, usage.ru_utime + usage.ru_stime


def _ratios(row: Row, rows: Sequence[Row]) -> dict[str, float]:
    """Return a row's median and its ratios to the slower yardstick, of time and of CPU time."""
    peers = [peer for peer in rows if peer.what == row.what and peer.program in YARDSTICKS[row.what]]
    unit, cpu = max(peer.middle for peer in peers), max(median(peer.cpu) for peer in peers)
    return {"median": row.middle, "ratio": row.middle / unit, "cpu_ratio": median(row.cpu) / cpu}


def table(rows: Sequence[Row], names: int) -> str:
    """Write the rows as a Markdown table."""
    lines = [
        f"| program | {names:,} names | s | from | to | CPU s | ratio | CPU ratio | limit |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for row in rows:
        ratios = _ratios(row, rows)
        limit = f"{LIMIT:g}" if (row.program, row.what) == ("acrdns", SERVED) else ""
        cells = (f"{row.middle:.2f}", f"{min(row.wall):.2f}", f"{max(row.wall):.2f}", f"{median(row.cpu):.2f}",
                 f"{ratios['ratio']:.2f}", f"{ratios['cpu_ratio']:.2f}", limit)  # fmt: skip
        lines.append("| " + " | ".join((row.program, row.what, *cells)) + " |")
    return "\n".join(lines)
