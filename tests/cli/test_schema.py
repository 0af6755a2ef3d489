"""`acrdns schema` as a user calls it: the JSON Schema of each document, which real output fits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from acrdns.cli import main
from acrdns.cli.reference import DOCUMENTS, OF_A_LAB, written
from acrdns.cli.schema import begun, files

if TYPE_CHECKING:
    from collections.abc import Iterator

QUICK = {"check", "lines", "fix", "faults", "rules", "assumptions"}
"""Documents that are written in no time."""


def _schema(name: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert main.run(["schema", name]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def _values(name: str) -> Iterator[Any]:
    """Return the documents that a command writes: one, or one a line."""
    text = written(*DOCUMENTS[name])
    return map(json.loads, text.splitlines()) if name in ("saved", "lines") else iter([json.loads(text)])


@pytest.mark.parametrize(
    "name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in DOCUMENTS]
)
def test_real_output_fits_the_schema(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """That of the command in the reference, from end to end; and its fields are not all optional."""
    validator = Draft202012Validator(_schema(name, capsys))
    values = list(_values(name))
    assert [error.message for value in values for error in validator.iter_errors(value)] == []
    assert not validator.is_valid({})


def test_each_document_has_a_schema_and_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """A line for each; completion offers them, too."""
    assert main.run(["schema", "--list"]) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert listed == list(files()) == begun("")
    assert {*listed} == {*DOCUMENTS, *OF_A_LAB, "topology"}


@pytest.mark.parametrize(("name", "document"), [("lint", "check"), ("diagnose", "check"), ("learn", "lessons")])
def test_a_command_is_a_name_of_its_document(name: str, document: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Where the document has another."""
    assert _schema(name, capsys) == _schema(document, capsys)


def test_an_unknown_document_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    """With those that are close."""
    assert main.run(["schema", "matrx"]) == 2
    assert "there is no schema 'matrx'; did you mean matrix?" in capsys.readouterr().err
