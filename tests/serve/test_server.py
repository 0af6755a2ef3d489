from __future__ import annotations

import json
import os
import re
import signal
import socket
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

import dns.flags
import dns.message
import dns.query
import pytest

from tests.serve.running import (
    SECONDS,
    ZONE,
    Lines,
    Running,
    addresses,
    ask,
    command,
    connected,
    framed,
    take,
    topology,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CONTOSO = "contoso.azurecr.io"
ANY_PORT = ("--listen", "internet=127.0.0.1:0", "--listen", "hub=127.0.0.1:0")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a topology and a zone file."""
    folder = tmp_path_factory.mktemp("serve")
    folder.joinpath("topology.yaml").write_text(topology())
    folder.joinpath("example.zone").write_text(ZONE)
    return folder


@pytest.fixture(scope="module")
def server(files: Path) -> Iterator[Running]:
    """Serve both, on IPv4 and IPv6."""
    listens = ("internet=127.0.0.1:0", "internet=[::1]:0", "hub=127.0.0.1:0", "hub=0.0.0.0:0")
    arguments = [part for listen in listens for part in ("--listen", listen)]
    with Running(str(files / "topology.yaml"), "--zone-file", str(files / "example.zone"), *arguments) as running:
        yield running


# --- answers ----------------------------------------------------------------------------------------------------------


def test_the_table(server: Running) -> None:
    """Vantage points and real ports, then `ready`."""
    assert [(vantage, host) for vantage, (host, _) in server.places] == [
        ("internet", "127.0.0.1"), ("internet", "::1"), ("hub", "127.0.0.1"), ("hub", "0.0.0.0"),
    ]  # fmt: skip
    assert all(port for _, (_, port) in server.places)
    assert server.out.seen[-1] == "ready"


@pytest.mark.parametrize("tcp", [False, True], ids=["udp", "tcp"])
@pytest.mark.parametrize(
    ("number", "expected"), [(0, "20.45.122.144"), (1, "20.45.122.144"), (2, "10.0.0.7"), (3, "10.0.0.7")]
)
def test_every_address_is_its_vantage_point(server: Running, number: int, expected: str, tcp: bool) -> None:
    """The internet sees the public address, the hub the private one, over UDP and TCP, IPv4 and IPv6."""
    where = server.places[number][1]
    assert addresses(where if where[0] != "0.0.0.0" else ("127.0.0.9", where[1]), CONTOSO, tcp=tcp) == [expected]


@pytest.mark.parametrize(
    ("number", "name", "flags"),
    [
        pytest.param(0, "www.example", "QR AA RD", id="zone file, on the first vantage point"),
        pytest.param(1, "www.example", "QR AA RD", id="and on all of its addresses"),
        pytest.param(0, CONTOSO, "QR RD RA", id="everything else is the vantage point's"),
        pytest.param(2, CONTOSO, "QR RD RA", id="another vantage point"),
    ],
)
def test_zone_files_are_authoritative(server: Running, number: int, name: str, flags: str) -> None:
    """AA and no RA below a zone file's apex; RA and no AA for a vantage point."""
    reply = ask(server.places[number][1], name)
    assert (dns.flags.to_text(reply.flags), bool(reply.answer)) == (flags, True)


def test_zone_files_are_not_on_other_vantage_points(server: Running) -> None:
    """The hub's resolver knows nothing of them."""
    assert ask(server.address("hub"), "www.example").answer == []


def test_truncation_then_tcp(server: Running) -> None:
    """What does not fit is asked again over TCP, and comes whole."""
    where = server.address("internet")
    assert ask(where, "big.example", "TXT").flags & dns.flags.TC
    query = dns.message.make_query("big.example", "TXT")
    reply, used_tcp = dns.query.udp_with_fallback(query, where[0], SECONDS, where[1])
    assert (used_tcp, len(reply.answer[0])) == (True, 10)


@pytest.mark.parametrize(
    ("client", "arguments"),
    [
        ("dig", ["+noall", "+answer", "+nocookie"]),
        ("dig", ["+noall", "+answer", "+tcp"]),
        ("kdig", ["+noall", "+answer", "+cookie"]),
        ("kdig", ["+noall", "+answer", "+tcp", "+keepopen"]),
    ],
)
@pytest.mark.interop
def test_real_clients(server: Running, program: Callable[[str], str], client: str, arguments: list[str]) -> None:
    """Clients of BIND and Knot see the chain in order, and complain of nothing."""
    import subprocess

    host, port = server.address("hub")
    done = subprocess.run(
        [program(client), f"@{host}", "-p", str(port), "Contoso.azurecr.io", "A", *arguments],
        check=True, capture_output=True, text=True, timeout=SECONDS,
    )  # fmt: skip
    rows = [line.split() for line in done.stdout.splitlines() if line and not line.startswith(";")]
    assert [(row[0].rstrip(".").lower(), row[3]) for row in rows] == [
        ("contoso.azurecr.io", "CNAME"), ("contoso.privatelink.azurecr.io", "A"),
    ]  # fmt: skip
    assert "WARNING" not in done.stdout + done.stderr


# --- TCP --------------------------------------------------------------------------------------------------------------


def queries(count: int) -> list[bytes]:
    """Write numbered queries for different names."""
    return [
        dns.message.make_query(("www", "no", "alias", "x.wild")[number % 4] + ".example", "A", id=number).to_wire()
        for number in range(count)
    ]


def read_all(stream: socket.socket, count: int) -> list[int]:
    """Receive so many answers, and give their IDs."""
    packets = [take(stream) for _ in range(count)]
    assert None not in packets
    return [int.from_bytes(packet[:2], "big") for packet in packets if packet is not None]


def test_several_queries_in_one_write(server: Running) -> None:
    """Pipelined queries are all answered (RFC 7766 section 6.2.1.1)."""
    with connected(server.address("internet")) as stream:
        stream.sendall(b"".join(map(framed, queries(500))))
        assert sorted(read_all(stream, 500)) == list(range(500))


def test_a_query_octet_by_octet(server: Running) -> None:
    """Lengths and messages may come in any pieces."""
    with connected(server.address("internet")) as stream:
        stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for octet in b"".join(map(framed, queries(3))):
            stream.sendall(bytes((octet,)))
        assert read_all(stream, 3) == [0, 1, 2]


def test_a_client_that_closes_its_half(server: Running) -> None:
    """Whoever has asked and will not ask again still gets every answer; then the connection ends."""
    with connected(server.address("internet")) as stream:
        stream.sendall(b"".join(map(framed, queries(200))))
        stream.shutdown(socket.SHUT_WR)
        assert read_all(stream, 200) == list(range(200))
        assert take(stream) is None


def test_garbage_between_queries(server: Running) -> None:
    """Empty and unreadable frames do not end the connection, nor does an answer, which is not answered."""
    silent = [b"", b"x", b"\x00\x01\x80\x00" + bytes(8)]
    with connected(server.address("internet")) as stream:
        stream.sendall(b"".join(framed(silent[number % 3]) + framed(query) for number, query in enumerate(queries(9))))
        assert read_all(stream, 9) == list(range(9))


def test_a_client_that_does_not_read(server: Running) -> None:
    """Its queries are left waiting, and others are served; when it reads, all answers come."""
    count = 20000
    query = dns.message.make_query("big.example", "TXT").to_wire()
    sent = b"".join(framed(number.to_bytes(2, "big") + query[2:]) for number in range(count))
    with connected(server.address("internet")) as slow:
        slow.settimeout(0)
        position = 0
        try:
            while position < len(sent):
                position += slow.send(sent[position : position + 65536])
        except BlockingIOError:
            pass
        assert addresses(server.address("internet"), "www.example", tcp=True) == ["192.0.2.2"]
        slow.settimeout(SECONDS)
        whole = position // (len(sent) // count)
        assert read_all(slow, whole) == list(range(whole))


# --- starting and ending ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("workers", ["1", "2"])
def test_signals_end_it_cleanly(files: Path, number: signal.Signals, workers: str) -> None:
    """Exit code 0, nothing on stderr, and no process left."""
    with Running(str(files / "topology.yaml"), *ANY_PORT, "--workers", workers, "--log-queries") as running:
        children = running.children()
        assert len(children) == int(workers) + 1
        addresses(running.address("hub"), CONTOSO)
        assert running.stop(number) == 0
        assert [line for line in running.err.all() if CONTOSO not in line] == []
        assert not [pid for pid in children if Path(f"/proc/{pid}").exists()]


def test_nothing_is_left_when_it_is_killed(files: Path) -> None:
    """Workers end with their server, however it ends."""
    with Running(str(files / "topology.yaml"), *ANY_PORT, "--workers", "2", "--log-queries") as running:
        pidfds = [os.pidfd_open(pid) for pid in running.children()]
        assert running.stop(signal.SIGKILL) == -signal.SIGKILL
        running.err.all()  # which ends when every holder of stderr has ended
        for pidfd in pidfds:
            os.close(pidfd)


def test_a_worker_that_dies_is_started_again(files: Path) -> None:
    """It is said, with the signal, and queries are answered again."""
    with Running(str(files / "topology.yaml"), *ANY_PORT, "--workers", "1") as running:
        (worker,) = running.children()
        os.kill(worker, signal.SIGKILL)
        assert running.err.until("started again") == f"worker 0 (pid {worker}) killed by SIGKILL; it is started again"
        assert addresses(running.address("hub"), CONTOSO) == ["10.0.0.7"]
        assert running.stop() == 0


def test_a_worker_for_each_core(files: Path) -> None:
    """That is the default; cores that the process may not use do not count."""
    with Running(str(files / "topology.yaml"), *ANY_PORT) as running:
        assert len(running.children()) == len(os.sched_getaffinity(0))


def test_without_a_cache(files: Path) -> None:
    """Every answer is made anew, and is the same."""
    with Running(str(files / "topology.yaml"), *ANY_PORT, "--cache-size", "0") as running:
        for _ in range(3):
            assert addresses(running.address("hub"), CONTOSO) == ["10.0.0.7"]


def test_several_workers_answer(files: Path) -> None:
    """Every client is answered, whichever worker it is given to; TCP as well."""
    with Running(str(files / "topology.yaml"), *ANY_PORT, "--workers", "3") as running:
        for _ in range(30):
            assert addresses(running.address("hub"), CONTOSO) == ["10.0.0.7"]
        assert addresses(running.address("hub"), CONTOSO, tcp=True) == ["10.0.0.7"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param([], "name a topology file, or a zone file with --zone-file", id="nothing to serve"),
        pytest.param(["missing.yaml"], "missing.yaml:1:1: cannot be read: no such file or directory", id="no such file"),
        pytest.param(["{topology}", "--listen", "hubb=127.0.0.1:0"], "no vantage point 'hubb'; did you mean hub?", id="misspelt"),
        pytest.param(["{topology}", "--listen", "localhost:0"], "'localhost' is no IP address", id="no address"),
        pytest.param(["--zone-file", "{bad}"], "bad.zone:", id="a zone that does not load"),
        pytest.param(["{topology}", "--workers", "0"], "--workers", id="no worker"),
    ],
)  # fmt: skip
def test_what_does_not_start(files: Path, arguments: list[str], message: str) -> None:
    """Exit code 2, the reason on stderr, nothing on stdout, no traceback."""
    files.joinpath("bad.zone").write_text("$ORIGIN example.\n@ 1 A 192.0.2.1\n")
    named = {"{topology}": str(files / "topology.yaml"), "{bad}": str(files / "bad.zone")}
    done = command(*[named.get(argument, argument) for argument in arguments])
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_STREAM])
def test_a_busy_port_is_one_line(files: Path, kind: socket.SocketKind) -> None:
    """Exit code 2, and which address it is."""
    with socket.socket(socket.AF_INET, kind) as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        done = command(str(files / "topology.yaml"), "--listen", f"127.0.0.1:{port}")
    expected = f"acrdns: cannot listen on 127.0.0.1:{port}: the port is busy; stop what uses it, or choose another with --listen\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", expected)


