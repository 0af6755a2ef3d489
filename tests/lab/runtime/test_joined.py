"""Commands that join a lab that is up: several networks, one state."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from acrdns.topology.samples import located
from tests.lab.conftest import SECONDS, Labs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.slow

CODE = "curl -s -o /dev/null -w '%{http_code}' https://contoso.azurecr.io/v2/"


@pytest.fixture
def environment(labs: Labs, program: Callable[[str], str], tmp_path: Path) -> Iterator[dict[str, str]]:
    """Return the environment in which a lab is up."""
    program("curl")
    chosen = {"XDG_RUNTIME_DIR": str(tmp_path), "ACRDNS_LAB": ""}
    command = (*labs.command, "up", "hub-and-spoke")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **chosen}) as process:
        assert process.stdout is not None
        assert "ready\n" in process.stdout
        yield chosen
        assert labs.lab("down", environment=chosen).returncode == 0
        assert process.wait(SECONDS) == 0
    assert not (tmp_path / "acrdns-lab").exists()


def test_networks_share_a_lab(labs: Labs, environment: dict[str, str]) -> None:
    """Each command is a client of its own network, and the clock that one moves is that of all."""
    script = "curl -s -o /dev/null -w '%{http_code} %{local_ip}' https://contoso.azurecr.io/v2/"
    hub = labs.run("hub-and-spoke", "hub", script=script, environment=environment)
    spoke = labs.run("hub-and-spoke", "spoke-aks", "--clock", "+2d", script=script, environment=environment)
    assert [done.stdout for done in (hub, spoke)] == ["401 10.0.255.254", "401 10.1.255.254"]
    assert (hub.stderr, "moves the clock of the lab that is up, for all, to " in spoke.stderr) == ("", True)
    assert '"offset_seconds": 172800' in labs.lab("status", "--format", "json", environment=environment).stdout


def test_another_topology_or_store_is_a_lab_of_its_own(labs: Labs, environment: dict[str, str], tmp_path: Path) -> None:
    """It has its own user."""
    script = 'echo "$ACRDNS_LAB_PASSWORD"'
    passwords = {
        labs.run("hub-and-spoke", "hub", script=script, environment=environment).stdout,
        labs.run("hub-and-spoke", "spoke-aks", script=script, environment=environment).stdout,
    }
    assert len(passwords) == 1
    passwords.add(labs.run("private-link", "hub", script=script, environment=environment).stdout)
    store = ("--store", str(tmp_path / "store"))
    passwords.add(labs.run("hub-and-spoke", "hub", *store, script=script, environment=environment).stdout)
    assert len(passwords) == 3


def test_a_command_whose_lab_ends_is_told_by_its_clients(
    labs: Labs, environment: dict[str, str], tmp_path: Path
) -> None:
    """It goes on, and nothing answers it any more; its exit code is its own."""
    script = f"{CODE}; touch {tmp_path}/up; while [ -e {tmp_path}/acrdns-lab ]; do sleep 0.05; done; {CODE}; exit 7"
    command = (*labs.command, "run", "hub-and-spoke", "--from", "hub", "--patience", "quick", "--", "sh", "-c", script)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **environment}) as process:
        while not (tmp_path / "up").exists():
            assert process.poll() is None
        assert labs.lab("down", environment=environment).returncode == 0
        assert process.communicate(timeout=SECONDS)[0] == "401000"
        assert process.returncode == 7
    # For the fixture, which ends a lab too.
    up = (*labs.command, "up", "hub-and-spoke", "--detach")
    subprocess.run(up, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, check=True)


def test_a_file_that_has_changed_since_is_refused(labs: Labs, tmp_path: Path) -> None:
    """The lab would answer by what the file said before."""
    file = tmp_path / "estate.yaml"
    text = Path(located("private-link-geo")).read_text()
    file.write_text(text)
    chosen = {"XDG_RUNTIME_DIR": str(tmp_path), "ACRDNS_LAB": ""}
    command = (*labs.command, "up", str(file))
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **chosen}) as process:
        assert process.stdout is not None
        assert "ready\n" in process.stdout
        assert labs.run(str(file), "hub", script="true", environment=chosen).returncode == 0
        file.write_text(text.replace("10.0.0.7", "10.0.0.77"))
        refused = labs.run(str(file), "hub", script="true", environment=chosen)
        assert refused.returncode == 2
        assert "has changed since the lab came up with it" in refused.stderr
        assert labs.lab("down", environment=chosen).returncode == 0
        assert process.wait(SECONDS) == 0
