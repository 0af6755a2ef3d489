"""Real NSD, Knot and BIND as secondaries of `acrdns serve`, configured by `acrdns export`."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import dns.name
import pytest

from acrdns.names import show
from acrdns.resolve.as_zones.transferable import Transferable
from acrdns.resolve.world import World
from acrdns.topology.load import loads
from tests.free_ports import free_address
from tests.interop.fleet import Fleet, Primary, Program, ask, export, serial, until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.interop

VANTAGES = ["internet", "hub", "spoke"]
TOPOLOGY = """
version: 1
chains: observed
registries:
  contoso: {{location: eastus, replications: [westeurope]}}
  fabrikam: {{location: eastus}}
networks:
  hub: {{address_space: [10.0.0.0/16]}}
  spoke: {{address_space: [10.1.0.0/16], location: westeurope}}
private_endpoints:
  pe:
    registry: contoso
    network: hub
    addresses: {{registry: {address}, registry_data_eastus: 10.0.0.8, registry_data_westeurope: 10.0.0.9}}
    dns_zone_group: [privatelink.azurecr.io]
private_dns_zones:
  privatelink.azurecr.io:
    virtual_network_links: {{hub: {{}}}}
    records:
      other: {{ttl: 60, TXT: ["a text; with \\"signs\\" in it"], A: [10.0.0.21, 10.0.0.22]}}
      "*.wild": {{ttl: 60, A: [10.0.0.99]}}
{more}
"""
MORE = """
  corp.example:
    virtual_network_links: {hub: {}, spoke: {}}
    records: {www: {ttl: 60, A: [10.0.0.80]}, "@": {ttl: 60, MX: ["10 mail.corp.example"]}}
