from __future__ import annotations

from typing import TYPE_CHECKING

import dns.message
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.names import wire
from acrdns.record import Rcode
from acrdns.wire import shapes
from acrdns.wire.message.query import header
from acrdns.wire.responder import Responder, always
from tests.wire.exchange import CLIENT, NOW, ask, responder
from tests.wire.strategies import names, responses

if TYPE_CHECKING:
    from acrdns.resolve.chain import Response
    from acrdns.wire.message.reply import Keep

OPTS = st.one_of(
    st.just(b""),
    st.builds(
        lambda size, version, flags, options: b"\x00\x00\x29" + size.to_bytes(2, "big") + b"\x00" + bytes((version,)) + flags
        + len(options).to_bytes(2, "big") + options,
        st.sampled_from([0, 512, 600, 1232, 4096, 65535]),
        st.sampled_from([0, 0, 0, 1]),
        st.sampled_from([b"\x00\x00", b"\x80\x00", b"\xff\xff"]),
        st.sampled_from([b"", b"\x00\x03\x00\x00", b"\x00\x0a\x00\x0812345678", b"\x00\x0a\x00\x01x", b"\x00\x08\x00\x04\x00\x01\x00\x00", b"\x00"]),
    ),
)  # fmt: skip
TYPES = st.sampled_from([0, 1, 5, 6, 16, 28, 41, 65, 97, 250, 251, 252, 255, 65535])


def packet(ident: int, flags: int, name: bytes, number: int, rclass: int, opt: bytes) -> bytes:
    """Write a query."""
    question = name + number.to_bytes(2, "big") + rclass.to_bytes(2, "big")
    return header(ident, flags, (1, 0, 0, 1 if opt else 0)) + question + opt


QUERIES = st.builds(
    packet,
    st.integers(0, 65535),
    st.one_of(st.sampled_from([0x0000, 0x0100, 0x0120, 0x0130]), st.integers(0, 0x7FFF)),
    names,
    TYPES,
    st.sampled_from([1, 1, 1, 3, 255]),
    OPTS,
)


def whole(server: Responder, query: bytes) -> tuple[bytes, Keep] | None:
    """Answer by reading the whole message."""
    reply = server._whole(query, tcp=False, client=CLIENT, now=NOW)
    return reply and (reply.packet, reply.keep)


@given(st.lists(QUERIES, min_size=1, max_size=8), responses(size=3), st.booleans())
def test_both_ways_give_the_same_bytes(queries: list[bytes], response: Response, authoritative: bool) -> None:
    """Whatever was asked before, the short way gives what the whole way gives, or gives nothing."""
    server = responder(lambda _: response, authoritative=authoritative)
    for query in queries:
        expected = whole(server, query)
        short = server._ordinary(query)
        assert short is None or (short.packet, short.keep) == expected
        reply = server.reply(query, tcp=False, client=CLIENT, now=NOW)
        assert (reply and (reply.packet, reply.keep)) == expected


@given(st.binary(max_size=80), st.binary(max_size=40))
def test_any_bytes(start: bytes, rest: bytes) -> None:
    """Also for bytes that are no query, and that look like one at first."""
    server = responder()
    good = packet(1, 0x0100, wire("www.example"), 1, 1, b"")
    for query in (start, start + rest, good + rest, good[: len(start)], good[:12] + start + good[12:]):
        reply = server.reply(query, tcp=False, client=CLIENT, now=NOW)
        assert (reply and (reply.packet, reply.keep)) == whole(server, query)


@pytest.mark.parametrize("opt", [b"", b"\x00\x00\x29\x04\xd0\x00\x00\x00\x00\x00\x00"])
@pytest.mark.parametrize("name", ["www.example", "WWW.example", "alias.example", "no.example", "x.sub.example"])
def test_what_is_ordinary(name: str, opt: bytes) -> None:
    """The questions that clients ask take the short way."""
    server = responder()
    query = packet(7, 0x0100, wire(name), 1, 1, opt)
    short = server._ordinary(query)
    assert short is not None
    assert (short.packet, short.keep) == whole(server, query)


def test_shapes_are_bounded() -> None:
    """A flood of odd options leaves no more behind than a few shapes."""
    known = shapes.QueryShapes()
    for number in range(2000):
        option = b"\xfd\xe9\x00\x02" + number.to_bytes(2, "big")
        query = packet(1, 0, wire("www.example"), 1, 1, b"\x00\x00\x29\x04\xd0\x00\x00\x00\x00\x00\x06" + option)
        assert known.split(query) is not None
    assert len(known._known) <= 256


def test_a_failing_answerer_is_told_of_once() -> None:
    """The short way leaves errors to the whole way."""
    told: list[object] = []

    def fail(_: object) -> Response:
        raise ValueError

    server = Responder(fail, always(authoritative=True), complain=lambda *what: told.append(what))

    assert int(ask(server, dns.message.make_query("www.example", "A")).rcode()) == Rcode.SERVFAIL
    assert len(told) == 1
