"""`--upstream`: the server as a machine's only resolver. The real resolver behind it is another server, with a log."""

from __future__ import annotations

import os
import re
import secrets
import signal
import socket
import time
from contextlib import nullcontext
from typing import TYPE_CHECKING

import dns.edns
import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest

from acrdns.address import Address
from acrdns.errors import ListenError
from acrdns.serve.bindings import bind_all
from acrdns.serve.listen.sockets import bind
from acrdns.serve.options import upstreams
from acrdns.serve.upstream.ask import DEADLINE_SECONDS
from tests.free_ports import free_address
from tests.serve.observe.test_status import until
from tests.serve.running import ZONE, Running, topology

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SECONDS = 20.0


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Return the real resolver: it knows example, and logs what it is asked."""
    zone = tmp_path_factory.mktemp("behind") / "example.zone"
    zone.write_text(ZONE)
    arguments = (
        "--listen",
        "127.0.0.1:0",
        "--log-queries",
        "--workers",
        "1",
    )  # one worker logs in the order of queries
    with Running("--zone-file", str(zone), *arguments) as running:
        yield running


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory, behind: Running) -> Iterator[Running]:
    """Return the simulator before it."""
    file = tmp_path_factory.mktemp("front") / "t.yaml"
    file.write_text(topology())
    host, port = behind.address("zone files")
    arguments = ("--listen", "hub=127.0.0.1:0", "--upstream", f"{host}:{port}", "--workers", "1")
    with Running(str(file), *arguments) as running:
        yield running


@pytest.fixture
def mark(front: Running, behind: Running) -> Callable[[], list[str]]:
    """Return a function that asks for a new name, and returns what was logged since the last one, in lower case."""

    def lines() -> list[str]:
        name = f"mark-{secrets.token_hex(8)}.wild.example"
        assert ask(front, name).answer
        before = len(behind.err.seen)
        behind.err.until(f"(?i){name}")
        return [line.lower() for line in behind.err.seen[before:-1]]

    lines()
    return lines


def ask(
    server: Running, name: str, rdtype: str = "A", *, tcp: bool = False, vantage: str = "hub"
) -> dns.message.Message:
    """Ask a vantage point's address as a client with EDNS does."""
    host, port = server.address(vantage)
    query = dns.message.make_query(name, rdtype, use_edns=0, payload=1232)
    send = dns.query.tcp if tcp else dns.query.udp
    return send(query, host, timeout=SECONDS, port=port)


SHARED = {
    "trafficmanager.net": "www.tm.ak.prd.aadg",
    "cloudapp.azure.com": "other-tenant.eastus",
    "blob.core.windows.net": "mystorage",
    "azcr.io": "somebody",
    "azurecr.io": "mytenant",
}
"""Names of others below the suffixes that all customers of Azure share."""
SHARED_ZONE = """$ORIGIN {apex}.
$TTL 300
@ SOA ns.example. host.example. 1 3600 300 2419200 60
@ NS ns.example.
@ MX 10 mail.example.
@ TXT "theirs"
{name} A 192.0.2.8
"""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Return a simulator before a resolver that knows names of others below the shared suffixes."""
    tmp_path = tmp_path_factory.mktemp("shared")
    (tmp_path / "t.yaml").write_text(topology())
    files = []
    for apex, name in SHARED.items():
        (tmp_path / f"{apex}.zone").write_text(SHARED_ZONE.format(apex=apex, name=name))
        files += ["--zone-file", str(tmp_path / f"{apex}.zone")]
    alias = ZONE + "\nlogin.example. CNAME www.tm.ak.prd.aadg.trafficmanager.net.\n"
    (tmp_path / "example.zone").write_text(alias)
    files += ["--zone-file", str(tmp_path / "example.zone")]
    with Running(*files, "--listen", "127.0.0.1:0", "--workers", "1") as behind:
        host, port = behind.address("zone files")
        listens = ("--listen", "hub=127.0.0.1:0", "--listen", "internet=127.0.0.1:0")
        with Running(str(tmp_path / "t.yaml"), *listens, "--upstream", f"{host}:{port}", "--workers", "1") as front:
            yield front


@pytest.mark.parametrize("tcp", [False, True], ids=["UDP", "TCP"])
def test_below_shared_suffixes_only_names_of_the_topology_are_answered_here(shared: Running, tcp: bool) -> None:
    """All others are their owners', as alias targets too: the names that `az login` needs, storage, other registries."""
    for vantage in ("hub", "internet"):
        for apex, label in SHARED.items():
            response = ask(shared, f"{label}.{apex}", tcp=tcp, vantage=vantage)
            assert [rdata.address for rdata in response.answer[0]] == ["192.0.2.8"], (vantage, apex)
            assert ask(shared, f"nothing.{apex}", tcp=tcp, vantage=vantage).rcode() == dns.rcode.NXDOMAIN
            for kind in ("SOA", "NS", "MX", "TXT"):
                said = ask(shared, apex, kind, tcp=tcp, vantage=vantage)
                assert [rrset.to_text() for rrset in said.answer], (vantage, apex, kind)
            assert "theirs" in ask(shared, apex, "TXT", tcp=tcp, vantage=vantage).answer[0].to_text()
        login = ask(shared, "login.example", tcp=tcp, vantage=vantage)
        assert [rdata.address for rdata in login.answer[-1]] == ["192.0.2.8"]
    own = ask(shared, "contoso.azurecr.io", tcp=tcp)
    assert own.answer[-1][0].address == "10.0.0.7"
    public = ask(shared, "contoso.azurecr.io", tcp=tcp, vantage="internet")
    assert public.rcode() == dns.rcode.NOERROR
    assert len(public.answer) > 2


