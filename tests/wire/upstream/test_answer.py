"""A response as a forwarder reads it: what counts of it, and that odd data passes unread."""

from __future__ import annotations

import struct

import dns.flags
import dns.message
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.names import Name, name, show
from acrdns.record import Type
from acrdns.wire.upstream.answer import LONGEST, UnreadableError, UpstreamAnswer
from acrdns.wire.upstream.question import UpstreamQuestion

ASKED = UpstreamQuestion(name("www.example"), 1, dnssec_ok=False, checking_disabled=False)
HEAD = b"\x12\x34\x81\x80\0\1"
OWNER = b"\xc0\x0c"


def record(owner: bytes, number: int, ttl: int, data: bytes) -> bytes:
    """Write a record."""
    return owner + struct.pack("!HHIH", number, 1, ttl, len(data)) + data


def message(answer: list[bytes], authority: tuple[bytes, ...] = (), additional: tuple[bytes, ...] = (), asked: UpstreamQuestion = ASKED) -> bytes:  # fmt: skip
    """Write a response."""
    question = asked.name + asked.type.to_bytes(2, "big") + b"\0\1"
    counts = struct.pack("!3H", len(answer), len(authority), len(additional))
    return HEAD + counts + question + b"".join((*answer, *authority, *additional))


def of_type(number: int) -> UpstreamQuestion:
    """Ask www.example for a type."""
    return UpstreamQuestion(ASKED.name, number, dnssec_ok=False, checking_disabled=False)


ODD = [
    (64, b"\0\0\x02ab\0\0\1\0\0", "SVCB in alias mode with a parameter (RFC 9460 section 2.4.2)"),
    (65, b"\0\1\0\0\2\0\0", "no-default-alpn without alpn"),
    (65, b"\0\1\0\0\4\0\0", "an empty hint"),
    (257, b"\0\5is-ueca.example", "a CAA tag with another letter"),
    (256, b"\0\1\0\1", "a URI with an empty target"),
    (43, b"\0\1\x08\2ab", "a DS of another length"),
    (44, b"\1\1ab", "a SSHFP of another length"),
    (45, b"\1\x09\x02ab", "an IPSECKEY of a newer kind"),
    (29, b"\1" + bytes(15), "a LOC of version 1"),
    (27, b"\3900\3900\3900", "a GPOS out of range"),
    (65280, b"", "a private type without data"),
]


@pytest.mark.parametrize(("number", "data"), [row[:2] for row in ODD], ids=[row[2] for row in ODD])
def test_odd_data_passes_unread(number: int, data: bytes) -> None:
    """A forwarder has no opinion on it."""
    asked = of_type(number)
    answer = UpstreamAnswer(message([record(OWNER, number, 300, data)], asked=asked), asked)
    assert [rrset.rdatas for rrset in answer.sets(0)[0]] == [(data,)]
    assert answer.plain


@pytest.mark.parametrize("text", [b"\xff\xfe cut \xe2\x82", "wörter".encode("latin-1")])
def test_an_error_text_that_is_no_utf8_makes_no_answer_useless(text: bytes) -> None:
    """What cannot be read of it is replaced."""
    option = struct.pack("!HHH", 15, len(text) + 2, 9) + text
    opt = b"\0" + struct.pack("!HHIH", 41, 1232, 0, len(option)) + option
    answer = UpstreamAnswer(message([record(OWNER, 1, 300, b"\1\2\3\4")], additional=(opt,)), ASKED)
    assert answer.errors == ((15, b"\0\x09" + text.decode(errors="replace").encode()),)
    assert answer.counts == (1, 0)


def test_what_is_not_of_the_chain_is_dropped() -> None:
    """Records of other names in any section (BIND and Unbound scrub them, too)."""
    forged = record(bytes(name("contoso.azurecr.io")), 1, 300, b"\6\6\6\6")
    right = record(OWNER, 1, 300, b"\1\2\3\4")
    ns = record(bytes(name("azurecr.io")), Type.NS, 300, bytes(name("evil.example")))
    soa = record(bytes(name("example")), Type.NS, 300, bytes(name("ns.example")))
    answer = UpstreamAnswer(message([forged, right], (ns, soa), (forged,)), ASKED)
    assert not answer.plain
    kept, authority = answer.sets(0)
    assert [(show(rrset.name), rrset.rdatas) for rrset in kept] == [("www.example", (b"\1\2\3\4",))]
    assert [show(rrset.name) for rrset in authority] == ["example"]


