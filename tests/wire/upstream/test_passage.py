"""A query on its way between what is simulated and what is not: who is asked what, and what the client gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.names import show
from acrdns.wire.upstream.answer import UpstreamAnswer
from acrdns.wire.upstream.passage import Passage, leads_out

if TYPE_CHECKING:
    from acrdns.wire.upstream.question import UpstreamQuestion

EDE = dns.edns.EDEOption(dns.edns.EDECode.OTHER, "outside the simulated zones")
COOKIE = dns.edns.CookieOption(b"12345678", b"87654321")

INSIDE = {
    "in.test.": ["in.test. 60 IN A 10.0.0.1"],
    "out.test.": ["out.test. 60 IN CNAME www.example."],
    "again.test.": ["again.test. 60 IN CNAME out.test.", "out.test. 60 IN CNAME www.example."],
    "round.test.": ["round.test. 60 IN CNAME round.example."],
    "none.test.": [],
    "broken.test.": [],
}
"""What is simulated: `test`, with names that lead to `example`, which is not."""
OUTSIDE = {
    "www.example.": ["www.example. 300 IN A 192.0.2.2"],
    "alias.example.": ["alias.example. 300 IN CNAME www.example.", "www.example. 300 IN A 192.0.2.2"],
    # What a real resolver makes of names that are simulated here counts for nothing.
    "into.example.": ["into.example. 300 IN CNAME in.test.", "in.test. 300 IN A 203.0.113.9"],
    "far.example.": [
        "far.example. 300 IN CNAME into.example.",
        "into.example. 300 IN CNAME in.test.",
        "in.test. 300 IN CNAME other.example.",
        "other.example. 300 IN A 203.0.113.9",
    ],
    "dname.example.": ["example. 300 IN DNAME test.", "dname.example. 300 IN CNAME in.test."],
    "back.example.": ["back.example. 300 IN CNAME out.test."],
    "empty.example.": ["empty.example. 300 IN CNAME none.test."],
    "broken.example.": ["broken.example. 300 IN CNAME broken.test."],
    "round.example.": ["round.example. 300 IN CNAME round.test."],
    "bitten.example.": ["bitten.example. 300 IN CNAME bitten.example."],
}


def inside(packet: bytes) -> bytes:
    """Answer as the simulation does: a chain that leads out is REFUSED at its end."""
    query = dns.message.from_wire(packet)
    name = str(query.question[0].name).lower()
    made = dns.message.make_response(query, recursion_available=True)
    lines = INSIDE.get(name)
    made.answer = rrsets(lines or [])
    if lines is None or (lines[-1:] and "CNAME" in lines[-1]):
        made.set_rcode(dns.rcode.REFUSED)
    elif not lines:
        made.set_rcode(dns.rcode.SERVFAIL if name == "broken.test." else dns.rcode.NXDOMAIN)
    if query.edns >= 0:
        options = [option for option in query.options if option.otype == dns.edns.OptionType.ECS]
        made.use_edns(0, options=[*options, COOKIE, *([EDE] if made.rcode() == dns.rcode.REFUSED else [])])
    return made.to_wire()


def rrsets(lines: list[str]) -> list[dns.rrset.RRset]:
    """Read records, each a set."""
    made = []
    for line in lines:
        name, ttl, klass, kind, data = line.split(None, 4)
        made.append(dns.rrset.from_text(name, int(ttl), klass, kind, data))
    return made


def asked_of(question: UpstreamQuestion) -> dns.message.Message:
    """Read the query that a question makes."""
    return dns.message.from_wire(question.query(b"\x12\x34", bytes(255)))


def take(passage: Passage, response: dns.message.Message) -> None:
    """Hand a response over as it comes off the wire."""
    assert passage.asked is not None
    passage.take(UpstreamAnswer(response.to_wire(max_size=65535), passage.asked))


def upstream(question: UpstreamQuestion, flags: int = 0) -> dns.message.Message:
    """Answer as the real resolver does."""
    asked = asked_of(question)
    made = dns.message.make_response(asked, recursion_available=True)
    made.flags |= flags
    made.answer = rrsets(OUTSIDE.get(str(asked.question[0].name), []))
    if not made.answer:
        made.set_rcode(dns.rcode.NXDOMAIN)
    return made


def start(query: dns.message.Message, *, tcp: bool = False) -> Passage:
    """Begin with what is said here."""
    packet = query.to_wire()
    reply = inside(packet)
    assert leads_out(packet, reply)
    return Passage(packet, reply, inside, tcp=tcp)


def run(query: dns.message.Message, flags: int = 0) -> tuple[dns.message.Message, list[str]]:
    """Ask until there is nothing left to ask; the reply, and what upstream was asked."""
    passage = start(query)
    asked = []
    while passage.asked is not None:
        asked.append(show(passage.asked.name))
        take(passage, upstream(passage.asked, flags))
    return dns.message.from_wire(passage.reply()), asked


@pytest.mark.parametrize(
    ("name", "asked", "answer", "rcode"),
    [
        ("www.example", ["www.example"], ["www.example", "192.0.2.2"], "NOERROR"),
        ("alias.example", ["alias.example"], ["alias.example", "www.example", "192.0.2.2"], "NOERROR"),
        ("nothing.example", ["nothing.example"], [], "NXDOMAIN"),
        ("out.test", ["www.example"], ["out.test", "www.example", "192.0.2.2"], "NOERROR"),
        ("again.test", ["www.example"], ["again.test", "out.test", "www.example", "192.0.2.2"], "NOERROR"),
        ("into.example", ["into.example"], ["into.example", "in.test", "10.0.0.1"], "NOERROR"),
        ("far.example", ["far.example"], ["far.example", "into.example", "in.test", "10.0.0.1"], "NOERROR"),
        ("dname.example", ["dname.example"], ["example", "dname.example", "in.test", "10.0.0.1"], "NOERROR"),
        ("back.example", ["back.example", "www.example"], ["back.example", "out.test", "www.example", "192.0.2.2"], "NOERROR"),
        ("empty.example", ["empty.example"], ["empty.example"], "NXDOMAIN"),
        ("broken.example", ["broken.example"], [], "SERVFAIL"),
        ("bitten.example", ["bitten.example"], ["bitten.example"], "NOERROR"),
    ],
)  # fmt: skip
def test_each_name_of_a_chain_is_asked_of_whoever_knows_it(
    name: str, asked: list[str], answer: list[str], rcode: str
) -> None:
    """Upstream is asked for no simulated name, and its opinion of one is dropped."""
    reply, was_asked = run(dns.message.make_query(name, "A", use_edns=0))
    assert was_asked == asked
    owners = [str(rrset.name).rstrip(".") for rrset in reply.answer]
    assert owners + [str(rdata) for rrset in reply.answer[-1:] for rdata in rrset if rrset.rdtype == 1] == answer
    assert dns.rcode.to_text(reply.rcode()) == rcode


def test_a_chain_without_an_end_is_servfail() -> None:
    """A name here and one outside that are aliases of each other."""
    reply, asked = run(dns.message.make_query("round.test", "A", use_edns=0))
    assert reply.rcode() == dns.rcode.SERVFAIL
    assert len(asked) == 16
    assert [option.code for option in reply.options if isinstance(option, dns.edns.EDEOption)] == [22]


@pytest.mark.parametrize("kind", ["CNAME", "ANY"])
def test_who_asks_for_the_alias_itself_gets_it(kind: str) -> None:
    """Nothing is chased then."""
    reply, asked = run(dns.message.make_query("into.example", kind))
    assert asked == ["into.example"]
    assert str(reply.answer[0]) == "into.example. 300 IN CNAME in.test."


@pytest.mark.parametrize(
    ("sent", "dnssec", "upstreams", "name", "seen"),
    [
        ("RD", False, "", "www.example", "QR RD RA"),
        ("RD CD", False, "", "www.example", "QR RD RA CD"),
        ("RD AD", False, "AD", "www.example", "QR RD RA AD"),
        ("RD", True, "AD", "www.example", "QR RD RA AD"),
        ("RD", False, "AD", "www.example", "QR RD RA"),
        ("RD AD", False, "", "www.example", "QR RD RA"),
        ("RD AD", False, "AD", "out.test", "QR RD RA"),
        ("RD AD", False, "AD", "into.example", "QR RD RA"),
        ("RD", False, "AA", "www.example", "QR RD RA"),
    ],
)
def test_flags(sent: str, dnssec: bool, upstreams: str, name: str, seen: str) -> None:
    """CD is copied; AD is for those who ask for it, and never for what was simulated (RFC 6840 section 5.7 to 5.9)."""
    query = dns.message.make_query(name, "A", want_dnssec=dnssec)
    query.flags = dns.flags.from_text(sent)
    reply, _ = run(query, dns.flags.from_text(upstreams))
    assert dns.flags.to_text(reply.flags) == seen
    assert bool(reply.ednsflags & dns.flags.DO) == dnssec


def test_options() -> None:
    """The client sees its cookie and upstream's errors; not what was said before upstream was asked."""
    passage = start(dns.message.make_query("www.example", "A", use_edns=0))
    assert passage.asked is not None
    response = upstream(passage.asked)
    response.use_edns(
        0, options=[dns.edns.EDEOption(dns.edns.EDECode.BLOCKED, "blocked"), dns.edns.NSIDOption(b"upstream")]
    )
    take(passage, response)
    assert list(dns.message.from_wire(passage.reply()).options) == [
        COOKIE,
        dns.edns.EDEOption(dns.edns.EDECode.BLOCKED, "blocked"),
    ]


