"""What is passed on to a real resolver, what comes back to the client, and what is remembered for how long."""

from __future__ import annotations

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest

from acrdns.wire import upstream

SOA = "example. 3600 IN SOA ns.example. host.example. 1 2 3 4 60"


def response(query: dns.message.Message, *lines: str, authority: str = "", rcode: int = 0) -> dns.message.Message:
    """Make what a resolver answers."""
    made = dns.message.make_response(query, recursion_available=True)
    made.set_rcode(dns.rcode.Rcode.make(rcode))
    for section, texts in ((made.answer, lines), (made.authority, [authority] if authority else [])):
        for line in texts:
            name, ttl, klass, rdtype, data = line.split(None, 4)
            section.append(dns.rrset.from_text(name, int(ttl), klass, rdtype, data))
    return made


def test_nothing_of_the_client_goes_upstream_but_the_question() -> None:
    """Letter case, cookie and ID stay here."""
    query = dns.message.make_query(
        "wWw.Example.COM", "A", use_edns=0, options=[dns.edns.GenericOption(dns.edns.OptionType.COOKIE, b"12345678")]
    )
    asked = upstream.passed_on(query)
    assert str(asked.question[0].name) == "www.example.com."
    assert asked.options == ()
    assert {upstream.passed_on(query).id for _ in range(8)} != {query.id}


@pytest.mark.parametrize(
    ("lines", "authority", "rcode", "seconds"),
    [
        pytest.param(["www.example. 300 IN A 192.0.2.1"], "", 0, 300, id="an address, for its TTL"),
        pytest.param(
            ["www.example. 300 IN CNAME a.example.", "a.example. 20 IN A 192.0.2.1"], "", 0, 20, id="the smallest TTL"
        ),
        pytest.param([], SOA, 3, 60, id="NXDOMAIN, for the negative TTL"),
        pytest.param([], SOA, 0, 60, id="NODATA, for the negative TTL"),
        pytest.param(["www.example. 30 IN CNAME a.example."], SOA, 3, 30, id="an alias to nothing, the smaller"),
        pytest.param([], "", 3, 0, id="NXDOMAIN without SOA, not at all"),
        pytest.param([], "", 2, 0, id="SERVFAIL, not at all"),
    ],
)
def test_how_long_an_answer_is_remembered(lines: list[str], authority: str, rcode: int, seconds: int) -> None:
    """RFC 2308 for what is not there, the smallest TTL for what is."""
    query = dns.message.make_query("www.example", "A")
    assert upstream.lifetime(response(query, *lines, authority=authority, rcode=rcode)) == seconds


def test_ttls_count_down_until_nothing_is_left() -> None:
    """At half its time an answer has half its TTL; at its end it is gone."""
    query = dns.message.make_query("www.example", "A")
    cache = upstream.UpstreamCache()
    cache.put(query, response(query, "www.example. 300 IN A 192.0.2.1"), 1000)
    halfway = cache.get(query, 1150)
    assert halfway is not None
    assert [rrset.ttl for rrset in halfway.answer] == [150]
    assert cache.get(query, 1300) is None


def test_the_cache_is_bounded() -> None:
    """What was not asked for longest goes first."""
    cache = upstream.UpstreamCache(size=2)
    queries = [dns.message.make_query(f"{label}.example", "A") for label in "abc"]
    for query in queries:
        cache.put(query, response(query, f"{query.question[0].name} 300 IN A 192.0.2.1"), 0)
    assert [cache.get(query, 1) is not None for query in queries] == [False, True, True]


@pytest.mark.parametrize(
    ("edns", "tcp", "truncated"),
    [(False, False, True), (True, False, True), (True, True, False)],
    ids=["512 octets", "1232 octets", "TCP"],
)
def test_a_large_answer_is_cut_for_udp(edns: bool, tcp: bool, truncated: bool) -> None:
    """What does not fit has TC and nothing else; TCP takes it whole."""
    query = dns.message.make_query("www.example", "TXT", use_edns=0 if edns else False, payload=4096)
    large = response(query, *(f'www.example. 300 IN TXT "{number:02d}{"x" * 200}"' for number in range(1)))
    texts = " ".join(f'"{"x" * 250}"' for _ in range(8))
    large.answer = [dns.rrset.from_text("www.example.", 300, "IN", "TXT", texts)]
    reply = dns.message.from_wire(upstream.answered(query, large, tcp=tcp))
    assert reply.id == query.id
    assert bool(reply.flags & dns.flags.TC) == truncated
    assert bool(reply.answer) == (not truncated)


def test_silence_upstream_is_servfail_with_the_cause() -> None:
    """RFC 8914 code 22."""
    query = dns.message.make_query("www.example", "A", use_edns=0)
    reply = dns.message.from_wire(upstream.unanswered(query, "upstream 192.0.2.53:53 does not answer"))
    assert reply.rcode() == dns.rcode.SERVFAIL
    assert [(option.code, option.text) for option in reply.options if isinstance(option, dns.edns.EDEOption)] == [
        (22, "upstream 192.0.2.53:53 does not answer")
    ]


@pytest.mark.parametrize("packet", [b"", b"\x00" * 11, b"\x00" * 12, b"\xff" * 40])
def test_what_cannot_be_read_is_not_passed_on(packet: bytes) -> None:
    """Bad packets are the responder's to answer."""
    assert upstream.read(packet) is None