def test_an_additional_section_alone_is_cut_off() -> None:
    """The octets before it are passed on as they are."""
    right = record(OWNER, 1, 300, b"\1\2\3\4")
    forged = record(bytes(name("contoso.azurecr.io")), 1, 300, b"\6\6\6\6")
    answer = UpstreamAnswer(message([right], (), (forged,)), ASKED)
    assert answer.plain
    assert answer.body(512, 0) == (right, (1, 0), False)


@pytest.mark.parametrize(("sent", "ttl"), [(300, 300), (2**31 - 1, LONGEST), (2**31, 0), (2**32 - 1, 0)])
def test_ttls_are_capped(sent: int, ttl: int) -> None:
    """At the time for which an answer is remembered; with the top bit set they are zero (RFC 2181 section 8)."""
    answer = UpstreamAnswer(message([record(OWNER, 1, sent, b"\1\2\3\4")]), ASKED)
    assert answer.body(512, 0)[0] == record(OWNER, 1, ttl, b"\1\2\3\4")
    assert [rrset.ttl for rrset in answer.sets(0)[0]] == [ttl]
    assert answer.lifetime == ttl


def test_what_fits_is_left_in_a_cut_answer() -> None:
    """Whole records: a client without TCP has something at least."""
    records = [record(OWNER, 1, 300, bytes((192, 0, 2, number))) for number in range(100)]
    body, counts, cut = UpstreamAnswer(message(records), ASKED).body(16 * 10 + 5, 0)
    assert (body, counts, cut) == (b"".join(records[:10]), (10, 0), True)


TYPES = ["A", "AAAA", "NS", "CNAME", "SOA", "PTR", "MX", "SRV", "NAPTR", "RP", "AFSDB", "KX", "PX", "RT", "DNAME", "TXT", "CAA", "HTTPS", "DS"]  # fmt: skip
TEXTS = {
    "A": "192.0.2.1",
    "AAAA": "2001:db8::1",
    "SOA": "ns.example. host.example. 1 2 3 4 60",
    "MX": "10 mail.www.example.",
    "SRV": "1 2 3 host.www.example.",
    "NAPTR": '1 2 "u" "E2U+sip" "!^.*$!sip:a@b!" sip.www.example.',
    "RP": "a.www.example. b.www.example.",
    "AFSDB": "1 db.www.example.",
    "KX": "1 kx.www.example.",
    "PX": "1 a.www.example. b.example.",
    "RT": "1 rt.www.example.",
    "TXT": '"a" "b"',
    "CAA": '0 issue "ca.example"',
    "HTTPS": "1 . alpn=h2",
    "DS": "1 8 2 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
}


@pytest.mark.parametrize("kind", TYPES)
def test_names_in_data_come_out_whole(kind: str) -> None:
    """However dnspython compresses them (RFC 3597 section 4)."""
    rdata = dns.rdata.from_text("IN", kind, TEXTS.get(kind, "target.www.example."))
    number = int(dns.rdatatype.from_text(kind))
    query = dns.message.make_query("www.example", kind, use_edns=0)
    response = dns.message.make_response(query)
    response.answer = [dns.rrset.from_rdata("www.example.", 300, rdata)]
    answer = UpstreamAnswer(response.to_wire(), of_type(number))
    assert [rrset.rdatas for rrset in answer.sets(0)[0]] == [(rdata.to_wire(),)]
    body, counts, _ = answer.body(512, 0)
    head = HEAD + struct.pack("!3H", *counts, 0)
    again = dns.message.from_wire(head + ASKED.name + number.to_bytes(2, "big") + b"\0\1" + body)
    assert again.answer == response.answer


