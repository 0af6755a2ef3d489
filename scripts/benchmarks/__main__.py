"""Run one benchmark by name.

Each other module here is a benchmark: its docstring's first line says what it measures, and `main(arguments)` runs it
and returns the exit code.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path


def benchmarks() -> list[str]:
    """Return the names of all benchmarks; a module with a leading underscore is a part of several."""
    modules = pkgutil.iter_modules([str(Path(__file__).parent)])
    return sorted(module.name for module in modules if not module.name.startswith("_"))


def main() -> int:
    """Run the benchmark that the command line names, or list them."""
    name, *arguments = sys.argv[1:] or ["--help"]
    if name in benchmarks():
        code: int = importlib.import_module(f"scripts.benchmarks.{name}").main(arguments)
        return code
    wanted_help = name in {"-h", "--help"}
    stream = sys.stdout if wanted_help else sys.stderr
    if not wanted_help:
        print(f"scripts/bench: no benchmark {name!r}", file=stream)
    print("Usage: scripts/bench NAME [OPTIONS]\n", file=stream)
    for known in benchmarks():
        summary = (importlib.import_module(f"scripts.benchmarks.{known}").__doc__ or "").partition("\n")[0]
        print(f"  {known:10}{summary}", file=stream)
    return 0 if wanted_help else 2


if __name__ == "__main__":
    sys.exit(main())
