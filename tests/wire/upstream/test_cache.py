"""What is asked of a real resolver, and what is remembered of its answers for how long."""

from __future__ import annotations

import dns.edns
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest

from acrdns.names import Name
from acrdns.wire.upstream.answer import UpstreamAnswer
from acrdns.wire.upstream.cache import UpstreamCache
from acrdns.wire.upstream.question import UpstreamQuestion

WWW = dns.name.from_text("www.example")
SOA = "example. 3600 IN SOA ns.example. host.example. 1 2 3 4 60"


def of(query: dns.message.Message) -> UpstreamQuestion:
    """Return what is asked on behalf of a query."""
    name, dnssec = query.question[0].name.to_digestable(), bool(query.ednsflags & dns.flags.DO)
    return UpstreamQuestion(Name(name), int(query.question[0].rdtype), dnssec, bool(query.flags & dns.flags.CD))


def answer(query: dns.message.Message, *lines: str, authority: str = "", rcode: int = 0) -> UpstreamAnswer:
    """Read what a resolver answers off the wire."""
    return read(query, response(query, *lines, authority=authority, rcode=rcode))


def read(query: dns.message.Message, made: dns.message.Message) -> UpstreamAnswer:
    """Read a response off the wire."""
    return UpstreamAnswer(made.to_wire(max_size=65535), of(query))


def sent(asked: UpstreamQuestion) -> dns.message.Message:
    """Read the query that a question makes."""
    return dns.message.from_wire(asked.query(b"12", bytes(255)))


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
    asked = sent(of(query))
    assert str(asked.question[0].name) == "www.example.com."
    assert asked.options == ()
    assert asked.id == int.from_bytes(b"12", "big")


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
        pytest.param([], "", 2, 1, id="SERVFAIL, for a second (RFC 9520)"),
        pytest.param([], "", 5, 1, id="REFUSED, for a second"),
        pytest.param(["www.example. 300 IN A 192.0.2.1"], "", 2, 1, id="whatever comes with it"),
    ],
)
def test_how_long_an_answer_is_remembered(lines: list[str], authority: str, rcode: int, seconds: int) -> None:
    """RFC 2308 for what is not there, the smallest TTL for what is."""
    query = dns.message.make_query("www.example", "A")
    cache = UpstreamCache()
    cache.put(of(query), answer(query, *lines, authority=authority, rcode=rcode), 0)
    assert known(cache, of(query), seconds - 0.1) == (seconds > 0)
    assert not known(cache, of(query), seconds)


def test_ttls_count_down_until_nothing_is_left() -> None:
    """At half its time an answer has half its TTL; at its end it is gone."""
    query = dns.message.make_query("www.example", "A")
    cache = UpstreamCache()
    cache.put(of(query), answer(query, "www.example. 300 IN A 192.0.2.1"), 1000)
    halfway, age = cache.get(of(query), 1150)
    assert isinstance(halfway, UpstreamAnswer)
    assert [rrset.ttl for rrset in halfway.sets(age)[0]] == [150]
    assert halfway.body(512, age)[0][-10:-6] == (150).to_bytes(4, "big")
    with pytest.raises(KeyError):
        cache.get(of(query), 1300)


def test_silence_is_remembered_for_a_second() -> None:
    """As a failure is: no resolver may ask again for each query that comes meanwhile (RFC 9520 section 3.2)."""
    asked, cache = of(dns.message.make_query("www.example", "A")), UpstreamCache()
    cache.put(asked, "silence", 1000)
    assert cache.get(asked, 1000.9) == ("silence", 0)
    with pytest.raises(KeyError):
        cache.get(asked, 1001)


def known(cache: UpstreamCache, asked: UpstreamQuestion, now: float) -> bool:
    """Return whether something is remembered."""
    try:
        cache.get(asked, now)
    except KeyError:
        return False
    return True


def test_the_cache_is_bounded() -> None:
    """In octets; what was not asked for longest goes first."""
    cache = UpstreamCache(most=2500)
    queries = [dns.message.make_query(f"{label}.example", "A") for label in "abc"]
    for query in queries:
        cache.put(of(query), answer(query, f"{query.question[0].name} 300 IN A 192.0.2.1"), 0)
    assert [known(cache, of(query), 1) for query in queries] == [False, True, True]


def test_answers_differ_by_do_and_cd() -> None:
    """Whoever does not want validation is not given what was remembered for those who do, and the other way round."""
    cache = UpstreamCache()
    plain = dns.message.make_query(WWW, "A")
    cache.put(of(plain), answer(plain, "www.example. 300 IN A 192.0.2.1"), 0)
    assert known(cache, of(plain), 1)
    for flags, dnssec in ((dns.flags.CD, False), (0, True), (dns.flags.CD, True)):
        client = dns.message.make_query(WWW, "A", want_dnssec=dnssec)
        client.flags |= flags
        asked = sent(of(client))
        assert (asked.flags & dns.flags.CD, bool(asked.ednsflags)) == (flags, dnssec)
        assert not known(cache, of(client), 1)


def test_what_is_remembered_still_says_why() -> None:
    """An upstream's Extended DNS Error and AD stay with the answer."""
    query = dns.message.make_query(WWW, "A", use_edns=0)
    made = response(query, authority=SOA, rcode=3)
    made.use_edns(0, options=[dns.edns.EDEOption(dns.edns.EDECode.BLOCKED, "blocked")])
    made.flags |= dns.flags.AD
    cache = UpstreamCache()
    cache.put(of(query), read(query, made), 0)
    remembered, _ = cache.get(of(query), 1)
    assert isinstance(remembered, UpstreamAnswer)
    assert remembered.errors == ((15, b"\0\x0fblocked"),)
    assert remembered.authentic


def test_one_large_answer_takes_the_room_of_many() -> None:
    """What is bounded is memory, not the number of answers."""
    cache = UpstreamCache(most=200_000)
    for number in range(300):
        query = dns.message.make_query(f"n{number}.example", "A")
        cache.put(of(query), answer(query, f"n{number}.example. 300 IN A 192.0.2.1"), 0)
    small = sum(known(cache, of(dns.message.make_query(f"n{number}.example", "A")), 1) for number in range(300))
    query = dns.message.make_query("big.example", "TXT")
    texts = " ".join(f'"{"x" * 250}"' for _ in range(240))
    for label in "abc":
        query = dns.message.make_query(f"{label}.example", "TXT")
        cache.put(of(query), answer(query, f"{label}.example. 300 IN TXT {texts}"), 0)
    left = sum(known(cache, of(dns.message.make_query(f"n{number}.example", "A")), 1) for number in range(300))
    assert left < small / 2
    assert known(cache, of(query), 1)
