"""Metrics, readiness and health over HTTP, as a monitoring system asks for them."""

from __future__ import annotations

import os
import signal
import socket
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import dns.query
import dns.zone
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.serve.running import SECONDS, Running, ask, command, connected, topology

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a topology file."""
    path = tmp_path / "topology.yaml"
    path.write_text(topology())
    return path


def serving(file: Path, *arguments: str) -> Running:
    """Start a server with metrics."""
    listens = ["--listen=internet=127.0.0.1:0", "--listen=hub=127.0.0.1:0"]
    return Running(str(file), *listens, "--metrics=127.0.0.1:0", *arguments)


def url(server: Running) -> str:
    """Return where its HTTP is."""
    seen = [line for line in server.err.seen if "metrics and readiness" in line]
    line = seen[0] if seen else server.err.until("metrics and readiness")
    return line.rpartition(" ")[2]


def get(where: str) -> tuple[int, str]:
    """Get a page."""
    try:
        with urllib.request.urlopen(where, timeout=SECONDS) as answer:  # noqa: S310 -- http, of our own server
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def metrics(server: Running) -> dict[tuple[str, frozenset[str]], float]:
    """Read all metrics, by name and the values of their labels."""
    code, text = get(url(server) + "/metrics")
    assert code == 200
    return {
        (sample.name, frozenset(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def until(look: Callable[[], bool]) -> None:
    """Look until it is so."""
    end = time.monotonic() + SECONDS
    while not look():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_queries_are_counted_by_vantage_transport_type_and_rcode(file: Path) -> None:
    """Each query once, whether it was made or came from the cache, and whichever worker answered it."""
    with serving(file, "--workers=2", "--allow-transfer=127.0.0.0/8") as server:
        hub = server.address("hub")
        for _ in range(5):
            ask(hub, "contoso.azurecr.io")
        ask(hub, "contoso.azurecr.io", "AAAA", tcp=True)
        ask(hub, "nobody.azurecr.io")
        ask(server.address("internet"), "www.example.org", "MX")
        dns.zone.from_xfr(dns.query.xfr(hub[0], "privatelink.azurecr.io", port=hub[1]))
        found = metrics(server)
    assert {labels: value for (name, labels), value in found.items() if name == "acrdns_queries_total"} == {
        frozenset(("hub", "udp", "A", "NOERROR")): 5,
        frozenset(("hub", "tcp", "AAAA", "NOERROR")): 1,
        frozenset(("hub", "udp", "A", "NXDOMAIN")): 1,
        frozenset(("internet", "udp", "MX", "REFUSED")): 1,
        frozenset(("hub", "tcp", "AXFR", "NOERROR")): 1,
    }
    assert found["acrdns_transfers_total", frozenset(("hub", "AXFR", "ok"))] == 1
    hits = found["acrdns_cache_lookups_total", frozenset(("hub", "hit"))]
    misses = found["acrdns_cache_lookups_total", frozenset(("hub", "miss"))]
    assert hits + misses == 6
    assert found["acrdns_answer_seconds_count", frozenset(("udp",))] >= 3
    assert found["acrdns_answer_seconds_sum", frozenset(("udp",))] > 0


def test_ready_says_whether_all_answer(file: Path) -> None:
    """A worker that dies is started again; meanwhile it is not ready, it is healthy all the time, and nothing is lost."""
    with serving(file, "--workers=1") as server:
        where = url(server)
        assert get(where + "/ready") == (200, "ready\n")
        assert get(where + "/health") == (200, "alive\n")
        ask(server.address("hub"), "contoso.azurecr.io")
        (worker,) = server.children()
        os.kill(worker, signal.SIGKILL)
        until(lambda: server.children() not in ([], [worker]) and get(where + "/ready")[0] == 200)
        ask(server.address("hub"), "contoso.azurecr.io")
        counted = ("acrdns_queries_total", frozenset(("hub", "udp", "A", "NOERROR")))
        until(lambda: metrics(server)[counted] == 2)


def test_reloads_are_counted_by_how_they_ended(file: Path) -> None:
    """One that failed leaves it ready, with the old answers."""
    with serving(file) as server:
        server.hang_up()
        server.err.until("^reloaded")
        file.write_text("version: 2\n")
        server.hang_up()
        server.err.until("not reloaded")
        assert get(url(server) + "/ready")[0] == 200
        found = metrics(server)
        assert found["acrdns_reloads_total", frozenset(("ok",))] == 1
        assert found["acrdns_reloads_total", frozenset(("failed",))] == 1


def test_clients_that_are_no_browsers_hold_nobody_up(file: Path) -> None:
    """Half a request, no request, a large one, and another method."""
    with serving(file) as server:
        host, _, port = url(server).removeprefix("http://").rpartition(":")
        where = (host, int(port))
        with connected(where), connected(where) as half, connected(where) as large:
            half.sendall(b"GET /metr")
            large.sendall(b"GET /" + b"x" * 100_000)
            assert get(url(server) + "/health")[0] == 200
        with connected(where) as other:
            other.sendall(b"DELETE /metrics HTTP/1.0\r\n\r\n")
            other.shutdown(socket.SHUT_WR)
            assert b" 501 " in other.recv(100)
        for page, length in (("/ready", 6), ("/metrics", None)):
            with connected(where) as other:
                other.sendall(f"HEAD {page} HTTP/1.0\r\n\r\n".encode())
                reply = b"".join(iter(lambda other=other: other.recv(65536), b""))  # type: ignore[misc]
            assert b" 200 " in reply
            assert reply.endswith(b"\r\n\r\n")
            assert length is None or b"Content-Length: %d" % length in reply
        assert get(url(server) + "/nothing") == (404, "there are /metrics, /ready and /health\n")


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("0.0.0.0:9000", "this is no loopback address, and anybody could read there; use 127.0.0.1"),
        ("127.0.0.1", "the port is missing; write ADDR:PORT or [IPV6]:PORT"),
        ("nowhere:1", "nowhere"),
    ],
)
def test_where_it_may_listen(file: Path, address: str, says: str) -> None:
    """Only on loopback, since nothing asks who the client is."""
    done = command(str(file), "--listen=127.0.0.1:0", f"--metrics={address}")
    assert done.returncode == 2
    assert f"--metrics {address}: " in done.stderr
    assert says in done.stderr


def test_a_busy_port_is_one_line(file: Path) -> None:
    """It says which option, and ends with 2."""
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        done = command(str(file), "--listen=127.0.0.1:0", f"--metrics=127.0.0.1:{busy.getsockname()[1]}")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "cannot listen there: address already in use" in done.stderr
