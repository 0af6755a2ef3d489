"""What a shell offers, asked as bash asks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from acrdns.cli import main


def as_bash_asks(line: str) -> dict[str, str]:
    """Return the environment in which bash asks for the last word of a line."""
    return {
        "_ACRDNS_COMPLETE": "complete_bash",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(line.split(" ")) - 1),
    }


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("acrdns tr", ["trace", "traffic"]),
        ("acrdns lint private-link-", ["private-link-geo"]),
        ("acrdns matrix est", ["estate.yaml"]),
        ("acrdns serve broken/ipv", ["broken/ipv6-bypass"]),
        ("acrdns check on-prem", ["on-premises-forwarding"]),
        ("acrdns diff private-link broken/stale", ["broken/stale-private-ip"]),
        ("acrdns export nsd two-", ["two-regions"]),
        ("acrdns matrix two-regions --from ", ["internet", "east", "west"]),
        ("acrdns trace two-regions contoso.azurecr.io --from w", ["west"]),
        ("acrdns check two-regions --from e", ["east"]),
        ("acrdns check two-regions --registry ", ["contoso"]),
        ("acrdns matrix broken.yaml --from ", []),
        ("acrdns lint --format s", ["sarif"]),
        ("acrdns rule acr31", ["acr310", "acr311", "acr312", "acr313", "acr314", "acr315", "acr316"]),
        ("acrdns rule ACR15", [f"ACR15{number}" for number in range(1, 8)]),
        ("acrdns rule stale", ["stale-private-ip"]),
        ("acrdns break sha", ["shadowed-private-zone", "shared-record-deleted", "shared-address"]),
        ("acrdns break link-in-progress two-", ["two-regions"]),
        ("acrdns break link-in-progress two-regions --at ", ["east", "west"]),
        ("acrdns break link-in-progress broken.yaml --at ", []),
        ("acrdns break nothing two-regions --at ", []),
        ("acrdns faults hosts", ["hosts-file-pin"]),
        ("acrdns fix broken/ipv", ["broken/ipv6-bypass"]),
        ("acrdns facts f0", [f"f0{number}" for number in range(1, 10)]),
        ("acrdns help t", ["tutorial", "terraform-plan", "teaching", "topology"]),
    ],
)  # fmt: skip
def test_values_are_offered(
    line: str, expected: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Files before samples; vantage points and registries of the topology on the line; nothing for a broken one."""
    (tmp_path / "estate.yaml").touch()
    (tmp_path / "broken.yaml").write_text("registries: [", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name, value in as_bash_asks(line).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit, match=r"^0$"):
        main.run([])
    offered, complaints = capsys.readouterr()
    assert offered.split() == expected
    assert complaints == ""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("acrdns tr", ["trace", "traffic"]),
        ("acrdns matrix two-regions --from w", ["west"]),
        ("acrdns matrix broken.yaml --from ", []),
    ],
)
def test_the_program_offers_them(line: str, expected: list[str], tmp_path: Path) -> None:
    """The installed one answers bash itself, and nothing else comes out of it."""
    (tmp_path / "broken.yaml").write_text("registries: [", encoding="utf-8")
    done = subprocess.run(
        [Path(sys.executable).with_name("acrdns")],
        cwd=tmp_path,
        env=os.environ | as_bash_asks(line),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.returncode == 0
    assert done.stdout.split() == expected
