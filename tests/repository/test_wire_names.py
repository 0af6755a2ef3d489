"""How much of `wire` a reader has to know: the public classes and functions of its modules, and no idle constants."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
WIRE = ROOT / "acrdns" / "wire"
MODULES = sorted(WIRE.rglob("*.py"))
MOST = 60


@cache
def tree(path: Path) -> ast.Module:
    """Return a module of `wire` as Python reads it."""
    return ast.parse(path.read_text(encoding="utf-8"))


def public_names(path: Path) -> list[str]:
    """Return the classes and functions of a module without an underscore."""
    nodes = (node for node in tree(path).body if isinstance(node, ast.ClassDef | ast.FunctionDef))
    return [node.name for node in nodes if not node.name.startswith("_")]


def public_constants(path: Path) -> list[str]:
    """Return what a module assigns at its top level without an underscore."""
    found: list[str] = []
    for node in tree(path).body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        found += [target.id for target in targets if isinstance(target, ast.Name) and not target.id.startswith("_")]
    return found


def test_wire_has_few_public_names() -> None:
    """A new one replaces another, or is worth raising the number for."""
    found = {str(path.relative_to(WIRE)): public_names(path) for path in MODULES}
    assert sum(map(len, found.values())) <= MOST, found


def test_a_public_constant_is_used_elsewhere() -> None:
    """One that only its own module uses is private."""
    words = {
        path: set(re.findall(r"\w+", path.read_text(encoding="utf-8")))
        for folder in ("acrdns", "tests", "scripts")
        for path in (ROOT / folder).rglob("*.py")
    }
    idle = [
        (str(path.relative_to(WIRE)), name)
        for path in MODULES
        for name in public_constants(path)
        if not any(name in found for other, found in words.items() if other != path)
    ]
    assert idle == []
