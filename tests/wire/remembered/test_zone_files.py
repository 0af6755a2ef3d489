"""What is learnt of zone files gives the bytes that resolving gives, or is left to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.names import Name, wire
from acrdns.record import RRset
from acrdns.wire.message.query import header
from acrdns.zone.view import view
from acrdns.zone.zone import build
from tests.wire.exchange import big, records
from tests.wire.shortcuts import of_transferred_zones, of_zones
from tests.wire.strategies import APEXES, OPT, OPTS, TYPES, near, queries, query, zones
from tests.zone.packing import packed

if TYPE_CHECKING:
    from acrdns.zone.zone import Zone


@given(st.lists(zones(), min_size=1, max_size=2), st.booleans(), st.data())
def test_it_gives_the_bytes_of_resolving(served: list[Zone], transferred: bool, data: st.DataObject) -> None:
    """Whatever zones there are, and whatever was asked before; three times, as each time more is known."""
    pair = of_transferred_zones(served) if transferred else of_zones(view(served))
    for packet in data.draw(st.lists(st.one_of(queries, near(served), near(served)), min_size=1, max_size=8)) * 3:
        pair.hold_together(packet)


@given(st.lists(zones(), min_size=1, max_size=2), st.data())
def test_a_family_gets_the_bytes_of_resolving(served: list[Zone], data: st.DataObject) -> None:
    """Whatever its names are: those of the zones, made-up ones, and labels of any octets."""
    pair = of_zones(view(served))
    owners = [bytes(owner) for zone in served for owner in zone.nodes]
    above = data.draw(st.sampled_from([*owners, *[owner[1 + owner[0] :] for owner in owners if owner[0]]]))
    beside = [owner[1 : 1 + owner[0]] for owner in owners if owner[0] and owner[1 + owner[0] :] == above]
    size = data.draw(st.sampled_from([1, 3, 63, *map(len, beside)]))
    alike = [label for label in beside if len(label) == size]
    labels = st.one_of(st.binary(min_size=size, max_size=size), *[st.sampled_from(each) for each in [alike] if each])
    number, opt = data.draw(st.sampled_from(TYPES)), data.draw(st.sampled_from(OPTS))
    for label in data.draw(st.lists(labels, min_size=3, max_size=8)):
        pair.hold_together(query(1, 0x0100, bytes((size,)) + label + above, number, opt))


@given(st.lists(zones(), min_size=1, max_size=2), st.binary(max_size=60), st.binary(max_size=60))
def test_any_bytes(served: list[Zone], start: bytes, rest: bytes) -> None:
    """It never fails, and never takes for a query what is none."""
    pair = of_zones(view(served))
    good = query(1, 0x0100, b"\3www" + served[0].apex, 1, OPT)
    for packet in (good, start, good + rest, good[: len(start)], good[:12] + start + good[12:], start + good[12:]) * 3:
        pair.hold_together(packet)


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


FAMILIES = view(packed(build(Name(wire(apex)), "file", apex, records(text))) for apex, text in [
    ("example", """
example          SOA    ns1.example host.example 1 3600 300 2419200 60
example          NS     ns1.example
ns1.example      A      192.0.2.1
www.example      A      192.0.2.2
two.example      A      192.0.2.2
two.example      TXT    "two types"
six.example      AAAA   2001:db8::6
cdn.example      CNAME  www.example
far.example      CNAME  www.sub.example
cap.example      CNAME  WWW.example
*.wild.example   A      192.0.2.5
www.wild.example A      192.0.2.5
sub.example      A      192.0.2.6
"""),
    ("sub.example", """
sub.example      SOA    ns1.example host.example 1 3600 300 2419200 60
www.sub.example  A      192.0.2.7
"""),
    ("cut.test", """
