"""`acrdns check --pull` in the lab: real names, real DNS, TLS, and the same causes that `trace --pull` tells."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from acrdns.azure import INTERNET
from acrdns.cli import main
from acrdns.cli.check_pull import with_default_image
from acrdns.topology.load import load
from acrdns.topology.samples import samples
from tests.lab.conftest import ROOT, Labs, labs

__all__ = ["labs"]  # the fixture


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["estate.yaml", "--pull"], ["estate.yaml", "--pull=hello-world:latest"]),
        (["estate.yaml", "--pull", "--from", "hub"], ["estate.yaml", "--pull=hello-world:latest", "--from", "hub"]),
        (["estate.yaml", "--pull", "app:1"], ["estate.yaml", "--pull", "app:1"]),
        (["estate.yaml", "--pull=app:1", "--from", "x"], ["estate.yaml", "--pull=app:1", "--from", "x"]),
        (["estate.yaml"], ["estate.yaml"]),
    ],
)
def test_the_image_may_be_left_out(given: list[str], expected: list[str]) -> None:
    """A word that begins with a hyphen is none."""
    assert with_default_image(given) == expected


@pytest.mark.slow
def test_a_login_server_in_the_image_is_the_one_that_is_asked(labs: Labs) -> None:
    """As people copy it from a pod that does not start; one that the file does not have is an error."""
    check = f"{sys.executable} -m acrdns check partner-registry --from hub --format json --pull"
    for host, code, asked in (("fabrikam", 0, ["fabrikam"]), ("nobody", 2, None)):
        done = labs.run("partner-registry", "hub", script=f"{check} {host}.azurecr.io/hello-world:latest")
        assert done.returncode == code, done.stderr
        if asked is None:
            assert "nobody.azurecr.io is no login server that is checked; there are contoso.azurecr.io" in done.stderr
        else:
            assert [pull["registry"] for pull in json.loads(done.stdout)["pulls"]] == asked


@pytest.mark.parametrize("image", ["contoso.azurecr.io/app:1:2", "@", "UPPER", ""])
def test_what_is_no_image_is_a_usage_error(image: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is asked."""
    assert main.run(["check", "private-link", f"--pull={image}"]) == 2
    assert "--pull" in capsys.readouterr().err


def pulls(labs: Labs, sample: str, vantage: str) -> tuple[int, dict[str, Any]]:
    """Return the exit code and the document of a check in a lab."""
    file = f"zones/{sample}.yaml"
    command = f"{sys.executable} -m acrdns check {file} --from {vantage} --pull --format json"
    done = labs.run(file, vantage, "--patience", "quick", script=command)
    assert done.returncode in (0, 1), done.stderr
    return done.returncode, json.loads(done.stdout)


TWINS = [name for name in samples() if name.startswith("broken/")]


@pytest.mark.slow
@pytest.mark.xdist_group("lab")
@pytest.mark.parametrize("sample", [*TWINS, "private-link-geo", "public", "geo-replicated"])
def test_a_real_pull_fails_as_it_is_told(sample: str, labs: Labs, capsys: pytest.CaptureFixture[str]) -> None:
    """From each vantage point of each broken sample, step and cause are those of the simulation."""
    topology = load(str(ROOT / f"zones/{sample}.yaml"))
    for vantage in topology.vantages:
        if vantage != INTERNET and topology.vantage(vantage).hosts:
            continue  # `check` asks DNS alone
        code, document = pulls(labs, sample, vantage)
        found = {pull["registry"]: (pull["failed"], pull["cause"]) for pull in document["pulls"]}
        told = {}
        for key, registry in topology.registries.items():
            host = f"{registry.dns_label}.{topology.cloud.registry}"
            main.run(["trace", f"zones/{sample}.yaml", host, "--from", vantage, "--pull", "--format", "json"])
            last = json.loads(capsys.readouterr().out)["requests"][-1]
            told[key] = (last["step"], last["cause"]) if last["cause"] else (None, None)
        assert found == told, vantage
        if any(pull["status"] == "fail" for pull in document["pulls"]):
            assert code == 1
