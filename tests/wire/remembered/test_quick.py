"""The quick answer gives what the whole way gives, byte for byte, or leaves it to that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.names import Name, wire
from acrdns.record import RRset, Type
from acrdns.serve.secondaries.feed import Feeder, with_serials
from acrdns.wire.message.query import header
from acrdns.wire.message.reply import Keep
from acrdns.wire.remembered.cache import AnswerCache
from acrdns.wire.remembered.quick import Quick, is_positive
from acrdns.wire.remembered.siblings import Siblings
from acrdns.wire.responder import Responder, always
from acrdns.zone.view import View, view
from acrdns.zone.zone import build
from tests.wire.exchange import CLIENT, NOW, big, records
from tests.wire.strategies import distinct, names, rrsets
from tests.zone.packing import packed

if TYPE_CHECKING:
    from acrdns.zone.zone import Zone

APEXES = (Name(wire("example")), Name(wire("sub.example")), Name(wire("other")), Name(b"\0"))
LABELS = (b"www", b"WwW", b"a", b"*", b"ns1", b"host", b"sub", b"deep", b"x" * 63, b"nul\0label", b"\xc0")
OPT = b"\x00\x00\x29\x04\xd0\x00\x00\x00\x00\x00\x00"
OPTS = (
    b"",
    OPT,
    b"\x00\x00\x29\x02\x00\x00\x00\x80\x00\x00\x00",
    b"\x00\x00\x29\x04\xd0\x00\x00\x00\x00\x00\x0c\x00\x0a\x00\x0812345678",
)
TYPES = (1, 2, 5, 6, 15, 16, 28, 33, 39, 41, 43, 65, 97, 250, 252, 255, 4711)


def below(apex: bytes) -> st.SearchStrategy[bytes]:
    """Names at and below an apex, some of them too long to be names."""
    return st.lists(st.sampled_from(LABELS), max_size=5).map(
        lambda labels: b"".join(bytes((len(label),)) + label for label in labels) + apex
    )


@st.composite
def zones(draw: st.DrawFn) -> Zone:
    """Make a zone whose SOA has names of its own, below it and elsewhere, and with all that zones may have in them."""
    apex = draw(st.sampled_from(APEXES))
    owners = below(apex).filter(lambda name: len(name) <= 255).map(lambda name: Name(name.lower()))
    soa_names = draw(st.lists(st.one_of(owners.map(bytes), names), min_size=2, max_size=2))
    soa = RRset(apex, Type.SOA, 300, (b"".join(soa_names) + bytes(16) + b"\0\0\0\x3c",))
    sets = draw(st.lists(rrsets(owners), max_size=8))
    left_out = draw(st.sampled_from([(Type.SOA,), (Type.SOA, Type.NS, Type.DNAME)]))
    kept = [each for each in distinct(sets) if each.type not in left_out]
    zone = build(apex, "file", "zone", [soa, *kept] if draw(st.integers(0, 9)) else kept)
    return packed(zone) if draw(st.booleans()) else zone


def query(ident: int, flags: int, name: bytes, number: int, opt: bytes) -> bytes:
    """Write a query."""
    return header(ident, flags, (1, 0, 0, 1 if opt else 0)) + name + number.to_bytes(2, "big") + b"\0\1" + opt


def asked(name: bytes) -> st.SearchStrategy[bytes]:
    """Write queries for a name."""
    flags = st.sampled_from([0, 0x0100, 0x0130, 0x0100, 0x8000, 0x2800])
    return st.builds(query, st.integers(0, 65535), flags, st.just(name), st.sampled_from(TYPES), st.sampled_from(OPTS))


queries = st.one_of(st.sampled_from(APEXES).flatmap(below), names).flatmap(asked)


def both(served: View) -> tuple[Responder, Responder]:
    """Make a server that is quick, also about families of names, and one that is not."""
    answers = (served.answer, lambda name: served.zone_of(name) is not None)
    return Responder(*answers, quick=Siblings(Quick(served)).reply), Responder(*answers)


def both_transferred(served: list[Zone]) -> tuple[Responder, Responder]:
    """Make the same of zones that secondaries take, once for the second time: the serial is not the file's any more."""
    zones, feeder = view(served), Feeder(None)
    transferred = [zone for zone in zones.zones.values() if zone.denial]
    feeder.feed({"": [build(zone.apex, "file", "before", zone.denial) for zone in transferred]}, NOW)
    feed = feeder.feed({"": transferred}, NOW)
    answers = (with_serials(zones.answer, feed.views[""]), lambda name: zones.zone_of(name) is not None)
    return Responder(*answers, quick=Siblings(Quick(zones, feed.serials(""))).reply), Responder(*answers)


