"""What a shell offers, asked as bash asks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


def offered(directory: Path, line: str) -> list[str]:
    """Return what is offered for the last word of a line."""
    words = line.split(" ")
    environment = os.environ | {
        "_ACRDNS_COMPLETE": "complete_bash",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
    }
    done = subprocess.run(
        [Path(sys.executable).with_name("acrdns")], cwd=directory, env=environment, capture_output=True, text=True, check=False
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("acrdns tr", ["trace"]),
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
        ("acrdns rule acr31", ["acr310", "acr311", "acr312", "acr313", "acr314"]),
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
        ("acrdns help t", ["tutorial", "teaching", "topology"]),
    ],
)  # fmt: skip
def test_values_are_offered(line: str, expected: list[str], tmp_path: Path) -> None:
    """Files before samples; vantage points and registries of the topology on the line; nothing for a broken one."""
    (tmp_path / "estate.yaml").touch()
    (tmp_path / "broken.yaml").write_text("registries: [", encoding="utf-8")
    assert offered(tmp_path, line) == expected
