"""Words in capital letters that a command leaves to its reader are explained, once in a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from acrdns.cli import main
from tests.warm import ROOT

if TYPE_CHECKING:
    from pathlib import Path

BROKEN = ROOT / "zones/broken"
SEEN = "hub contoso.azurecr.io 20.45.122.144\n"
COMMANDS = {
    "lint": ["lint", str(BROKEN / "endpoint-records-collide.yaml")],
    "lint-markdown": ["lint", str(BROKEN / "endpoint-records-collide.yaml"), "--format", "markdown"],
    "lint-of-several": [
        "lint",
        str(BROKEN / "bypassed-azure-dns.yaml"),
        str(BROKEN / "network-without-zone-link.yaml"),
    ],
    "fix": ["fix", str(BROKEN / "network-without-zone-link.yaml")],
    "diagnose": ["diagnose", str(BROKEN / "network-without-zone-link.yaml"), "SEEN"],
    "check": ["check", "contoso.azurecr.io", "--restore", "SEEN", "--expect", "private"],
    "rule": ["rule", "ACR101"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_resource_group_is_explained_once(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever reads the report at night knows what to put there, and where the file can have it."""
    seen = tmp_path / "seen.txt"
    seen.write_text(SEEN, encoding="utf-8")
    main.run([str(seen) if word == "SEEN" else word for word in COMMANDS[command]])
    out = " ".join(capsys.readouterr().out.split())
    assert "-g RESOURCE_GROUP" in out
    assert out.count("the resource group of what the command names") == 1
    assert out.count("the key NAME@GROUP of a zone in a topology file fills it in") == 1


@pytest.mark.parametrize(
    ("file", "said"),
    {
        "ruleset-loop": "fill in LINK_OF_HUB: the link's own name",
        "endpoint-not-approved": "fill in CONNECTION_NAME: the name that the command before it lists",
        "hub-without-transit": "fill in PEERING_WITH_HUB, PEERING_WITH_SHARED: the peering's own name",
    }.items(),
)
def test_each_kind_of_word_is_explained(file: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Words of one kind share a line."""
    assert main.run(["lint", str(BROKEN / f"{file}.yaml")]) == 1
    assert said in capsys.readouterr().out


def test_a_report_without_such_words_explains_none(capsys: pytest.CaptureFixture[str]) -> None:
    """What is to be done at a DNS server has names of the file alone."""
    assert main.run(["lint", str(BROKEN / "privatelink-only-forwarding.yaml")]) == 1
    assert "fill in" not in capsys.readouterr().out
