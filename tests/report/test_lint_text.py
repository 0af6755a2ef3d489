"""A finding of `lint` as who is on call reads it: who does what wrong, and from where that shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from acrdns.cli import main
from tests.warm import ROOT

if TYPE_CHECKING:
    from pathlib import Path

TWINS = {
    "azure-dns-from-on-premises": "192.168.0.53 is on premises and forwards to 168.63.129.16, which answers inside Azure",
    "ruleset-loop": "10.0.1.4 -> 10.0.1.4 (ruleset corp sends it there from hub), so questions from hub, spoke-aks",
    "wrong-zone-linked": "are in another zone of the same name, privatelink.azurecr.io in the file; a network can be",
    "private-addresses-stripped": "took out 10.0.0.7, which is private); the same holds for 1 more endpoint from there",
    "hub-without-transit": "both are peered with hub, which passes nothing on between them (no `transit: true`)); a "
    "firewall, an appliance or a gateway in hub joins them; the same holds for 1 more endpoint from there; the same",
    "dnl-record-without-hash": "nobody asks for the record tailspin in privatelink.azurecr.io, and the zone has no record",
    "survivor-without-records": "nobody made a record by hand, so no name of contoso leads to it; give it a zone group",
    "wrong-local-name": "fix: on the DNS servers of plant: give factory.plant.example the address 192.168.0.20, not "
    "192.168.0.99",
    "missing-data-record": "does not exist in hub while other names of contoso do, and layers that it serves fail",
}
FAULTS = {
    "missing-record": ("on-premises-forwarding", "  wrong from office, too"),
    "shared-record-deleted": ("filtering-dns-servers", "  wrong from hub and office"),
    "shadowed-private-zone": ("transit-hub", "  wrong from office, too"),
}


def linted(file: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Return the report of `lint`."""
    assert main.run(["lint", file]) == 1
    return capsys.readouterr().out


@pytest.mark.parametrize("twin", TWINS)
def test_a_finding_says_who_is_wrong(twin: str, capsys: pytest.CaptureFixture[str]) -> None:
    """And no step of the counterexample, where a server knows the cause."""
    out = linted(str(ROOT / "zones/broken" / f"{twin}.yaml"), capsys)
    assert TWINS[twin] in out
    assert "in the last of" not in out


@pytest.mark.parametrize("fault", FAULTS)
def test_a_finding_names_everybody_who_gets_a_wrong_answer(
    fault: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also those whose questions are answered in the network that the message is about."""
    sample, said = FAULTS[fault]
    broken = tmp_path / "broken.yaml"
    assert main.run(["break", fault, sample, "-o", str(broken)]) == 0
    assert said in linted(str(broken), capsys).splitlines()


LISTS = """
version: 1
registries: {contoso: {location: eastus}}
networks:
  hub: {address_space: [10.0.0.0/16], peerings: [aks, app]}
  aks: {address_space: [10.1.0.0/16], dns_servers: [168.63.129.16, 8.8.8.8]}
  app: {address_space: [10.2.0.0/16], dns_servers: [10.0.0.54, 10.0.0.53], selection: fastest}
private_endpoints:
  contoso-pe: {registry: contoso, network: hub, addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8},
    dns_zone_group: [privatelink.azurecr.io]}
private_dns_zones:
  privatelink.azurecr.io: {virtual_network_links: {hub: {}, aks: {}}}
dns_servers:
  10.0.0.53: {network: hub, forwarders: [168.63.129.16, 8.8.8.8], selection: random}
  10.0.0.54: {network: hub, forwarders: [168.63.129.16]}
"""


def test_the_list_of_a_server_that_has_a_name_is_asked_by_its_address(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The key of such a server is no address."""
    file = tmp_path / "lists.yaml"
    file.write_text(LISTS.replace("10.0.0.53: {network", "corp: {address: 10.0.0.53, network"), encoding="utf-8")
    lines = linted(str(file), capsys).splitlines()
    assert any(line.startswith("  seen by 10.0.0.53 in hub: ") for line in lines)


def test_a_list_of_servers_concerns_whoever_asks_by_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Azure and public DNS stand in many lists: who gets answers from there by another list is not concerned."""
    file = tmp_path / "lists.yaml"
    file.write_text(LISTS, encoding="utf-8")
    lines = linted(str(file), capsys).splitlines()
    standby, forwarders = (n for n, line in enumerate(lines) if " ACR114 " in line or " ACR113 " in line)
    assert "the DNS servers of aks disagree" in lines[standby]
    assert "the forwarders of 10.0.0.53 disagree" in lines[forwarders]
    assert [n for n, line in enumerate(lines) if line == "  wrong from app"] == [forwarders + 1]
    assert any(line.startswith("  seen by 10.0.0.53 in hub: ") for line in lines)
