"""`--ecs` and `--by-client`: several networks behind one address of a running server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import dns.edns
import dns.message
import dns.query
import pytest

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
