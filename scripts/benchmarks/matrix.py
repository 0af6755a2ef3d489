"""How long `matrix` and `lint` take for whole estates, how much memory, and whether the cost grows with the size alone.

Each size is an estate of registries with five replicas each in fifty networks (`_estate.py`), written to a file. Both
commands are run on it as a user runs them, one after the other, on two cores, from the file to the JSON. Their answers
are checked: every endpoint is there from every vantage point, and wrong only where the estate is. Every size has its
turn in every round, and a row is the median of its rounds; what is measured is printed at once.

Then the largest estate is edited: `diff` of two files that differ by a zone link, and `lint --watch` while the file
changes, from the write to the last line about it. A row is the median of several edits, each of them undone.

Limits, of the largest size: by the clock 20 seconds for both together, 8 for `diff` and 1 for an edit; 636 MiB for the
greater; and a cost per registry, in seconds of processor time, at most a quarter above that of the smallest size.
What is over a limit makes the exit code 1. What it cannot tell: how long an estate of another shape
takes, with more kinds of networks or of registries, or with more DNS servers on the way.
Memory is the sum of the resident pages of a command and the processes that it forks; pages that they share count each
time, so the truth is below. Where other programs kept the processors busy (`others`, in cores), seconds say little.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, astuple, dataclass, replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from scripts.benchmarks import _edits
from scripts.benchmarks._edits import EditRow
from scripts.benchmarks._estate import Estate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ACRDNS = str(Path(sys.executable).with_name("acrdns"))
SIZES = (1_250, 2_500, 5_000, 10_000)
CORES = 2
COLD, DIFF = "cold", "diff"
ROWS = (COLD, DIFF, *_edits.names())
MOST_SECONDS = 20.0
MOST_DIFF_SECONDS = 8.0
MOST_EDIT_SECONDS = 1.0
MOST_MIB = 636.0
MOST_GROWTH = 1.25
SAMPLE = 0.05
"""Seconds between two looks at the memory."""
_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Run:
    """One command on one estate."""

    seconds: float
    processor_seconds: float
    peak_mib: float
    others: float
    """Processor seconds that other programs took, a second."""


@dataclass(frozen=True, slots=True)
class Row:
    """One size."""

    registries: int
    networks: int
    answers: int
    """Endpoints times vantage points."""
    matrix: Run
    lint: Run

    @property
    def seconds(self) -> float:
        """Both commands, one after the other."""
        return self.matrix.seconds + self.lint.seconds

    @property
    def peak_mib(self) -> float:
        """That of the greater."""
        return max(self.matrix.peak_mib, self.lint.peak_mib)

    @property
    def milliseconds_each(self) -> float:
        """Processor time of both commands for one registry."""
        return 1000 * (self.matrix.processor_seconds + self.lint.processor_seconds) / self.registries


def main(arguments: list[str]) -> int:
    """Measure, print a table, and write JSON where asked."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench matrix", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"words of rows, of {', '.join(ROWS)}; all without any")
    parser.add_argument("--rounds", type=int, default=3, help="how often every size is measured; a row is the median")
    parser.add_argument("--edits", type=int, default=5, help="how often every edit is made")
    parser.add_argument("--registries", type=int, nargs="+", default=SIZES, help="the sizes, the smallest first")
    parser.add_argument("--networks", type=int, default=50)
    parser.add_argument(
        "--unlinked", type=int, default=0, help="spokes without a zone link, so that there is to report"
    )
    parser.add_argument("--json", metavar="FILE", help="write the rows there as well")
    options = parser.parse_args(arguments)
    sizes = sorted(options.registries)
    chosen = chosen_rows(parser, options.rows)
    rounds: dict[int, list[Row]] = {registries: [] for registries in sizes}
    for _ in range(max(options.rounds, 1)) if COLD in chosen else ():
        for registries in sizes:
            found = measure(Estate(registries, options.networks, unlinked=options.unlinked))
            rounds[registries].append(found)
            _say(f"{registries} registries: matrix and lint {found.seconds:.1f} s")
    rows = [middle(found) for found in rounds.values() if found]
    edit_rows = []
    for row in measure_edits(Estate(sizes[-1], options.networks), max(options.rounds, 1), options.edits, chosen):
        edit_rows.append(row)
        _say(f"{row.what}: {row.seconds:.2f} s, {row.processor_seconds:.2f} of processor time, {row.cells} cells")
    print("\n\n".join([*([table(rows)] if rows else ()), *([edit_table(edit_rows)] if edit_rows else ())]))
    over = over_limits(rows) + edits_over_limits(edit_rows)
    print("\n".join(over) or "within the limits")
    if options.json:
        written = {"rows": [asdict(row) for row in rows], "edits": [asdict(row) for row in edit_rows], "over": over}
        Path(options.json).write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")
    return 1 if over else 0