"""
SERVERS = ["nsd", "knot", "bind"]


def _text(address: str = "10.0.0.7", more: str = "") -> str:
    return TOPOLOGY.format(address=address, more=more)


def zones_of(text: str, *, catalog: bool = False) -> dict[str, list[str]]:
    """Return the zones of each view, and the catalog where the secondary takes it."""
    transferable = Transferable(World(loads(text, "topology.yaml")))
    found = {vantage: [show(zone.apex) for zone in transferable.zones(vantage)] for vantage in VANTAGES}
    return {
        vantage: [*zones, f"catalog.{vantage}.acrdns.invalid"] if catalog else zones for vantage, zones in found.items()
    }


def questions(text: str) -> list[tuple[str, str]]:
    """Return what is asked of a view: every name of the topology, and some that are not there."""
    world = World(loads(text, "topology.yaml"))
    zones = (*world.published.public, *world.published.private.values())
    owners = dict.fromkeys(show(owner) for zone in zones for owner in zone.nodes)
    extra = ["nobody.azurecr.io", "a.wild.privatelink.azurecr.io", "x.corp.example"]
    return [(dns.name.from_text(owner).to_text(), kind) for owner in (*owners, *extra) for kind in ("A", "AAAA")]


class Kind:
    """How one kind of server is run."""

    def __init__(self, name: str, program: Callable[[str], str], directory: Path) -> None:
        self.name = name
        self._program = program
        self._directory = directory

    def run(self, topology: Path, primary: Primary, listens: dict[str, tuple[str, int]], *more: str) -> list[Program]:
        """Write the configurations, have the server's own checker read them, and give what runs them."""
        for vantage in listens:
            (self._directory / vantage).mkdir()
        return [
            self._one(view, export(self.name, topology, primary, listens, self._directory, f"--from={view}", *more))
            for view in listens
        ]

    def _one(self, view: str, text: str) -> Program:
        directory = self._directory / f"run-{view}"
        directory.mkdir()
        path = directory / "server.conf"
        if self.name == "nsd":
            text += '\nserver:\n    username: ""\n'  # the test's user keeps its directories
        path.write_text(text)
        check, command = {
            "nsd": (["nsd-checkconf", str(path)], ["nsd", "-d", "-c", str(path)]),
            "knot": (["knotc", "-c", str(path), "conf-check"], ["knotd", "-c", str(path)]),
            "bind": (["named-checkconf", str(path)], ["named", "-g", "-c", str(path)]),
        }[self.name]
        run = subprocess.run([self._program(check[0]), *check[1:]], capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stdout + run.stderr
        return Program([self._program(command[0]), *command[1:]], directory)


@pytest.fixture(params=SERVERS)
def kind(request: pytest.FixtureRequest, program: Callable[[str], str], tmp_path: Path) -> Kind:
    """Return each kind of server in turn."""
    state = tmp_path / "state"
    state.mkdir()
    return Kind(request.param, program, state)


@pytest.fixture
def topology(tmp_path: Path) -> Path:
    """Return a topology file with three views."""
    path = tmp_path / "topology.yaml"
    path.write_text(_text())
    return path


@pytest.fixture
def key(tmp_path: Path, program: Callable[[str], str]) -> Path:
    """Return a key file."""
    path = tmp_path / "transfer.key"
    made = subprocess.run([program("tsig-keygen"), "transfer.example"], capture_output=True, text=True, check=True)
    path.write_text(made.stdout)
    return path


def _fleet(
    kind: Kind,
    topology: Path,
    key: Path,
    tmp_path: Path,
    *more: str,
    vantages: list[str] = VANTAGES,
    exporting: list[str] = [],  # noqa: B006 -- never changed
) -> Fleet:
    # BIND listens on the addresses of interfaces only, and lo has 127.0.0.1.
    listens = {vantage: free_address("127.0.0.1" if kind.name == "bind" else "") for vantage in vantages}
    notify = [f"--notify={vantage}={host}:{port}" for vantage, (host, port) in listens.items()]
    arguments = [
        str(topology),
        "--allow-transfer=127.0.0.0/8",
        f"--tsig-key={key}",
        f"--ixfr-journal={tmp_path / 'journal'}",
    ]
    primary = Primary(tmp_path, vantages, *arguments, *notify, "--log-queries", *more)
    return Fleet(primary, listens, kind.run(topology, primary, listens, f"--tsig-key={key}", *exporting))


def test_a_fleet_takes_every_view_and_follows_the_topology(
    kind: Kind, topology: Path, key: Path, tmp_path: Path
) -> None:
    """By catalog or list, signed; a change arrives by NOTIFY and IXFR, and the answers are the vantage points'."""
    with _fleet(kind, topology, key, tmp_path) as fleet:
        fleet.agree(zones_of(_text()))
        for vantage in VANTAGES:
            fleet.compare(vantage, questions(_text()))

        changed = _text(address="10.0.0.77")
        topology.write_text(changed)
        before = serial(fleet.primary.places["hub"], "privatelink.azurecr.io")
        fleet.primary.reload()
        fleet.heard(r"privatelink\.azurecr\.io IN IXFR: NOERROR")
        until("the secondary has the new address", lambda: _login(fleet) == ["10.0.0.77"])
        assert serial(fleet.primary.places["hub"], "privatelink.azurecr.io") != before
        fleet.agree(zones_of(changed))
        fleet.compare("hub", questions(changed))


def _login(fleet: Fleet) -> list[str]:
    answer = ask(fleet.secondaries["hub"], "contoso.privatelink.azurecr.io", "A")
    return [] if answer is None or not answer.answer else [rdata.address for rdata in answer.answer[0]]


@pytest.mark.parametrize("kind", ["knot", "bind"], indirect=True)
def test_zones_come_and_go_by_the_catalog(kind: Kind, topology: Path, key: Path, tmp_path: Path) -> None:
    """A new private zone is served where it is linked, and nowhere else; once it is gone, nobody serves it."""
    with _fleet(kind, topology, key, tmp_path) as fleet:
        fleet.agree(zones_of(_text()))
        more = _text(more=MORE)
        topology.write_text(more)
        fleet.primary.reload()
        fleet.agree(zones_of(more))
        fleet.compare("hub", questions(more))
        assert serial(fleet.secondaries["internet"], "corp.example") is None

        topology.write_text(_text())
        fleet.primary.reload()
        until("the zone is gone", lambda: serial(fleet.secondaries["hub"], "corp.example") is None)
        fleet.agree(zones_of(_text()))


def test_whoever_is_killed_comes_back_and_agrees(kind: Kind, topology: Path, key: Path, tmp_path: Path) -> None:
    """Secondaries or the primary by SIGKILL, with changes meanwhile: all agree again, and no serial goes back."""
    with _fleet(kind, topology, key, tmp_path) as fleet:
        fleet.agree(zones_of(_text()))

        for each in fleet.programs:
            each.kill()
        topology.write_text(_text(address="10.0.0.70"))
        fleet.primary.reload()
        fleet.heard("^reloaded")
        for each in fleet.programs:
            each.start()
        fleet.agree(zones_of(_text()))
        assert _login(fleet) == ["10.0.0.70"]

        topology.write_text(_text(address="10.0.0.71"))
        fleet.primary.reload()
        fleet.primary.kill()
        topology.write_text(_text(address="10.0.0.72"))
        fleet.primary.start()
        until("the change arrives", lambda: _login(fleet) == ["10.0.0.72"])
        fleet.agree(zones_of(_text()))


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """Return a zone whose transfer takes a while."""
    path = tmp_path / "large.example.zone"
    head = "$ORIGIN large.example.\n$TTL 60\n@ SOA ns1 host 7 3600 300 2419200 60\n@ NS ns1\nns1 A 192.0.2.1\n"
    path.write_text(
        head
        + "".join(f"host{number} A 10.{number >> 16}.{number >> 8 & 255}.{number & 255}\n" for number in range(150_000))
    )
    return path


def test_a_kill_in_the_middle_of_a_transfer_does_no_harm(
    kind: Kind, topology: Path, key: Path, tmp_path: Path, large: Path
) -> None:
    """First the secondary is killed in the middle, then the primary; in the end the zone is whole, with its serial."""
    listed = [f"--zone-file={large}"] if kind.name == "nsd" else []  # others learn of it from the catalog
    with _fleet(
        kind, topology, key, tmp_path, f"--zone-file={large}", vantages=["internet"], exporting=listed
    ) as fleet:
        fleet.heard(r"large\.example IN AXFR: NOERROR")
        for each in fleet.programs:
            each.kill()
        for each in fleet.programs:
            each.start()
        fleet.heard(r"large\.example IN AXFR: NOERROR")
        fleet.primary.kill()
        assert serial(fleet.secondaries["internet"], "large.example") is None
        fleet.primary.start()
        if kind.name == "bind":
            # BIND leaves a primary that has refused two connections alone for ten minutes, unless it is started again.
            for each in fleet.programs:
                each.kill()
                each.start()
        fleet.agree({"internet": ["large.example", "azurecr.io"]})
        assert fleet.watch.look(fleet.secondaries["internet"], "large.example") == 7
        for number in (0, 75_000, 149_999):
            answer = ask(fleet.secondaries["internet"], f"host{number}.large.example", "A")
            assert answer is not None
            assert len(answer.answer) == 1


def test_one_bind_serves_every_view(
    program: Callable[[str], str], topology: Path, key: Path, tmp_path: Path, root: Path
) -> None:
    """BIND tells views by the address that is asked; the addresses are those of a network namespace."""
    space = [program("unshare"), "--user", "--map-root-user", "--net"]
    if subprocess.run([*space, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system lets nobody make a network namespace (unshare --user --net)")
    state = tmp_path / "state"
    state.mkdir()
    inside = [sys.executable, "-m", "tests.interop.bind_views", program("named"), str(topology), str(key), str(state)]
    done = subprocess.run([*space, *inside], capture_output=True, text=True, check=False, cwd=root)
    assert done.returncode == 0, done.stderr
