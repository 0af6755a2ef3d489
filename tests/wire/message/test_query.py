from __future__ import annotations

import struct

import dns.flags
import dns.message
import dns.rdataclass
import dns.rdatatype
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.names import wire
from acrdns.record import Rcode
from acrdns.wire.message.query import QR, read
from tests.wire.strategies import names

QUESTION = wire("WWW.example") + b"\x00\x01\x00\x01"
OPT = b"\x00\x00\x29\x04\xd0\x00\x00\x00\x00\x00\x00"
A = wire("x.example") + struct.pack("!HHIH", 1, 1, 5, 4) + bytes(4)
TSIG_DATA = wire("hmac-sha256") + bytes(8) + b"\x00\x02ab" + bytes(6)
TSIG = wire("key") + struct.pack("!HHIH", 250, 255, 0, len(TSIG_DATA)) + TSIG_DATA


def header(questions: int = 1, answers: int = 0, authority: int = 0, additional: int = 0, flags: int = 0) -> bytes:
    """Write a header."""
    return struct.pack("!6H", 0xABCD, flags, questions, answers, authority, additional)


def opt(options: bytes) -> bytes:
    """Write an OPT record with these octets as options."""
    return OPT[:-2] + len(options).to_bytes(2, "big") + options


@pytest.mark.parametrize(
    "packet",
    [b"", b"\x00", header()[:11], header(flags=QR) + QUESTION, header(flags=QR), b"\xff" * 12],
    ids=["empty", "one-octet", "eleven-octets", "an-answer", "an-answer-without-question", "all-ones"],
)
def test_what_is_never_answered(packet: bytes) -> None:
    """Answers are not answered, nor is what has no whole header."""
    assert read(packet) is None


@pytest.mark.parametrize(
    "packet",
    [
        pytest.param(header(0), id="no question"),
        pytest.param(header(2) + QUESTION * 2, id="two questions"),
        pytest.param(header(), id="question missing"),
        pytest.param(header() + QUESTION[:-1], id="question cut in the class"),
        pytest.param(header() + QUESTION[:5], id="question cut in the name"),
        pytest.param(header() + b"\xc0\x0c\x00\x01\x00\x01", id="name is a pointer to itself"),
        pytest.param(header() + b"\x03www\xc0\x0c\x00\x01\x00\x01", id="name ends in a pointer"),
        pytest.param(header() + b"\x40" + b"a" * 64 + b"\x00" * 5, id="label type 01"),
        pytest.param(header() + b"\x80" + b"a" * 64 + b"\x00" * 5, id="label type 10"),
        pytest.param(header() + (b"\x3f" + b"a" * 63) * 4 + b"\x00\x00\x01\x00\x01", id="name of 257 octets"),
        pytest.param(header() + QUESTION + b"\x00", id="octet after the question"),
        pytest.param(header(additional=1) + QUESTION + OPT + b"\x00", id="octet after the OPT"),
        pytest.param(header(additional=1) + QUESTION, id="OPT promised"),
        pytest.param(header(answers=65535) + QUESTION, id="65535 records promised"),
        pytest.param(header(additional=1) + QUESTION + OPT[:-1], id="OPT cut"),
        pytest.param(header(additional=1) + QUESTION + OPT[:-2] + b"\x00\x09", id="OPT longer than the message"),
        pytest.param(header(additional=2) + QUESTION + OPT * 2, id="two OPT"),
        pytest.param(header(answers=1) + QUESTION + OPT, id="OPT in the answer section"),
        pytest.param(header(authority=1) + QUESTION + OPT, id="OPT in the authority section"),
        pytest.param(header(additional=1) + QUESTION + b"\x01a" + OPT, id="OPT with an owner"),
        pytest.param(header(additional=1) + QUESTION + opt(b"\x00\x0a\x00\x09abc"), id="option longer than the OPT"),
        pytest.param(header(additional=1) + QUESTION + opt(b"\x00\x0a\x00"), id="option cut"),
        pytest.param(header(additional=2) + QUESTION + TSIG + OPT, id="TSIG not last"),
        pytest.param(header(answers=1) + QUESTION + TSIG, id="TSIG in the answer section"),
    ],
)
def test_malformed_queries(packet: bytes) -> None:
    """Whatever is wrong with a message that has a header, it is FORMERR."""
    query = read(packet)
    assert query is not None
    assert (query.id, query.fault) == (0xABCD, Rcode.FORMERR)


@pytest.mark.parametrize(
    "packet",
    [
        pytest.param(header() + QUESTION, id="plain"),
        pytest.param(header(additional=1) + QUESTION + OPT, id="EDNS"),
        pytest.param(header(additional=1) + QUESTION + opt(b"\xfd\xe9\x00\x00"), id="empty unknown option"),
        pytest.param(header(answers=1) + QUESTION + A, id="a record in the answer section"),
        pytest.param(header(additional=2) + QUESTION + A + OPT, id="a record before the OPT"),
        pytest.param(header(additional=1) + QUESTION + b"\xc0\x0c" + A[11:], id="a record with a compressed owner"),
        pytest.param(header(additional=2) + QUESTION + OPT + TSIG, id="OPT and TSIG"),
        pytest.param(header(flags=0x07F5) + QUESTION, id="flags that only answers have"),
    ],
)
def test_well_formed_queries(packet: bytes) -> None:
    """Unusual is not malformed; the question is kept as it was spelled."""
    query = read(packet)
    assert query is not None
    assert (query.fault, query.question, query.name) == (Rcode.NOERROR, QUESTION, QUESTION[:-4])


@pytest.mark.parametrize("opcode", range(1, 16))
def test_other_opcodes(opcode: int) -> None:
    """Everything but QUERY is not implemented, with any content."""
    for rest in (QUESTION, b"", b"\xff\xff"):
        query = read(header(flags=opcode << 11) + rest)
        assert query is not None
        assert query.fault == Rcode.NOTIMP


@given(names, st.integers(0, 65535), st.integers(0, 65535), st.integers(0, 65535), st.booleans(), st.integers(0, 255))
def test_reads_what_dnspython_writes(
    name: bytes, number: int, rclass: int, size: int, dnssec_ok: bool, version: int
) -> None:
    """Name, type, class and EDNS of dnspython's queries come out as they went in."""
    owner = dns.name.from_wire(name, 0)[0]
    message = dns.message.make_query(
        owner, dns.rdatatype.RdataType.make(number), dns.rdataclass.RdataClass.make(rclass), use_edns=False
    )
    message.use_edns(version, dns.flags.DO if dnssec_ok else 0, size)
    query = read(message.to_wire())
    assert query is not None
    assert query.edns is not None
    assert (query.id, query.fault) == (message.id, Rcode.NOERROR)
    assert (query.name, query.type, query.qclass) == (name, number, rclass)
    assert (query.edns.size, query.edns.version, query.edns.dnssec_ok) == (size, version, dnssec_ok)


@given(st.binary(max_size=600))
def test_reads_any_bytes(packet: bytes) -> None:
    """No bytes raise."""
    query = read(packet)
    assert query is None or query.question in packet
