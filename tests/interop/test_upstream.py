"""`--upstream` as people use it: a whole resolver for a machine, before a real unbound and a real NSD, asked by dig and kdig."""

from __future__ import annotations

import re
import socket
import subprocess
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING, NamedTuple

import dns.message
import pytest

from acrdns.serve.upstream.ask import DEADLINE_SECONDS
from tests.free_ports import free_address
from tests.interop.fleet import SECONDS, until
from tests.interop.outside import dig, nsd, simulated, unbound
from tests.interop.self_hosted import Setup, refusing
from tests.interop.self_hosted import running as self_hosted
from tests.serve.running import Running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.interop.fleet import Address
    from tests.interop.outside import Dug, Server

pytestmark = pytest.mark.interop


class World(NamedTuple):
    """The world outside, and where to find programs."""

    nsd: Server
    unbound: Server
    find: Callable[[str], str]

    def dig(self, where: Address, *arguments: str) -> Dug:
        """Ask with dig."""
        return dig(self.find, where, *arguments)


@contextmanager
def world_in(folder: Path, find: Callable[[str], str]) -> Iterator[World]:
    """Run both servers."""
    with nsd(find, folder / "nsd") as behind:
        key = folder / "nsd" / "signed.example.key"
        with unbound(find, folder / "unbound", behind.address, key=key) as resolver:
            yield World(behind, resolver, find)