@given(st.lists(zones(), min_size=1, max_size=2), st.booleans(), st.data())
def test_it_gives_the_bytes_of_the_whole_way(served: list[Zone], transferred: bool, data: st.DataObject) -> None:
    """Whatever zones there are, and whatever was asked before; twice, as the second time more is known."""
    quick, whole = both_transferred(served) if transferred else both(view(served))
    owners = [bytes(owner) for zone in served for owner in zone.nodes]
    near = st.builds(
        lambda label, owner: label + owner, st.sampled_from([b"", b"", b"\1a", b"\3WwW"]), st.sampled_from(owners)
    )
    for packet in data.draw(st.lists(st.one_of(queries, near.flatmap(asked)), min_size=1, max_size=6)) * 2:
        expected = whole._whole(packet, tcp=False, client=CLIENT, now=NOW)
        found = quick.reply(packet, tcp=False, client=CLIENT, now=NOW)
        assert (found and (found.packet, found.keep)) == (expected and (expected.packet, expected.keep))


@given(st.lists(zones(), min_size=1, max_size=2), st.binary(max_size=60), st.binary(max_size=60))
def test_any_bytes(served: list[Zone], start: bytes, rest: bytes) -> None:
    """It never fails, and never takes for a query what is none."""
    quick, whole = both(view(served))
    good = query(1, 0x0100, b"\3www" + served[0].apex, 1, OPT)
    for packet in (good, start, good + rest, good[: len(start)], good[:12] + start + good[12:], start + good[12:]):
        expected = whole._whole(packet, tcp=False, client=CLIENT, now=NOW)
        found = quick.reply(packet, tcp=False, client=CLIENT, now=NOW)
        assert (found and found.packet) == (expected and expected.packet)


SERVED = view([
    build(APEXES[0], "file", "example", [
        *records("""
example          SOA    ns1.example host.example 1 3600 300 2419200 60
example          NS     ns1.example
ns1.example      A      192.0.2.1
www.example      A      192.0.2.2
www.example      TXT    "hello"
many.example     A      192.0.2.3
many.example     A      192.0.2.4
alias.example    CNAME  www.example
*.wild.example   A      192.0.2.5
deep.er.example  A      192.0.2.6
mail.example     MX     10 www.example
"""),
        big("large.example", 8),
    ]),
    build(Name(wire("cut.other")), "file", "cut.other", records("""
cut.other        SOA    ns1.other host.other 1 3600 300 2419200 60
www.cut.other    A      192.0.2.7
sub.cut.other    NS     ns.sub.cut.other
ns.sub.cut.other A      192.0.2.8
""")),
])  # fmt: skip


@pytest.mark.parametrize("text", ["no.example", "ni.example", "www.example"])
def test_a_denial_has_the_serial_that_secondaries_see(text: str) -> None:
    """Their poll of the SOA and a negative answer must not differ. In the file it is 1."""
    quick, whole = both_transferred(list(SERVED.zones.values()))
    packet = query(7, 0x0100, wire(text), 28, OPT)
    assert quick.quick is not None
    found = quick.quick(packet[2:], packet[2:].lower())
    expected = whole._whole(packet, tcp=False, client=CLIENT, now=NOW)
    assert expected is not None
    assert found == expected.packet[2:]
    soa = found[-len(OPT) - 20 : -len(OPT)]
    assert int.from_bytes(soa[:4], "big") == 2


