"""`acrdns rule` as a user calls it."""

from __future__ import annotations

import re

import pytest

from acrdns.check.rules import TABLE
from acrdns.cli import main


@pytest.mark.parametrize("text", ["ACR305", "acr305", "missing-record"])
def test_a_page_is_shown_by_code_or_name(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    """As Markdown, with its fixed sections."""
    assert main.run(["rule", text]) == 0
    out = capsys.readouterr().out
    assert out.startswith("# ACR305 missing-record\n\nDefault severity: error.\n")
    assert [line.removeprefix("## ") for line in out.splitlines() if line.startswith("## ")] == [
        "What it finds",
        "Why it matters",
        "Example",
        "Fix with the Azure CLI",
        "Fix with Terraform",
        "Fix with Bicep",
        "What it cannot tell",
        "References",
    ]


def test_without_a_code_all_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """Code, severity and name, one a line."""
    assert main.run(["rule"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert {code: name for code, _, name in lines} == TABLE
    assert {severity for _, severity, _ in lines} <= {"error", "warning", "info"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("missing-recrod", "did you mean missing-record?"),
        ("ACR3055", "did you mean"),
        ("misspelt", "did you mean misspelt-private-zone?"),
        ("xyzzy", "lists them all"),
    ],
)
def test_an_unknown_rule_is_a_usage_error(text: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With the closest ones."""
    assert main.run(["rule", text]) == 2
    assert said in capsys.readouterr().err


def test_all_pages_come_in_the_order_of_their_codes(capsys: pytest.CaptureFixture[str]) -> None:
    """`--all` prints what each `acrdns rule CODE` prints."""
    assert main.run(["rule", "--all"]) == 0
    shown = capsys.readouterr().out
    heads = [line[2:] for line in shown.splitlines() if re.match(r"# ACR\d{3} ", line)]
    assert heads == [f"{code} {name}" for code, name in TABLE.items()]
    assert main.run(["rule", "ACR101"]) == 0
    assert shown.startswith(capsys.readouterr().out)


def test_all_pages_and_one_are_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever gives both is asked to choose."""
    assert main.run(["rule", "ACR101", "--all"]) == 2
    assert "leave out CODE, or --all" in capsys.readouterr().err
