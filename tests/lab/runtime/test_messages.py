"""Messages over a stream: each arrives whole, in order, with its own descriptors, however reads cut the stream."""

from __future__ import annotations

import json
import os
import socket
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.lab.runtime import messages
from acrdns.lab.runtime.messages import LONGEST, Messages

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def ends() -> Iterator[tuple[Messages, Messages]]:
    """Return both ends of a connection."""
    one, other = (Messages(each) for each in socket.socketpair(socket.AF_UNIX))
    yield one, other
    one.close()
    other.close()


@given(
    sent=st.lists(st.tuples(st.text(max_size=40), st.integers(0, 5)), min_size=1, max_size=8), piece=st.integers(1, 64)
)
def test_messages_come_as_they_were_sent(sent: list[tuple[str, int]], piece: int) -> None:
    """A text with line ends, and descriptors of pipes that say which message they belong to."""
    one, other = (Messages(each) for each in socket.socketpair(socket.AF_UNIX))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(messages, "_PIECE", piece)
        patch.setattr(messages, "_PART", 2)
        for number, (text, count) in enumerate(sent):
            files = [marked(number, at) for at in range(count)]
            one.send({"text": text}, files)
            for each in files:
                os.close(each)
        for number, (text, count) in enumerate(sent):
            received = other.receive()
            assert received is not None
            message, descriptors = received
            assert json.loads(message) == {"text": text}
            assert [os.read(each, 9) for each in descriptors] == [b"%d %d" % (number, at) for at in range(count)]
            for each in descriptors:
                os.close(each)
    one.close()
    assert other.receive() is None
    other.close()


def marked(number: int, at: int) -> int:
    """Return a pipe that says which descriptor of which message it is."""
    readable, writable = os.pipe()
    os.write(writable, b"%d %d" % (number, at))
    os.close(writable)
    return readable


def test_descriptors_that_were_announced_and_are_not_there(ends: tuple[Messages, Messages]) -> None:
    """No end of ours does so: it is an error, and no message."""
    one, other = ends
    one.connection.sendall(b'+2\n{"order": "load"}\n')
    with pytest.raises(OSError, match="descriptors are missing"):
        other.receive()


def test_a_message_without_an_end(ends: tuple[Messages, Messages]) -> None:
    """It is not kept for ever."""
    one, other = ends

    def send_for_ever() -> None:
        while True:
            one.connection.sendall(b"x" * 4096)
            assert other.arrived() == []

    with pytest.raises(OSError, match=f"more than {LONGEST} octets"):
        send_for_ever()


def test_what_nobody_took_is_closed() -> None:
    """Descriptors that came with a message that was never received, and those ahead of one that never came."""
    one, other = (Messages(each) for each in socket.socketpair(socket.AF_UNIX))
    with one.connection, other.connection:
        pipes = [os.pipe() for _ in range(2)]
        one.send({"text": "a"})
        one.send({"text": "b"}, [pipes[0][1]])
        socket.send_fds(one.connection, [b"+1\n"], [pipes[1][1]])
        for _, writable in pipes:
            os.close(writable)
        while len(other._descriptors) + len(other._complete) < 2:
            other._complete += other.arrived() or []
        other.close()
        for readable, _ in pipes:
            assert os.read(readable, 1) == b""
            os.close(readable)