@pytest.mark.parametrize("tcp", [False, True], ids=["UDP", "TCP"])
def test_ds_of_a_simulated_zone_is_asked_of_the_real_parent(shared: Running, tcp: bool) -> None:
    """It is the parent's to say (RFC 4035 section 3.1.4.1): here by the SOA of upstream's zone, and REFUSED without."""
    for apex in SHARED:
        said = ask(shared, apex, "DS", tcp=tcp)
        assert not said.answer
        assert [rrset.rdtype for rrset in said.authority] in ([], [dns.rdatatype.SOA])
        assert all("ns.example." in rrset.to_text() for rrset in said.authority)
    said = ask(shared, "privatelink.azurecr.io", "DS", tcp=tcp)
    assert said.rcode() == dns.rcode.NXDOMAIN
    assert "ns.example. host.example." in said.authority[0].to_text()


def test_ds_of_a_zone_file_is_asked_of_the_real_parent(tmp_path: Path, behind: Running) -> None:
    """A child of the real `example`; for one whose parent is a zone file, too, that one answers."""
    head = "$TTL 300\n@ SOA ns.here. host.here. 1 2 3 4 5\n@ NS ns.here.\n"
    (tmp_path / "child.example.zone").write_text(f"{head}below NS ns.here.\n")
    (tmp_path / "below.child.example.zone").write_text(head)
    files = [f"--zone-file={tmp_path}/{apex}.zone" for apex in ("child.example", "below.child.example")]
    host, port = behind.address("zone files")
    with Running(*files, "--listen", "127.0.0.1:0", "--upstream", f"{host}:{port}") as front:
        for tcp in (False, False, False, True, True):  # more than once: also what is learnt and remembered
            outside = ask(front, "child.example", "DS", tcp=tcp, vantage="zone files")
            assert [rrset.name.to_text() for rrset in outside.authority] == ["example."]
            inside = ask(front, "below.child.example", "DS", tcp=tcp, vantage="zone files")
            assert [rrset.name.to_text() for rrset in inside.authority] == ["child.example."]
            assert ask(front, "child.example", "SOA", tcp=tcp, vantage="zone files").answer


@pytest.mark.parametrize("tcp", [False, True], ids=["UDP", "TCP"])
def test_special_names_are_answered_here(front: Running, mark: Callable[[], list[str]], tcp: bool) -> None:
    """Upstream does not hear of them."""
    assert ask(front, "localhost", tcp=tcp).answer[0][0].address == "127.0.0.1"
    for name, kind in (
        ("7.0.0.10.in-addr.arpa", "PTR"),
        ("x.onion", "A"),
        ("a.test", "A"),
        ("nas.home.arpa", "A"),
        ("printer.local", "A"),
    ):
        said = ask(front, name, kind, tcp=tcp)
        assert said.rcode() == dns.rcode.NXDOMAIN
        assert [rrset.rdtype for rrset in said.authority] == [dns.rdatatype.SOA]
    for name in ("printer", "_dns.resolver.arpa"):
        said = ask(front, name, "A", tcp=tcp)
        assert (said.rcode(), said.answer) == (dns.rcode.NOERROR, [])
    assert mark() == []


