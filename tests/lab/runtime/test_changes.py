"""Changes of a running lab: names and flows follow."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.lab.conftest import SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable
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


@pytest.fixture(autouse=True)
def _programs(program: Callable[[str], str]) -> None:
    for name in ("curl", "dig"):
        program(name)


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


def test_a_replica_without_a_record_shows_when_it_has_to_serve(labs: Labs, program: Callable[[str], str]) -> None:
    """While the home region is down, layers come from another one, whose data endpoint has no record in the zone."""
    program("skopeo")
    pull = "skopeo copy -q docker://contoso.azurecr.io/hello-world:latest dir:$TMPDIR/x"
    script = f"""TMPDIR=$(mktemp -d); trap 'rm -r $TMPDIR' EXIT
    {pull} && {ACRDNS} lab region eastus --down && {pull} 2>&1
    {ACRDNS} check broken/replica-without-record --from hub --registry contoso --pull --format json"""
    done = labs.run("broken/replica-without-record", "hub", script=script)
    said, _, printed = done.stdout.partition("\n{")
    host = "contoso.westus.data.azurecr.io"
    assert f"lookup {host} on 168.63.129.16:53: no such host" in said
    (pulled,) = json.loads("{" + printed)["pulls"]
    assert [pulled[name] for name in ("status", "failed", "host", "cause", "code")] == [
        "fail",
        "layer",
        host,
        "name",
        "ACR401",
    ]


def test_a_push_that_is_bounced_fails(labs: Labs, program: Callable[[str], str]) -> None:
    """An upload is known to the replica that began it; without bouncing the same push goes through (F29)."""
    program("skopeo")
    script = f"""TMPDIR=$(mktemp -d); trap 'rm -r $TMPDIR' EXIT
    push() {{ skopeo copy -q dir:$TMPDIR/x docker://contoso.azurecr.io/app:v1 2>&1; echo "exit $?"; }}
    skopeo copy -q docker://contoso.azurecr.io/hello-world:latest dir:$TMPDIR/x
    {ACRDNS} lab bounce; push; {ACRDNS} lab bounce --off; push"""
    refused, code, *then = labs.run("private-link-geo", "hub", script=script).stdout.splitlines()
    assert ("blob upload unknown" in refused, code, then) == (True, "exit 1", ["exit 0"])


def test_the_management_plane_has_a_name(labs: Labs) -> None:
    """Azure Resource Manager is in the lab's public DNS, with its own certificate."""
    script = "getent hosts management.azure.com; curl -s -o /dev/null -w '%{ssl_verify_result}' https://management.azure.com/"
    done = labs.run("private-link", "hub", script=script)
    address, name, verified = done.stdout.split()
    assert (address.startswith("198.19."), name, verified) == (True, "management.azure.com", "0")


PLAIN = "version: 1\nregistries:\n  contoso: {location: eastus, data_endpoint_enabled: false}\n"
PATCHES = """
at=https://management.azure.com/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/contoso
change() {
  curl -s -o /dev/null -H 'Authorization: Bearer any' -H 'Content-Type: application/json' -X "$1" -d "$3" "$at$2?api-version=2023-07-01"
}
code() { curl -sS --max-time 1 -o /dev/null -w '%{http_code}' "$1" 2>/dev/null; }
wait_for() {
  for _ in $(seq 200); do found=$(code "$2"); [ "$found" = "$1" ] && break; sleep 0.05; done; echo "$found $2"
}
change PATCH '' '{"properties": {"dataEndpointEnabled": true}}'
wait_for 403 https://contoso.eastus.data.azurecr.io/
change PUT /replications/westus '{"location": "westus", "properties": {}}'
wait_for 403 https://contoso.westus.data.azurecr.io/
change DELETE /replications/westus '{}'
wait_for 000 https://contoso.westus.data.azurecr.io/
change PUT /replications/westus '{"location": "westus", "properties": {}}'
wait_for 403 https://contoso.westus.data.azurecr.io/
change PATCH '' '{"properties": {"publicNetworkAccess": "Disabled"}}'
wait_for 403 https://contoso.azurecr.io/v2/
"""
FOLLOWED = """403 https://contoso.eastus.data.azurecr.io/
403 https://contoso.westus.data.azurecr.io/
000 https://contoso.westus.data.azurecr.io/
403 https://contoso.westus.data.azurecr.io/
403 https://contoso.azurecr.io/v2/
"""


@pytest.mark.parametrize("joined", [False, True], ids=["alone", "joined"])
def test_endpoints_come_and_go_with_the_management_plane(labs: Labs, tmp_path: Path, *, joined: bool) -> None:
    """An endpoint that is new answers in networks that were there before it; one that is gone does not."""
    topology = str(tmp_path / "plain.yaml")
    (tmp_path / "plain.yaml").write_text(PLAIN)
    environment = {"XDG_RUNTIME_DIR": str(tmp_path), "ACRDNS_LAB": ""}
    if joined:
        # Not through a pipe: what is detached would hold its end.
        started = subprocess.run(
            (*labs.command, "up", topology, "--detach"),
            env={**os.environ, **environment},
            stdout=subprocess.DEVNULL,
            check=False,
            timeout=SECONDS,
        )
        assert started.returncode == 0
    done = labs.run(topology, "internet", script=PATCHES, environment=environment)
    if joined:
        changed = "changed   +    public_network_access_enabled: false"
        assert changed in labs.lab("status", environment=environment).stdout.splitlines()
        assert labs.lab("down", environment=environment).returncode == 0
    assert (done.stdout, done.returncode) == (FOLLOWED, 0), done.stderr
