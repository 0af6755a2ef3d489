"""Write every generated file, with --check tell which are out of date, or write the documentation as a folder.

Each other module here but `docs` is a generator: `outputs(root)` gives what files should hold, by path from the top
of the repository. Of a file that is generated in part, it gives the whole.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
from pathlib import Path

from scripts.generators.docs import write_docs

ROOT = Path(__file__).resolve().parents[2]
DOCS = "build/docs"


def outputs() -> dict[str, str]:
    """Return what every generated file should hold. No two generators write the same file."""
    texts: dict[str, str] = {}
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        if module.name not in {"__main__", "docs"}:
            texts |= importlib.import_module(f"scripts.generators.{module.name}").outputs(ROOT)
    return texts


def stale() -> dict[str, str]:
    """Return the files that are out of date, with what they should hold."""
    return {path: text for path, text in outputs().items() if _read(ROOT / path) != text}


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def main() -> int:
    """Run the generators as the command line says."""
    parser = argparse.ArgumentParser(prog="scripts/generate", description="Write every generated file anew.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a file is out of date")
    parser.add_argument(
        "what", nargs="?", choices=["docs"], help=f"write the documentation into {DOCS}, which git ignores"
    )
    arguments = parser.parse_args()
    check: bool = arguments.check
    if arguments.what:
        write_docs(ROOT / DOCS)
        return 0
    files = stale()
    for path, text in files.items():
        if check:
            print(f"{path} is out of date; run scripts/generate", file=sys.stderr)
        else:
            (ROOT / path).write_text(text, encoding="utf-8")
            print(f"wrote {path}")
    return 1 if check and files else 0


if __name__ == "__main__":
    sys.exit(main())
