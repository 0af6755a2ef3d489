"""The modules of acrdns as Python reads them, read once for all tests of a process."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from acrdns.gc_pause import paused

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]


@cache
def modules() -> dict[str, ast.Module]:
    """Return each module of acrdns by its path."""
    with paused():
        return {
            path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
            for path in sorted((ROOT / "acrdns").rglob("*.py"))
        }


def docstrings(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Return line and text of each docstring, those below fields included."""
    for node in ast.walk(module):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.lineno, node.value.value


@cache
def all_docstrings() -> tuple[tuple[str, int, str], ...]:
    """Return path, line and text of each docstring of acrdns."""
    return tuple((path, *found) for path, module in modules().items() for found in docstrings(module))
