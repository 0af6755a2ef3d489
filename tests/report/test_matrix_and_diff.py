"""The matrix and the diff in every format, and their documented schemas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pydantic import TypeAdapter

import acrdns.report
from acrdns.check.estate.diff import Change, Diff, diff
from acrdns.check.estate.matrix import Matrix, matrix
from acrdns.check.estate.rows import Cell, Row, State
from acrdns.probe.observation import Outcome
from acrdns.report.diff import json as diff_json
from acrdns.report.diff import markdown as diff_markdown
from acrdns.report.diff import text as diff_text
from acrdns.report.diff.document import DiffDocument
from acrdns.report.matrix import json as matrix_json
from acrdns.report.matrix import markdown as matrix_markdown
from acrdns.report.matrix import text as matrix_text
from acrdns.report.matrix.document import MatrixDocument
from acrdns.resolve.world import World
from acrdns.topology.load import loads
from tests.report import snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PACKAGE = Path(str(acrdns.report.__file__)).parent
BEFORE = """
registries: {contoso: {location: eastus}, partner: {location: westus}}
networks:
  hub: {address_space: [10.0.0.0/16], peerings: [spoke]}
  spoke: {address_space: [10.1.0.0/16]}
  far: {address_space: [10.2.0.0/16]}
private_endpoints:
  pe:
    registry: contoso
    network: hub
    addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}
    dns_zone_group: [privatelink.azurecr.io]
private_dns_zones:
  privatelink.azurecr.io: {virtual_network_links: {hub: {}, spoke: {}}}
"""
AFTER = (
    BEFORE.replace("hub: {}, spoke: {}", "hub: {}")
    .replace("10.0.0.7", "10.0.0.17")
    .replace("  far: {address_space: [10.2.0.0/16]}\n", "")
)


def change(before: str, after: str) -> Diff:
    """Compare two files."""
    return diff(World(loads(before, "before.yaml")), World(loads(after, "after.yaml")), ("before.yaml", "after.yaml"))


DIFFS = {"diff": change(BEFORE, AFTER), "diff-of-a-fix": change(AFTER, BEFORE), "no-diff": change(BEFORE, BEFORE)}
MATRICES = {
    name: matrix(World(loads(text, f"{name}.yaml")))
    for name, text in {"matrix": BEFORE, "matrix-broken": AFTER}.items()
}
DIFF_FORMATS = {"txt": diff_text.render, "md": diff_markdown.render, "json": diff_json.render}
MATRIX_FORMATS = {"txt": matrix_text.render, "md": matrix_markdown.render, "json": matrix_json.render}


@pytest.mark.parametrize("suffix", DIFF_FORMATS)
@pytest.mark.parametrize("name", DIFFS)
def test_diffs_look_as_they_did(name: str, suffix: str) -> None:
    """What breaks stands first, each with the time that caches hold the old answer."""
    snapshot.check(snapshot.DIRECTORY / f"{name}.{suffix}", DIFF_FORMATS[suffix](DIFFS[name]))


@pytest.mark.parametrize("suffix", MATRIX_FORMATS)
@pytest.mark.parametrize("name", MATRICES)
def test_matrices_look_as_they_did(name: str, suffix: str) -> None:
    """A cell that is not as expected is marked, and its cause is told below."""
    render: Callable[[Matrix], Iterable[str]] = MATRIX_FORMATS[suffix]
    snapshot.check(snapshot.DIRECTORY / f"{name}.{suffix}", "".join(render(MATRICES[name])))


@pytest.mark.parametrize(("name", "document"), [("diff", DiffDocument), ("matrix", MatrixDocument)])
def test_the_schema_in_the_package_is_current(name: str, document: type) -> None:
    """It is made from the dataclasses that describe what is written."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **TypeAdapter(document).json_schema()}
    snapshot.check(PACKAGE / f"{name}.schema.json", json.dumps(schema, indent=2) + "\n")


