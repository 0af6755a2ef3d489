"""`acrdns diff`: exit codes, and all problems of both files at once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from acrdns.cli import main
from tests.report.test_matrix_and_diff import AFTER, BEFORE

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """Write the files of a change, and one that does not load."""
    written = {"before": BEFORE, "after": AFTER, "bad": "registries: {contoso: {location: nowhere at all}}\nmore: 1\n"}
    for name, text in written.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return {name: str(tmp_path / f"{name}.yaml") for name in written}


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("before", "after", 1),
        ("after", "before", 0),
        ("before", "before", 0),
        ("bad", "after", 2),
        ("before", "bad", 2),
    ],
)
def test_the_exit_code_says_whether_anything_breaks(
    files: dict[str, str], before: str, after: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """A fix is clean, what breaks something is a finding, and what does not load cannot be judged."""
    assert main.run(["diff", files[before], files[after]]) == code
    assert (capsys.readouterr().out == "") is (code == 2)


def test_problems_of_both_files_come_at_once(files: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody mends one file only to hear of the other."""
    assert main.run(["diff", files["bad"], files["bad"]]) == 2
    assert capsys.readouterr().err.count("more: unknown key") == 2


@pytest.mark.parametrize("format_", ["text", "markdown", "json"])
def test_every_format_says_who_breaks(files: dict[str, str], format_: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever the format, the network and the endpoint are named."""
    assert main.run(["diff", files["before"], files["after"], "--format", format_]) == 1
    out = capsys.readouterr().out
    assert "spoke" in out
    assert "contoso.azurecr.io" in out
    if format_ == "json":
        assert {change["vantage"] for change in json.loads(out)["changes"] if change["effect"] == "breaks"} == {"spoke"}
