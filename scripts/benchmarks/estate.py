"""How long a large estate takes until it is served, how much memory that is, and what its clients notice of a reload.

10,000 registries with 5 replicas and 50 networks, an address for the internet and for each network. It is ready once
every address has answered. Then a client asks one network's address every millisecond, for a while and through a reload
of the whole file: what counts is how much longer its slowest answer takes meanwhile. Memory is the sum over processes
of the most that each ever had (VmHWM of proc(5)); pages that they share count in each. A row over its limit makes the
exit code 1.
"""

from __future__ import annotations

import argparse
import json
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import dns.message

from scripts.benchmarks._estate import Estate, registry
from scripts.benchmarks.memory import ACRDNS, GIB, KIB, family_memory
from tests.serve.running import Lines, addresses, split

if TYPE_CHECKING:
    from collections.abc import Callable

REGISTRIES = 10_000
READY, PAUSE = 10.0, 5.0
"""Seconds until every address answers, and milliseconds that answers may be held up: the most that is allowed."""
EVERY = 0.001
QUIET = 2.0
"""Seconds of asking without a reload."""


@dataclass(frozen=True, slots=True)
class Round:
    """One start and one reload."""

    ready: float
    """Seconds."""
    reload: float
    """Seconds from the signal to the line that says so."""
    peak: int
    """Octets."""
    before: float
    """Milliseconds of the slowest answer in quiet times."""
    during: float
    """Milliseconds of the slowest answer during the reload."""

    @property
    def pause(self) -> float:
        """Milliseconds that the reload adds."""
        return max(0.0, self.during - self.before)


def main(arguments: list[str]) -> int:
    """Measure, print a table, and write JSON where asked."""
    parser = argparse.ArgumentParser(prog="scripts/bench estate", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often it is started")
    parser.add_argument("--registries", type=int, default=REGISTRIES)
    parser.add_argument("--networks", type=int, default=50)
    parser.add_argument("--json", metavar="FILE", help="write the rounds there as well")
    options = parser.parse_args(arguments)
    estate = Estate(options.registries, options.networks)
    with tempfile.TemporaryDirectory(prefix="acrdns-estate-") as folder:
        file = Path(folder) / "estate.yaml"
        file.write_text(estate.text(), encoding="utf-8")
        rounds = [measure(file) for _ in range(max(options.rounds, 1))]
    print(table(rounds))
    if options.json:
        Path(options.json).write_text(json.dumps([asdict(each) for each in rounds], indent=2) + "\n", encoding="utf-8")
    return 1 if any(value > limit for _, value, limit in judged(rounds) if limit) else 0


def measure(file: Path) -> Round:
    """Start, ask, reload."""
    command = [ACRDNS, "serve", str(file), "--workers", "1", *_listens(file)]
    begun = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        out, err = Lines(process.stdout), Lines(process.stderr)
        try:
            out.until(r"^ready")
            places = [split(line.split()[-1]) for line in out.seen[1:-1]]
            assert all(addresses(place, f"{registry(0)}.azurecr.io") for place in places)
            ready = time.monotonic() - begun
            end = time.monotonic() + QUIET
            before = _slowest(places[1], lambda: time.monotonic() > end)
            begun = time.monotonic()
            process.send_signal(signal.SIGHUP)
            during = _slowest(places[1], lambda: any("reloaded" in line for line in err.waiting()))
            reload = time.monotonic() - begun
            return Round(ready, reload, family_memory(process.pid)[1], before, during)
        finally:
            process.terminate()
            process.wait(30)


def _listens(file: Path) -> list[str]:
    from acrdns.topology.load import load

    return [f"--listen={vantage}=127.0.0.1:0" for vantage in load(str(file)).vantages]


def _slowest(where: tuple[str, int], is_over: Callable[[], bool]) -> float:
    """Ask once a millisecond until it is over; gives the milliseconds of the slowest answer."""
    slowest, number = 0.0, 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.connect(where)
        made.settimeout(10)
        while not is_over():
            number += 1
            query = dns.message.make_query(f"{registry(number % 1000)}.azurecr.io", "A").to_wire()
            begun = time.perf_counter()
            made.send(query)
            made.recv(4096)
            taken = time.perf_counter() - begun
            slowest = max(slowest, taken)
            time.sleep(max(0.0, EVERY - taken))
    return slowest * 1000


def judged(rounds: list[Round]) -> list[tuple[str, float, float]]:
    """Return what was measured as medians, each with its limit, 0 for none."""
    return [
        ("until every address answers, s", median(each.ready for each in rounds), READY),
        ("peak memory, MiB", median(each.peak for each in rounds) / KIB**2, GIB / KIB**2),
        ("reload, s", median(each.reload for each in rounds), 0),
        ("slowest answer before, ms", median(each.before for each in rounds), 0),
        ("slowest answer during, ms", median(each.during for each in rounds), 0),
        ("answers held up by the reload, ms", median(each.pause for each in rounds), PAUSE),
    ]


def table(rounds: list[Round]) -> str:
    """Write the medians as a Markdown table."""
    lines = ["| what | median | limit |", "|---|---:|---:|"]
    lines += [f"| {what} | {value:.1f} | {f'{limit:g}' if limit else ''} |" for what, value, limit in judged(rounds)]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
