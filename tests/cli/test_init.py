"""`acrdns init` and `acrdns schema` as a user calls them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import typer
from typer.testing import CliRunner

from acrdns.cli import init, schema
from acrdns.topology.load import load
from acrdns.topology.starter import STARTER
from scripts.generators.topology_schema import schema_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from typer.testing import Result


def run(command: Callable[..., None], *arguments: str) -> Result:
    """Run one command alone."""
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.command()(command)
    return CliRunner().invoke(app, arguments)


def test_a_file_is_written_and_loads(tmp_path: Path) -> None:
    """The file is a topology, nothing goes to stdout, and the next step is named."""
    path = tmp_path / "mine.yaml"
    result = run(init.command, str(path))
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"wrote {path}; next: acrdns lint {path}\n"
    assert "contoso" in load(str(path)).registries


def test_without_a_name_it_is_topology_yaml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The default is the name that everything else expects."""
    monkeypatch.chdir(tmp_path)
    assert run(init.command).exit_code == 0
    assert (tmp_path / "topology.yaml").read_text("utf-8") == STARTER


def test_a_dash_prints_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`-` writes no file."""
    monkeypatch.chdir(tmp_path)
    result = run(init.command, "-")
    assert (result.exit_code, result.stdout, result.stderr) == (0, STARTER, "")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    """--force would not help."""
    result = run(init.command, str(tmp_path))
    assert result.exit_code == 2
    assert f"{tmp_path} is a directory; name a file in it" in " ".join(result.stderr.split())


def test_a_file_that_exists_is_kept(tmp_path: Path) -> None:
    """Nobody's file is lost, unless they say so."""
    path = tmp_path / "topology.yaml"
    path.write_text("mine\n", "utf-8")
    result = run(init.command, str(path))
    assert result.exit_code == 2
    assert f"{path} exists; --force overwrites it" in " ".join(result.stderr.split())
    assert path.read_text("utf-8") == "mine\n"
    assert run(init.command, str(path), "--force").exit_code == 0
    assert path.read_text("utf-8") == STARTER


@pytest.mark.parametrize("name", ["none/topology.yaml", "."])
def test_a_place_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """It is a usage error that says why."""
    monkeypatch.chdir(tmp_path)
    result = run(init.command, name, "--force")
    assert result.exit_code == 2
    assert "cannot be written: " in " ".join(result.stderr.split())


def test_the_schema_is_printed() -> None:
    """Byte for byte the one that is kept in the package."""
    result = run(schema.command)
    assert (result.exit_code, result.stdout, result.stderr) == (0, schema_text(), "")
