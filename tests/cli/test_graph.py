"""`acrdns graph` as a user calls it."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from acrdns.cli import main

ASKED = ["graph", "hub-and-spoke-resolver", "contoso.azurecr.io", "--from", "office"]


@pytest.mark.parametrize("format_", ["svg", "mermaid", "dot"])
def test_the_same_input_gives_the_same_text(format_: str, capsys: pytest.CaptureFixture[str]) -> None:
    """On stdout, and nothing else there."""
    assert main.run([*ASKED, "--format", format_]) == 0
    first = capsys.readouterr()
    assert main.run([*ASKED, "--format", format_]) == 0
    assert capsys.readouterr() == first
    assert first.err == ""


def test_svg_is_what_comes_without_a_format(capsys: pytest.CaptureFixture[str]) -> None:
    """A document of its own, that says in words what it shows; without a name it shows the networks alone."""
    assert main.run(ASKED) == 0
    assert "contoso.azurecr.io A, asked from office" in "".join(ET.fromstring(capsys.readouterr().out).itertext())  # noqa: S314 -- our own text
    assert main.run(ASKED[:2]) == 0
    root = ET.fromstring(capsys.readouterr().out)  # noqa: S314 -- our own text
    assert {each.get("data-network") for each in root.iter() if each.get("data-zone")} == {
        "hub",
        "spoke-aks",
        "spoke-build",
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["hub-and-spoke-resolver", "contoso.azurecr.io", "--from", "offise"], "did you mean office?"),
        (["hub-and-spoke-resolver", "--from", "office"], "say which name is asked for"),
        (["hub-and-spoke-resolver", "a..b"], "NAME"),
        (["hub-and-spoke-resolver", "contoso.azurecr.io", "--format", "png"], "png"),
        (["hub-and-spoke-resolvr"], "hub-and-spoke-resolver"),
    ],
)
def test_bad_input_is_said_with_a_remedy(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing on stdout, exit code 2."""
    assert main.run(["graph", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
