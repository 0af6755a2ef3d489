"""`--ecs` and `--by-client` with real clients: dig, kdig, and unbound and dnsmasq that forward for clients of their own."""

from __future__ import annotations

import re
import socket
import struct
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import pytest

from tests.free_ports import free_address
from tests.interop.fleet import Program, ask, until
from tests.interop.outside import dig, nsd, simulated, unbound
from tests.serve.running import SECONDS, Running, connected, framed, take

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.interop.fleet import Address

pytestmark = pytest.mark.interop

NETWORKS = """  wide: {address_space: [127.5.0.0/16]}
  narrow: {address_space: [127.5.7.0/24, "::1/128"]}
  six: {address_space: ["fd00:5::/48"]}"""
LINKED = ("hub", "narrow", "six")
"""Where the registry is private; in `wide`, and on the internet, it is public."""
PRIVATE, PUBLIC = "10.0.0.7", "20.45.122.144"
NAME = "contoso.azurecr.io"


@contextmanager
def telling(folder: Path, *more: str) -> Iterator[Running]:
    """Run a simulator that listens for the internet on IPv4 and IPv6, and for the hub."""
    folder.mkdir(exist_ok=True)
    listens = ("--listen=internet=127.0.0.1:0", "--listen=internet=[::1]:0", "--listen=hub=127.0.0.1:0", "--workers=2")
    with Running(str(simulated(folder, NETWORKS, LINKED)), *listens, *more) as running:
        yield running


@pytest.fixture(scope="module")
def by_subnet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Return a simulator that listens to what clients say of their subnet."""
    with telling(tmp_path_factory.mktemp("ecs"), "--ecs") as running:
        yield running


@pytest.fixture(scope="module")
def by_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Return a simulator that looks where its clients ask from."""
    with telling(tmp_path_factory.mktemp("client"), "--by-client") as running:
        yield running


class Case(NamedTuple):
    """What a client says, and what it gets."""

    sent: str
    address: str
    echoed: str


CASES = [
    Case("10.0.1.0/24", PRIVATE, "10.0.1.0/24/16"),
    Case("10.0.0.9/32", PRIVATE, "10.0.0.9/32/16"),
    Case("10.0.0.0/16", PRIVATE, "10.0.0.0/16/16"),
    Case("127.5.7.0/24", PRIVATE, "127.5.7.0/24/24"),
    Case("127.5.7.8/32", PRIVATE, "127.5.7.8/32/24"),
    # As far as no narrower network begins (RFC 7871 section 7.2.1): 127.5.0.0/22 is clear of 127.5.7.0/24.
    Case("127.5.1.0/24", PUBLIC, "127.5.1.0/24/22"),
    Case("127.5.128.0/24", PUBLIC, "127.5.128.0/24/17"),
    Case("127.5.0.0/16", PUBLIC, "127.5.0.0/16/24"),
    Case("127.0.0.0/8", PUBLIC, "127.0.0.0/8/24"),
    Case("203.0.113.0/24", PUBLIC, "203.0.113.0/24/24"),
    Case("0.0.0.0/0", PUBLIC, "0.0.0.0/0/0"),
    Case("fd00:5::/56", PRIVATE, "fd00:5::/56/48"),
    Case("fd00:6::/56", PUBLIC, "fd00:6::/56/56"),
    Case("::/0", PUBLIC, "::/0/0"),
]


@pytest.mark.parametrize("transport", ["+notcp", "+tcp"])
@pytest.mark.parametrize("case", CASES, ids=[case.sent for case in CASES])
def test_dig_subnet(by_subnet: Running, program: Callable[[str], str], case: Case, transport: str) -> None:
    """The narrowest network that holds the subnet answers, and the scope says for whom else."""
    said = dig(program, by_subnet.address("internet"), f"+subnet={case.sent}", transport, NAME)
    assert said.data[-1] == case.address
    assert re.findall(r"CLIENT-SUBNET: (\S+)", said.pseudo) == [case.echoed]


@pytest.mark.parametrize("case", CASES, ids=[case.sent for case in CASES])
def test_kdig_subnet(by_subnet: Running, program: Callable[[str], str], case: Case) -> None:
    """Another client, the same answer."""
    host, port = by_subnet.address("internet")
    command = [program("kdig"), f"@{host}", "-p", str(port), f"+subnet={case.sent}", NAME]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert re.findall(r"\sIN\s+A\s+(\S+)$", done.stdout, re.MULTILINE) == [case.address]
    assert re.findall(r"CLIENT-SUBNET: (\S+)", done.stdout) == [case.echoed]


def test_a_client_that_says_nothing_is_where_the_address_is(by_subnet: Running, program: Callable[[str], str]) -> None:
    """It gets no option back; nor does one that has no EDNS."""
    for arguments in ((), ("+noedns",), ("+dnssec",)):
        for vantage, address in (("internet", PUBLIC), ("hub", PRIVATE)):
            said = dig(program, by_subnet.address(vantage), *arguments, NAME)
            assert said.data[-1] == address
            assert "CLIENT-SUBNET" not in said.text


