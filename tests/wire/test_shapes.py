from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import dns.message
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.names import wire
from acrdns.record import Rcode
from acrdns.wire import shapes
from acrdns.wire.message.query import header, read
from acrdns.wire.responder import Responder, always
from tests.wire.exchange import CLIENT, NOW, ask, responder
from tests.wire.strategies import names, responses

if TYPE_CHECKING:
    from acrdns.resolve.chain import Response
    from acrdns.wire.responder import Answerer

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


def both(answer: Answerer | None = None, *, authoritative: bool = True) -> tuple[Responder, Responder]:
    """Make a server with a memo, and one without."""
    server = responder(answer, authoritative=authoritative)
    return server, replace(server, memo=None)


def agree(servers: tuple[Responder, Responder], query: bytes) -> None:
    """Ask both, over UDP and TCP."""
    for tcp in (False, True):
        with_memo, without = (server.reply(query, tcp=tcp, client=CLIENT, now=NOW) for server in servers)
        assert with_memo == without


@given(st.lists(QUERIES, min_size=1, max_size=8), responses(size=3), st.booleans())
def test_a_memo_makes_no_difference(queries: list[bytes], response: Response, authoritative: bool) -> None:
    """Whatever was asked before."""
    servers = both(lambda _: response, authoritative=authoritative)
    for query in queries:
        agree(servers, query)


@given(st.binary(max_size=80), st.binary(max_size=40))
def test_any_bytes(start: bytes, rest: bytes) -> None:
    """Also for bytes that are no query, and that look like one at first."""
    servers = both()
    good = packet(1, 0x0100, wire("www.example"), 1, 1, b"")
    for query in (start, start + rest, good + rest, good[: len(start)], good[:12] + start + good[12:]):
        agree(servers, query)


@given(st.one_of(QUERIES, st.binary(max_size=80)))
def test_a_shape_reads_what_reading_reads(query: bytes) -> None:
    """The first time and from then on."""
    known = shapes.QueryShapes()
    for _ in range(2):
        assert known.read(query)[0] == read(query)


@pytest.mark.parametrize("opt", [b"", b"\x00\x00\x29\x04\xd0\x00\x00\x00\x00\x00\x00"])
@pytest.mark.parametrize("name", ["www.example", "WWW.example", "alias.example", "no.example", "x.sub.example"])
def test_what_is_ordinary(name: str, opt: bytes) -> None:
    """The questions that clients ask."""
    query = packet(7, 0x0100, wire(name), 1, 1, opt)
    assert shapes.QueryShapes().read(query) == (read(query), True)
    agree(both(), query)


def test_shapes_are_bounded() -> None:
    """A flood of odd options leaves no more behind than a few shapes."""
    known = shapes.QueryShapes()
    for number in range(2000):
        option = b"\xfd\xe9\x00\x02" + number.to_bytes(2, "big")
        query = packet(1, 0, wire("www.example"), 1, 1, b"\x00\x00\x29\x04\xd0\x00\x00\x00\x00\x00\x06" + option)
        assert known.read(query)[1]
    assert len(known._known) <= 256


def test_a_failing_answerer_is_told_of_once() -> None:
    """And answered with SERVFAIL."""
    told: list[object] = []

    def fail(_: object) -> Response:
        raise ValueError

    server = Responder(fail, always(authoritative=True), on_error=lambda *what: told.append(what))

    assert int(ask(server, dns.message.make_query("www.example", "A")).rcode()) == Rcode.SERVFAIL
    assert len(told) == 1