@pytest.mark.parametrize("name", DIFFS)
def test_a_diff_is_what_its_schema_says(name: str) -> None:
    """It reads back as the documented document, with nothing besides."""
    text = diff_json.render(DIFFS[name])
    adapter = TypeAdapter(DiffDocument)
    document = adapter.validate_json(text)
    assert json.loads(adapter.dump_json(document)) == json.loads(text)
    assert sum(document.summary.values()) == len(document.changes)
    assert sum(sum(each.effects.values()) for each in document.vantages) == len(document.changes)


@pytest.mark.parametrize("name", MATRICES)
def test_a_matrix_is_what_its_schema_says(name: str) -> None:
    """It reads back as the documented document, with nothing besides; each row has every vantage point."""
    text = "".join(matrix_json.render(MATRICES[name]))
    adapter = TypeAdapter(MatrixDocument)
    document = adapter.validate_json(text)
    assert json.loads(adapter.dump_json(document)) == json.loads(text)
    assert {tuple(row.cells) for row in document.rows} == {document.vantages}


PRIVATE = Cell(State.PRIVATE, Outcome.ANSWER, ("10.0.0.7",), expected=False, ttl=10)
PUBLIC = PRIVATE._replace(state=State.PUBLIC, addresses=("20.45.122.144",))
BROKEN = PRIVATE._replace(state=State.BROKEN, outcome=Outcome.SERVFAIL, addresses=(), ttl=None)


@pytest.mark.parametrize(
    ("others", "shown", "state", "addresses"),
    [
        ((), "private 10.0.0.7", "private", ["10.0.0.7"]),
        ((PUBLIC,), "private 10.0.0.7 | public 20.45.122.144", "private|public", ["10.0.0.7", "20.45.122.144"]),
        ((PRIVATE, BROKEN), "private 10.0.0.7 | broken SERVFAIL", "private|broken", ["10.0.0.7"]),
    ],
)
def test_several_servers_give_a_set_of_answers(
    others: tuple[Cell, ...], shown: str, state: str, addresses: list[str]
) -> None:
    """Each different answer is shown once, in text, Markdown and JSON."""
    world = World(loads(BEFORE, "before.yaml"))
    row = Row("contoso", "registry", "contoso.azurecr.io", (PRIVATE._replace(others=others),), [0], expected=False)
    found = Matrix(world, ("hub",), (row,))
    assert f"contoso.azurecr.io  ! {shown}\n" in "".join(matrix_text.render(found))
    cell = shown.replace("|", r"\|")
    assert f"| `contoso.azurecr.io` | **! {cell}** |\n" in "".join(matrix_markdown.render(found))
    document = TypeAdapter(MatrixDocument).validate_json("".join(matrix_json.render(found)))
    entry = document.rows[0].cells["hub"]
    assert (entry.state, list(entry.addresses)) == (state, addresses)
    assert len(entry.answers) == (1 + len(others) if others else 0)
    changed = Change("contoso", "contoso.azurecr.io", "hub", row.cells[0], None)
    assert f"{shown} -> (not there)" in diff_text.arrow(changed)


@pytest.mark.parametrize(
    ("selection", "shown"),
    [("order", "private 10.0.0.7"), ("fastest", "! private 10.0.0.7 | public 198.51.100.3"), ("random", "! private 10.0.0.7 | public 198.51.100.3")],
)  # fmt: skip
def test_a_network_with_several_servers_has_each_of_their_answers(selection: str, shown: str) -> None:
    """From the file to the cell, with a cause where they differ; `order` passes over the silent only."""
    servers = f"dns_servers: [168.63.129.16, 8.8.8.8], selection: {selection}"
    text = BEFORE.replace("hub: {address_space: [10.0.0.0/16],", f"hub: {{address_space: [10.0.0.0/16], {servers},")
    found = matrix(World(loads(text, "before.yaml")), ["hub"], ["contoso"])
    lines = "".join(matrix_text.render(found)).splitlines()
    assert lines[1].split(maxsplit=1)[1] == shown
    assert found.clean == (selection == "order")
    if selection != "order":
        assert "! contoso.azurecr.io from hub: any of several DNS servers may answer, and they differ" in lines
