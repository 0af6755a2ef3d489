"""Programs that know nothing of acrdns, on a machine whose /etc/resolv.conf names a vantage point."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from acrdns import names
from acrdns.record import Type
from acrdns.resolve.chain import Question
from acrdns.resolve.world import World
from acrdns.topology.load import loads
from tests.interop.test_self_hosted import SITUATIONS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.interop

SAMPLE = "zones/private-link-geo.yaml"
PYTHON = "import socket,sys; print(sorted({each[4][0] for each in socket.getaddrinfo(sys.argv[1], 443)}))"


@pytest.fixture
def on_machine(
    program: Callable[[str], str], root: Path, tmp_path: Path
) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run programs on a machine whose resolver is a vantage point of the sample."""
    space = [program("unshare"), "--user", "--map-root-user", "--net", "--mount"]
    if subprocess.run([*space, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system lets nobody make namespaces (unshare --user --net --mount)")

    def run(vantage: str, name: str, *arguments: str, topology: str = SAMPLE) -> subprocess.CompletedProcess[str]:
        inside = [sys.executable, "-m", "tests.interop.resolv_conf", topology, str(tmp_path), vantage]
        command = [*space, *inside, program(name), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=root)

    return run


@pytest.mark.parametrize(
    ("vantage", "name", "address"),
    [
        ("hub", "contoso.azurecr.io", "10.0.0.7"),
        ("hub", "contoso.eastus.data.azurecr.io", "10.0.0.8"),
        ("hub", "CONTOSO.WestEurope.Data.AzureCR.io", "10.0.0.10"),
        ("internet", "contoso.azurecr.io", "20.45.122.144"),
        ("internet", "contoso.westus.data.azurecr.io", "20.45.122.151"),
    ],
)
def test_getent(
    on_machine: Callable[..., subprocess.CompletedProcess[str]], vantage: str, name: str, address: str
) -> None:
    """The C library resolves as in that network, for both families at once."""
    done = on_machine(vantage, "getent", "ahosts", name)
    assert done.returncode == 0, done.stderr
    assert {line.split()[0] for line in done.stdout.splitlines()} == {address}


# DNS servers of a network, and who answers at those of /etc/resolv.conf
LISTS = {
    "the first is silent": ("10.0.0.99, 10.0.0.4]", "-,hub"),
    "the first is public": ("8.8.8.8, 10.0.0.4]", "internet,hub"),
    "the first says no": ("10.2.0.4, 10.0.0.4]", "empty,hub"),
    "all are silent": ("10.0.0.99, 10.0.0.98]", "-,-"),
    "any of two": ("8.8.8.8, 10.0.0.4]\n    selection: random", "internet,hub:rotate"),
}


@pytest.mark.parametrize(("servers", "resolvers"), LISTS.values(), ids=LISTS)
def test_a_list_of_dns_servers(
    on_machine: Callable[..., subprocess.CompletedProcess[str]], servers: str, resolvers: str, tmp_path: Path
) -> None:
    """The C library asks the next one where one is silent, and takes the first answer, whatever it says."""
    text = SITUATIONS["azurecr-to-inbound"].topology("forward")
    (tmp_path / "estate.yaml").write_text(text)
    world = World(loads(text.replace("dns_servers: [192.168.0.53]", f"dns_servers: [{servers}"), "estate.yaml"))
    usual = world.answer("clients", Question(names.name("contoso.azurecr.io"), Type.A))
    expected = {each.answer[-1].texts() if each.rcode == 0 else () for each in (usual, *usual.alternatives)}
    done = on_machine(resolvers, "getent", "ahosts", "contoso.azurecr.io", topology=str(tmp_path / "estate.yaml"))
    assert tuple(sorted({line.split()[0] for line in done.stdout.splitlines()})) in expected


def test_the_c_library_asks_the_next_one_after_a_failure(
    on_machine: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    """So do BIND, unbound, Knot Resolver and PowerDNS Recursor. The simulation passes over silent servers alone.

    The topology's contract says so, and the first server's failure is found either way.
    """
    text = SITUATIONS["azurecr-to-inbound"].topology("forward")
    (tmp_path / "estate.yaml").write_text(text)
    world = World(loads(text.replace("[192.168.0.53]", "[10.4.0.53, 10.0.0.4]"), "estate.yaml"))
    assert world.answer("clients", Question(names.name("contoso.azurecr.io"), Type.A)).rcode.name == "SERVFAIL"
    done = on_machine("failing,hub", "getent", "ahosts", "contoso.azurecr.io", topology=str(tmp_path / "estate.yaml"))
    assert {line.split()[0] for line in done.stdout.splitlines()} == {"10.0.0.7"}


def test_a_name_that_is_not_there(on_machine: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    """`getent` says so by its exit code."""
    assert on_machine("hub", "getent", "ahosts", "nobody.azurecr.io").returncode == 2


@pytest.mark.parametrize(
    ("client", "arguments"),
    [
        ("dig", ["+short", "contoso.eastus.data.azurecr.io"]),
        ("kdig", ["+short", "contoso.eastus.data.azurecr.io"]),
        ("dig", ["+tcp", "+short", "contoso.eastus.data.azurecr.io"]),
        ("host", ["-t", "A", "contoso.eastus.data.azurecr.io"]),
    ],
)
def test_dns_tools(
    on_machine: Callable[..., subprocess.CompletedProcess[str]], client: str, arguments: list[str]
) -> None:
    """They find the resolver where everybody does."""
    done = on_machine("hub", client, *arguments)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[-1] == "10.0.0.8"


def test_a_python_program(on_machine: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    """As an image client would connect."""
    done = on_machine("hub", "python3", "-c", PYTHON, "contoso.azurecr.io")
    assert done.stdout == "['10.0.0.7']\n", done.stderr


@pytest.mark.parametrize(("vantage", "code"), [("hub", 0), ("internet", 1)])
def test_check_asks_the_machines_own_resolver(
    on_machine: Callable[..., subprocess.CompletedProcess[str]], vantage: str, code: int
) -> None:
    """Without `--server`, and so without being told where it is: held against the hub, only the hub is right."""
    done = on_machine(vantage, sys.executable, "-m", "acrdns", "check", SAMPLE, "--from", "hub")
    assert done.returncode == code, done.stdout + done.stderr
    assert ("ACR301" in done.stdout) == (code == 1)