def test_asked_in_turn_nobody_gets_anothers_answer(by_subnet: Running, program: Callable[[str], str]) -> None:
    """What is kept for one is not given to others."""
    where = by_subnet.address("internet")
    for _ in range(3):
        for subnet, address in (
            ("10.0.1.0/24", PRIVATE),
            ("", PUBLIC),
            ("127.5.7.0/24", PRIVATE),
            ("127.5.1.0/24", PUBLIC),
        ):
            arguments = (f"+subnet={subnet}",) if subnet else ()
            assert dig(program, where, *arguments, NAME).data[-1] == address


MALFORMED = {
    "empty": b"",
    "cut off": b"\x00\x01\x18",
    "an unknown family": b"\x00\x03\x18\x00\x0a\x01\x03",
    "longer than an address": b"\x00\x01\x21\x00\x0a\x01\x03\x04\x05",
    "longer than an IPv6 address": b"\x00\x02\x81\x00" + bytes(17),
    "a scope in a query": b"\x00\x01\x18\x18\x0a\x01\x03",
    "too few octets": b"\x00\x01\x18\x00\x0a\x01",
    "too many octets": b"\x00\x01\x18\x00\x0a\x01\x03\x00",
    "bits beyond the prefix": b"\x00\x01\x14\x00\x0a\x01\xff",
    "an address with no prefix": b"\x00\x01\x00\x00\x0a",
}


def with_option(data: bytes) -> bytes:
    """Write a query with an option of whatever octets, by hand."""
    question = b"\x07contoso\x07azurecr\x02io\x00" + struct.pack("!HH", 1, 1)
    rdata = struct.pack("!HH", 8, len(data)) + data
    opt = b"\x00" + struct.pack("!HHIH", 41, 1232, 0, len(rdata)) + rdata
    return struct.pack("!6H", 0x1234, dns.flags.RD, 1, 0, 0, 1) + question + opt


def exchange(where: Address, packet: bytes, *, tcp: bool) -> dns.message.Message:
    """Send a packet as it is, and read the reply."""
    if tcp:
        with connected(where) as stream:
            stream.sendall(framed(packet))
            reply = take(stream)
    else:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(SECONDS)
            client.sendto(packet, where)
            reply = client.recv(4096)
    assert reply is not None
    return dns.message.from_wire(reply)


