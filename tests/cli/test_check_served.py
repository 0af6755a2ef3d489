"""`acrdns check` against `acrdns serve`: two derivations of what is right, and two DNS libraries."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from acrdns.check.endpoints import of_topology
from acrdns.check.simulate import observe as simulate
from acrdns.cli import main
from acrdns.probe.ask import observe
from acrdns.probe.resolver import Resolver, ResolverAddress
from acrdns.resolve.world import World
from acrdns.topology.load import load
from tests.serve.running import SECONDS, Running

if TYPE_CHECKING:
    from collections.abc import Iterator

SAMPLES = sorted((Path(__file__).parents[2] / "zones").glob("*.yaml"))
QUICK = {
    "china",
    "connected-registry",
    "filtering-dns-servers",
    "forwarder-with-fallback",
    "lists-of-dns-servers",
    "private-link",
    "public",
    "registry-of-another-company",
    "several-dns-servers",
    "virtual-wan",
}
"""Samples with each kind of server between them; all are checked in the slow part."""

UNLINKED = """
version: 1
registries:
  contoso: {location: eastus, public: {addresses: {registry: [20.45.122.144], registry_data_eastus: [20.45.122.150]}}}
networks:
  hub: {address_space: [10.0.0.0/16], peerings: [spoke]}
  spoke: {address_space: [10.1.0.0/16]}
private_endpoints:
  contoso-pe:
    registry: contoso
    network: hub
    addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}
    dns_zone_group: [privatelink.azurecr.io]
private_dns_zones:
  privatelink.azurecr.io: {virtual_network_links: {hub: {}}}
"""


def running(file: Path) -> Running:
    """Serve every vantage point of a topology, each on a port of its own."""
    listens = [f"--listen={vantage}=127.0.0.1:0" for vantage in load(str(file)).vantages]
    return Running(str(file), *listens)


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(path, id=path.stem, marks=[] if path.stem in QUICK else [pytest.mark.slow]) for path in SAMPLES
    ],
)
def sample(request: pytest.FixtureRequest) -> Iterator[tuple[Path, Running]]:
    """Serve a sample."""
    with running(request.param) as server:
        yield request.param, server


def test_every_sample_is_clean_from_every_vantage_point(
    sample: tuple[Path, Running], capsys: pytest.CaptureFixture[str]
) -> None:
    """What the zones give is what the expectation says, though neither knows of the other."""
    path, server = sample
    for vantage in load(str(path)).vantages:
        where = "{}:{}".format(*server.address(vantage))
        code = main.run(["check", str(path), "--from", vantage, "--server", where, f"--timeout={SECONDS}"])
        assert code == 0, capsys.readouterr().out


def test_a_probe_sees_what_the_simulation_does(sample: tuple[Path, Running]) -> None:
    """A rule cannot tell a simulated chain from a probed one."""
    path, server = sample
    topology = load(str(path))
    world = World(topology)
    for vantage in topology.vantages:
        fqdns = [endpoint.fqdn for endpoint in of_topology(topology, vantage)]
        probed = observe(fqdns, Resolver((ResolverAddress(*server.address(vantage)),), timeout=SECONDS))
        simulated = [simulate(world, vantage, fqdn) for fqdn in fqdns]
        assert [o._replace(milliseconds=None, detail="") for o in probed] == [o._replace(detail="") for o in simulated]


def test_a_missing_link_is_found_with_its_fix(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The hub is right; the spoke, peered but not linked, is not."""
    path = tmp_path / "unlinked.yaml"
    path.write_text(UNLINKED)
    with running(path) as server:
        codes = [
            main.run(["check", str(path), "--from", vantage, "--server", "{}:{}".format(*server.address(vantage))])
            for vantage in ("hub", "spoke")
        ]
    assert codes == [0, 1]
    fix = "az network private-dns link vnet create -g RESOURCE_GROUP -z privatelink.azurecr.io -n spoke-link -v spoke"
    assert fix in capsys.readouterr().out


FAULTS = {
    "vnet-without-zone-link": ("private-link-geo", "hub"),
    "privatelink-only-forwarding": ("on-premises-forwarding", "office"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_where_a_broken_topology_is_served(
    fault: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file that is checked says what is meant; the first place of a fault has its fix and its proof."""
    sample, vantage = FAULTS[fault]
    broken = tmp_path / "broken.yaml"
    assert main.run(["break", fault, sample, "-o", str(broken)]) == 0
    with running(broken) as server:
        where = "{}:{}".format(*server.address(vantage))
        code = main.run(["check", sample, "--from", vantage, "--server", where, "--format", "json"])
    assert code == 1
    document = json.loads(capsys.readouterr().out)
    by_fault = {each["faults"][0]["fault"]: each for each in document["diagnoses"] if len(each["faults"]) == 1}
    found = by_fault[fault]
    assert (found["rank"], found["in_file"], found["explains"]) == (1, False, found["of"])
    assert found["faults"][0]["place"]["line"] > 1
    assert found["faults"][0]["fix"]["text"]
    assert all(answer["observed"] and answer["predicted"] for answer in found["proof"])


def test_several_vantage_points_tell_faults_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """From the hub alone, the zone may be unlinked or misspelt; with the spoke's right answers, it is not misspelt."""
    broken = tmp_path / "broken.yaml"
    assert main.run(["break", "vnet-without-zone-link", "hub-and-spoke", "--at", "hub", "-o", str(broken)]) == 0
    with running(broken) as server:
        froms = ["{}={}:{}".format(vantage, *server.address(vantage)) for vantage in ("hub", "spoke-aks")]
        found = []
        for places in (froms[:1], froms):
            options = [word for place in places for word in ("--from", place)]
            assert main.run(["check", "hub-and-spoke", *options, "--format", "json"]) == 1
            document = json.loads(capsys.readouterr().out)
            assert [f"{each['vantage']}={each['server']}" for each in document["vantages"]] == places
            assert {each["vantage"] for each in document["results"]} == {place.partition("=")[0] for place in places}
            assert {finding["vantage"] for finding in document["findings"]} == {"hub"}
            found.append({each["faults"][0]["fault"] for each in document["diagnoses"]})
    assert found[0] - found[1] == {"misspelt-private-zone"}
    assert "vnet-without-zone-link" in found[1]
