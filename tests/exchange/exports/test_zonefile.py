"""`acrdns export zonefile`: what it writes, other programs load, in every cloud and with both kinds of chains."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from acrdns.azure import CLOUDS
from acrdns.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.interop

SAMPLES = sorted((Path(__file__).parents[3] / "zones").glob("*.yaml"))
REGIONS = {
    "AzureCloud": ("eastus", "westus"),
    "AzureChinaCloud": ("chinaeast2", "chinanorth2"),
    "AzureUSGovernment": ("usgovvirginia", "usgovtexas"),
}
TOPOLOGY = """
version: 1
cloud: {cloud}
chains: {chains}
registries:
  contoso:
    location: {home}
    replications: [{replica}]
    dns_label: contoso-exfrbuf
    regional_endpoints_enabled: true
  fabrikam: {{location: {home}}}
  northwind: {{location: {home}, data_endpoint_enabled: true}}
networks:
  hub: {{address_space: [10.0.0.0/16]}}
private_endpoints:
  pe:
    registry: contoso
    network: hub
    addresses:
      registry: 10.0.0.7
      registry_data_{home}: 10.0.0.8
      registry_data_{replica}: 10.0.0.9
      registry_{home}: 10.0.0.10
      registry_{replica}: 10.0.0.11
    dns_zone_group: [zone]
private_dns_zones:
  zone:
    name: {privatelink}
    virtual_network_links: {{hub: {{}}}}
    records:
      "*.apps": {{ttl: 3600, A: [10.0.0.20], AAAA: ["2001:db8::20"], TXT: ["with; a semicolon", 'and "quotes"']}}
      alias: {{CNAME: [www.example.com]}}
      "@": {{MX: ["10 mail.example.com"]}}
      _sip._tcp: {{SRV: ["0 5 5060 sip.example.com"]}}
"""


def zones_written(topology: Path, folder: Path) -> dict[Path, str]:
    """Export every zone, and give each file with its zone's name."""
    assert main.run(["export", "zonefile", str(topology), "--output", str(folder)]) == 0
    files = sorted(folder.rglob("*.zone"))
    return {path: path.read_text().split("$ORIGIN ", 1)[1].split(maxsplit=1)[0] for path in files}


def assert_accepted(program: Callable[[str], str], written: dict[Path, str]) -> None:
    """Have BIND's and Knot's checkers read every file."""
    for path, zone in written.items():
        for command in ([program("named-checkzone"), zone, str(path)], [program("kzonecheck"), "-o", zone, str(path)]):
            result = subprocess.run(command, capture_output=True, text=True, check=False)
            assert result.returncode == 0, (command, result.stdout, result.stderr)


@pytest.mark.parametrize("chains", ["documented", "observed"])
@pytest.mark.parametrize("cloud", REGIONS)
def test_others_accept_the_zones_of_every_cloud(
    program: Callable[[str], str], tmp_path: Path, cloud: str, chains: str
) -> None:
    """Six public zones and the private one, with every kind of name and hand-made record."""
    home, replica = REGIONS[cloud]
    suffix = CLOUDS[cloud]
    topology = tmp_path / "topology.yaml"
    values = {"cloud": cloud, "chains": chains, "home": home, "replica": replica, "privatelink": suffix.privatelink}
    topology.write_text(TOPOLOGY.format(**values))
    written = zones_written(topology, tmp_path / "zones")
    assert {f"{suffix.registry}.", f"{suffix.privatelink}."} <= set(written.values())
    assert list(written.values()).count(f"{suffix.privatelink}.") == 2  # the public one and the private one
    assert_accepted(program, written)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_others_accept_the_zones_of_every_sample(program: Callable[[str], str], tmp_path: Path, sample: Path) -> None:
    """Every zone of every sample."""
    written = zones_written(sample, tmp_path)
    assert written
    assert_accepted(program, written)