@pytest.mark.parametrize(("name", "scope"), [("www.example", 0), ("out.test", 16), ("into.example", 16)])
def test_what_upstream_says_holds_for_all_subnets(name: str, scope: int) -> None:
    """RFC 7871 section 7.2.1; an answer in which the simulation has a part is for the client's network."""
    query = dns.message.make_query(name, "A", options=[dns.edns.ECSOption("10.0.0.0", 24, 16)])
    reply, _ = run(query)
    assert [option.scopelen for option in reply.options if isinstance(option, dns.edns.ECSOption)] == [scope]


@pytest.mark.parametrize("edns", [0, False])
def test_an_rcode_that_needs_edns_is_between_us_and_upstream(edns: int | bool) -> None:
    """BADVERS from there is no BADVERS from here (RFC 6891 section 6.1.3)."""
    passage = start(dns.message.make_query("www.example", "A", use_edns=edns))
    assert passage.asked is not None
    response = upstream(passage.asked)
    response.answer = []
    response.set_rcode(dns.rcode.BADVERS)
    take(passage, response)
    assert dns.message.from_wire(passage.reply()).rcode() == dns.rcode.SERVFAIL


def test_no_edns_for_clients_without() -> None:
    """Whatever upstream speaks (RFC 6891 section 7)."""
    query = dns.message.make_query("www.example", "A", use_edns=False)
    assert run(query)[0].edns == -1