cut.test         SOA    ns1.cut.test host.cut.test 1 3600 300 2419200 60
www.cut.test     A      192.0.2.7
far.cut.test     NS     ns.far.cut.test
"""),
])  # fmt: skip


@pytest.mark.parametrize("text", ["no.example", "ni.example", "www.example", "a.made.up.example"])
def test_a_denial_has_the_serial_that_secondaries_see(text: str) -> None:
    """Their poll of the SOA and a negative answer must not differ. In the file it is 1."""
    pair = of_transferred_zones(list(SERVED.zones.values()))
    packet = query(7, 0x0100, wire(text), 28, OPT)
    found = [pair.hold_together(packet) for _ in range(4)][-1]
    assert found is not None
    soa = found[-len(OPT) - 20 : -len(OPT)]
    assert int.from_bytes(soa[:4], "big") == 2


@pytest.mark.parametrize(
    ("text", "kind", "known"),
    [
        pytest.param("www.example", 1, True, id="an address"),
        pytest.param("WWW.eXample", 1, True, id="in any letter case"),
        pytest.param("many.example", 1, True, id="several addresses"),
        pytest.param("www.example", 28, True, id="no such type"),
        pytest.param("er.example", 1, True, id="an empty non-terminal"),
        pytest.param("no.example", 1, True, id="no such name"),
        pytest.param("no.www.example", 1, True, id="no such name below another"),
        pytest.param("alias.example", 1, True, id="an alias"),
        pytest.param("www.example", 43, True, id="no DS"),
        pytest.param("www.elsewhere", 1, False, id="not in the zones"),
        pytest.param("a.wild.example", 1, False, id="a wildcard"),
        pytest.param("www.example", 16, False, id="data that is no address"),
        pytest.param("mail.example", 15, False, id="data with names in it"),
        pytest.param("large.example", 16, False, id="too large"),
        pytest.param("ns.sub.cut.other", 1, False, id="below a cut"),
        pytest.param("sub.cut.other", 1, False, id="a cut"),
        pytest.param("example", 1, False, id="an apex"),
        pytest.param("example", 43, False, id="DS at an apex, which may be in the zone above"),
    ],
)
def test_what_is_learnt(text: str, kind: int, known: bool) -> None:
    """The commonest questions are, and nothing that needs a decision is; packed nodes or not."""
    for served in (SERVED, view(map(packed, SERVED.zones.values()))):
        pair = of_zones(served)
        packet = query(7, 0x0100, wire(text), kind, OPT)
        assert ([pair.hold_together(packet) for _ in range(4)][-1] is not None) is known


@pytest.mark.parametrize(
    ("learnt", "asked", "kind", "known"),
    [
        pytest.param("abc.example", "xyz.example", 1, True, id="another that does not exist"),
        pytest.param("abc.example", "XyZ.eXample", 1, True, id="in any letter case"),
        pytest.param("www.example", "two.example", 1, True, id="one that exists, with another type beside"),
        pytest.param("abc.www.example", "xyz.www.example", 1, True, id="below a name that has no others below it"),
        pytest.param("abc.made.example", "xyz.made.example", 1, True, id="below a made-up one"),
        pytest.param("www.sub.example", "www.sub.example", 1, True, id="in a zone below the other one"),
        pytest.param("abc.example", "www.example", 1, False, id="an outcome that was not met yet"),
        pytest.param("abc.example", "six.example", 1, False, id="one that does not have the type"),
        pytest.param("abc.example", "cdn.example", 1, False, id="an alias"),
        pytest.param("cdn.example", "cdn.example", 1, True, id="an alias that was met"),
        pytest.param("far.example", "far.example", 1, False, id="an alias into another zone"),
        pytest.param("cap.example", "cap.example", 1, False, id="an alias with capital letters"),
        pytest.param("abc.example", "abcd.example", 1, False, id="another length"),
        pytest.param("abc.example", "abc.www.example", 1, False, id="another parent"),
        pytest.param("abc.example", "xyz.example", 28, False, id="another type"),
        pytest.param("www.example", "ns1.example", 1, True, id="a name that the SOA has, which is not in this reply"),
        pytest.param("abc.example", "ns1.example", 28, False, id="a name that the SOA has, which is"),
        pytest.param("abc.ns1.example", "xyz.ns1.example", 1, True, id="names below such a one"),
        pytest.param("abc.example", "sub.example", 1, False, id="the apex of another zone"),
        pytest.param("abc.wild.example", "xyz.wild.example", 1, False, id="a wildcard"),
        pytest.param("abc.wild.example", "www.wild.example", 1, False, id="a name beside a wildcard"),
        pytest.param("www.wild.example", "www.wild.example", 1, True, id="which is known by itself"),
        pytest.param("www.cut.test", "www.cut.test", 1, True, id="in a zone with a cut elsewhere"),
        pytest.param("www.cut.test", "far.cut.test", 1, False, id="the cut"),
        pytest.param("abc.elsewhere", "xyz.elsewhere", 1, False, id="outside of all zones"),
        pytest.param("abc.example", "abc.example", 65, False, id="a type that looks like a letter"),
    ],
)
def test_what_a_family_knows(learnt: str, asked: str, kind: int, known: bool) -> None:
    """After two questions about one name, another one is known or not."""
    pair = of_zones(FAMILIES)
    for _ in range(2):
        pair.hold_together(query(7, 0x0100, wire(learnt), kind if learnt == asked else 1, OPT))
    assert (pair.hold_together(query(7, 0x0100, wire(asked), kind, OPT)) is not None) is known


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("a.made{}.example", True),
        ("a.made{}.www.example", True),
        ("a.b.c.d.e.made{}.EXAMPLE", True),
        ("a.made{}.sub.example", True),
        ("a.made{}.ns1.example", False),
        ("a.made{}.wild.example", False),
        ("a.made{}.cut.test", False),
        ("a.made{}.elsewhere", False),
    ],
)
def test_made_up_parents_are_denied_at_once(text: str, known: bool) -> None:
    """Each has a parent of its own; after a few, the rest is known, unless the zone or the SOA's names forbid it."""
    pair = of_zones(FAMILIES)
    found = [pair.hold_together(query(7, 0x0100, wire(text.format(number)), 1, OPT)) for number in range(100, 150)]
    assert found[:2] == [None, None]
    assert (sum(each is not None for each in found) > 40) if known else not any(found)  # a few are taken for others
    assert len(pair.learnt._families) < 8


