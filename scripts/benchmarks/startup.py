"""How long commands take to start, in units of `python -c pass`.

The unit is started before each command, and the ratio is the median of the ratios of such neighbours: a slow moment of
the machine hits both alike. The times are medians of their own. The package's bytecode is there beforehand, as in an
installed program. The limits are those that the project has set itself; a row over its limit makes the exit code 1.
"""

from __future__ import annotations

import argparse
import compileall
import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median, quantiles

PYTHON = sys.executable
ACRDNS = str(Path(sys.executable).with_name("acrdns"))
SAMPLE = "zones/private-link-geo.yaml"
UNIT = "python -c pass"

# What is run, and how many units it may take.
COMMANDS = {
    UNIT: ([PYTHON, "-c", "pass"], 1.0),
    "acrdns --version": ([ACRDNS, "--version"], 2.0),
    "acrdns --help": ([ACRDNS, "--help"], 12.0),
    "acrdns lint SAMPLE": ([ACRDNS, "lint", SAMPLE], 25.0),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One command: its times in milliseconds, and their ratio to the unit's."""

    command: str
    milliseconds: float
    spread: float
    """Half the distance between the quartiles."""
    ratio: float
    limit: float


def main(arguments: list[str]) -> int:
    """Measure, print a table, and write JSON where asked."""
    parser = argparse.ArgumentParser(prog="scripts/bench startup", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="how often each command is started; at least 7")
    parser.add_argument("--json", metavar="FILE", help="write the rows there as well")
    options = parser.parse_args(arguments)
    compileall.compile_dir("acrdns", quiet=1)
    rows = measure(max(options.rounds, 7))
    print(table(rows))
    if options.json:
        Path(options.json).write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n", encoding="utf-8")
    return 1 if any(row.ratio > row.limit for row in rows) else 0


def measure(rounds: int) -> list[Row]:
    """Start every command once a round, after one round that only warms the disk's cache."""
    unit, _ = COMMANDS[UNIT]
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    ratios: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for number in range(rounds + 1):
        for name, (command, _) in COMMANDS.items():
            before, elapsed = _milliseconds(unit), _milliseconds(command)
            if number:
                times[name].append(elapsed)
                ratios[name].append(elapsed / before)
    return [_row(name, times[name], median(ratios[name]), limit) for name, (_, limit) in COMMANDS.items()]


def _milliseconds(command: list[str]) -> float:
    start = time.perf_counter()
    process = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    elapsed = time.perf_counter() - start
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}: {process.stderr.strip()}")
    return elapsed * 1000


def _row(name: str, times: list[float], ratio: float, limit: float) -> Row:
    low, _, high = quantiles(times, n=4)
    return Row(name, round(median(times), 1), round((high - low) / 2, 1), round(ratio, 2), limit)


def table(rows: list[Row]) -> str:
    """Write the rows as a Markdown table."""
    lines = ["| command | ms | ± | ratio | limit |", "|---|---:|---:|---:|---:|"]
    lines += [f"| `{row.command}` | {row.milliseconds} | {row.spread} | {row.ratio} | {row.limit:g} |" for row in rows]
    return "\n".join(lines)