@pytest.mark.parametrize(
    ("text", "kind", "quick"),
    [
        pytest.param("www.example", 1, True, id="an address"),
        pytest.param("WWW.eXample", 16, True, id="in any letter case"),
        pytest.param("many.example", 1, True, id="several addresses"),
        pytest.param("www.example", 28, True, id="no such type"),
        pytest.param("er.example", 1, True, id="an empty non-terminal"),
        pytest.param("no.example", 1, True, id="no such name"),
        pytest.param("no.www.example", 1, True, id="no such name below another"),
        pytest.param("alias.example", 1, False, id="an alias is followed elsewhere"),
        pytest.param("a.wild.example", 1, False, id="so is a wildcard"),
        pytest.param("no.ns1.example", 1, False, id="a name that the SOA has a part of"),
        pytest.param("mail.example", 15, False, id="data with names in it"),
        pytest.param("www.example", 43, False, id="DS may be in the zone above"),
        pytest.param("large.example", 16, False, id="too large"),
        pytest.param("ns.sub.cut.other", 1, False, id="below a cut"),
        pytest.param("www.cut.other", 1, False, id="in a zone that has one"),
        pytest.param("www.elsewhere", 1, False, id="not in the zone"),
    ],
)  # fmt: skip
def test_what_is_quick(text: str, kind: int, quick: bool) -> None:
    """The commonest questions are, and nothing that needs a decision is; packed nodes or not."""
    packet = query(7, 0x0100, wire(text), kind, OPT)[2:]
    reply = Quick(SERVED).reply(packet, packet.lower())
    assert (reply is not None) is quick
    assert Quick(view(map(packed, SERVED.zones.values()))).reply(packet, packet.lower()) == reply


def test_names_that_are_too_long() -> None:
    """They are malformed, also where the form of the query is known."""
    quick, whole = both(SERVED)
    for count in (1, 3, 4, 5):
        packet = query(1, 0x0100, (b"\x3f" + b"x" * 63) * count + APEXES[0], 1, OPT)
        expected = whole._whole(packet, tcp=False, client=CLIENT, now=NOW)
        assert quick.reply(packet, tcp=False, client=CLIENT, now=NOW) == expected
        assert expected is not None
        assert expected.packet[3] & 15 == (3 if count <= 3 else 1)


def test_it_is_bounded() -> None:
    """Whatever clients send, little is remembered of it."""
    made = Quick(SERVED)
    for number in range(3000):
        packet = query(0, 0x0100, b"\3www" + APEXES[0], 1, OPT[:3] + number.to_bytes(2, "big") + OPT[5:])[2:]
        made.reply(packet, packet.lower())
        name = wire("y" * (number % 60 + 1) + "." + "x" * (number // 60 + 1) + ".example")
        packet = query(0, 0x0100, name, 1, OPT)[2:]
        assert made.reply(packet, packet.lower()) is not None
    assert len(made._forms) <= 1024
    assert len(made._denials) <= 256


def test_a_malformed_query_spoils_no_form() -> None:
    """What looks like a query of a form that is not known yet teaches nothing about that form."""
    made = Quick(SERVED)
    good = query(1, 0x0100, wire("www.example"), 1, OPT)[2:]
    bad = good[:10] + b"\x40bad\0" + good[10 + len(wire("www.example")) :]
    assert made.reply(bad, bad.lower()) is None
    reply = made.reply(good, good.lower())
    assert reply is not None
    assert is_positive(reply)


def test_without_a_cache_every_answer_is_made() -> None:
    """Nothing is kept where nothing may be."""
    cache = AnswerCache(0)
    packet = query(1, 0x0100, wire("www.example"), 1, OPT)
    reply = Responder(SERVED.answer, always(authoritative=True)).reply(packet, tcp=False, client=CLIENT, now=NOW)
    assert reply is not None
    assert reply.keep is Keep.POSITIVE
    cache.put(packet, reply)
    assert (len(cache), cache.get(packet)) == (0, None)
