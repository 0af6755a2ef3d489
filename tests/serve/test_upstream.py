"""`--upstream`: the server as a machine's only resolver. The real resolver behind it is another server, with a log."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import dns.edns
import dns.flags
import dns.message
import dns.query
import dns.rcode
import pytest

from tests.serve.running import ZONE, Running, topology

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECONDS = 20.0


@pytest.fixture
def behind(tmp_path: Path) -> Iterator[Running]:
    """Give the real resolver: it knows example, and logs what it is asked."""
    (tmp_path / "example.zone").write_text(ZONE)
    with Running("--zone-file", str(tmp_path / "example.zone"), "--listen", "127.0.0.1:0", "--log-queries") as running:
        yield running


@pytest.fixture
def front(tmp_path: Path, behind: Running) -> Iterator[Running]:
    """Give the simulator before it."""
    (tmp_path / "t.yaml").write_text(topology())
    host, port = behind.address("zone files")
    arguments = ("--listen", "hub=127.0.0.1:0", "--upstream", f"{host}:{port}", "--workers", "1")
    with Running(str(tmp_path / "t.yaml"), *arguments) as running:
        yield running


def ask(server: Running, name: str, rdtype: str = "A", *, tcp: bool = False) -> dns.message.Message:
    """Ask the hub's address as a client with EDNS does."""
    host, port = server.address("hub")
    query = dns.message.make_query(name, rdtype, use_edns=0, payload=1232)
    send = dns.query.tcp if tcp else dns.query.udp
    return send(query, host, timeout=SECONDS, port=port)


@pytest.mark.parametrize("tcp", [False, True], ids=["UDP", "TCP"])
def test_other_names_are_passed_on(front: Running, tcp: bool) -> None:
    """A name that is not simulated has the real resolver's answer, with RA and without AA."""
    response = ask(front, "WWW.example", tcp=tcp)
    assert [rdata.address for rdata in response.answer[0]] == ["192.0.2.2"]
    assert response.flags & dns.flags.RA
    assert not response.flags & dns.flags.AA
    assert str(response.question[0].name) == "WWW.example."


def test_simulated_names_never_leak_out(front: Running, behind: Running) -> None:
    """What the topology is about is answered here, also where the answer is that there is nothing."""
    assert ask(front, "contoso.azurecr.io").answer
    assert ask(front, "nobody.azurecr.io").rcode() == dns.rcode.NXDOMAIN
    assert ask(front, "www.example").answer
    logged = behind.err.until(r"www\.example")
    assert [line for line in (*behind.err.seen, logged) if "azurecr" in line] == []


def test_answers_are_remembered_with_and_without_records(front: Running, behind: Running) -> None:
    """Positive and negative answers are asked for once while they last."""
    for _ in range(3):
        assert ask(front, "www.example").answer
        assert ask(front, "nothing.example").rcode() == dns.rcode.NXDOMAIN
    assert ask(front, "ns1.example").answer
    behind.err.until(r"ns1\.example")
    asked = [line for line in behind.err.seen if "www.example" in line or "nothing.example" in line]
    assert len(asked) == 2


def test_a_large_answer_comes_over_tcp_and_is_cut_for_udp(front: Running) -> None:
    """The server itself falls back to TCP upstream; its client is told to do the same."""
    assert ask(front, "big.example", "TXT").flags & dns.flags.TC
    whole = ask(front, "big.example", "TXT", tcp=True)
    assert len(whole.answer[0]) == 10


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


def test_without_it_other_names_are_refused(tmp_path: Path) -> None:
    """Nothing is passed on that nobody asked to pass on."""
    (tmp_path / "t.yaml").write_text(topology())
    with Running(str(tmp_path / "t.yaml"), "--listen", "hub=127.0.0.1:0") as alone:
        assert ask(alone, "www.example").rcode() == dns.rcode.REFUSED