def test_special_names_are_passed_on_where_that_is_wanted(tmp_path: Path, behind: Running) -> None:
    """The switch: a company may have its own names below home.arpa or local."""
    (tmp_path / "t.yaml").write_text(topology())
    host, port = behind.address("zone files")
    arguments = ("--listen", "hub=127.0.0.1:0", "--upstream", f"{host}:{port}", "--pass-special-names")
    with Running(str(tmp_path / "t.yaml"), *arguments) as front:
        assert ask(front, "nas.home.arpa").rcode() == dns.rcode.REFUSED
    behind.err.until(r"(?i)nas\.home\.arpa")


@pytest.mark.parametrize("tcp", [False, True], ids=["UDP", "TCP"])
def test_other_names_are_passed_on(front: Running, tcp: bool) -> None:
    """A name that is not simulated has the real resolver's answer, with RA and without AA."""
    response = ask(front, "WWW.example", tcp=tcp)
    assert [rdata.address for rdata in response.answer[0]] == ["192.0.2.2"]
    assert response.flags & dns.flags.RA
    assert not response.flags & dns.flags.AA
    assert str(response.question[0].name) == "WWW.example."


def test_simulated_names_never_leak_out(front: Running, mark: Callable[[], list[str]]) -> None:
    """What the topology is about is answered here, whatever the type, and so is what a private zone does not have."""
    for kind in ("A", "AAAA", "TXT", "HTTPS", "ANY", "CNAME", "SOA"):
        assert ask(front, "contoso.azurecr.io", kind).rcode() == dns.rcode.NOERROR
    assert ask(front, "nobody.privatelink.azurecr.io").rcode() == dns.rcode.NXDOMAIN
    assert mark() == []


def test_answers_are_remembered_with_and_without_records(front: Running, mark: Callable[[], list[str]]) -> None:
    """Positive and negative answers are asked for once while they last."""
    for _ in range(3):
        assert ask(front, "remembered.wild.example").answer
        assert ask(front, "nothing.example").rcode() == dns.rcode.NXDOMAIN
    assert [re.findall("remembered|nothing", line) for line in mark()] == [["remembered"], ["nothing"]]


def test_a_large_answer_comes_over_tcp_and_is_cut_for_udp(front: Running) -> None:
    """The server itself falls back to TCP upstream; its client is told to do the same."""
    assert ask(front, "big.example", "TXT").flags & dns.flags.TC
    whole = ask(front, "big.example", "TXT", tcp=True)
    assert len(whole.answer[0]) == 10


@pytest.mark.slow
def test_silence_upstream_is_servfail_and_simulated_names_do_not_wait(tmp_path: Path) -> None:
    """While a dead resolver is waited for, names of the topology are answered."""
    (tmp_path / "t.yaml").write_text(topology())
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        port = silent.getsockname()[1]
        with Running(
            str(tmp_path / "t.yaml"), "--listen", "hub=127.0.0.1:0", "--upstream", f"127.0.0.1:{port}"
        ) as front:
            host, at = front.address("hub")
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
                client.settimeout(SECONDS)
                waiting = dns.message.make_query("www.example", "A", use_edns=0)
                client.sendto(waiting.to_wire(), (host, at))
                assert silent.recv(4096)
                assert ask(front, "contoso.azurecr.io").answer
                late = dns.message.from_wire(client.recv(4096))
            assert late.rcode() == dns.rcode.SERVFAIL
            assert [option.code for option in late.options if isinstance(option, dns.edns.EDEOption)] == [22]


def test_a_reload_loses_no_question_that_waits_for_upstream(tmp_path: Path) -> None:
    """The worker that took it is replaced, takes no more, and delivers the answer once it comes."""
    (tmp_path / "t.yaml").write_text(topology())
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as slow,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client,
    ):
        slow.bind(("127.0.0.1", 0))
        slow.settimeout(SECONDS)
        client.settimeout(SECONDS)
        arguments = ("--listen", "hub=127.0.0.1:0", "--upstream", "{}:{}".format(*slow.getsockname()), "--workers", "1")
        with Running(str(tmp_path / "t.yaml"), *arguments) as front:
            for number in range(5):  # more than one where this machine takes longer than a question may
                (before,) = front.children()
                name = f"slow{number}.example"
                began = time.monotonic()
                client.sendto(dns.message.make_query(name, "A").to_wire(), front.address("hub"))
                packet, asker = received_for(slow, name)
                front.hang_up()
                until(lambda before=before: front.children() != [before])  # type: ignore[misc]
                assert ask(front, "contoso.azurecr.io").answer
                answer = dns.message.make_response(dns.message.from_wire(packet))
                answer.answer = [dns.rrset.from_text(answer.question[0].name, 60, "IN", "A", "192.0.2.9")]
                slow.sendto(answer.to_wire(), asker)
                late = dns.message.from_wire(client.recv(4096))
                front.err.until("^reloaded")
                assert before not in front.children()
                if late.rcode() == dns.rcode.SERVFAIL and time.monotonic() - began > DEADLINE_SECONDS:
                    continue
                assert [rdata.address for rdata in late.answer[0]] == ["192.0.2.9"]
                break
            else:
                pytest.fail("this machine is too slow for this test")


