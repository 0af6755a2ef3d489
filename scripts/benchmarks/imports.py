"""How much memory `acrdns import` takes, in times of its input: 200 MB of each kind of file that is read as a whole.

Each file is an estate of many network interfaces of machines in one network, as the tool writes it; `compact` is the
same on one line, as `jq -c` and REST write it. Peak is what the process had most in memory (VmHWM of proc(5)). A row
over the limit makes the exit code 1.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.benchmarks._inputs import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MEGABYTES = 200
TIMES = 10
"""Times of the input that the peak has to stay below."""
_IMPORT = """
import sys
from pathlib import Path
from acrdns.cli import main
code = main.run(["import", sys.argv[1], "-o", sys.argv[2]])
print(code, Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One file: its octets, the peak of its import in octets, and seconds."""

    file: str
    size: int
    peak: int
    seconds: float

    @property
    def times(self) -> float:
        """The peak in times of the file."""
        return self.peak / self.size


def main(arguments: list[str]) -> int:
    """Measure, print a table, and write JSON where asked."""
    parser = argparse.ArgumentParser(prog="scripts/bench imports", description=__doc__)
    parser.add_argument("--megabytes", type=int, default=MEGABYTES, help="size of each file")
    parser.add_argument("--json", metavar="FILE", help="write the rows there as well")
    options = parser.parse_args(arguments)
    rows = list(measure(options.megabytes))
    print(f"{'file':24}{'MB':>6}{'peak, MB':>10}{'times':>7}{'seconds':>9}")
    for row in rows:
        print(f"{row.file:24}{row.size / 1e6:6.0f}{row.peak / 1e6:10.0f}{row.times:7.1f}{row.seconds:9.1f}")
    if options.json:
        Path(options.json).write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n", encoding="utf-8")
    return 1 if any(row.times >= TIMES for row in rows) else 0


def measure(megabytes: int) -> Iterator[Row]:
    """Import one file after the other, each in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="acrdns-imports-") as folder:
        for kind, make in KINDS.items():
            for style, indent in (("", 2), (", compact", None)):
                path = Path(folder) / "input.json"
                path.write_text(_text(make, megabytes * 1_000_000, indent), encoding="utf-8")
                yield _row(f"{kind}{style}", path)


def _text(make: Callable[[int], Any], size: int, indent: int | None) -> str:
    separators = None if indent else (",", ":")

    def text(number: int) -> str:
        return json.dumps(make(number), indent=indent, separators=separators)

    one, some = len(text(1)), len(text(101))
    return text(max(1, (size - one) * 100 // (some - one)))


def _row(name: str, path: Path) -> Row:
    start = time.perf_counter()
    command = [sys.executable, "-c", _IMPORT, str(path), str(path.with_suffix(".yaml"))]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    code, kilobytes = done.stdout.split()
    if code != "0":
        raise SystemExit(f"{name}: the import ended with {code}: {done.stderr.strip()}")
    return Row(name, path.stat().st_size, int(kilobytes) * 1024, time.perf_counter() - start)