def test_compressed_data_of_old_types_comes_out_whole() -> None:
    """SRV and NAPTR of servers that compress what they should not."""
    compressed = record(OWNER, 33, 300, b"\0\1\0\2\0\3\4host" + OWNER)
    asked = of_type(33)
    answer = UpstreamAnswer(message([compressed], asked=asked), asked)
    assert answer.sets(0)[0][0].rdatas == (b"\0\1\0\2\0\3\4host" + ASKED.name,)


@pytest.mark.parametrize(
    "octets",
    [
        message([record(b"\xc0\x1d", 1, 300, b"\1\2\3\4")]),
        message([record(OWNER, 1, 300, b"\1\2\3\4")])[:-1],
        message([OWNER]),
        message([record(OWNER, 5, 300, b"\xc0\xff")]),
        message([record(OWNER, 5, 300, b"\xc0\x29")]),
        message([record(bytes((64,)) + b"a" * 64 + b"\0", 1, 300, b"\1\2\3\4")]),
        message([record((b"\x3f" + b"a" * 63) * 5 + b"\0", 1, 300, b"\1\2\3\4")]),
    ],
    ids=["pointer to itself", "cut data", "cut record", "pointer behind", "loop", "long label", "long name"],
)
def test_what_is_no_message_is_unreadable(octets: bytes) -> None:
    """One error for all of it."""
    with pytest.raises(UnreadableError):
        UpstreamAnswer(octets, ASKED)


def test_a_chain_of_many_aliases_is_unreadable() -> None:
    """No resolver follows so many, and each would be looked up here."""
    names = [bytes(name(f"n{number}.example")) for number in range(40)]
    aliases = [record(OWNER if not at else names[at - 1], 5, 300, names[at]) for at in range(40)]
    with pytest.raises(UnreadableError):
        UpstreamAnswer(message(aliases), ASKED)


@given(st.binary(max_size=80), st.integers(0, 3), st.integers(0, 3), st.integers(0, 2))
def test_any_octets_are_read_or_unreadable(rest: bytes, answers: int, authority: int, additional: int) -> None:
    """Nothing else is raised, and what is read can be written."""
    head = HEAD + struct.pack("!3H", answers, authority, additional)
    try:
        answer = UpstreamAnswer(head + ASKED.name + b"\0\1\0\1" + rest, ASKED)
        answer.sets(10)
    except UnreadableError:
        return
    body, counts, cut = answer.body(40, 10)
    assert len(body) <= 40
    assert cut or sum(counts) == sum(answer.counts)


@given(st.lists(st.sampled_from(["www.example", "a.example", "b.www.example", "contoso.azurecr.io"]), max_size=6))
def test_octets_and_record_sets_say_the_same(owners: list[str]) -> None:
    """Whichever way an answer is passed on (law of `plain`)."""
    records = [record(bytes(name(owner)), 1, 300 + at, bytes((192, 0, 2, at))) for at, owner in enumerate(owners)]
    answer = UpstreamAnswer(message(records), ASKED)
    kept = sorted(rdata for rrset in answer.sets(0)[0] for rdata in rrset.rdatas)
    assert kept == sorted(bytes((192, 0, 2, at)) for at, owner in enumerate(owners) if owner == "www.example")
    assert answer.plain == (set(owners) <= {"www.example"})
    if answer.plain:
        assert answer.body(65535, 0)[0] == b"".join(records)


def test_the_name_of_a_question_is_not_looked_at_again() -> None:
    """Its letter case may be any: the owner that points at it is the queried name."""
    octets = message([record(OWNER, 1, 300, b"\1\2\3\4")]).replace(b"\3www\7example", b"\3wWw\7eXample")
    answer = UpstreamAnswer(octets, ASKED)
    assert answer.plain
    assert [rrset.name for rrset in answer.sets(0)[0]] == [Name(ASKED.name)]


def test_the_letter_case_of_a_query_gets_into_no_record() -> None:
    """An alias target that is compressed into the question has the case of the name as we know it."""
    octets = message([record(OWNER, 5, 300, b"\1a\xc0\x10")]).replace(b"\3www\7example", b"\3wWw\7eXample")
    assert UpstreamAnswer(octets, ASKED).sets(0)[0][0].rdatas == (bytes(name("a.example")),)
