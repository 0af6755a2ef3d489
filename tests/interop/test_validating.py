"""Validating resolvers before `--upstream`: private answers of an unsigned zone in a signed world.

The world is as the internet is: a signed root and a signed `io`, whose delegations of azurecr.io and azcr.io have no DS.
NSD serves it with a key of its own as trust anchor. Whoever validates asks for the DS of azurecr.io, and only the real
`io` can prove that there is none.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.free_ports import free_address
from tests.interop.fleet import Program, until
from tests.interop.hierarchy import nsd_configuration
from tests.interop.outside import dig, simulated
from tests.interop.test_recipes import resolved_on_a_machine
from tests.serve.running import Running
from tests.serve.running import ask as ask_once

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.interop.fleet import Address
    from tests.interop.outside import Dug

pytestmark = pytest.mark.interop

SOA = "@ 300 SOA ns.io. host.io. 1 3600 300 2419200 60\n@ 300 NS ns.io.\n"
UNSIGNED = ("azurecr.io", "azcr.io", "net", "com")
ROOT = (
    SOA + "".join(f"{apex} 300 NS ns.io.\n" for apex in ("net", "com")) + "io 300 NS ns.io.\nns.io 300 A 192.0.2.53\n"
)
IO = (
    SOA
    + "ns 300 A 192.0.2.53\nwww 300 A 192.0.2.4\nazurecr 300 NS ns\nazcr 300 NS ns\ninward 300 CNAME contoso.azurecr\n"
)
NAMES = (
    ("www.io", ["192.0.2.4"], True),
    ("contoso.azurecr.io", ["contoso.privatelink.azurecr.io.", "10.0.0.7"], False),
    ("inward.io", ["contoso.azurecr.io.", "contoso.privatelink.azurecr.io.", "10.0.0.7"], False),
    ("mytenant.azurecr.io", ["203.0.113.9"], False),
)
"""Name, data, and whether the answer is secure."""


class World(NamedTuple):
    """The signed world."""

    address: Address
    key: Path
    """The root's DNSKEY, as a record."""
    ds: str
    """The same as a DS record's data."""
    find: Callable[[str], str]


