"""Changes of a running lab: names and flows follow."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lab.conftest import Labs

pytestmark = pytest.mark.slow

GEO = """
version: 1
chains: observed
registries:
  contoso:
    location: eastus
    replications: [westus]
    data_endpoint_enabled: true
    regional_endpoints_enabled: true
networks:
  office: {location: eastus, address_space: [10.9.0.0/16]}
  far: {location: westus, address_space: [10.8.0.0/16]}
"""
ACRDNS = f"{sys.executable} -m acrdns"
# The end of the login server's chain, and the region whose replica redirects to its data endpoint.
LOOK = """
look() {
  front=$(dig +short contoso.azurecr.io | sed -n 's/^\\(.*\\)\\.fe\\.azcr\\.io\\.$/\\1/p' | cut -d- -f1)
  curl -s -o /dev/null -w '%{http_code} ' https://contoso.azurecr.io/v2/
  echo "$front"
}
wait_for() { for _ in $(seq 100); do look | grep -q " $1\\$" && break; sleep 0.05; done; look; }
"""


@pytest.mark.parametrize(
    ("vantage", "near", "down", "then"), [("office", "eus", "eastus", "wus"), ("far", "wus", "westus", "eus")]
)
def test_a_region_that_is_down_gets_no_clients(
    labs: Labs, tmp_path: Path, vantage: str, near: str, down: str, then: str
) -> None:
    """The login server's name leads to the other region, also where it is the home region; and back."""
    (tmp_path / "geo.yaml").write_text(GEO)
    script = f"""{LOOK}
    look
    {ACRDNS} lab region {down} --down && wait_for {then}
    {ACRDNS} lab region {down} --up && wait_for {near}
    """
    done = labs.run(str(tmp_path / "geo.yaml"), vantage, script=script)
    assert done.stdout.splitlines() == [f"401 {near}", f"401 {then}", f"401 {near}"], done.stderr


def test_the_management_plane_has_a_name(labs: Labs) -> None:
    """Azure Resource Manager is in the lab's public DNS, with its own certificate."""
    script = "getent hosts management.azure.com; curl -s -o /dev/null -w '%{ssl_verify_result}' https://management.azure.com/"
    done = labs.run("private-link", "hub", script=script)
    address, name, verified = done.stdout.split()
    assert (address.startswith("198.19."), name, verified) == (True, "management.azure.com", "0")
