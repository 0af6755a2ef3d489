"""`acrdns fix` as a user calls it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from acrdns.cli import main
from tests.scenarios.scenario import DIRECTORY, read

ROOT = Path(__file__).resolve().parents[2]
SAMPLE, TWIN = ROOT / "zones/private-link.yaml", ROOT / "zones/broken/network-without-zone-link.yaml"


def test_a_repair_is_a_diff_with_the_answers_that_it_changes(capsys: pytest.CaptureFixture[str]) -> None:
    """And the commands; exit code 1, since nothing is written."""
    assert main.run(["fix", str(TWIN)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line[:1] in ("+", "-") and line[:3] not in ("+++", "---")] == [
        "+    virtual_network_links:",
        "+      hub: {}",
    ]
    assert "hub  contoso.azurecr.io  public 20.45.122.144 -> private 10.0.0.7" in lines
    assert any(line.startswith("fix: az network private-dns link vnet create") for line in lines)


def test_a_repair_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Afterwards nothing is wrong, and lint says so too."""
    file = tmp_path / "estate.yaml"
    shutil.copy(TWIN, file)
    assert main.run(["fix", str(file), "--write"]) == 0
    assert "1 edit written" in capsys.readouterr().err
    assert main.run(["fix", str(file)]) == 0
    assert capsys.readouterr().out == f"{file}: nothing is wrong\n"
    assert main.run(["lint", str(file)]) == 0


