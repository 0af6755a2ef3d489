"""Exported pins and forwarders, loaded into the programs that they are for, and asked."""

from __future__ import annotations

import os
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import dns.message
import dns.query
import dns.rcode
import pytest

from acrdns.exchange.exports.clients import program as exporter
from acrdns.exchange.exports.clients.bind_rpz import ZONE
from acrdns.exchange.exports.pin import ClientExport
from acrdns.topology.load import loads
from tests.free_ports import free_address
from tests.serve.running import Lines, Running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.interop

Address = tuple[str, int]
INBOUND = "10.0.1.4"
PRIVATE = {"contoso.azurecr.io": "10.0.0.7", "contoso.eastus.data.azurecr.io": "10.0.0.8"}
OTHER = "fabrikam.azurecr.io"
TOPOLOGY = (
    (Path(__file__).parents[2] / "zones/on-premises-forwarding.yaml")
    .read_text(encoding="utf-8")
    .replace(
        "registries:\n", "registries:\n  fabrikam: {location: westus, public: {addresses: {registry: [20.50.60.70]}}}\n"
    )
)
"""An office that forwards, and the registry of somebody else, which nothing may hide."""


@pytest.fixture(scope="module")
def where(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Address]]:
    """Serve the hub, whose inbound endpoint the office asks, and the internet."""
    file = tmp_path_factory.mktemp("topology") / "topology.yaml"
    file.write_text(TOPOLOGY)
    with Running(str(file), "--listen=hub=127.0.0.1:0", "--listen=internet=127.0.0.1:0") as running:
        yield dict(running.places)


@contextmanager
def started(command: list[str], sign: str, folder: Path) -> Iterator[None]:
    """Run a program until the block ends."""
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=folder) as process:
        assert process.stderr is not None
        log = Lines(process.stderr)
        try:
            log.until(sign)
            yield
            process.terminate()
            log.all()
        finally:
            process.kill()


def asked(at: Address, name: str, kind: str = "A") -> tuple[str, list[str]]:
    """Return the rcode, and the addresses in the answer."""
    reply = dns.query.udp(dns.message.make_query(name, kind), at[0], port=at[1], timeout=10)
    data = [str(rdata) for rrset in reply.answer for rdata in rrset if rrset.rdtype.name == kind]
    return dns.rcode.to_text(reply.rcode()), data


def exported(name: str, made: str) -> str:
    """Return a file for the office."""
    text: str = getattr(exporter(name), made)(ClientExport(loads(TOPOLOGY, "T"), "office"))
    return text


def check(at: Address) -> None:
    """Ask for the registry's names, for a type that they do not have, and for somebody else's name."""
    for fqdn, address in PRIVATE.items():
        assert asked(at, fqdn) == ("NOERROR", [address])
        assert asked(at, fqdn, "AAAA") == ("NOERROR", [])
    assert asked(at, OTHER) == ("NOERROR", ["20.50.60.70"])


def test_hosts(program: Callable[[str], str], tmp_path: Path) -> None:
    """The C library reads the file as /etc/hosts of a machine, with nothing else to ask."""
    if os.geteuid():
        pytest.skip("only root may mount a file over another")
    (tmp_path / "hosts").write_text(exported("hosts", "pinned"))
    (tmp_path / "nsswitch.conf").write_text("hosts: files\n")
    mounts = " && ".join(
        f"mount --bind {tmp_path}/{file} $(readlink -f /etc/{file})" for file in ("hosts", "nsswitch.conf")
    )
    command = [program("unshare"), "--mount", "sh", "-c", f'{mounts} && getent ahostsv4 "$@"', "-", *PRIVATE]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "mount" in done.stderr or "unshare" in done.stderr:
        pytest.skip(f"this system lets nobody mount: {done.stderr.strip()}")
    found = {line.split()[2]: line.split()[0] for line in done.stdout.splitlines() if "STREAM" in line}
    assert found == PRIVATE


@pytest.mark.parametrize("made", ["pinned", "forwarded"])
def test_dnsmasq(program: Callable[[str], str], where: dict[str, Address], tmp_path: Path, made: str) -> None:
    """Pins and forwarder; private answers are no rebinding to it."""
    internet, hub = where["internet"], where["hub"]
    at = free_address()
    (tmp_path / "acr.conf").write_text(exported("dnsmasq", made).replace(INBOUND, f"{hub[0]}#{hub[1]}"))
    (tmp_path / "dnsmasq.conf").write_text(
        f"port={at[1]}\nlisten-address={at[0]}\nbind-interfaces\nno-resolv\nno-hosts\nno-poll\npid-file\n"
        f"stop-dns-rebind\nserver={internet[0]}#{internet[1]}\nconf-file={tmp_path / 'acr.conf'}\n"
    )
    command = [program("dnsmasq"), "--no-daemon", f"--conf-file={tmp_path / 'dnsmasq.conf'}", "--log-facility=-"]
    with started(command, r"\bstarted\b", tmp_path):
        check(at)


@pytest.mark.parametrize("made", ["pinned", "forwarded"])
def test_unbound(program: Callable[[str], str], where: dict[str, Address], tmp_path: Path, made: str) -> None:
    """Pins and forward zone; with private addresses taken out of all other answers."""
    internet, hub = where["internet"], where["hub"]
    at = free_address()
    (tmp_path / "acr.conf").write_text(exported("unbound", made).replace(INBOUND, f"{hub[0]}@{hub[1]}"))
    (tmp_path / "unbound.conf").write_text(
        f'server:\n  directory: "{tmp_path}"\n  chroot: ""\n  username: ""\n  pidfile: ""\n  use-syslog: no\n'
        f'  logfile: ""\n  verbosity: 1\n  do-daemonize: no\n  do-ip6: no\n  interface: {at[0]}@{at[1]}\n'
        "  access-control: 127.0.0.0/8 allow\n  do-not-query-localhost: no\n  private-address: 10.0.0.0/8\n"
        '  module-config: "iterator"\nremote-control:\n  control-enable: no\n'
        f'include: "{tmp_path / "acr.conf"}"\nforward-zone:\n  name: "."\n  forward-addr: {internet[0]}@{internet[1]}\n'
    )
    with started([program("unbound"), "-d", "-c", str(tmp_path / "unbound.conf")], "start of service", tmp_path):
        check(at)


def test_bind_with_a_response_policy_zone(
    program: Callable[[str], str], where: dict[str, Address], tmp_path: Path
) -> None:
    """The rules count for the names alone. The file's own comment is the configuration."""
    internet = where["internet"]
    at = free_address("127.0.0.1")
    text = exported("bind-rpz", "pinned")
    (tmp_path / f"{ZONE}.db").write_text(text)
    options, zone = (line.removeprefix(";").removeprefix(" named.conf:").strip() for line in text.splitlines()[3:5])
    (tmp_path / "named.conf").write_text(
        f'options {{ directory "{tmp_path}"; listen-on port {at[1]} {{ {at[0]}; }}; listen-on-v6 {{ none; }};\n'
        "  pid-file none; session-keyfile none; lock-file none; recursion yes; dnssec-validation no;\n"
        "  empty-zones-enable no; notify no; qname-minimization off;\n"
        f"  forward only; forwarders {{ {internet[0]} port {internet[1]}; }};\n"
        f"  {options.removeprefix('options {')}\ncontrols {{ }};\n{zone}\n"
    )
    command = [program("named"), "-g", "-4", "-n", "1", "-c", str(tmp_path / "named.conf")]
    with started(command, rf"rpz: {ZONE}: reload done", tmp_path):
        check(at)
