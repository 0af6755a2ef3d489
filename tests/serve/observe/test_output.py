"""Lines to descriptors that take them, take none for a while, or never will."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from acrdns.serve.observe.output import LineOutput

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def pipe() -> tuple[int, int]:
    """Return both ends of a pipe."""
    return os.pipe()


def sockets() -> tuple[int, int]:
    """Return both ends of a connection, as a service manager gives for stderr."""
    reader, writer = socket.socketpair()
    return reader.detach(), writer.detach()


@pytest.mark.parametrize("make", [pipe, sockets])
def test_a_reader_that_is_slow_loses_lines_and_is_told_how_many(make: Callable[[], tuple[int, int]]) -> None:
    """Whole lines are lost, no writer waits, and the descriptor itself blocks as before: others share it."""
    reader, writer = make()
    output = LineOutput(writer)
    assert os.get_blocking(writer)
    written = 0
    while output.write(f"line {written} {'x' * 100}"):
        written += 1
    for _ in range(3):
        output.report(f"lost {'x' * 200}")
    os.set_blocking(reader, False)
    received = b""
    with suppress(BlockingIOError):
        while chunk := os.read(reader, 65536):
            received += chunk
    assert os.get_blocking(writer)
    output.report("found")
    with suppress(BlockingIOError):
        received += os.read(reader, 65536)
    lines = received.decode().splitlines()
    assert lines == [
        *(f"line {number} {'x' * 100}" for number in range(written)),
        "3 lines are missing here: they could not be written",
        "found",
    ]
    output.close()
    os.close(reader)
    os.close(writer)


def test_a_file_is_written_where_its_last_line_ends(tmp_path: Path) -> None:
    """It is the shell's file, which others write to as well."""
    with (tmp_path / "log").open("wb", buffering=0) as stream:
        stream.write(b"before\n")
        output = LineOutput(stream.fileno())
        output.report("first")
        stream.write(b"between\n")
        output.report("last")
        output.close()
    assert (tmp_path / "log").read_text() == "before\nfirst\nbetween\nlast\n"


@pytest.mark.parametrize("make", [pipe, sockets])
def test_a_reader_that_is_gone_is_no_error(make: Callable[[], tuple[int, int]]) -> None:
    """Nor is a descriptor that is closed."""
    reader, writer = make()
    output = LineOutput(writer)
    os.close(reader)
    output.report("nobody reads this")
    os.close(writer)
    output.report("nor this")
    output.close()
