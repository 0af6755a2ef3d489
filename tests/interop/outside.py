"""The world outside a topology: NSD has its zones, unbound resolves it, and `acrdns serve --upstream` stands before both.

Everything is on loopback addresses and ports of its own. What unbound is asked, it logs: that is the witness of what
has been passed on.
"""

from __future__ import annotations

import re
import socket
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.free_ports import free_address
from tests.interop.fleet import Program, ask, until
from tests.interop.hierarchy import nsd_configuration
from tests.serve.running import topology

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.interop.fleet import Address

ZONE = """$ORIGIN example.
$TTL 300
@ SOA ns1 host 1 3600 300 2419200 40
@ NS ns1
@ MX 10 www
ns1 A 192.0.2.1
www A 192.0.2.2
www AAAA 2001:db8::2
www TXT "a text" "in two parts"
alias CNAME www
dangling CNAME nothing
brief 3 A 192.0.2.9
*.wild A 192.0.2.3
_sip._tcp SRV 1 2 5060 www
www CAA 0 issue "ca.example"
www HTTPS 1 . alpn=h2
odd TYPE65280 \\# 4 01020304
inward CNAME contoso.azurecr.io.
""" + "\n".join(f'big TXT "{number:03d}{"x" * 200}"' for number in range(10))

SOON = """$ORIGIN soon.example.
$TTL 300
@ SOA ns.example. host.example. 1 3600 300 2419200 3
@ NS ns.example.
www 3 A 192.0.2.9
"""
"""What is there is known for three seconds, and so is what is not."""
REGISTRIES = """$ORIGIN azurecr.io.
$TTL 300
@ SOA ns.example. host.example. 1 3600 300 2419200 60
@ NS ns.example.
* A 203.0.113.9
"""
"""What the world says of registries, which a simulator must not."""
SIGNED = """$ORIGIN signed.example.
$TTL 300
@ SOA ns.example. host.example. 1 3600 300 2419200 60
@ NS ns.example.
www A 192.0.2.4
forged A 192.0.2.5
"""
ZONES = {"example": ZONE, "soon.example": SOON, "azurecr.io": REGISTRIES}

_UNBOUND = """server:
  directory: "{folder}"
  chroot: ""
  username: ""
  pidfile: ""
  use-syslog: no
  logfile: ""
  verbosity: 1
  log-queries: yes
  do-daemonize: no
  num-threads: 1
  do-ip6: no
  interface: {host}@{port}
  access-control: 127.0.0.0/8 allow
  do-not-query-localhost: no
  send-client-subnet: 127.0.0.0/8
  client-subnet-always-forward: yes
  max-client-subnet-ipv4: {bits}
  module-config: "{modules}"
  ede: yes
  qname-minimisation: no
  rrset-roundrobin: no
  outbound-msg-retry: 2
{anchor}
remote-control:
  control-enable: no
forward-zone:
  name: "."
  forward-addr: {behind[0]}@{behind[1]}
forward-zone:
  name: "slow.example"
  forward-addr: {silent[0]}@{silent[1]}
"""


@dataclass(frozen=True)
class Server:
    """A program, and where it answers."""

    address: Address
    program: Program

    def queries(self) -> list[tuple[str, str]]:
        """Return the names, in lower case, and types that unbound has logged, in order."""
        found = re.findall(r"info: \S+ (\S+)\. (\S+) IN$", self.program.log, re.MULTILINE)
        return [(name.lower(), kind) for name, kind in found]


@contextmanager
def nsd(find: Callable[[str], str], folder: Path) -> Iterator[Server]:
    """Run NSD with all zones; the key of the signed one is in a file beside it."""
    folder.mkdir()
    host, port = free_address()
    for apex, zone in ZONES.items():
        (folder / f"{apex}.zone").write_text(zone)
    _sign(find, folder)
    files = {apex: folder / f"{apex}.zone" for apex in (*ZONES, "signed.example")}
    (folder / "nsd.conf").write_text(nsd_configuration(folder, [f"{host}@{port}"], files))
    program = Program([find("nsd"), "-d", "-c", str(folder / "nsd.conf")], folder)
    with _answering(program, (host, port), "www.example") as server:
        yield server