def chosen_rows(parser: argparse.ArgumentParser, words: list[str]) -> tuple[str, ...]:
    """Return the rows that have any of some words in their names; all without words. Refuses a word of none."""
    for word in words:
        if not any(word in row for row in ROWS):
            parser.error(f"no row has {word!r} in its name; there are {', '.join(ROWS)}")
    return tuple(row for row in ROWS if not words or any(word in row for word in words))


def measure(estate: Estate) -> Row:
    """Run both commands on an estate. Raises SystemExit where an answer is wrong."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory, "estate.yaml")
        with file.open("w", encoding="utf-8") as stream:
            stream.writelines(estate.lines())
        matrix, output = run(["matrix", str(file), "--format", "json"], Path(directory), findings=estate.unlinked > 0)
        document = json.loads(output.read_bytes())
        wrong = {vantage for row in document["rows"] for vantage, cell in row["cells"].items() if not cell["expected"]}
        if [row["fqdn"] for row in document["rows"]] != list(estate.names()) or len(wrong) != estate.unlinked:
            raise SystemExit("the matrix is not that of the estate")
        answers = len(document["rows"]) * len(document["vantages"])
        del document
        lint, output = run(["lint", str(file), "--format", "json"], Path(directory), findings=estate.unlinked > 0)
        if len(json.loads(output.read_bytes())["findings"]) != estate.unlinked:
            raise SystemExit("the findings are not those of the estate")
    return Row(estate.registries, estate.networks, answers, matrix, lint)


def measure_edits(estate: Estate, rounds: int, edits: int, chosen: Sequence[str]) -> Iterator[EditRow]:
    """Compare an estate with one that lacks a link, and edit it. Raises SystemExit where a change is not that."""
    with tempfile.TemporaryDirectory() as directory:
        before, after = Path(directory, "before.yaml"), Path(directory, "after.yaml")
        before.write_text(estate.text(), encoding="utf-8")
        after.write_text(replace(estate, unlinked=1).text(), encoding="utf-8")
        compared, cells = [], 0
        for _ in range(rounds) if DIFF in chosen else ():
            diff, output = run(["diff", str(before), str(after), "--format", "json"], Path(directory), findings=True)
            cells = len(json.loads(output.read_bytes())["changes"])
            if cells != estate.members * len(range(0, estate.registries, estate.stamps)):
                raise SystemExit("the changes are not those of the estate")
            compared.append(diff)
        if compared:
            found = _median(compared)
            yield EditRow(DIFF, "two files", found.seconds, found.processor_seconds, found.others, cells)
        if set(chosen) <= {COLD, DIFF}:
            return
        for row in _edits.watched(ACRDNS, estate.text(), before, edits, chosen):
            if not row.cells and row.what not in _edits.WITHOUT_CELLS:
                raise SystemExit(f"{row.what} has changed nothing")
            yield row


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def middle(rows: list[Row]) -> Row:
    """Return the medians of one size's rounds."""
    return replace(rows[0], matrix=_median([row.matrix for row in rows]), lint=_median([row.lint for row in rows]))