def test_names_that_are_too_long() -> None:
    """They are malformed, also where the shape of the query is known."""
    pair = of_zones(SERVED)
    for count in (1, 3, 4, 5) * 3:
        packet = query(1, 0x0100, (b"\x3f" + b"x" * 63) * count + APEXES[0], 1, OPT)
        pair.hold_together(packet)
        expected = pair.resolve(packet)
        assert expected is not None
        assert expected.packet[3] & 15 == (3 if count <= 3 else 1)


def test_it_is_bounded() -> None:
    """Whatever clients send, little is remembered of it, and made-up parents make no families."""
    pair = of_zones(SERVED)
    for number in range(3000):
        opt = OPT[:3] + number.to_bytes(2, "big") + OPT[5:]
        for _ in range(3):
            pair.learning.known(query(0, 0x0100, b"\3www" + APEXES[0], 1, opt))
        name = wire("y" * (number % 60 + 1) + "." + "x" * (number // 60 + 1) + ".example")
        pair.learning.known(query(0, 0x0100, name, 1, OPT))
    assert pair.learnt._denials is not None
    assert all(zone is None or len(zone.denials) <= 4096 for zone in pair.learnt._denials._zones.values())
    assert len(pair.learnt._families) <= 4096


def test_made_up_parents_make_few_families() -> None:
    """Those that come once are taken for others once in 256 times."""
    pair = of_zones(FAMILIES)
    for number in range(8192):
        pair.learning.known(query(0, 0x0100, wire(f"abc.x{number:x}.example"), 1, OPT))
    assert len(pair.learnt._families) < 4096 // 50
    for number in range(4100):
        for _ in range(2):
            pair.learning.known(query(0, 0x0100, wire(f"abc.y{number:x}.example"), 1, OPT))
    assert len(pair.learnt._families) <= 4096


def test_a_malformed_query_spoils_nothing() -> None:
    """What looks like a query of a shape that is not known yet teaches nothing about that shape."""
    pair = of_zones(SERVED)
    good = query(1, 0x0100, wire("www.example"), 1, OPT)
    bad = good[:12] + b"\x40bad\0" + good[12 + len(wire("www.example")) :]
    assert [pair.hold_together(bad) for _ in range(3)] == [None] * 3
    found = [pair.hold_together(good) for _ in range(3)][-1]
    assert found is not None
    assert int.from_bytes(found[6:8], "big") == 1


def test_a_size_that_looks_like_a_letter() -> None:
    """In lower case 1,345 octets of room would be taken for 1,377, so nothing is learnt from either."""
    pair = of_zones(FAMILIES)
    for room in (b"\x05A", b"\x05a", b"\x05A") * 3:
        assert pair.hold_together(query(7, 0x0100, wire("www.example"), 1, OPT[:3] + room + OPT[5:])) is None


def test_room() -> None:
    """Addresses that a client has no room for are left to resolving, whatever other names of the family have."""
    soa, few = records("example SOA ns1.example host.example 1 3600 300 2419200 60\nwww.example A 192.0.2.1")
    many = RRset(Name(wire("big.example")), 1, 300, tuple(bytes((10, 0, 0, number)) for number in range(40)))
    pair = of_zones(view([packed(build(Name(wire("example")), "file", "example", [soa, few, many]))]))
    for room, fits in ((512, False), (1232, True)):
        opt = b"\0\0\x29" + room.to_bytes(2, "big") + bytes(6)
        www, large = (query(7, 0x0100, wire(text), 1, opt) for text in ("www.example", "big.example"))
        assert [pair.hold_together(www) is not None for _ in range(3)] == [False, False, True]
        assert ([pair.hold_together(large) for _ in range(3)][-1] is not None) is fits


@pytest.mark.parametrize("packet", [b"", b"\1\0", header(1, 0x0100, (1, 0, 0, 0)), b"\1" * 12 + b"\x3fabc"])
def test_less_than_a_question(packet: bytes) -> None:
    """What is cut off is like nothing else."""
    pair = of_zones(FAMILIES)
    assert [pair.hold_together(packet) for _ in range(3)] == [None] * 3
