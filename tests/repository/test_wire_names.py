"""How much of `wire` a reader has to know: the public classes and functions of its modules, and no idle constants."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WIRE = ROOT / "acrdns" / "wire"
MODULES = sorted(WIRE.rglob("*.py"))
MOST = 60
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}


def public_names(path: Path) -> list[str]:
    """Return the classes and functions of a module without an underscore."""
    nodes = (node for node in TREES[path].body if isinstance(node, ast.ClassDef | ast.FunctionDef))
    return [node.name for node in nodes if not node.name.startswith("_")]


def public_constants(path: Path) -> list[str]:
    """Return what a module assigns at its top level without an underscore."""
    found: list[str] = []
    for node in TREES[path].body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        found += [target.id for target in targets if isinstance(target, ast.Name) and not target.id.startswith("_")]
    return found


def test_wire_has_few_public_names() -> None:
    """A new one replaces another, or is worth raising the number for."""
    found = {str(path.relative_to(WIRE)): public_names(path) for path in MODULES}
    assert sum(map(len, found.values())) <= MOST, found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(WIRE)))
def test_a_public_constant_is_used_elsewhere(path: Path) -> None:
    """One that only its own module uses is private."""
    names = public_constants(path)
    others = [
        other for folder in ("acrdns", "tests", "scripts") for other in (ROOT / folder).rglob("*.py") if other != path
    ]
    texts = [other.read_text(encoding="utf-8") for other in others] if names else []
    assert [name for name in names if not any(re.search(rf"\b{name}\b", text) for text in texts)] == []
