"""What README.md and CONTRIBUTING.md have from the code: tables of commands, topics and packages, layers.

A part stands between `<!-- generated: NAME -->` and `<!-- end -->`, and NAME is a key of `PARTS`.
"""

from __future__ import annotations

import ast
import re
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from acrdns.cli.help import GROUPS
from acrdns.cli.main import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).resolve().parents[2]
_PART = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def outputs(root: Path) -> dict[str, str]:
    """Return the pages with their parts made anew."""
    return {page: fill((root / page).read_text(encoding="utf-8")) for page in ("README.md", "scripts/CONTRIBUTING.md")}


def fill(text: str) -> str:
    """Put the tables where their markers stand. A name without a table is a KeyError."""
    return _PART.sub(lambda part: f"{part[1]}{PARTS[part[2]]()}{part[3]}", text)


def _commands() -> str:
    return table(("command", "what it does"), ((f"`acrdns {name}`", line) for name, line in COMMANDS.items()))


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Return a table in Markdown, a line for each row."""
    lines = [head, tuple("---" for _ in head), *(tuple(cell.replace("|", "\\|") for cell in row) for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _topics() -> str:
    """Return a row for each group of pages; those that are made from the sources have no file to link to."""
    pages = ROOT / "acrdns/pages"

    def name(topic: str) -> str:
        return f"[{topic}](acrdns/pages/{topic}.md)" if (pages / f"{topic}.md").exists() else topic

    rows = ((group, ", ".join(map(name, topics))) for group, topics in GROUPS.items())
    return table(("to", "`acrdns help TOPIC`"), rows)


def layers(contracts: str) -> list[list[str]]:
    """Return the packages of each layer, the highest first, from the import contracts of `pyproject.toml`."""
    for contract in tomllib.loads(contracts)["tool"]["importlinter"]["contracts"]:
        if contract["type"] == "layers" and contract["containers"] == ["acrdns"]:
            return [[name.strip("() ") for name in layer.split("|")] for layer in contract["layers"]]
    raise ValueError("there is no contract for the layers of acrdns")


def _layers() -> str:
    """Return a flowchart in Mermaid: a row for a layer, an arrow to each layer that it stands on."""
    rows = layers((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lines = ["flowchart TD", *(f'  {row[0]}["{", ".join(row)}"]' for row in rows)]
    lines += [f"  {above[0]} --> {below[0]}" for above, below in pairwise(rows)]
    return "```mermaid\n" + "\n".join(lines) + "\n```\n"


def _packages() -> str:
    return table(("package", "what it does"), _described())


def _described() -> Iterator[tuple[str, str]]:
    """Return each package or module of the layers with the first sentence of its docstring."""
    for row in layers((ROOT / "pyproject.toml").read_text(encoding="utf-8")):
        for name in row:
            path = ROOT / "acrdns" / name
            path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
            text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
            yield f"`{name}`", " ".join(text.partition("\n\n")[0].split())


PARTS = {"commands": _commands, "topics": _topics, "layers": _layers, "packages": _packages}