@pytest.mark.parametrize(
    ("edns", "tcp", "truncated"),
    [(False, False, True), (True, False, True), (True, True, False)],
    ids=["512 octets", "1232 octets", "TCP"],
)
def test_a_large_answer_is_cut_for_udp(edns: bool, tcp: bool, truncated: bool) -> None:
    """What does not fit has TC and nothing else; TCP takes it whole."""
    query = dns.message.make_query("www.example", "TXT", use_edns=0 if edns else False, payload=4096)
    passage = start(query, tcp=tcp)
    assert passage.asked is not None
    large = upstream(passage.asked)
    texts = " ".join(f'"{"x" * 250}"' for _ in range(8))
    large.answer = [dns.rrset.from_text("www.example.", 300, "IN", "TXT", texts)]
    take(passage, large)
    packet = passage.reply()
    reply = dns.message.from_wire(packet)
    assert reply.id == query.id
    assert bool(reply.flags & dns.flags.TC) == truncated
    assert bool(reply.answer) == (not truncated)
    assert tcp or len(packet) <= (1232 if edns else 512)


def test_silence_upstream_is_servfail_with_the_cause() -> None:
    """RFC 8914 code 22."""
    passage = start(dns.message.make_query("www.example", "A", use_edns=0))
    reply = dns.message.from_wire(passage.fail("upstream 192.0.2.53:53 does not answer"))
    assert reply.rcode() == dns.rcode.SERVFAIL
    assert [(option.code, option.text) for option in reply.options if isinstance(option, dns.edns.EDEOption)] == [
        (22, "upstream 192.0.2.53:53 does not answer")
    ]


def refused(packet: bytes) -> bytes:
    """Return a header that says REFUSED."""
    return packet[:2] + b"\x81\x85" + bytes(8)


@pytest.mark.parametrize(
    ("kind", "klass", "flags", "leads"),
    [
        ("A", "IN", "RD", True),
        ("ANY", "IN", "RD", True),
        ("TYPE65280", "IN", "RD", True),
        ("A", "IN", "", False),
        ("A", "CH", "RD", False),
        ("AXFR", "IN", "RD", False),
        ("IXFR", "IN", "RD", False),
    ],
)
def test_what_leads_out(kind: str, klass: str, flags: str, leads: bool) -> None:
    """Questions of the internet that want recursion."""
    query = dns.message.make_query("www.example", kind, klass)
    query.flags = dns.flags.from_text(flags)
    packet = query.to_wire()
    assert leads_out(packet, refused(packet)) is leads
    assert not leads_out(packet, packet[:2] + b"\x81\x83" + bytes(8))


@given(st.binary(max_size=60))
def test_what_cannot_be_read_is_not_passed_on(rest: bytes) -> None:
    """Bad packets are the responder's to answer; of any other a passage can be made."""
    packet = b"\x12\x34\x01\x00\x00\x01" + rest
    if leads_out(packet, refused(packet)):
        assert Passage(packet, inside(packet), inside, tcp=False).asked is not None
    else:
        with pytest.raises(ValueError, match="not a query"):
            Passage(packet, refused(packet), inside, tcp=False)
