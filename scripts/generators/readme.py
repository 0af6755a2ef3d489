"""The table of commands in README.md, made from the code.

A table stands between `<!-- generated: NAME -->` and `<!-- end -->`, and NAME is a key of `PARTS`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from acrdns.cli.main import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_PART = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def outputs(root: Path) -> dict[str, str]:
    """Return the README with its tables made anew."""
    return {"README.md": fill((root / "README.md").read_text(encoding="utf-8"))}


def fill(text: str) -> str:
    """Put the tables where their markers stand. A name without a table is a KeyError."""
    return _PART.sub(lambda part: f"{part[1]}{PARTS[part[2]]()}{part[3]}", text)


def _commands() -> str:
    return table(("command", "what it does"), ((f"`acrdns {name}`", line) for name, line in COMMANDS.items()))


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Return a table in Markdown, a line for each row."""
    lines = [head, tuple("---" for _ in head), *(tuple(cell.replace("|", "\\|") for cell in row) for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


PARTS = {"commands": _commands}