# --- the query log ----------------------------------------------------------------------------------------------------


def test_query_log_as_text(files: Path) -> None:
    """A line for each query: when, from where, by which transport, what was asked and answered."""
    with Running(str(files / "topology.yaml"), *ANY_PORT, "--log-queries") as running:
        addresses(running.address("hub"), "Contoso.azurecr.io")
        line = running.err.until("Contoso")
        assert re.fullmatch(
            r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z hub udp 127\.0\.0\.1:\d+ "
            r"Contoso\.azurecr\.io IN A: NOERROR 2 records \d+ octets", line,
        )  # fmt: skip
        addresses(running.address("internet"), "no.such.name", tcp=True)
        assert " internet tcp 127.0.0.1:" in running.err.until("no.such.name")


def test_query_log_as_json(files: Path) -> None:
    """One object a line; also for what could not be read or was not answered."""
    with Running(
        "--zone-file", str(files / "example.zone"), "--listen", "127.0.0.1:0", "--log-queries", "--log-format", "json"
    ) as running:
        where = running.places[0][1]
        lines = []
        for _ in range(2):
            ask(where, "big.example", "TXT")
            lines.append(json.loads(running.err.until("{")))
        with connected(where) as stream:
            stream.sendall(framed(b"\x00\x01\x00\x00\x00\x01" + bytes(6)) + framed(b"x"))
            take(stream)
            lines += [json.loads(running.err.until("{")) for _ in range(2)]
    assert [(line["name"], line["type"], line["rcode"], line["transport"], line["truncated"]) for line in lines] == [
        ("big.example", "TXT", "NOERROR", "udp", True),
        ("big.example", "TXT", "NOERROR", "udp", True),
        (None, None, "FORMERR", "tcp", False),
        (None, None, None, "tcp", False),
    ]
    assert set(lines[0]) == {
        "time", "vantage", "transport", "client", "port", "name", "type", "class", "rcode", "answers", "octets", "truncated",
    }  # fmt: skip


