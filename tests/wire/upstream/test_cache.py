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

from acrdns.wire.upstream.cache import UpstreamCache, UpstreamQuestion, lifetime, question

WWW = dns.name.from_text("www.example")
SOA = "example. 3600 IN SOA ns.example. host.example. 1 2 3 4 60"


def of(query: dns.message.Message) -> UpstreamQuestion:
    """Return what is asked on behalf of a query."""
    return question(query.question[0].name, query)


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
    asked = of(query).message()
    assert str(asked.question[0].name) == "www.example.com."
    assert asked.options == ()
    assert {of(query).message().id for _ in range(8)} != {query.id}


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
    assert lifetime(response(query, *lines, authority=authority, rcode=rcode)) == seconds


def test_ttls_count_down_until_nothing_is_left() -> None:
    """At half its time an answer has half its TTL; at its end it is gone."""
    query = dns.message.make_query("www.example", "A")
    cache = UpstreamCache()
    cache.put(of(query), response(query, "www.example. 300 IN A 192.0.2.1"), 1000)
    halfway = cache.get(of(query), 1150)
    assert halfway is not None
    assert [rrset.ttl for rrset in halfway.answer] == [150]
    with pytest.raises(KeyError):
        cache.get(of(query), 1300)


def test_silence_is_remembered_for_a_second() -> None:
    """As a failure is: no resolver may ask again for each query that comes meanwhile (RFC 9520 section 3.2)."""
    asked, cache = of(dns.message.make_query("www.example", "A")), UpstreamCache()
    cache.put(asked, None, 1000)
    assert cache.get(asked, 1000.9) is None
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
    """What was not asked for longest goes first."""
    cache = UpstreamCache(size=2)
    queries = [dns.message.make_query(f"{label}.example", "A") for label in "abc"]
    for query in queries:
        cache.put(of(query), response(query, f"{query.question[0].name} 300 IN A 192.0.2.1"), 0)
    assert [known(cache, of(query), 1) for query in queries] == [False, True, True]


def test_answers_differ_by_do_and_cd() -> None:
    """Whoever does not want validation is not given what was remembered for those who do, and the other way round."""
    cache = UpstreamCache()
    plain = dns.message.make_query(WWW, "A")
    cache.put(of(plain), response(plain, "www.example. 300 IN A 192.0.2.1"), 0)
    assert known(cache, of(plain), 1)
    for flags, dnssec in ((dns.flags.CD, False), (0, True), (dns.flags.CD, True)):
        client = dns.message.make_query(WWW, "A", want_dnssec=dnssec)
        client.flags |= flags
        asked = of(client).message()
        assert (asked.flags & dns.flags.CD, bool(asked.ednsflags)) == (flags, dnssec)
        assert not known(cache, of(client), 1)


def test_what_is_remembered_still_says_why() -> None:
    """An upstream's Extended DNS Error and AD stay with the answer."""
    query = dns.message.make_query(WWW, "A", use_edns=0)
    made = response(query, authority=SOA, rcode=3)
    made.use_edns(0, options=[dns.edns.EDEOption(dns.edns.EDECode.BLOCKED, "blocked")])
    made.flags |= dns.flags.AD
    cache = UpstreamCache()
    cache.put(of(query), made, 0)
    remembered = cache.get(of(query), 1)
    assert remembered is not None
    assert list(remembered.options) == [dns.edns.EDEOption(dns.edns.EDECode.BLOCKED, "blocked")]
    assert remembered.flags & dns.flags.AD