def _median(runs: list[Run]) -> Run:
    return Run(*(median(values) for values in zip(*map(astuple, runs), strict=True)))


def run(arguments: list[str], directory: Path, *, findings: bool) -> tuple[Run, Path]:
    """Run a command on as many cores as a small machine has, and watch it."""
    output = directory / f"{arguments[0]}.json"
    cores = sorted(os.sched_getaffinity(0))[:CORES]
    before, busy = os.times(), _busy()
    start = time.perf_counter()
    with output.open("wb") as stream:
        pinned = ["taskset", "--cpu-list", ",".join(map(str, cores)), ACRDNS, *arguments]
        process = subprocess.Popen(pinned, stdout=stream)
        peak = 0
        while process.poll() is None:
            peak = max(peak, _resident(process.pid))
            time.sleep(SAMPLE)
    seconds = time.perf_counter() - start
    if process.returncode != findings:
        raise SystemExit(f"acrdns {arguments[0]} ended with {process.returncode}")
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    own = after.user + after.system - before.user - before.system
    others = max(0.0, (_busy() - busy - used - own) / seconds)
    return Run(round(seconds, 2), round(used, 2), round(peak / 2**20, 1), round(others, 2)), output


def _resident(pid: int) -> int:
    """Return the bytes in memory of a process and of those that it started; 0 for one that has just ended."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return pages * _PAGE + sum(_resident(int(child)) for child in children)


def _busy() -> float:
    """Return the processor seconds that the whole machine has worked."""
    user, nice, system, _, _, interrupts, softly = Path("/proc/stat").read_text("ascii").split()[1:8]
    return sum(map(int, (user, nice, system, interrupts, softly))) / _TICK


def over_limits(rows: list[Row]) -> list[str]:
    """Say what is over a limit, judged by the largest size."""
    if not rows:
        return []
    smallest, largest = rows[0], rows[-1]
    growth = largest.milliseconds_each / smallest.milliseconds_each
    over = []
    if largest.seconds > MOST_SECONDS:
        over.append(f"{largest.seconds:.1f} s for {largest.registries} registries; the limit is {MOST_SECONDS:g} s")
    if largest.peak_mib > MOST_MIB:
        over.append(f"{largest.peak_mib:.0f} MiB for {largest.registries} registries; the limit is {MOST_MIB:g} MiB")
    if growth > MOST_GROWTH:
        over.append(f"a registry costs {growth:.2f} times what it does in the smallest; the limit is {MOST_GROWTH:g}")
    return over


def edits_over_limits(rows: list[EditRow]) -> list[str]:
    """Say what takes too long."""
    limits = {row.what: MOST_DIFF_SECONDS if row.what == DIFF else MOST_EDIT_SECONDS for row in rows}
    slow = [row for row in rows if row.seconds > limits[row.what]]
    return [f"{row.seconds:.2f} s for {row.what}; the limit is {limits[row.what]:g} s" for row in slow]


def edit_table(edits: list[EditRow]) -> str:
    """Write the rows of edits as a Markdown table."""
    lines = ["| edit | | changed cells | s | CPU s | others |", "|---|---|---:|---:|---:|---:|"]
    for row in edits:
        times = f"{row.seconds:.2f} | {row.processor_seconds:.2f} | {row.others:.2f}"
        lines.append(f"| {row.what} | {row.does} | {row.cells} | {times} |")
    return "\n".join(lines)


def table(rows: list[Row]) -> str:
    """Write the rows as a Markdown table."""
    lines = [
        "| registries | networks | answers | matrix s | lint s | both s | peak MiB | CPU ms per registry | others |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for row in rows:
        others = max(row.matrix.others, row.lint.others)
        lines.append(
            f"| {row.registries} | {row.networks} | {row.answers} | {row.matrix.seconds:.1f} | {row.lint.seconds:.1f} "
            f"| {row.seconds:.1f} | {row.peak_mib:.0f} | {row.milliseconds_each:.2f} | {others:.2f} |"
        )
    return "\n".join(lines)
