from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from acrdns.address import Address
from acrdns.errors import ListenError
from acrdns.serve.listen.sockets import bind, free_of_clients


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "0.0.0.0", "::"])
def test_one_port_for_udp_and_tcp(host: str, workers: int) -> None:
    """Port 0 becomes a real one, the same for every socket."""
    bound = bind(Address(host, 0), workers)
    try:
        ports = {each.getsockname()[1] for each in (*bound.udp, bound.tcp)}
        assert (ports, len(bound.udp)) == ({bound.address.port}, workers)
    finally:
        bound.close()


@pytest.mark.skipif(sys.platform != "linux", reason="the range is told by Linux")
def test_no_client_is_given_a_chosen_port() -> None:
    """A dig whose socket may share ports would else be given the port of our workers now and then, and ask itself."""
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    for _ in range(5):
        bound = bind(Address("127.0.0.1", 0), 2)
        bound.close()
        assert 10_000 <= bound.address.port < lowest


def test_all_ports_given_to_clients(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system chooses then, as it does where it does not tell the range."""
    for file, text in ((tmp_path / "range", "1024 65535"), (tmp_path / "absent", "")):
        if text:
            file.write_text(text)
        monkeypatch.setattr("acrdns.serve.listen.sockets._PORTS_OF_CLIENTS", file)
        assert free_of_clients() == 0
        bind(Address("127.0.0.1", 0), 2).close()


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_STREAM])
def test_a_busy_port(kind: socket.SocketKind, workers: int) -> None:
    """Whoever has it, for UDP or TCP, also with several workers: it is said, with what to do."""
    with socket.socket(socket.AF_INET, kind) as other:
        other.bind(("127.0.0.1", 0))
        if kind == socket.SOCK_STREAM:
            other.listen()
        port = other.getsockname()[1]
        with pytest.raises(ListenError, match=f"cannot listen on 127.0.0.1:{port}: the port is busy; .* --listen"):
            bind(Address("127.0.0.1", port), workers)


@pytest.mark.parametrize("workers", [1, 2])
def test_two_servers_do_not_share_a_port(workers: int) -> None:
    """Several workers share a port among themselves, and with nobody else."""
    first = bind(Address("127.0.0.1", 0), 2)
    try:
        with pytest.raises(ListenError, match="busy"):
            bind(first.address, workers)
    finally:
        first.close()


def test_an_address_of_another_machine() -> None:
    """The message is about the address, not the port."""
    with pytest.raises(
        ListenError, match=r"cannot listen on 192\.0\.2\.1:5300: this machine does not have the address"
    ):
        bind(Address("192.0.2.1", 5300))


def test_ipv4_and_ipv6_side_by_side() -> None:
    """All addresses of both families can have the same port."""
    first = bind(Address("0.0.0.0", 0))
    try:
        bind(Address("::", first.address.port)).close()
    finally:
        first.close()
