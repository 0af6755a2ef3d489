"""No circles of imports in acrdns: neither of modules nor, in each package, of the modules and packages in it.

Imports inside functions and for type checking alone count: who reads one module of a circle has to read them all.
"""

from __future__ import annotations

from functools import cache
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

import grimp

if TYPE_CHECKING:
    from collections.abc import Iterator


@cache
def graph() -> grimp.ImportGraph:
    """Return who imports whom; it takes a moment to make."""
    return grimp.build_graph("acrdns", cache_dir=None)


def packages() -> list[str]:
    """Return every package by name."""
    return sorted(module for module in graph().modules if graph().find_children(module))


def circle(package: str) -> list[str]:
    """Return a circle among what is right in a package; empty where there is none."""
    below: dict[str, set[str]] = {part: set() for part in graph().find_children(package)}
    for importer, imported in imports():
        inside = [part_of(module, package) for module in (importer, imported)]
        if inside[0] != inside[1] and all(inside):
            below[inside[0]].add(inside[1])
    return cycle_of(below)


def imports() -> Iterator[tuple[str, str]]:
    """Return every import: who imports, and what."""
    for importer in graph().modules:
        for imported in graph().find_modules_directly_imported_by(importer):
            yield importer, imported


def part_of(module: str, package: str) -> str:
    """Return the child of a package that a module is in; empty for a module elsewhere, and for the package itself."""
    rest = module.removeprefix(f"{package}.")
    return "" if rest == module else f"{package}.{rest.partition('.')[0]}"


def cycle_of(below: dict[str, set[str]]) -> list[str]:
    """Return a circle of a graph; empty where there is none."""
    try:
        TopologicalSorter(below).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_a_package_has_no_circle() -> None:
    """What is right in a package, module or package, can be read in an order."""
    assert {package: found for package in packages() if (found := circle(package))} == {}


def test_modules_are_in_no_circle() -> None:
    """Nor are single modules, wherever they are."""
    below: dict[str, set[str]] = {}
    for importer, imported in imports():
        below.setdefault(importer, set()).add(imported)
    assert cycle_of(below) == []


def test_a_circle_is_found() -> None:
    """A graph with a circle gives it, with its first member at both ends."""
    assert cycle_of({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) in (
        ["a", "c", "b", "a"],
        ["b", "a", "c", "b"],
        ["c", "b", "a", "c"],
    )
    assert cycle_of({"a": {"b"}, "b": set()}) == []


def test_all_imports_are_looked_at() -> None:
    """An import for type checking alone, and one inside a function, are in the graph."""
    assert "acrdns.topology.model" in graph().find_modules_directly_imported_by("acrdns.resolve.boundaries")
    assert "acrdns.topology.normalize" in graph().find_modules_directly_imported_by("acrdns.topology.load")
