from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.names import wire
from acrdns.wire.message.query import header
from acrdns.wire.message.reply import Keep, Reply
from acrdns.wire.remembered.cache import AnswerCache
from tests.wire.exchange import CLIENT, NOW, responder, zone_answerer

if TYPE_CHECKING:
    from acrdns.wire.responder import Responder

SERVER = responder(zone_answerer())
TYPES = (1, 2, 5, 6, 15, 16, 28, 65, 97, 255, 0x4101, 0x6161, 65280)
"""65 is the letter A, 97 the letter a, 0x4101 and 0x6161 have letters in both octets."""
OPTS = (
    b"",
    b"\x00\x00\x29\x04\xd0\x00\x00\x00\x00\x00\x00",
    b"\x00\x00\x29\x04\xd0\x00\x00\x80\x00\x00\x00",
    b"\x00\x00\x29\x41\x61\x00\x00\x00\x00\x00\x00",
    b"\x00\x00\x29\x61\x41\x00\x00\x00\x00\x00\x00",
    b"\x00\x00\x29\x04\xd0\x00\x00\x00\x00\x00\x05\xfd\xe9\x00\x01A",
    b"\x00\x00\x29\x04\xd0\x00\x00\x00\x00\x00\x0c\x00\x0a\x00\x0812345678",
)


def packet(text: str, number: int = 1, opt: bytes = b"", ident: int = 1, flags: int = 0x0100) -> bytes:
    """Write a query."""
    question = wire(text) + number.to_bytes(2, "big") + b"\x00\x01"
    return header(ident, flags, (1, 0, 0, 1 if opt else 0)) + question + opt


def reply_to(server: Responder, query: bytes) -> Reply:
    """Make the reply without a cache."""
    reply = server.reply(query, tcp=False, client=CLIENT, now=NOW)
    assert reply is not None
    return reply


queries = st.builds(
    packet,
    st.sampled_from(["www.example", "WWW.example", "wWw.ExAmPlE", "alias.example", "no.example", "elsewhere", "ALIAS.example"]),
    st.sampled_from(TYPES),
    st.sampled_from(OPTS),
    st.integers(0, 65535),
    st.sampled_from([0x0000, 0x0100, 0x0120, 0x0041]),
)  # fmt: skip


@given(st.lists(queries, max_size=40))
def test_the_cache_never_makes_a_difference(asked: list[bytes]) -> None:
    """Whatever was asked before, a cached reply is the reply that would have been made: ID, case, type, options."""
    cache = AnswerCache()
    for query in asked:
        made = reply_to(SERVER, query)
        found = cache.get(query)
        assert found in (None, made.packet)
        if found is None:
            cache.put(query, made)


@pytest.mark.parametrize("opt", OPTS[:3])
@pytest.mark.parametrize("text", ["www.example", "alias.example", "no.example"])
def test_every_spelling_hits(text: str, opt: bytes) -> None:
    """One entry serves all letter cases and IDs."""
    cache = AnswerCache()
    first = packet(text.title(), opt=opt)
    cache.put(first, reply_to(SERVER, first))
    for ident, spelled in enumerate((text, text.upper(), text.swapcase().title(), "".join(map(_odd, enumerate(text))))):
        again = packet(spelled, opt=opt, ident=ident)
        assert cache.get(again) == reply_to(SERVER, again).packet
    assert (len(cache), cache.misses) == (1, 0)


def _odd(numbered: tuple[int, str]) -> str:
    return numbered[1].upper() if numbered[0] % 2 else numbered[1]


@pytest.mark.parametrize(("number", "kept"), [(65, True), (97, False), (0x4161, True), (0x6161, False), (1, True)])
def test_letters_outside_the_name(number: int, kept: bool) -> None:
    """Type 65 is kept under its exact bytes; what could be the lowered form of another packet is not kept."""
    cache = AnswerCache()
    query = packet("www.example", number)
    cache.put(query, reply_to(SERVER, query))
    assert (cache.get(query) is not None) is kept
    assert cache.get(packet("www.example", number ^ 0x20)) is None


def test_what_depends_on_the_client_is_not_kept() -> None:
    """A reply with a cookie is for one client."""
    cache = AnswerCache()
    query = packet("www.example", opt=OPTS[-1])
    cache.put(query, reply_to(SERVER, query))
    assert len(cache) == 0


@pytest.mark.parametrize("bad", [packet("www.example", opt=b"\x00"), packet("www.example", flags=0x7800), b"\x00" * 12])
def test_errors_are_not_kept(bad: bytes) -> None:
    """They are cheap to make, and there is no end of them."""
    assert reply_to(SERVER, bad).keep is Keep.NO


def test_a_flood_of_names_pushes_nothing_out() -> None:
    """Names that do not exist have their own few places; the oldest goes first."""
    cache = AnswerCache(positive=10, negative=5)
    good = packet("www.example")
    cache.put(good, reply_to(SERVER, good))
    flood = [packet(f"x{number}.example") for number in range(100)]
    for query in flood:
        cache.put(query, reply_to(SERVER, query))
    assert len(cache) == 6
    assert cache.get(good) is not None
    assert [cache.get(query) is not None for query in flood] == [False] * 95 + [True] * 5


def test_the_cache_is_bounded() -> None:
    """A wildcard answers names without end; so many are kept as there is room for, the newest."""
    cache = AnswerCache(positive=10, negative=5)
    queries = [packet(f"x{number}.wild.example") for number in range(1000)]
    random.Random(1).shuffle(queries)
    for query in queries:
        cache.put(query, reply_to(SERVER, query))
        cache.put(query, reply_to(SERVER, query))
    assert [cache.get(query) is not None for query in queries] == [False] * 990 + [True] * 10


def test_misses_are_counted() -> None:
    """And hits."""
    cache = AnswerCache()
    query = packet("www.example")
    assert cache.get(query) is None
    cache.put(query, reply_to(SERVER, query))
    assert cache.get(query) is not None
    assert (cache.hits, cache.misses) == (1, 1)


def test_without_a_cache_every_answer_is_made() -> None:
    """Nothing is kept where nothing may be."""
    cache = AnswerCache(0)
    query = packet("www.example")
    reply = reply_to(SERVER, query)
    assert reply.keep is Keep.POSITIVE
    cache.put(query, reply)
    assert (len(cache), cache.get(query)) == (0, None)
