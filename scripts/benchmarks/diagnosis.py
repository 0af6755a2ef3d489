"""How long a diagnosis takes, by the number of endpoints, and how many topologies it simulates.

Each size is an estate of twenty networks (`_estate.py`) whose registries have two endpoints each. Faults are put in,
one at a time and in pairs; what the broken estate answers at every vantage point, for A and AAAA, is diagnosed against
the estate as it is meant. The true faults must be among the sets of rank 1. A row is the slowest of its faults, each
the median of the rounds, in seconds of processor time, since other programs share the machine.

Limits, at a hundred endpoints: 1 second for one fault, 3 seconds for two. What is over a limit makes the exit code 1.
What it cannot tell: how long other faults take, or evidence that no fault explains.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from acrdns.check.diagnosis.answer import Comparison, answers_of
from acrdns.check.diagnosis.search.search import Search
from acrdns.check.diagnosis.worlds import Evidence
from acrdns.check.faults import named
from acrdns.check.faults.site import Site
from acrdns.check.simulate import cases
from acrdns.resolve.world import World
from acrdns.topology.load import loads
from scripts.benchmarks._estate import Estate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.check.diagnosis.answer import Answered
    from acrdns.check.diagnosis.search.explanation import Explanation
    from acrdns.topology.model import Topology

SIZES = (10, 100, 1_000)
"""Endpoints."""
OF_A_REGISTRY = 2
NETWORKS = 20
LIMITS = {1: 1.0, 2: 3.0}
"""Seconds, by the number of faults, at `LIMITED` endpoints."""
LIMITED = 100
SINGLE = (
    "vnet-without-zone-link",
    "redirect-masks-missing-record",
    "stale-private-ip",
    "endpoint-not-approved",
    "misspelt-private-zone",
    "resolver-network-without-zone-link",
    "unreachable-dns-server",
)
PAIRS = (
    ("vnet-without-zone-link", "redirect-masks-missing-record"),
    ("stale-private-ip", "unreachable-dns-server"),
    ("endpoint-not-approved", "link-in-progress"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One set of faults in one estate."""

    endpoints: int
    faults: tuple[str, ...]
    answers: int
    wrong: int
    seconds: float
    simulated: int
    """Topologies."""
    found: int
    """Sets of rank 1."""


def main(arguments: list[str]) -> int:
    """Measure, print a table, and write JSON where asked."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench diagnosis", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3, help="how often each set of faults is looked for")
    parser.add_argument("--endpoints", type=int, nargs="+", default=SIZES)
    parser.add_argument("--json", metavar="FILE", help="write the rows there as well")
    options = parser.parse_args(arguments)
    rows = []
    for endpoints in options.endpoints:
        topology = loads(Estate(endpoints // OF_A_REGISTRY, NETWORKS, replicas=0).text(), "estate.yaml")
        for faults in (*((fault,) for fault in SINGLE), *PAIRS):
            rows.append(measure(topology, endpoints, faults, max(options.rounds, 1)))
            print(f"{endpoints} endpoints, {' and '.join(faults)}: {rows[-1].seconds:.2f} s", file=sys.stderr)
    print(table(rows))
    over = over_limits(rows)
    print("\n".join(over) or "within the limits")
    if options.json:
        written = {"rows": [asdict(row) for row in rows], "over": over}
        Path(options.json).write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")
    return 1 if over else 0


def measure(topology: Topology, endpoints: int, faults: tuple[str, ...], rounds: int) -> Row:
    """Look for faults that were put in. Raises SystemExit where they are not found."""
    broken, put_in, answers = topology, set(), observed(topology)
    for fault in faults:
        before = answers = observed(broken)
        for candidate in named(fault).find(Site(broken), None):
            answers = observed(candidate.apply(broken))
            if answers != before:
                broken = candidate.apply(broken)
                put_in.add((fault, candidate.subject))
                break
    seconds = [timed(topology, answers)[0] for _ in range(rounds - 1)]
    last, search, found = timed(topology, answers)
    seconds.append(last)
    if put_in not in [each.key for each in found]:
        raise SystemExit(f"{sorted(put_in)} was not found, but {[sorted(each.key) for each in found]}")
    wrong = len(search.base.mismatches)
    return Row(endpoints, faults, len(answers), wrong, median(seconds), search.simulated, len(found))


def timed(topology: Topology, answers: Sequence[Answered]) -> tuple[float, Search, list[Explanation]]:
    """Return the seconds that a search takes, and the search with what it finds."""
    begun = time.process_time()
    search = Search(topology, Evidence(answers, Comparison(answers, topology)))
    found = search.smallest()
    return time.process_time() - begun, search, found


def observed(topology: Topology) -> list[Answered]:
    """Return every answer of a topology at every vantage point."""
    world = World(topology)
    return [
        answer
        for vantage in world.vantages
        for case in cases(world, vantage)
        for answer in answers_of(case.observation, vantage, vantage)
    ]


def table(rows: list[Row]) -> str:
    """Return the slowest row of each size and number of faults, as Markdown."""
    lines = [
        "| endpoints | faults | answers | wrong | s | topologies | asked for |",
        "|---:|---|---:|---:|---:|---:|---:|",
    ]
    for key in dict.fromkeys((row.endpoints, len(row.faults)) for row in rows):
        slowest = max((row for row in rows if (row.endpoints, len(row.faults)) == key), key=lambda row: row.seconds)
        limit = f"{LIMITS[key[1]]:.0f} s" if key[0] == LIMITED else ""
        named_ = " and ".join(slowest.faults)
        lines.append(
            f"| {key[0]:,} | {named_} | {slowest.answers:,} | {slowest.wrong:,} | {slowest.seconds:.2f} | "
            f"{slowest.simulated} | {limit} |"
        )
    return "\n".join(lines)


def over_limits(rows: list[Row]) -> list[str]:
    """Return a line for each row over its limit."""
    limited = [row for row in rows if row.endpoints == LIMITED]
    return [
        f"{' and '.join(row.faults)}: {row.seconds:.2f} s, and {LIMITS[len(row.faults)]:.0f} s is asked for"
        for row in limited
        if row.seconds > LIMITS[len(row.faults)]
    ]
