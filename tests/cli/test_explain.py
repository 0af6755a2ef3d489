"""`acrdns explain` as a user calls it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from acrdns.cli import main

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["contoso.azurecr.io", "--from", "hubb"], "did you mean hub?"),
        (["contoso.azurecr.io", "--against", "hubb"], "--against: there is no vantage point 'hubb'; did you mean hub?"),
        (["contoso.azurecr.io", "AA"], "AA"),
        (["a..b"], "NAME"),
        ([], "say which name to ask for"),
        (["contosoo.azurecr.io/app:1", "--pull"], "did you mean contoso.azurecr.io?"),
        (["--pull", "--from", "hub", "--against", "internet"], "leave out --pull or --against"),
        (["contoso.azurecr.io", "--format", "xml"], "xml"),
    ],
)
def test_bad_input_is_said_with_a_remedy(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing on stdout, exit code 2."""
    assert main.run(["explain", "private-link-geo", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err


def test_a_page_is_written_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The text still goes to stdout."""
    file = tmp_path / "chain.html"
    assert main.run(["explain", "private-link", "contoso.azurecr.io", "--from", "hub", "--html", str(file)]) == 0
    assert "A client in hub gets 10.0.0.7 (private)" in capsys.readouterr().out
    assert file.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_page_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The error names the file."""
    file = tmp_path / "no" / "chain.html"
    assert main.run(["explain", "private-link", "contoso.azurecr.io", "--html", str(file)]) == 2
    assert str(file) in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (
            ["private-link", "x"],
            "     What it does: x is outside the simulated public zones, so nobody here can say what it is.",
        ),
        (
            ["broken/hub-without-transit", "contoso.azurecr.io", "--from", "aks"],
            "with that fixed: a client in aks would reach 10.0.0.7 (private)",
        ),
    ],
    ids=["a name keeps its letters", "the same answer, within reach"],
)
def test_a_line_of_the_text(arguments: list[str], line: str, capsys: pytest.CaptureFixture[str]) -> None:
    """As people read it."""
    assert main.run(["explain", *arguments]) == 0
    assert line in capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(
    ("arguments", "requests", "chains"),
    [
        (["private-link-geo", "--from", "hub"], 5, ["contoso.azurecr.io", "contoso.eastus.data.azurecr.io"]),
        (
            ["broken/missing-data-record", "contoso.azurecr.io", "--from", "hub"],
            5,
            ["contoso.azurecr.io", "contoso.eastus.data.azurecr.io"],
        ),
        (["private-link-geo"], 1, ["contoso.azurecr.io"]),
    ],
)
def test_a_pull(arguments: list[str], requests: int, chains: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Login, token, manifest and layers, numbered; each name's chain once."""
    assert main.run(["explain", *arguments, "--pull", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [each["number"] for each in document["requests"]] == list(range(1, requests + 1))
    assert [each["trace"]["question"]["name"] for each in document["chains"]] == chains
    for format_ in ("text", "markdown"):
        assert main.run(["explain", *arguments, "--pull", "--format", format_]) == 0
        out = capsys.readouterr().out
        assert (
            out.splitlines()[0]
            .removeprefix("# ")
            .strip("`")
            .startswith("pull of contoso.azurecr.io/hello-world:latest")
        )
        assert "login" in out
