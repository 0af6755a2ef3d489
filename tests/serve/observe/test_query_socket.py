"""The query log at a Unix socket: who reads gets JSON lines, and nobody waits for a reader."""

from __future__ import annotations

import json
import select
import socket
from typing import TYPE_CHECKING

import pytest

from acrdns.errors import ListenError
from acrdns.serve.observe.query_socket import QuerySocket
from tests.serve.running import SECONDS, Running, ask

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONG = "x" * 2000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the socket is."""
    return tmp_path / "queries"


@pytest.fixture
def bound(path: Path) -> Iterator[QuerySocket]:
    """Return a socket that is bound."""
    made = QuerySocket(str(path))
    yield made
    made.close()


def _connect(path: Path) -> socket.socket:
    reader = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    reader.settimeout(SECONDS)
    reader.connect(str(path))
    return reader


def _serve(bound: QuerySocket) -> None:
    """Do what is ready."""
    poll = select.poll()
    for descriptor, events in bound.events():
        poll.register(descriptor, events)
    for descriptor, _ in poll.poll(0):
        bound.ready(descriptor)


def test_a_slow_reader_loses_lines_and_is_told_how_many(bound: QuerySocket, path: Path) -> None:
    """One that reads gets all of them meanwhile."""
    with _connect(path) as slow, _connect(path) as quick, quick.makefile() as lines:
        _serve(bound)
        _serve(bound)
        for number in range(2000):
            bound.write(json.dumps({"number": number, "name": LONG}))
            assert json.loads(lines.readline())["number"] == number
        with slow.makefile() as late:
            got: list[dict[str, int]] = []
            while not got or "lost" not in got[-1]:
                got.append(json.loads(late.readline()))
                _serve(bound)
                bound.write(json.dumps({"number": 2000}))
            last = json.loads(late.readline())
        known = [each["number"] for each in got[:-1]]
        assert known == list(range(len(known))), "whole lines, in order"
        assert got[-1]["lost"] >= 2000 - len(known)
        assert last == {"number": 2000}


def test_a_reader_that_is_gone_is_forgotten(bound: QuerySocket, path: Path) -> None:
    """Whether that is seen when it goes, or when a line is written."""
    states = []
    for writes in (False, True):
        with _connect(path):
            _serve(bound)
            states.append(bound.is_read)
        if writes:
            bound.write("{}")
        else:
            _serve(bound)
        states.append(bound.is_read)
    assert states == [True, False, True, False]


def test_only_some_readers_are_let_in(bound: QuerySocket, path: Path) -> None:
    """A further one is let go at once."""
    readers = [_connect(path) for _ in range(17)]
    for _ in range(17):
        _serve(bound)
    bound.write("{}")
    assert [reader.recv(10) for reader in readers] == [b"{}\n"] * 16 + [b""]
    for reader in readers:
        reader.close()


def test_a_socket_that_was_left_over_is_replaced(path: Path) -> None:
    """One that is served, and any other file, stays as it is."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as dead:
        dead.bind(str(path))
    bound = QuerySocket(str(path))
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(ListenError, match="another server writes its query log there"):
        QuerySocket(str(path))
    bound.close()
    assert not path.exists()
    path.write_text("kept")
    with pytest.raises(ListenError, match="no socket"):
        QuerySocket(str(path))
    assert path.read_text() == "kept"


@pytest.mark.parametrize("path", ["/nowhere/at/all", "x" * 200, "a\0b"])
def test_a_path_that_cannot_be_bound_is_said(path: str) -> None:
    """With the option."""
    with pytest.raises(ListenError, match="--query-socket"):
        QuerySocket(path)


@pytest.mark.parametrize("more", [(), pytest.param(("--log-queries",), marks=pytest.mark.slow)])
def test_a_server_writes_its_queries_there(more: tuple[str, ...], path: Path) -> None:
    """As `--log-format json` has them, whether or not it writes them on stderr; also after a reload."""
    with Running("private-link", "--listen=hub=127.0.0.1:0", "--workers=1", f"--query-socket={path}", *more) as server:
        with _connect(path) as reader, reader.makefile() as lines:
            for name in ("contoso.azurecr.io", "nothing.azurecr.io"):
                # A query that comes before the reader is let in is not shown to it.
                ask(server.address("hub"), name)
                while not select.select([reader], [], [], 0.2)[0]:
                    ask(server.address("hub"), name)
                fields = json.loads(lines.readline())
                while fields["name"] != name:
                    fields = json.loads(lines.readline())
                assert (fields["vantage"], fields["type"], fields["transport"]) == ("hub", "A", "udp")
                server.hang_up()
                server.err.until("reloaded")
        assert server.stop() == 0
    assert not path.exists()