@pytest.fixture(scope="module")
def world(program: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve the world by NSD."""
    folder = tmp_path_factory.mktemp("signed")
    _sign(program, folder, "io", IO)
    ds_of_io = (folder / "dsset-io.").read_text()
    _sign(program, folder, ".", ROOT + ds_of_io)
    files = {".": folder / "root.signed", "io": folder / "io.signed"}
    for apex in UNSIGNED:
        files[apex] = folder / f"{apex}.zone"
        files[apex].write_text(f"$ORIGIN {apex}.\n{SOA}mytenant 300 A 203.0.113.9\n")
    host, port = free_address()
    (folder / "nsd.conf").write_text(nsd_configuration(folder, [f"{host}@{port}"], files))
    nsd = Program([program("nsd"), "-d", "-c", str(folder / "nsd.conf")], folder)
    nsd.start()
    try:
        until("NSD answers", lambda: _maybe(program, (host, port), "www.io") == ["192.0.2.4"])
        ds = re.search(r"DS\s+(\d+ \d+ 2 .+)", (folder / "dsset-.").read_text())
        assert ds
        (folder / "anchor").write_text(f". IN DS {ds[1]}\n")
        yield World((host, port), folder / "root.key", ds[1], program)
    finally:
        nsd.stop()


def _sign(find: Callable[[str], str], folder: Path, apex: str, text: str) -> None:
    name = "root" if apex == "." else apex
    (folder / f"{name}.zone").write_text(f"$ORIGIN {apex if apex == '.' else apex + '.'}\n{text}")
    keygen = [find("dnssec-keygen"), "-q", "-K", str(folder), "-a", "ECDSAP256SHA256", "-f", "KSK", apex]
    key = subprocess.run(keygen, capture_output=True, text=True, check=True).stdout.strip()
    sign = [find("dnssec-signzone"), "-q", "-S", "-z", "-K", str(folder), "-d", str(folder), "-o", apex]
    command = [*sign, "-f", str(folder / f"{name}.signed"), str(folder / f"{name}.zone")]
    subprocess.run(command, capture_output=True, check=True, cwd=folder)
    shutil.copy(folder / f"{key}.key", folder / f"{name}.key")


@pytest.fixture(scope="module")
def front(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Return the simulator before that world."""
    host, port = world.address
    folder = tmp_path_factory.mktemp("front")
    (folder / "corp.io.zone").write_text(f"{SOA}www 300 A 10.9.9.9\n")
    files = (str(simulated(folder)), "--zone-file", str(folder / "corp.io.zone"))
    with Running(*files, "--listen=hub=127.0.0.1:0", f"--upstream={host}:{port}") as running:
        yield running


def _unbound(world: World, to: Address, at: Address, folder: Path, insecure: str) -> list[str]:
    (folder / "unbound.conf").write_text(
        f"""server:
  directory: "{folder}"
  chroot: ""
  username: ""
  pidfile: ""
  use-syslog: no
  do-daemonize: no
  do-ip6: no
  interface: {at[0]}@{at[1]}
  access-control: 127.0.0.0/8 allow
  do-not-query-localhost: no
  module-config: "validator iterator"
  trust-anchor-file: "{world.key}"
  harden-dnssec-stripped: yes
  harden-below-nxdomain: yes
  harden-referral-path: yes
  harden-algo-downgrade: yes
  use-caps-for-id: yes
  aggressive-nsec: yes
{f"  domain-insecure: {insecure}" if insecure else ""}
remote-control:
  control-enable: no
forward-zone:
  name: "."
  forward-addr: {to[0]}@{to[1]}
"""
    )
    return ["unbound", "-d", "-c", str(folder / "unbound.conf")]


def _bind(world: World, to: Address, at: Address, folder: Path, insecure: str) -> list[str]:
    tag, algorithm, kind, digest = world.ds.split(None, 3)
    (folder / "named.conf").write_text(
        f"""options {{
  directory "{folder}"; listen-on port {at[1]} {{ {at[0]}; }}; listen-on-v6 {{ none; }};
  pid-file none; session-keyfile none; lock-file none; empty-zones-enable no;
  recursion yes; dnssec-validation yes; forward only; forwarders {{ {to[0]} port {to[1]}; }};
  {f'validate-except {{ "{insecure}"; }};' if insecure else ""}
}};
controls {{ }};
trust-anchors {{ "." static-ds {tag} {algorithm} {kind} "{digest.replace(" ", "")}"; }};
"""
    )
    return ["named", "-g", "-c", str(folder / "named.conf")]


def _dnsmasq(world: World, to: Address, at: Address, _folder: Path, _insecure: str) -> list[str]:
    anchor = ",".join(world.ds.split(None, 3)).replace(" ", "")
    listen = [f"--listen-address={at[0]}", f"--port={at[1]}", "--bind-interfaces"]
    options = [
        "--no-resolv",
        "--no-hosts",
        "--conf-file=/dev/null",
        "--keep-in-foreground",
        "--log-facility=-",
        "--user=root",
    ]
    return ["dnsmasq", *options, *listen, "--dnssec", f"--trust-anchor=.,{anchor}", f"--server={to[0]}#{to[1]}"]


def _knot(world: World, to: Address, at: Address, folder: Path, insecure: str) -> list[str]:
    (folder / "anchor").write_text(f". DS {world.ds}\n")
    (folder / "kresd.conf").write_text(
        f"""net.listen('{at[0]}', {at[1]}, {{ kind = 'dns' }})
trust_anchors.remove('.')
trust_anchors.add_file('{folder}/anchor', true)
{f"trust_anchors.set_insecure({{'{insecure}'}})" if insecure else ""}
policy.add(policy.all(policy.FORWARD({{'{to[0]}@{to[1]}'}})))
"""
    )
    return ["kresd", "-n", "-c", str(folder / "kresd.conf"), str(folder)]


PRODUCTS = {"unbound": _unbound, "named": _bind, "dnsmasq": _dnsmasq, "kresd": _knot}


@contextmanager
def validating(product: str, world: World, to: Address, folder: Path, insecure: str = "") -> Iterator[Address]:
    """Run a validating resolver that forwards everything, and is told that a zone is not signed."""
    at = free_address("127.0.0.1")  # BIND listens at addresses that an interface has
    name, *arguments = PRODUCTS[product](world, to, at, folder, insecure)
    program = Program([world.find(name), *arguments], folder)
    program.start()
    try:
        until(f"{product} answers", lambda: bool(_maybe(world.find, at, "www.io")))
        yield at
    finally:
        program.stop()


def _maybe(find: Callable[[str], str], at: Address, name: str) -> list[str]:
    try:
        return dig(find, at, name, "+timeout=2").data
    except AssertionError:  # nobody answers yet
        return []


@pytest.mark.parametrize("product", PRODUCTS)
def test_a_validating_resolver_gets_private_answers(world: World, front: Running, tmp_path: Path, product: str) -> None:
    """Insecure, by the proof of the real parent zone; what is signed is secure through us."""
    with validating(product, world, front.address("hub"), tmp_path) as at:
        for name, data, secure in NAMES:
            said: Dug = dig(world.find, at, name, "+dnssec", "+timeout=10")
            found = [each for each in said.data if not re.match(r"\w+ \d+ \d+ \d+ \d{14} ", each)]
            assert (name, said.status, found) == (name, "NOERROR", data)
            assert ("ad" in said.flags) == secure, name


@pytest.mark.parametrize("product", ["unbound", "named", "kresd"])
def test_a_private_zone_below_a_signed_one_has_to_be_named(
    world: World, front: Running, tmp_path: Path, product: str
) -> None:
    """The real parent proves that there is no such name; the page says what to tell the resolver."""
    (tmp_path / "strict").mkdir()
    with validating(product, world, front.address("hub"), tmp_path / "strict") as at:
        assert dig(world.find, at, "www.corp.io", "+timeout=10").data == []
    with validating(product, world, front.address("hub"), tmp_path, "corp.io") as at:
        assert dig(world.find, at, "www.corp.io", "+timeout=10").data == ["10.9.9.9"]


@pytest.mark.parametrize("dnssec", ["yes", "allow-downgrade"])
def test_systemd_resolved_validates(world: World, tmp_path: Path, root: Path, dnssec: str) -> None:
    """On a machine of its own, as the recipe has it."""
    names = resolved_on_a_machine(world.find, root, str(tmp_path), "systemd-resolved", dnssec, str(world.key.parent))
    assert names == {
        "contoso.azurecr.io": ["10.0.0.7"],
        "mytenant.azurecr.io": ["203.0.113.9"],
        "www.io": ["192.0.2.4"],
        "asked of acrdns": ["contoso.azurecr.io", "mytenant.azurecr.io", "www.io"],
    }


def test_the_delegation_is_proven_insecure_through_us(world: World, front: Running) -> None:
    """The proof is the one of the real `io`: NODATA with NSEC and its signature."""
    theirs = dig(world.find, world.address, "azurecr.io", "DS", "+dnssec", "+norecurse")
    ours = dig(world.find, front.address("hub"), "azurecr.io", "DS", "+dnssec")
    assert ours.status == theirs.status == "NOERROR"
    kinds = {kind for _, _, kind, _ in ours.authority}
    assert kinds == {"SOA", "NSEC", "RRSIG"}
    assert sorted(row[3] for row in ours.authority) == sorted(row[3] for row in theirs.authority)


def test_nothing_simulated_is_signed(front: Running) -> None:
    """Nor claims to be: no AD and no RRSIG, whatever the client wants (assumption: so does Azure-provided DNS)."""
    said = ask_once(front.address("hub"), "contoso.azurecr.io")
    assert {rrset.rdtype.name for rrset in said.answer} == {"CNAME", "A"}