@pytest.fixture(scope="module")
def world(program: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Return a world that nobody changes."""
    with world_in(tmp_path_factory.mktemp("world"), program) as made:
        yield made


@pytest.fixture
def mortal(program: Callable[[str], str], tmp_path: Path) -> Iterator[World]:
    """Return a world that may be stopped."""
    with world_in(tmp_path, program) as made:
        yield made


@contextmanager
def before(*upstreams: Address, folder: Path, more: tuple[str, ...] = ()) -> Iterator[Running]:
    """Run the simulator before resolvers; it serves the hub and the internet, with two workers."""
    folder.mkdir(exist_ok=True)
    passing = [f"--upstream={host}:{port}" for host, port in upstreams]
    listens = ("--listen=hub=127.0.0.1:0", "--listen=internet=127.0.0.1:0", "--workers=2")
    with Running(str(simulated(folder)), *listens, *passing, *more) as running:
        yield running


@pytest.fixture(scope="module")
def front(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Return a simulator before that world."""
    with before(world.unbound.address, folder=tmp_path_factory.mktemp("front")) as running:
        yield running


def compared(dug: Dug) -> tuple[object, ...]:
    """Return what a server's answer must be, but for TTLs and the order in a set."""
    sections = (dug.answer, dug.authority)
    records = [sorted((name, kind, data) for name, _, kind, data in section) for section in sections]
    do = "flags: do;" in dug.pseudo
    return dug.status, dug.flags, do, records, re.findall(r"EDE: (\d+)", dug.pseudo)


@pytest.mark.parametrize("transport", ["+notcp", "+tcp"])
@pytest.mark.parametrize(
    "arguments",
    [
        "www.example A",
        "WwW.ExAmPlE AAAA",
        "www.example TXT",
        "www.example CAA",
        "www.example HTTPS",
        "example MX",
        "example SOA",
        "example NS",
        "_sip._tcp.example SRV",
        "odd.example TYPE65280",
        "any.wild.example A",
        "alias.example A",
        "alias.example CNAME",
        "dangling.example A",
        "nothing.example A",
        "www.example LOC",
        "big.example TXT",
        "+noedns www.example A",
        "+bufsize=512 www.example TXT",
        "+noadflag www.signed.example A",
        "www.signed.example A",
        "+dnssec www.signed.example A",
        "+dnssec www.example A",
        "+dnssec nothing.signed.example A",
        "+cdflag www.signed.example A",
        "+cdflag forged.signed.example A",
        "+cdflag +dnssec forged.signed.example A",
    ],
)
def test_a_name_outside_is_answered_as_upstream_answers_it(
    world: World, front: Running, arguments: str, transport: str
) -> None:
    """Rcode, flags, records and causes, over UDP and TCP; TTLs are never longer."""
    theirs = world.dig(world.unbound.address, transport, *arguments.split())
    ours = world.dig(front.address("hub"), transport, *arguments.split())
    assert compared(ours) == compared(theirs)
    assert all(ours_ttl <= 300 for _, ours_ttl, _, _ in ours.answer)


def test_what_upstream_finds_bogus_is_servfail_with_its_cause(world: World, front: Running) -> None:
    """A record that was changed after it was signed: the validator's words come through (RFC 8914)."""
    theirs = world.dig(world.unbound.address, "forged.signed.example")
    ours = world.dig(front.address("hub"), "forged.signed.example")
    assert ours.status == theirs.status == "SERVFAIL"
    assert re.findall(r"EDE: (\d+)", ours.pseudo)[:1] == ["6"]


def test_who_wants_no_recursion_gets_none(world: World, front: Running) -> None:
    """As unbound does for a client that may not look into its cache (RFC 1034 section 4.3.1); nothing is passed on."""
    name = "norecurse.wild.example"
    assert world.dig(world.unbound.address, "+norecurse", name).status == "REFUSED"
    before = world.unbound.queries().count((name, "A"))
    assert world.dig(front.address("hub"), "+norecurse", name).status == "REFUSED"
    assert world.dig(front.address("hub"), "+norecurse", "contoso.azurecr.io").data[-1] == "10.0.0.7"
    assert world.unbound.queries().count((name, "A")) == before


@pytest.mark.parametrize("client", ["dig", "kdig"])
def test_a_whole_resolver_on_one_port(world: World, front: Running, client: str) -> None:
    """Private names and all others, as a developer's machine asks for them."""
    host, port = front.address("hub")
    for name, address in (("contoso.azurecr.io", "10.0.0.7"), ("www.example", "192.0.2.2")):
        command = [world.find(client), f"@{host}", "-p", str(port), "+short", name]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert done.stdout.split()[-1] == address


def test_any(world: World, front: Running) -> None:
    """A question like others (RFC 8482 leaves the answer to upstream)."""
    said = world.dig(front.address("hub"), "www.example", "ANY")
    assert said.status == "NOERROR"
    assert said.answer


@pytest.mark.parametrize("size", ["+noedns", "+bufsize=512", "+bufsize=4096"])
def test_a_large_answer_comes_over_tcp(world: World, front: Running, size: str) -> None:
    """Upstream truncates it, so it is asked again over TCP; the client's own limit decides what it gets over UDP."""
    where = front.address("hub")
    cut = world.dig(where, size, "+ignore", "big.example", "TXT")
    assert "tc" in cut.flags
    assert len(cut.answer) < 10
    whole = world.dig(where, size, "big.example", "TXT")
    assert len(whole.answer) == 10
    assert "retrying in TCP mode" in whole.text


def test_edns_of_a_client(world: World, front: Running) -> None:
    """Its cookie comes back with a server's part, its unknown options do not, and version 1 is BADVERS."""
    where = front.address("hub")
    assert re.search(
        r"COOKIE: 0123456789abcdef\w+ \(good\)", world.dig(where, "+cookie=0123456789abcdef", "www.example").pseudo
    )
    assert "65001" not in world.dig(where, "+ednsopt=65001:ff", "www.example").pseudo
    assert world.dig(where, "+edns=1", "+noednsnegotiation", "www.example").status == "BADVERS"
    assert world.dig(where, "+noedns", "www.example").pseudo == ""


INSIDE = [
    *(("contoso.azurecr.io", kind) for kind in ("A", "AAAA", "HTTPS", "TXT", "DS", "ANY", "SOA", "NS")),
    ("contoso.privatelink.azurecr.io", "AAAA"),
]
IN_A_PRIVATE_ZONE = [
    ("nobody.privatelink.azurecr.io", "A"),
    ("a.b.contoso.privatelink.azurecr.io", "A"),
    ("privatelink.azurecr.io", "NS"),
]
"""At the hub, where the zone is linked."""


@pytest.mark.parametrize("product", ["unbound", "named", "dnsmasq"])
def test_a_resolver_that_forwards_to_us(world: World, tmp_path: Path, product: str) -> None:
    """A resolver of its own before ours, on a machine or in a network; BIND's cookies never make it fall back to TCP."""
    with before(world.unbound.address, folder=tmp_path / "front", more=("--log-queries",)) as running:
        setup = Setup(free_address("127.0.0.1"), {}, [running.address("hub")], {}, minimise=False)
        (tmp_path / product).mkdir()
        with self_hosted(product, world.find, setup, tmp_path / product) as where:
            for name, data in (
                ("www.example", ["192.0.2.2"]),
                ("contoso.azurecr.io", ["contoso.privatelink.azurecr.io.", "10.0.0.7"]),
                ("alias.example", ["www.example.", "192.0.2.2"]),
                ("inward.example", ["contoso.azurecr.io.", "contoso.privatelink.azurecr.io.", "10.0.0.7"]),
                ("outward.privatelink.azurecr.io", ["www.example.", "192.0.2.2"]),
                ("nobody.azurecr.io", ["203.0.113.9"]),
                ("nobody.privatelink.azurecr.io", []),
                ("nothing.example", []),
            ):
                said = world.dig(where, name)
                assert (said.status, said.data) == ("NOERROR" if data else "NXDOMAIN", data)
            assert len(world.dig(where, "big.example", "TXT").answer) == 10
            running.err.until(r"tcp .* big\.example IN TXT: NOERROR 10 records")
            assert [line for line in running.err.seen if " tcp " in line][:-1] == []


def test_a_simulated_name_never_reaches_upstream(world: World, front: Running) -> None:
    """Whatever is asked of it, wherever it ends: unbound's log has none, but the name that was asked after them."""
    before = len(world.unbound.queries())
    for vantage in ("hub", "internet"):
        for number, (name, kind) in enumerate(INSIDE + (IN_A_PRIVATE_ZONE if vantage == "hub" else [])):
            assert (
                world.dig(front.address(vantage), name, kind, "+tcp" if number % 2 else "+notcp").status != "SERVFAIL"
            )
    assert world.dig(front.address("hub"), "last.wild.example").answer
    asked = world.unbound.queries()[before:]
    assert ("last.wild.example", "A") in asked
    assert [name for name, _ in asked if "azurecr" in name] == []


def test_chains_across_the_border(world: World, front: Running) -> None:
    """An alias here of a name outside, and one outside of a registry: each name is asked of whoever knows it."""
    before = len(world.unbound.queries())
    where = front.address("hub")
    assert world.dig(where, "outward.privatelink.azurecr.io").data == ["www.example.", "192.0.2.2"]
    assert world.dig(world.unbound.address, "inward.example").data == ["contoso.azurecr.io.", "203.0.113.9"]
    inward = world.dig(where, "inward.example")
    assert inward.data == ["contoso.azurecr.io.", "contoso.privatelink.azurecr.io.", "10.0.0.7"]
    assert world.dig(front.address("internet"), "inward.example").data[-1] == "20.45.122.144"
    assert [name for name, _ in world.unbound.queries()[before:] if "azurecr" in name] == []


def test_an_upstream_that_nobody_listens_at(world: World, tmp_path: Path) -> None:
    """The next one is asked at once."""
    with refusing() as dead, before(dead, world.unbound.address, folder=tmp_path) as running:
        for number in range(3):
            assert world.dig(running.address("hub"), f"dead{number}.wild.example").data == ["192.0.2.3"]


def test_an_upstream_that_is_silent(world: World, tmp_path: Path) -> None:
    """The next one is asked before the client loses its patience."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        with before(silent.getsockname(), world.unbound.address, folder=tmp_path) as running:
            for number in range(3):
                name = f"silent{number}.wild.example"
                assert world.dig(running.address("hub"), name).data == ["192.0.2.3"]
        silent.settimeout(0)
        assert dns.message.from_wire(silent.recv(4096)).question[0].name.to_text().lower() == "silent0.wild.example."


def test_an_upstream_that_refuses(world: World, tmp_path: Path) -> None:
    """NSD is no resolver: what it refuses, or cannot say, is asked of the next."""
    with before(world.nsd.address, world.unbound.address, folder=tmp_path) as running:
        assert world.dig(running.address("hub"), "www.example").data == ["192.0.2.2"]
        assert world.dig(world.nsd.address, "www.elsewhere").status == "REFUSED"
        assert world.dig(running.address("hub"), "www.elsewhere").status == "SERVFAIL"
        assert ("www.elsewhere", "A") in world.unbound.queries()


def test_no_upstream_that_answers(program: Callable[[str], str], tmp_path: Path) -> None:
    """SERVFAIL, with EDE 22 and who was asked, before dig gives up; simulated names are as ever."""
    with refusing() as dead, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        with before(dead, silent.getsockname(), folder=tmp_path) as running:
            said = dig(program, running.address("hub"), "www.example", f"+timeout={SECONDS:.0f}")
            assert said.status == "SERVFAIL"
            assert DEADLINE_SECONDS < 5  # for which dig waits by itself
            host, port = silent.getsockname()
            assert f"EDE: 22 (No Reachable Authority): (upstream {dead[0]}:{dead[1]}, {host}:{port}" in said.pseudo
            assert dig(program, running.address("hub"), "contoso.azurecr.io").data[-1] == "10.0.0.7"


def test_answers_are_remembered_for_their_ttl(mortal: World, tmp_path: Path) -> None:
    """With upstream gone, whoever asks and over whatever transport gets them, until they end; a reload forgets none."""
    with before(mortal.unbound.address, folder=tmp_path / "front") as running:
        where = running.address("hub")
        first = mortal.dig(where, "www.example")
        assert mortal.dig(where, "alias.example").data == ["www.example.", "192.0.2.2"]
        assert len(mortal.dig(where, "big.example", "TXT").answer) == 10
        mortal.unbound.program.kill()
        for number in range(8):  # of two workers, by the client's port
            transport = "+tcp" if number % 4 == 3 else "+notcp"
            assert mortal.dig(where, transport, "www.example").data == ["192.0.2.2"]
        assert mortal.dig(running.address("internet"), "alias.example").data == ["www.example.", "192.0.2.2"]
        assert len(mortal.dig(where, "big.example", "TXT").answer) == 10
        running.hang_up()
        running.err.until("^reloaded")
        later = mortal.dig(where, "www.example")
        until("the TTL counts down", lambda: mortal.dig(where, "www.example").answer[0][1] < first.answer[0][1] - 1)
        assert later.answer[0][1] <= first.answer[0][1]
        assert mortal.dig(where, "ns1.example").status == "SERVFAIL"


def test_answers_end_with_their_ttl(mortal: World, tmp_path: Path) -> None:
    """What is not there is remembered for the SOA's minimum (RFC 2308), and asked again after that."""
    with before(mortal.unbound.address, folder=tmp_path / "front") as running:
        where = running.address("hub")
        for name, kind, status in (
            ("www.soon.example", "A", "NOERROR"),
            ("www.soon.example", "TXT", "NOERROR"),
            ("nothing.soon.example", "A", "NXDOMAIN"),
            ("nothing.example", "A", "NXDOMAIN"),
            ("www.example", "LOC", "NOERROR"),
        ):
            assert mortal.dig(where, name, kind).status == status
        mortal.unbound.program.kill()
        for name, kind in (("www.soon.example", "A"), ("www.soon.example", "TXT"), ("nothing.soon.example", "A")):
            until(f"{name} {kind} ends", lambda n=name, k=kind: mortal.dig(where, n, k).status == "SERVFAIL")  # type: ignore[misc]
        # Those of the other zone last for forty seconds, with the SOA that says so.
        for name, kind, status in (("nothing.example", "A", "NXDOMAIN"), ("www.example", "LOC", "NOERROR")):
            said = mortal.dig(where, name, kind)
            assert (said.status, [row[2] for row in said.authority]) == (status, ["SOA"])
            assert said.authority[0][1] <= 40
        mortal.unbound.program.start()
        until("upstream is asked again", lambda: mortal.dig(where, "www.soon.example").data == ["192.0.2.9"])


def test_slow_names_hold_nobody_up(world: World, tmp_path: Path) -> None:
    """Two hundred names that upstream waits for in vain, and clients of other names beside them."""
    with ExitStack() as stack:
        running = stack.enter_context(before(world.unbound.address, folder=tmp_path))
        host, port = running.address("hub")
        client = stack.enter_context(closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)))
        for number in range(200):
            client.sendto(dns.message.make_query(f"{number}.slow.example", "A").to_wire(), (host, port))
        for transport in ("+notcp", "+tcp"):
            assert world.dig((host, port), transport, f"beside{transport}.wild.example").data == ["192.0.2.3"]
            assert world.dig((host, port), transport, "contoso.azurecr.io").data[-1] == "10.0.0.7"


def test_an_address_that_stands_for_all(world: World, tmp_path: Path) -> None:
    """On 0.0.0.0 an answer from upstream leaves from the address that was asked; dig takes no other."""
    port = free_address()[1]
    more = (f"--listen=internet=0.0.0.0:{port}",)
    with before(world.unbound.address, folder=tmp_path, more=more):
        assert world.dig(("127.7.7.7", port), "www.example").data == ["192.0.2.2"]


def test_the_query_log_says_what_was_answered(world: World, tmp_path: Path) -> None:
    """Also where the answer came later."""
    with before(world.unbound.address, folder=tmp_path, more=("--log-queries",)) as running:
        for transport in ("+notcp", "+tcp"):
            world.dig(running.address("hub"), transport, "alias.example")
            line = running.err.until(r"alias\.example IN A")
            assert "NOERROR 2 records" in line