def _sign(find: Callable[[str], str], folder: Path) -> None:
    """Sign a zone, write its key down, and then change a record that is signed."""
    plain, signed = folder / "plain.zone", folder / "signed.example.zone"
    plain.write_text(SIGNED)
    keygen = [find("dnssec-keygen"), "-q", "-K", str(folder), "-a", "ECDSAP256SHA256", "-f", "KSK", "signed.example"]
    key = subprocess.run(keygen, capture_output=True, text=True, check=True).stdout.strip()
    command = [find("dnssec-signzone"), "-q", "-S", "-z", "-K", str(folder), "-o", "signed.example", "-d", str(folder)]
    subprocess.run([*command, "-f", str(signed), str(plain)], capture_output=True, check=True)
    signed.write_text(signed.read_text().replace("192.0.2.5", "192.0.2.66"))
    (folder / f"{key}.key").rename(folder / "signed.example.key")


@contextmanager
def unbound(
    find: Callable[[str], str],
    folder: Path,
    behind: Address,
    *,
    modules: str = "iterator",
    key: Path | None = None,
    bits: int = 24,
    known: str = "www.example",
) -> Iterator[Server]:
    """Run unbound, which forwards everything to the server behind it. It is ready once it answers for a known name.

    With a key, it validates what is signed with it. For names below slow.example it waits in vain.
    """
    folder.mkdir()
    host, port = free_address()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        text = _UNBOUND.format(
            host=host,
            port=port,
            folder=folder,
            behind=behind,
            modules=f"validator {modules}" if key else modules,
            bits=bits,
            anchor=f'  trust-anchor-file: "{key}"' if key else "",
            silent=silent.getsockname(),
        )
        (folder / "unbound.conf").write_text(text)
        yield from _unbound(find, folder, (host, port), known)


def _unbound(find: Callable[[str], str], folder: Path, address: Address, known: str) -> Iterator[Server]:
    program = Program([find("unbound"), "-d", "-c", str(folder / "unbound.conf")], folder)
    with _answering(program, address, known) as server:
        yield server


@contextmanager
def _answering(program: Program, address: Address, name: str) -> Iterator[Server]:
    program.start()
    try:
        until(
            f"{address} answers for {name}",
            lambda: bool((said := ask(address, name, "A", recurse=True)) and said.answer),
        )
        yield Server(address, program)
    finally:
        program.stop()


@dataclass(frozen=True)
class Dug:
    """What dig has printed."""

    text: str
    status: str
    flags: frozenset[str]
    answer: list[tuple[str, int, str, str]]
    """Name, TTL, type and data."""
    authority: list[tuple[str, int, str, str]]

    @property
    def data(self) -> list[str]:
        """The data of the answer section, in order."""
        return [data for _, _, _, data in self.answer]

    @property
    def pseudo(self) -> str:
        """What stands in the OPT record."""
        found = re.search(r";; OPT PSEUDOSECTION:\n((?:;.*\n)+)", self.text)
        return found[1] if found else ""


def dig(find: Callable[[str], str], where: Address, *arguments: str) -> Dug:
    """Ask with dig, once, for as long as dig waits by itself."""
    command = [find("dig"), f"@{where[0]}", "-p", str(where[1]), "+tries=1", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    status = re.search(r"status: (\w+)", done.stdout)
    flags = re.search(r";; flags: ([\w ]*);", done.stdout)
    assert status, done.stdout
    assert flags
    sections = (_section(done.stdout, name) for name in ("ANSWER", "AUTHORITY"))
    return Dug(done.stdout, status[1], frozenset(flags[1].split()), *sections)


def _section(text: str, name: str) -> list[tuple[str, int, str, str]]:
    found = re.search(rf";; {name} SECTION:\n((?:[^;\n].*\n)*)", text)
    rows = [line.split(None, 4) for line in found[1].splitlines()] if found else []
    return [(owner, int(ttl), kind, data) for owner, ttl, _, kind, data in rows]


def simulated(folder: Path, networks: str = "", linked: tuple[str, ...] = ("hub",)) -> Path:
    """Write the topology that is served: a registry, and networks; in the linked ones it is private."""
    path = folder / "topology.yaml"
    links = ", ".join(f"{network}: {{}}" for network in linked)
    text = topology(networks=networks).replace(
        "virtual_network_links: {hub: {}}", f"virtual_network_links: {{{links}}}"
    )
    path.write_text(text + "    records: {outward: {ttl: 60, CNAME: [www.example]}}\n")
    return path