def received_for(resolver: socket.socket, name: str) -> tuple[bytes, tuple[str, int]]:
    """Return the next query for a name, and who asks."""
    while True:
        packet, asker = resolver.recvfrom(4096)
        if str(dns.message.from_wire(packet).question[0].name).lower() == f"{name}.":
            return packet, asker


def test_without_it_other_names_are_refused(tmp_path: Path) -> None:
    """Nothing is passed on that nobody asked to pass on."""
    (tmp_path / "t.yaml").write_text(topology())
    with Running(str(tmp_path / "t.yaml"), "--listen", "hub=127.0.0.1:0") as alone:
        assert ask(alone, "www.example").rcode() == dns.rcode.REFUSED


def test_a_worker_that_was_killed_is_followed_by_one_that_passes_on(front: Running) -> None:
    """What has been learnt is not lost with it, since another process remembers."""
    assert ask(front, "www.example").answer
    until(lambda: len(front.children()) == 1)
    (worker,) = front.children()
    os.kill(worker, signal.SIGKILL)
    front.err.until("it is started again")
    assert ask(front, "www.example").answer
    assert ask(front, "alias.example").answer


def test_all_that_is_wrong_with_upstreams_is_said_at_once() -> None:
    """A name, no port, and all addresses at once; one that is named twice is one."""
    with pytest.raises(ListenError) as caught:
        upstreams(["dns.google", "192.0.2.1", "192.0.2.1:0", "[::]:53"])
    lines = str(caught.value).splitlines()
    assert [line.split(":")[0] for line in lines] == ["--upstream dns.google", "--upstream 192.0.2.1", "--upstream ["]
    assert upstreams(["192.0.2.1", "2001:db8::1", "192.0.2.1:53"]) == (
        Address("192.0.2.1", 53),
        Address("2001:db8::1", 53),
    )


@pytest.mark.parametrize(
    ("listens", "upstream", "loop"),
    [
        ("127.0.0.1", "127.0.0.1", True),
        ("0.0.0.0", "127.0.0.1", True),
        ("0.0.0.0", "127.8.8.8", True),
        ("0.0.0.0", "192.0.2.1", False),
        ("127.0.0.1", "127.0.0.2", False),
        ("::1", "::1", True),
        ("::", "::1", True),
        ("::", "127.0.0.1", False),
    ],
)
def test_a_server_that_would_ask_itself_does_not_start(listens: str, upstream: str, loop: bool) -> None:
    """Its port is free again after that; another address with the same port is somebody else's."""
    _, port = free_address(listens)
    with pytest.raises(ListenError, match="would ask itself") if loop else nullcontext():
        for _, each in bind_all([f"[{listens}]:{port}"], [], 1, [Address(upstream, port)]):
            each.close()
    bind(Address(listens, port)).close()


def test_a_network_that_is_gone_leaks_nothing(tmp_path: Path, behind: Running, mark: Callable[[], list[str]]) -> None:
    """After a reload nobody says any more what is simulated at its address, so nothing is passed on from there."""
    gone = topology(networks="  gone: {address_space: [10.9.0.0/16]}")
    (tmp_path / "t.yaml").write_text(gone)
    host, port = behind.address("zone files")
    arguments = ("--listen", "gone=127.0.0.1:0", "--listen", "hub=127.0.0.1:0", "--upstream", f"{host}:{port}")
    with Running(str(tmp_path / "t.yaml"), *arguments) as front:
        assert ask(front, "www.example", vantage="gone").answer
        (tmp_path / "t.yaml").write_text(topology())
        front.hang_up()
        front.err.until("^reloaded")
        for tcp in (False, True):
            for name in ("contoso.azurecr.io", "ns1.example"):
                assert ask(front, name, vantage="gone", tcp=tcp).rcode() == dns.rcode.REFUSED
        assert ask(front, "alias.example").answer
    logged = mark()
    assert [line for line in logged if "alias" in line]
    assert [line for line in logged if "azurecr" in line or "ns1" in line] == []