def test_of_several_repairs_one_is_to_be_taken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without --take none is written."""
    file = tmp_path / "estate.yaml"
    shutil.copy(ROOT / "zones/broken/azure-dns-from-on-premises.yaml", file)
    before = file.read_bytes()
    assert main.run(["fix", str(file), "--write"]) == 2
    assert "2 repairs are equally small; choose with --take N" in capsys.readouterr().err
    assert main.run(["fix", str(file), "--write", "--take", "3"]) == 2
    assert "there is no repair 3; there are 2" in capsys.readouterr().err
    assert file.read_bytes() == before
    assert main.run(["fix", str(file), "--write", "--take", "2"]) == 0
    assert file.read_bytes() != before


def test_json_has_the_fixes_in_every_language(capsys: pytest.CaptureFixture[str]) -> None:
    """Version 1."""
    assert main.run(["fix", str(TWIN), "--format", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    (proposal,) = document["proposals"]
    assert (document["version"], proposal["edits"], len(proposal["changes"])) == (1, 1, 2)
    (fix,) = proposal["fixes"]
    assert fix["az"][0].startswith("az network private-dns link vnet create")
    assert fix["terraform"].startswith('resource "azurerm_private_dns_zone_virtual_network_link"')
    assert fix["bicep"].startswith("resource hub_link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.yaml"], "cannot be read"),
        (["-", "--write"], "standard input cannot be written"),
        (["broken/missing-data-record", "--write"], "is a sample, which stays as it is; copy "),
    ],
)
def test_bad_input_is_exit_code_2(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With what is wrong, and what to do."""
    assert main.run(["fix", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_a_record_on_a_server_of_people_is_corrected(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A server that is authoritative for a registry's name, at the public address."""
    file = tmp_path / "estate.yaml"
    pinned = "dns_servers:\n  10.0.0.53:\n    network: hub\n    zones:\n      contoso.azurecr.io: {'@': {A: [20.45.122.144]}}\n"
    text = SAMPLE.read_text(encoding="utf-8").replace("[10.0.0.0/16]", "[10.0.0.0/16]\n    dns_servers: [10.0.0.53]")
    file.write_text(text + pinned, encoding="utf-8")
    assert main.run(["fix", str(file)]) == 1
    assert "+      contoso.azurecr.io: {'@': {A: [10.0.0.7]}}" in capsys.readouterr().out


def test_what_no_edit_mends_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two servers of people that send a name of the public chain in a circle: which of them is right, only they know."""
    file = tmp_path / "estate.yaml"
    file.write_text(read(DIRECTORY / "hosts-in-a-circle.yaml").text, encoding="utf-8")
    assert main.run(["fix", str(file)]) == 2
    assert "no edit that acrdns knows mends it" in capsys.readouterr().err


def test_what_no_edit_mends_is_shown_with_its_fix(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, since nothing helps; programs get their document all the same."""
    file = tmp_path / "estate.yaml"
    builds = "[10.0.0.0/16]\n    clients: {builds: {dns_servers: [127.0.0.53]}}"
    file.write_text(SAMPLE.read_text(encoding="utf-8").replace("[10.0.0.0/16]", builds), encoding="utf-8")
    assert main.run(["fix", str(file)]) == 2
    said = capsys.readouterr().out
    assert said.startswith("no edit of the file mends:\nACR111 hub/builds asks 127.0.0.53, which does not answer there")
    assert "fix: name a DNS server that hub/builds can reach, or describe 127.0.0.53 under dns_servers" in said
    assert main.run(["fix", str(file), "--format", "json"]) == 2
    document = json.loads(capsys.readouterr().out)
    assert (document["proposals"], [each["code"] for each in document["left"]]) == ([], ["ACR111"])


UNREACHABLE = "version: 1\nregistries: {contoso: {location: eastus, public_network_access_enabled: false}}\n"
OLD_RECORD = """version: 1
registries: {contoso: {location: eastus}}
networks: {hub: {address_space: [10.0.0.0/16]}}
private_dns_zones: {privatelink.azurecr.io: {virtual_network_links: {hub: {}}, records: {contoso: {A: [10.0.0.9]}}}}
"""
CIRCLE = """version: 1
registries: {contoso: {location: eastus, replications: [westus]}}
networks: {hub: {address_space: [10.0.0.0/29, 10.0.0.8/29], dns_servers: [10.0.0.9]}}
private_endpoints:
  pe: {registry: contoso, network: hub, addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}, dns_zone_group: [privatelink.azurecr.io]}
private_dns_zones: {privatelink.azurecr.io: {virtual_network_links: {hub: {}}}}
dns_servers: {10.0.0.9: {network: hub, forwarders: [10.0.0.10]}, 10.0.0.10: {network: hub, forwarders: [10.0.0.9]}}
"""
CONTROLLER = """version: 1
registries: {contoso: {location: eastus}}
networks:
  hub: {address_space: [10.0.0.0/16]}
  plant: {kind: on_premises, address_space: [192.168.0.0/16], dns_servers: [192.168.0.53], peerings: [hub]}
private_endpoints:
  pe: {registry: contoso, network: hub, addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}, dns_zone_group: [privatelink.azurecr.io]}
private_dns_zones: {privatelink.azurecr.io: {virtual_network_links: {hub: {}}}}
private_resolvers: {r: {network: hub, inbound_endpoints: [10.0.0.4]}}
dns_servers: {192.168.0.53: {network: plant, zones: {corp.example: {}}}}
"""


@pytest.mark.parametrize(
    ("text", "has", "has_not"),
    [
        pytest.param(UNREACHABLE, ["no edit of the file mends:\nACR106", "endpoint create"], ["@@"], id="no edit"),
        pytest.param(OLD_RECORD, ["record-set a remove-record"], ["->"], id="an error that changes no answer"),
        pytest.param(
            CIRCLE,
            [
                "SERVFAIL -> private 10.0.0.7\n",
                "SERVFAIL -> broken NXDOMAIN (still not as expected: zone privatelink.azurecr.io, linked to hub, has no ",
                "no edit of the file mends:\nACR102",
                "--private-ip-address PRIVATE_IP",
            ],
            [],
            id="as much as edits can mend",
        ),
        pytest.param(
            CONTROLLER,
            ["on 192.168.0.53: forward azurecr.io to 10.0.0.4"],
            ["repair 1 of", "-  plant: "],
            id="the domain controller stays",
        ),
    ],
)
def test_all_that_lint_calls_an_error_is_mended_or_named(
    text: str, has: list[str], has_not: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With exit code 1: something is left to be done."""
    file = tmp_path / "estate.yaml"
    file.write_text(text, encoding="utf-8")
    assert main.run(["fix", str(file)]) == 1
    said = capsys.readouterr().out
    assert all(part in said for part in has), said
    assert not any(part in said for part in has_not), said


@pytest.mark.parametrize(
    ("topology", "said"),
    [
        ("accepted-findings", "nothing is wrong"),
        (
            "broken/acceptance-expired",
            "every answer is as expected; what acrdns lint warns of (ACR901) is left as it is",
        ),
    ],
)
def test_what_the_file_excuses_is_no_warning(topology: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """As for lint; an excuse that has expired is one."""
    assert main.run(["fix", topology]) == 0
    assert capsys.readouterr().out == f"{ROOT / f'zones/{topology}.yaml'}: {said}\n"
