"""What the histogram and the transfer counters hold: every query once, whoever answered it."""

from __future__ import annotations

import socket
import struct
from itertools import pairwise
from typing import TYPE_CHECKING

import dns.message
import dns.query
import dns.rcode
import dns.rrset
import pytest

from tests.serve.observe.test_status import get, metrics, until, url
from tests.serve.running import SECONDS, ZONE, Running, connected

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("www.example", "www.example", "alias.example", "a.wild.example", "nobody.example", "www.elsewhere")
TRANSFERS = "acrdns_transfers_total"


@pytest.fixture
def zone(tmp_path: Path) -> Path:
    """Return a zone file."""
    path = tmp_path / "example.zone"
    path.write_text(ZONE)
    return path


def ask_all(where: tuple[str, int]) -> None:
    """Ask for each name, over UDP from a socket each, and over TCP in one go; and what is no query."""
    for name in NAMES * 5:
        dns.query.udp(dns.message.make_query(name, "A"), where[0], SECONDS, where[1])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.sendto(b"nothing", where)
        asking.sendto(b"\0\0\x80\0" + bytes(8), where)
    framed = [
        struct.pack("!H", len(wire)) + wire for name in NAMES if (wire := dns.message.make_query(name, "A").to_wire())
    ]
    with connected(where) as asking, asking.makefile("rb") as answers:
        asking.sendall(b"".join(framed))
        for _ in framed:
            (length,) = struct.unpack("!H", answers.read(2))
            answers.read(length)


def transfer(where: tuple[str, int], kind: str, zone: str = "example") -> dns.rcode.Rcode:
    """Ask for a zone."""
    query = dns.message.make_query(zone, kind)
    if kind == "IXFR":
        query.authority.append(dns.rrset.from_text(f"{zone}.", 0, "IN", "SOA", ". . 1 0 0 0 0"))
    return dns.query.tcp(query, where[0], SECONDS, where[1], one_rr_per_rrset=True).rcode()


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("--workers=3",), id="cache"),
        pytest.param(("--workers=1", "--cache-size=0"), id="no cache"),
        pytest.param(("--workers=3", "--rate-limit=1000000"), id="rate limit"),
        pytest.param(("--workers=3", "--allow=192.0.2.1"), id="refused"),
    ],
)
def test_the_histogram_has_every_query_once(zone: Path, arguments: tuple[str, ...]) -> None:
    """Also those that workers answered which a reload has ended; the sum lies between the ends of the buckets."""
    common = ("--listen=127.0.0.1:0", "--metrics=127.0.0.1:0", "--allow-transfer=127.0.0.1")
    with Running(f"--zone-file={zone}", *common, *arguments) as server:
        where = server.places[0][1]
        ask_all(where)
        server.hang_up()
        server.err.until("reloaded")
        ask_all(where)
        asked = 2 * 5 * len(NAMES) + 4, 2 * len(NAMES)
        found = metrics(server)
        until(lambda: _queries(metrics(server), "udp") == asked[0])
        found = metrics(server)
        text = get(url(server) + "/metrics")[1]
    for transport, number in zip(("udp", "tcp"), asked, strict=True):
        assert _queries(found, transport) == number
        assert found["acrdns_answer_seconds_count", frozenset((transport,))] == number
        _hold(text, transport, number, found["acrdns_answer_seconds_sum", frozenset((transport,))])


def _queries(found: dict[tuple[str, frozenset[str]], float], transport: str) -> float:
    return sum(
        value for (name, labels), value in found.items() if name == "acrdns_queries_total" and transport in labels
    )


def _hold(text: str, transport: str, number: float, total: float) -> None:
    """Hold the buckets against their number and their sum."""
    lines = [
        line
        for line in text.splitlines()
        if line.startswith("acrdns_answer_seconds_bucket") and f'"{transport}"' in line
    ]
    buckets = [(float(line.partition('le="')[2].partition('"')[0]), float(line.rpartition(" ")[2])) for line in lines]
    assert buckets[-1] == (float("inf"), number)
    inside = [(low, high, after - before) for (low, before), (high, after) in pairwise([(0.0, 0.0), *buckets])]
    assert all(count >= 0 for *_, count in inside)
    assert sum(low * count for low, _, count in inside if count) <= total
    assert total <= sum(high * count for _, high, count in inside if count)


def test_transfers_are_counted_by_how_they_ended(zone: Path) -> None:
    """Whole, refused, and broken off by the other side in the middle."""
    big = zone.parent / "big.zone"
    lines = (f"h{number} TXT {'x' * 200}\n" for number in range(100_000))
    big.write_text("$ORIGIN big.\n$TTL 1\n@ SOA a.b. a.b. 1 2 3 4 5\n@ NS a.b.\n" + "".join(lines))
    arguments = ("--listen=127.0.0.1:0", "--metrics=127.0.0.1:0", "--allow-transfer=127.0.0.1", "--workers=1")
    with Running(f"--zone-file={zone}", f"--zone-file={big}", *arguments) as server:
        where = server.places[0][1]
        assert [transfer(where, kind) for kind in ("AXFR", "AXFR", "IXFR")] == [dns.rcode.NOERROR] * 3
        assert transfer(where, "AXFR", "nobody") == dns.rcode.NOTAUTH
        with connected(where) as asking:
            wire = dns.message.make_query("big", "AXFR").to_wire()
            asking.sendall(struct.pack("!H", len(wire)) + wire)
            assert asking.recv(2)
            asking.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        vantage = server.places[0][0]
        until(lambda: metrics(server)[TRANSFERS, frozenset((vantage, "AXFR", "broken"))] == 1)
        found = metrics(server)
    counted = {labels - {vantage}: value for (name, labels), value in found.items() if name == TRANSFERS and value}
    assert counted == {
        frozenset(("AXFR", "ok")): 2,
        frozenset(("IXFR", "ok")): 1,
        frozenset(("AXFR", "refused")): 1,
        frozenset(("AXFR", "broken")): 1,
    }
