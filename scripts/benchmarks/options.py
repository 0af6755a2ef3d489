"""What --metrics, --allow and --rate-limit cost: the same server with and without, and NSD beside them.

As in `serve`: one process on one core, asked turn by turn from another, 1,024 questions in flight, answers checked
before and after. The ratio is throughput to the server without the option, and CPU time for a query of the one without
to that with it; misses are asked with --cache-size 0.
"""

from __future__ import annotations

import argparse
import json
import os
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from scripts.benchmarks._machine import machine
from scripts.benchmarks._servers import Field, Oracle, Server, available, check, compiled, one_zone, started
from scripts.benchmarks._traffic import Traffic, names, zone
from scripts.benchmarks._verdicts import OURS, PEER, Row
from scripts.benchmarks.serve import WINDOW, Bench

KINDS = ("repeated", "misses")
OPTIONS = {
    "": (),
    "--metrics": ("--metrics", "127.0.0.1:0"),
    "--allow": ("--allow", "127.0.0.0/8"),
    "--rate-limit": ("--rate-limit", "1000000"),
}
UNCACHED = ("--cache-size", "0")


def main(arguments: list[str]) -> int:
    """Measure, print a table, and write JSON where asked."""
    parser = argparse.ArgumentParser(prog="scripts/bench options", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds of every row; fewer than 5 prove nothing")
    parser.add_argument("--seconds", type=float, default=1.0, help="length of a round")
    parser.add_argument("--registries", type=int, default=1000, help="of the zone, with four names each")
    parser.add_argument("--json", metavar="FILE", help="write every round there as well")
    options = parser.parse_args(arguments)
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:  # noqa: PLR2004 -- one asks, one answers
        raise SystemExit("scripts/bench options: two cores are needed, one for the server and one to ask from")
    with TemporaryDirectory(prefix="acrdns-bench-") as folder, ExitStack() as stack:
        rows = measure(options, Path(folder), cores, stack)
    print("\n".join(table(rows)))
    if options.json:
        found = {"machine": machine(), "rounds": options.rounds, "rows": [asdict(row) for row in rows]}
        Path(options.json).write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 0


def measure(options: argparse.Namespace, folder: Path, cores: list[int], stack: ExitStack) -> list[Row]:
    """Start the servers, check their answers, ask them turn by turn, and check their answers again."""
    text = zone(options.registries)
    file = folder / "zone"
    file.write_text(text, encoding="ascii")
    asked = Field("", one_zone(file), Traffic(folder, names(options.registries)), Oracle(text))
    bench = Bench(compiled("_generator.c", folder), asked, options.seconds, cores[1])
    plan: list[tuple[Row, Server]] = []
    for kind in KINDS:
        for name, extra in OPTIONS.items():
            place = folder / f"{kind}{name}"
            place.mkdir()
            given = (*extra, *UNCACHED) if kind == "misses" else extra
            server = stack.enter_context(started(OURS, place, asked.served, 1, {cores[0]}, *given))
            plan.append((Row(kind, f"{OURS} {name}".strip(), 1), server))
        if available(PEER):
            place = folder / f"{kind}-peer"
            place.mkdir()
            plan.append((Row(kind, PEER, 1), stack.enter_context(started(PEER, place, asked.served, 1, {cores[0]}))))
    for row, server in plan:
        check(asked.oracle, server, asked.traffic.samples[row.kind][:60])
    for _ in range(options.rounds):
        for row, server in plan:
            bench.run(row, server, "window", WINDOW)
    for row, server in plan:
        check(asked.oracle, server, asked.traffic.samples[row.kind][:60])
    return [row for row, _ in plan]


def table(rows: list[Row]) -> list[str]:
    """Write the rows as a Markdown table, with ratios to the server without options."""
    lines = [
        "| questions | server | 1,000 q/s | µs CPU | to ours without | by CPU | lost |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    plain = {row.kind: row for row in rows if row.server == OURS}
    for row in rows:
        speed, cpu = median(row.queries), median(row.cpu)
        base = plain[row.kind]
        ratios = f"{speed / median(base.queries):.2f} | {median(base.cpu) / cpu:.2f}"
        mark = "*" * bool(row.noisy)
        lines.append(f"| {row.kind} | {row.server} | {speed / 1000:.0f}{mark} | {cpu:.2f} | {ratios} | {row.lost} |")
    return lines
