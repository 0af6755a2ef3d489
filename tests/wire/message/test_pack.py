from __future__ import annotations

from itertools import pairwise

import dns.message
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.names import name, wire
from acrdns.record import RRset, Type
from acrdns.wire.message.compress import Records, Sections, join
from acrdns.wire.message.pack import pack
from acrdns.wire.message.query import QR, TC
from tests.wire.exchange import as_dnspython, big, records
from tests.wire.strategies import names, sections

OPT = b"\x00\x00\x29\x04\xd0\x00\x00\x00\x00\x00\x00"
QUESTION = wire("www.example") + b"\x00\x10\x00\x01"


def read(packet: bytes) -> dns.message.Message:
    """Read it with dnspython."""
    return dns.message.from_wire(packet)


def truncated(packet: bytes) -> bool:
    """Return whether TC is set."""
    return bool(packet[2] << 8 & TC)


@given(names, st.integers(0, 65535), st.tuples(sections(), sections(), sections()), st.sampled_from([b"", OPT]))
def test_dnspython_reads_what_is_packed(asked: bytes, number: int, parts: Sections, opt: bytes) -> None:
    """Every section comes out of dnspython as it went in, and names stand in the message where they are compressed."""
    question = asked.lower() + number.to_bytes(2, "big") + b"\x00\x01"
    message = read(pack(QR, question, parts, opt, 65535))
    assert [message.question[0].name.to_wire(), message.question[0].rdtype] == [asked.lower(), number]
    assert [list(map(as_dnspython, part)) for part in parts] == [message.answer, message.authority, message.additional]
    assert (message.edns == 0) is bool(opt)


@given(
    names,
    st.tuples(sections(), sections(), sections()),
    st.sampled_from([b"", OPT]),
    st.one_of(st.just(65535), st.integers(30, 600)),
)
def test_both_ways_of_packing_give_the_same_bytes(asked: bytes, parts: Sections, opt: bytes, limit: int) -> None:
    """The joined reply is dnslib's, octet for octet; where it is not made, dnslib's is cut."""
    question = asked.lower() + b"\x00\x01\x00\x01"
    whole = pack(QR, question, parts, opt, limit)
    joined = join(QR, question, parts, opt, limit)
    if joined is not None:
        assert joined == whole
    else:
        assert len(pack(QR, question, parts, opt, 65535)) > limit


@given(st.tuples(sections(), sections(), sections()), st.sampled_from([b"", OPT]), st.integers(40, 700))
def test_a_limit_is_kept_and_sets_stay_whole(parts: Sections, opt: bytes, limit: int) -> None:
    """Nothing is longer than the limit; each section is a beginning of the whole one, with its sets complete."""
    packet = pack(QR, QUESTION, parts, opt, limit)
    assert len(packet) <= limit
    message = read(packet)
    for part, found in zip(parts, (message.answer, message.authority, message.additional), strict=True):
        assert found == list(map(as_dnspython, part))[: len(found)]
    left_out = [len(part) - len(found) for part, found in zip(parts, (message.answer, message.authority), strict=False)]
    if any(left_out):
        assert truncated(packet)
    if not truncated(packet):
        assert not any(left_out)


def test_additional_data_is_left_out_without_a_word() -> None:
    """Addresses that would only have been helpful are no reason for TCP."""
    packet = pack(QR, QUESTION, (tuple(records("www.example A 192.0.2.1")), (), (big("x.example", 3),)), b"", 512)
    assert not truncated(packet)
    assert read(packet).additional == []


@pytest.mark.parametrize(
    ("server", "cut"), [("ns.sub.example", True), ("sub.example", True), ("ns.other.example", False)]
)
def test_glue_that_does_not_fit_truncates(server: str, *, cut: bool) -> None:
    """A referral without the glue that is below the cut leads nowhere; other glue is found elsewhere (RFC 9471)."""
    servers = tuple(records(f"sub.example NS {server}"))
    packet = pack(QR, QUESTION, ((), servers, (big(server, 3),)), b"", 512)
    assert truncated(packet) == cut


@pytest.mark.parametrize(("limit", "answers"), [(512, 0), (1232, 0), (65535, 10)])
def test_a_set_is_never_cut(limit: int, answers: int) -> None:
    """Of ten records none is sent where not all ten fit (RFC 2181 section 9)."""
    packet = pack(QR, QUESTION, ((big("www.example", 10),), (), ()), OPT, limit)
    assert (truncated(packet), int.from_bytes(packet[6:8], "big")) == (answers == 0, answers)


def test_the_chain_before_a_set_that_does_not_fit_is_kept() -> None:
    """What fits of a chain is sent: whole sets, in order."""
    chain = (*records("www.example CNAME big.example"), big("big.example", 10))
    packet = pack(QR, QUESTION, (chain, (), ()), b"", 512)
    assert truncated(packet)
    assert [int(rrset.rdtype) for rrset in read(packet).answer] == [Type.CNAME]


def test_names_beyond_the_reach_of_pointers() -> None:
    """A pointer has 14 bits: names farther away are not pointed at, so that large answers over TCP stay right."""
    filler = big("filler.example", 100)
    far = tuple(
        RRset(name(f"n{number}.far.far.away"), Type.CNAME, 1, (wire(f"target{number}.far.far.away"),))
        for number in range(50)
    )
    parts = ((filler, *far), (), ())
    packet = pack(QR, QUESTION, parts, b"", 65535)
    assert len(packet) > 0x3FFF
    assert read(packet).answer == [as_dnspython(rrset) for rrset in parts[0]]
    assert join(QR, QUESTION, parts, b"", 65535) == packet


def test_equal_names_are_compressed() -> None:
    """An owner that is the question's name is two octets, a target below it is its own labels and two octets."""
    parts = (tuple(records("www.example CNAME a.www.example\na.www.example A 192.0.2.1")), (), ())
    packet = pack(QR, QUESTION, parts, b"", 512)
    assert packet[12 + len(QUESTION) :].hex(" ").startswith("c0 0c 00 05")
    assert len(packet) == 12 + len(QUESTION) + (2 + 10 + 4) + (2 + 10 + 4)


@pytest.mark.parametrize("count", [10, 40])
def test_names_that_grow_can_be_read(count: int) -> None:
    """Each name is one label longer than the one before: below a DNAME that leads below itself, and in transfers."""
    grown = [name(".".join(["a"] * number + ["example"])) for number in range(1, count + 2)]
    chain = tuple(RRset(owner, Type.CNAME, 60, (target,)) for owner, target in pairwise(grown))
    question = grown[0] + b"\0\1\0\1"
    whole = read(pack(QR, question, (chain, (), ()), OPT, 65535))
    assert [rrset.name.to_wire() for rrset in whole.answer] == grown[:-1]
    filled = Records(question)
    for rrset in chain:
        filled.add(rrset.name, rrset.type, rrset.ttl, rrset.rdatas[0])
    assert read(filled.finish(0, QR, OPT)).answer == whole.answer
    assert join(QR, question, (chain, (), ()), OPT, 65535) == pack(QR, question, (chain, (), ()), OPT, 65535)
