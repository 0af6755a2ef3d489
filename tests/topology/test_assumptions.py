"""What is assumed is listed, and what is listed is there."""

from __future__ import annotations

import ast
from dataclasses import fields
from importlib.util import find_spec
from pathlib import Path

import pytest

from acrdns.topology.assumptions import ASSUMPTIONS, Assumptions


@pytest.mark.parametrize("where", [each.where for each in ASSUMPTIONS])
def test_what_decides_is_there(where: str) -> None:
    """Each row leads to a module, a class, a function or an attribute of the program."""
    module, rest = _module(where.split("."))
    spec = find_spec(module)
    assert spec
    assert spec.origin
    body = ast.parse(Path(spec.origin).read_text(encoding="utf-8")).body
    for name in rest:
        found = next((node for node in body if _defines(node, name)), None)
        assert found, f"there is no {name} in {module}"
        body = getattr(found, "body", [])


def _module(parts: list[str]) -> tuple[str, list[str]]:
    """Split a dotted path into the longest module that there is, and the rest."""
    for end in range(len(parts), 0, -1):
        module = ".".join(("acrdns", *parts[:end]))
        if Path(*module.split(".")).with_suffix(".py").exists():
            return module, parts[end:]
    raise AssertionError(f"{'.'.join(parts)} begins with no module")


def _defines(node: ast.stmt, name: str) -> bool:
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return node.name == name
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return any(isinstance(target, ast.Name) and target.id == name for target in targets)


def test_names_are_unique_and_every_switch_is_listed() -> None:
    """A switch has the name of its row, with hyphens, and its default is what the row says."""
    names = [each.name for each in ASSUMPTIONS]
    assert len(set(names)) == len(names)
    switches = {field.name.replace("_", "-"): field.default for field in fields(Assumptions)}
    assert {each.name: each.default for each in ASSUMPTIONS if each.default is not None} == switches