def test_a_log_that_nobody_reads_holds_nothing_up(files: Path) -> None:
    """Every query is answered though stderr is full; what the log misses is said when it is read again."""
    import subprocess
    import sys

    arguments = ["--zone-file", str(files / "example.zone"), "--listen", "127.0.0.1:0", "--log-queries"]
    reader, writer = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-m", "acrdns", "serve", *arguments],
        stdout=subprocess.PIPE, stderr=writer, text=True, cwd=Path(__file__).parents[2],
    ) as process:  # fmt: skip
        os.close(writer)
        assert process.stdout is not None
        table = list(takewhile(lambda line: line != "ready\n", process.stdout))
        port = int(table[-1].rsplit(":", 1)[1])
        name = f"{'x' * 60}." * 3 + "wild.example"  # a long one fills the pipes with fewer queries
        query = dns.message.make_query(name, "A").to_wire()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
            asker.settimeout(SECONDS)
            asker.connect(("127.0.0.1", port))
            for _ in range(6500):
                asker.send(query)
                asker.recv(4096)
            with os.fdopen(reader) as stream:
                log = Lines(stream)
                asked = 6500
                looked_at = 0
                while not any("missing" in line for line in log.seen[looked_at:]):
                    looked_at = len(log.seen)
                    asker.send(query)
                    asker.recv(4096)
                    asked += 1
                    log.until("wild.example")
                noted = sum(map(queries_of, log.seen))
                while noted < asked:  # when the server ends, it would give up its log after a while
                    if log.is_empty:  # what was lost last is said with the next query
                        asker.send(query)
                        asker.recv(4096)
                        asked += 1
                    noted += queries_of(log.until(""))
                process.terminate()
                lines = log.all()
        assert process.wait(SECONDS) == 0
    assert sum(map(queries_of, lines)) == asked


def queries_of(line: str) -> int:
    """Return how many queries a line of the log is about, or says to be missing."""
    return int(line.split(maxsplit=1)[0]) if "queries are missing here" in line else "wild.example" in line


@pytest.mark.parametrize(
    "name", ["elsewhere.test", ".".join(["\\001" * 63] * 3 + ["x" * 60])], ids=["short", "longest"]
)
def test_refusals_amplify_nothing(server: Running, name: str) -> None:
    """A refusal is as long as the query, but for an Extended DNS Error of at most 33 octets; the name is not repeated."""
    query = dns.message.make_query(name, "ANY", use_edns=0)
    asked, plain = query.to_wire(), dns.message.make_query(name, "ANY", use_edns=False).to_wire()
    for _, (host, port) in server.places:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM) as asker:
            asker.settimeout(SECONDS)
            asker.connect((host, port))
            asker.send(asked)
            assert len(asker.recv(65535)) <= len(asked) + 33
            asker.send(plain)
            assert len(asker.recv(65535)) == len(plain)
