"""`--ecs` and `--by-client`: several networks behind one address of a running server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import dns.edns
import dns.message
import dns.query
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.serve.observe.test_status import get, until, url
from tests.serve.running import SECONDS, Running, topology

if TYPE_CHECKING:
    from pathlib import Path

HERE = "  here: {address_space: [127.5.0.0/16]}"
"""A network whose clients can be played on loopback; it is linked to nothing."""
PRIVATE, PUBLIC = "10.0.0.7", "20.45.122.144"


def address(server: Running, *, source: str | None = None, subnet: str = "", tcp: bool = False) -> str:
    """Ask the hub's address for the login server."""
    options: list[dns.edns.Option] = [dns.edns.ECSOption(subnet, 24)] if subnet else []
    query = dns.message.make_query("contoso.azurecr.io", "A", use_edns=0, options=options)
    host, port = server.address("hub")
    send = dns.query.tcp if tcp else dns.query.udp
    response = send(query, host, timeout=SECONDS, port=port, source=source)
    return str(response.answer[-1][0].address)


@pytest.mark.parametrize("tcp", [False, True], ids=["UDP", "TCP"])
def test_a_client_is_answered_as_the_network_that_it_asks_from(tmp_path: Path, tcp: bool) -> None:
    """The same question from two networks has two answers, also when it was asked before."""
    (tmp_path / "t.yaml").write_text(topology(networks=HERE))
    with Running(str(tmp_path / "t.yaml"), "--listen", "hub=127.0.0.1:0", "--by-client") as server:
        for _ in range(2):
            assert address(server, tcp=tcp) == PRIVATE
            assert address(server, source="127.5.0.1", tcp=tcp) == PUBLIC


def test_a_client_is_answered_as_the_subnet_that_it_names(tmp_path: Path) -> None:
    """RFC 7871, where it is switched on."""
    (tmp_path / "t.yaml").write_text(topology(networks=HERE))
    with Running(str(tmp_path / "t.yaml"), "--listen", "hub=127.0.0.1:0", "--ecs") as server:
        for _ in range(2):
            assert address(server, subnet="127.5.1.0") == PUBLIC
            assert address(server, subnet="10.0.1.0") == PRIVATE
            assert address(server) == PRIVATE


@pytest.mark.parametrize("tcp", [False, True], ids=["UDP", "TCP"])
def test_log_and_metrics_name_the_vantage_point_that_answers(tmp_path: Path, tcp: bool) -> None:
    """Also a network that has appeared since the start."""
    there = "  there: {address_space: [127.6.0.0/16]}"
    (tmp_path / "t.yaml").write_text(topology(networks=HERE))
    options = (
        "--listen=hub=127.0.0.1:0",
        "--by-client",
        "--ecs",
        "--log-queries",
        "--metrics=127.0.0.1:0",
        "--workers=1",
    )
    transport = "tcp" if tcp else "udp"
    with Running(str(tmp_path / "t.yaml"), *options) as server:
        where = url(server)
        address(server, tcp=tcp)
        server.err.until(f" hub {transport} ")
        address(server, source="127.5.0.1", tcp=tcp)
        server.err.until(f" here {transport} ")
        address(server, subnet="127.5.1.0", tcp=tcp)
        server.err.until(f" here {transport} ")
        (tmp_path / "t.yaml").write_text(topology(networks=f"{HERE}\n{there}"))
        server.hang_up()
        server.err.until("^reloaded")
        address(server, source="127.6.0.1", tcp=tcp)
        server.err.until(f" there {transport} ")
        wanted = {"hub": 1, "here": 2, "there": 1}
        until(lambda: counted(where, transport) == wanted)


def counted(where: str, transport: str) -> dict[str, float]:
    """Return how many queries the metrics count for each vantage point."""
    code, text = get(where + "/metrics")
    assert code == 200
    samples = [each for family in text_string_to_metric_families(text) for each in family.samples]
    found = [each for each in samples if each.name == "acrdns_queries_total" and each.labels["transport"] == transport]
    return {each.labels["vantage"]: each.value for each in found}