@pytest.mark.parametrize("tcp", [False, True], ids=["UDP", "TCP"])
@pytest.mark.parametrize("data", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_option_is_formerr(by_subnet: Running, data: bytes, tcp: bool) -> None:
    """RFC 7871 section 7.1.2; and the next query is answered as ever."""
    where = by_subnet.address("internet")
    reply = exchange(where, with_option(data), tcp=tcp)
    assert (reply.id, reply.rcode(), reply.answer, reply.edns) == (0x1234, dns.rcode.FORMERR, [], 0)
    assert exchange(where, with_option(b"\x00\x01\x18\x00\x0a\x00\x01"), tcp=tcp).rcode() == dns.rcode.NOERROR


@pytest.mark.parametrize(
    "data", [b"\x00\x01\x18\x00\x0a\x00\x01", *MALFORMED.values()], ids=["well-formed", *MALFORMED]
)
def test_without_the_switch_the_option_is_nothing(by_client: Running, data: bytes) -> None:
    """It selects nobody, comes back to nobody, and breaks nothing: an unknown option is ignored (RFC 6891)."""
    reply = exchange(by_client.address("internet"), with_option(data), tcp=False)
    assert str(reply.answer[-1][0]) == PUBLIC
    assert reply.options == ()


@pytest.mark.parametrize("transport", ["+notcp", "+tcp"])
@pytest.mark.parametrize(
    ("vantage", "source", "address"),
    [
        pytest.param("internet", "127.5.7.1", PRIVATE, id="the narrow network"),
        pytest.param("internet", "127.5.7.255", PRIVATE, id="its last address"),
        pytest.param("internet", "127.5.8.0", PUBLIC, id="just beyond it"),
        pytest.param("hub", "127.5.1.1", PUBLIC, id="the wide network, and not the hub"),
        pytest.param("hub", "127.5.7.1", PRIVATE, id="the narrow network again"),
        pytest.param("internet", "127.0.0.1", PUBLIC, id="no network: the vantage point of the address"),
        pytest.param("hub", "127.6.0.1", PRIVATE, id="no network: the hub"),
    ],
)
def test_the_address_that_asks(
    by_client: Running, program: Callable[[str], str], vantage: str, source: str, address: str, transport: str
) -> None:
    """The narrowest network that holds it answers; each question twice, as the first answer might be kept."""
    for _ in range(2):
        said = dig(program, by_client.address(vantage), "-b", source, transport, NAME)
        assert said.data[-1] == address
        assert "CLIENT-SUBNET" not in said.text


def test_the_address_that_asks_over_ipv6(by_client: Running, program: Callable[[str], str]) -> None:
    """::1 is in a network, on an address of the internet."""
    (where,) = [address for _, address in by_client.places if ":" in address[0]]
    assert dig(program, where, NAME).data[-1] == PRIVATE
    assert dig(program, where, "+tcp", NAME).data[-1] == PRIVATE


def test_a_subnet_counts_for_nothing_where_only_the_address_does(
    by_client: Running, program: Callable[[str], str]
) -> None:
    """Nobody moves into a network by saying so."""
    said = dig(program, by_client.address("internet"), "+subnet=10.0.1.0/24", NAME)
    assert said.data[-1] == PUBLIC
    assert "CLIENT-SUBNET" not in said.text


def test_both(program: Callable[[str], str], tmp_path: Path) -> None:
    """What a client says of its subnet counts more than where it asks from; /0 says nothing."""
    with telling(tmp_path, "--ecs", "--by-client") as running:
        where = running.address("internet")
        for source, subnet, address in (
            ("127.5.1.1", "10.0.1.0/24", PRIVATE),
            ("127.5.7.1", "127.5.1.0/24", PUBLIC),
            ("127.5.7.1", "203.0.113.0/24", PRIVATE),
            ("127.5.7.1", "0.0.0.0/0", PRIVATE),
        ):
            assert dig(program, where, "-b", source, f"+subnet={subnet}", NAME).data[-1] == address


SOURCES = [
    ("127.5.1.1", PUBLIC),
    ("127.5.7.1", PRIVATE),
    ("127.5.9.1", PUBLIC),
    ("127.5.7.2", PRIVATE),
    ("127.9.0.1", PUBLIC),
    ("127.5.3.1", PUBLIC),
]
"""Clients of a forwarder, and what they are to get."""


@pytest.mark.parametrize("order", [1, -1], ids=["one way round", "the other"])
def test_unbound_forwards_with_the_subnet_of_its_clients(
    by_subnet: Running, program: Callable[[str], str], tmp_path: Path, order: int
) -> None:
    """Its cache keeps answers by scope; nobody gets what was kept for another network, whoever asks first."""
    behind = by_subnet.address("internet")
    with unbound(program, tmp_path / "unbound", behind, modules="subnetcache iterator", known=NAME) as resolver:
        for source, address in SOURCES[::order] * 2:
            assert dig(program, resolver.address, "-b", source, NAME).data[-1] == address, source


def test_dnsmasq_forwards_with_the_subnet_of_its_clients(
    by_subnet: Running, program: Callable[[str], str], tmp_path: Path
) -> None:
    """`--add-subnet`, whole addresses."""
    with dnsmasq(program, tmp_path, by_subnet.address("internet"), "--add-subnet=32,128") as where:
        for source, address in SOURCES * 2:
            assert dig(program, where, "-b", source, NAME).data[-1] == address, source


def test_a_forwarder_asks_for_all_its_clients(
    by_client: Running, program: Callable[[str], str], tmp_path: Path
) -> None:
    """By client, it is the forwarder's own address that counts."""
    with dnsmasq(program, tmp_path, by_client.address("internet"), source="127.5.7.9") as where:
        for source, _ in SOURCES:
            assert dig(program, where, "-b", source, NAME).data[-1] == PRIVATE, source


@contextmanager
def dnsmasq(
    find: Callable[[str], str], folder: Path, behind: Address, *more: str, source: str = ""
) -> Iterator[Address]:
    """Run dnsmasq, which forwards everything, from `source` if it is given."""
    host, port = free_address()
    server = f"--server={behind[0]}#{behind[1]}" + (f"@{source}" if source else "")
    own = ["--no-daemon", "--no-resolv", "--no-hosts", "--bind-interfaces", "--pid-file", "--conf-file=/dev/null"]
    program = Program([find("dnsmasq"), *own, f"--listen-address={host}", f"--port={port}", server, *more], folder)
    program.start()
    try:
        until("dnsmasq answers", lambda: bool((said := ask((host, port), NAME, "A", recurse=True)) and said.answer))
        yield host, port
    finally:
        program.stop()


def test_a_whole_resolver_for_networks_that_differ(program: Callable[[str], str], tmp_path: Path) -> None:
    """With `--upstream` behind it: outside names are the same for all, and their scope says so; aliases into it are not."""
    with (
        nsd(program, tmp_path / "nsd") as world,
        unbound(program, tmp_path / "unbound", world.address) as resolver,
        telling(
            tmp_path / "front", "--ecs", "--by-client", f"--upstream={resolver.address[0]}:{resolver.address[1]}"
        ) as running,
    ):
        where = running.address("internet")
        for subnet, address, scope in (("10.0.1.0/24", PRIVATE, 16), ("203.0.113.0/24", PUBLIC, 24)):
            outside = dig(program, where, f"+subnet={subnet}", "www.example")
            assert outside.data == ["192.0.2.2"]
            assert f"CLIENT-SUBNET: {subnet}/0" in outside.pseudo
            inward = dig(program, where, f"+subnet={subnet}", "inward.example")
            assert inward.data[-1] == address
            assert f"CLIENT-SUBNET: {subnet}/{scope}" in inward.pseudo
        for source, address in SOURCES:
            for transport in ("+notcp", "+tcp"):
                assert dig(program, where, "-b", source, transport, "inward.example").data[-1] == address
        assert exchange(where, with_option(MALFORMED["cut off"]), tcp=False).rcode() == dns.rcode.FORMERR
