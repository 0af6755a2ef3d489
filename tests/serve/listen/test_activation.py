"""Sockets that a service manager passes on: what systemd does, done here by hand."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.free_ports import free_address
from tests.serve.running import SECONDS, Lines, addresses, split, topology

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# What a service manager does between fork and exec.
ACTIVATE = """
import fcntl, os, sys
passed = [int(text) for text in sys.argv[1].split(",")]
spare = [fcntl.fcntl(each, fcntl.F_DUPFD, 100) for each in passed]  # above the numbers that are to be taken
for at, each in enumerate(spare):
    os.dup2(each, 3 + at, inheritable=True)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=str(len(passed)), LISTEN_FDNAMES=sys.argv[2])
os.execv(sys.executable, [sys.executable, "-m", "acrdns", "serve", *sys.argv[3:]])
"""

NAMED = "internet:internet:hub:hub"
UNNAMED = "acrdns.socket:acrdns.socket:acrdns.socket:acrdns.socket"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a topology file."""
    path = tmp_path / "topology.yaml"
    path.write_text(topology())
    return path


@pytest.fixture
def sockets() -> Iterator[list[socket.socket]]:
    """Return sockets, a pair of UDP and TCP for each of two addresses, and close them."""
    made: list[socket.socket] = []
    for address in (free_address("127.0.0.1"), free_address("127.0.0.1")):
        for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
            each = socket.socket(socket.AF_INET, kind)
            each.bind(address)
            made.append(each)
            if kind is socket.SOCK_STREAM:
                each.listen()
    yield made
    for each in made:
        each.close()


def start(sockets: Sequence[socket.socket], names: str, *arguments: str) -> subprocess.Popen[str]:
    """Start a server with sockets passed on; low numbers stay free for them."""
    descriptors = [each.fileno() for each in sockets]
    command = [sys.executable, "-c", ACTIVATE, ",".join(map(str, descriptors)), names, *arguments]
    return subprocess.Popen(
        command,
        pass_fds=descriptors,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
        env=os.environ,
    )


@pytest.mark.parametrize(
    ("names", "workers"),
    [
        (NAMED, 1),
        (UNNAMED, 2),
        pytest.param(NAMED, 2, marks=pytest.mark.slow),
        pytest.param(UNNAMED, 1, marks=pytest.mark.slow),
    ],
)
def test_a_pair_is_an_address_of_its_vantage_point(
    file: Path, sockets: list[socket.socket], names: str, workers: int
) -> None:
    """By FileDescriptorName, or without one the next in order; UDP and TCP answer."""
    with start(sockets, names, str(file), f"--workers={workers}") as process:
        assert process.stdout is not None
        lines = Lines(process.stdout)
        try:
            lines.until(r"\bready\b")
            rows = [line.split() for line in lines.seen[1:-1]]
            assert [vantage for vantage, _ in rows] == ["internet", "hub"]
            hub = split(rows[1][1])
            assert hub == sockets[2].getsockname()
            for tcp in (False, True):
                assert addresses(hub, "contoso.azurecr.io", tcp=tcp) == ["10.0.0.7"]
                assert addresses(split(rows[0][1]), "contoso.azurecr.io", tcp=tcp) == ["20.45.122.144"]
        finally:
            process.terminate()
        assert process.wait(SECONDS) == 0


@pytest.mark.parametrize(
    ("take", "names", "says"),
    [
        (slice(0, 1), "hub", "was passed for UDP only; DNS needs both, add ListenStream="),
        (slice(1, 2), "hub", "was passed for TCP only; DNS needs both, add ListenDatagram="),
        (slice(0, 2), "hubb:hubb", "was passed as 'hubb': there is no such vantage point; did you mean hub?"),
    ],
)
def test_what_cannot_be_served(file: Path, sockets: list[socket.socket], take: slice, names: str, says: str) -> None:
    """One line that says what to write in the socket unit, and exit code 2."""
    with start(sockets[take], names, str(file)) as process:
        _, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 2
    assert err.count("\n") == 1
    assert says in err


def test_sockets_of_another_process_are_left_alone(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """LISTEN_PID says whose they are."""
    from acrdns.serve.listen.activation import passed_on

    environment = {"LISTEN_PID": "1", "LISTEN_FDS": "2", "LISTEN_FDNAMES": "a:b"}
    assert passed_on(environment, os.getpid()) == ()
    assert environment == {"LISTEN_PID": "1", "LISTEN_FDS": "2", "LISTEN_FDNAMES": "a:b"}
