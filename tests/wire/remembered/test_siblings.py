"""What one name has shown goes for the names beside it, and for no others. Equal bytes: see test_quick."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.names import Name, wire
from acrdns.record import RRset
from acrdns.wire.message.query import header
from acrdns.wire.remembered.doorkeeper import Doorkeeper
from acrdns.wire.remembered.quick import Quick
from acrdns.wire.remembered.siblings import _MOST, Siblings
from acrdns.zone.view import view
from acrdns.zone.zone import build
from tests.wire.exchange import CLIENT, NOW, records
from tests.wire.remembered.test_quick import OPT, OPTS, TYPES, both, query, zones
from tests.zone.packing import packed

if TYPE_CHECKING:
    from acrdns.zone.zone import Zone

SERVED = view(packed(build(Name(wire(apex)), "file", apex, records(text))) for apex, text in [
    ("example", """
example          SOA    ns1.example host.example 1 3600 300 2419200 60
example          NS     ns1.example
ns1.example      A      192.0.2.1
www.example      A      192.0.2.2
two.example      A      192.0.2.2
two.example      TXT    "two types"
six.example      AAAA   2001:db8::6
cdn.example      CNAME  www.example
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


class Counted(Quick):
    """A Quick whose work is counted."""

    asked = 0

    def reply(self, packet: bytes, lowered: bytes) -> bytes | None:
        """Answer, and count."""
        self.asked += 1
        return super().reply(packet, lowered)


def servers() -> tuple[Siblings, Counted]:
    """Make one, and what it asks about what it does not know."""
    counted = Counted(SERVED)
    return Siblings(counted), counted


def asks(text: str, kind: int = 1, opt: bytes = OPT) -> tuple[bytes, bytes]:
    """Write a query without its ID, as it is and in lower case."""
    packet = query(7, 0x0100, wire(text), kind, opt)[2:]
    return packet, packet.lower()


@pytest.mark.parametrize(
    ("learnt", "asked", "kind", "known"),
    [
        pytest.param("abc.example", "xyz.example", 1, True, id="another that does not exist"),
        pytest.param("abc.example", "XyZ.eXample", 1, True, id="in any letter case"),
        pytest.param("abc.example", "www.example", 1, True, id="one that exists"),
        pytest.param("www.example", "abc.example", 1, True, id="and the other way round"),
        pytest.param("abc.www.example", "xyz.www.example", 1, True, id="below a name that has no others below it"),
        pytest.param("www.sub.example", "abc.sub.example", 1, True, id="in a zone below the other one"),
        pytest.param("abc.example", "abcd.example", 1, False, id="another length"),
        pytest.param("abc.example", "abc.www.example", 1, False, id="another parent"),
        pytest.param("abc.example", "xyz.example", 28, False, id="another type"),
        pytest.param("abc.example", "two.example", 1, True, id="one with several types"),
        pytest.param("abc.example", "six.example", 1, True, id="one that does not have the type"),
        pytest.param("abc.example", "cdn.example", 1, True, id="an alias, which is for the whole way"),
        pytest.param("abc.example", "ns1.example", 1, False, id="a name that the SOA has"),
        pytest.param("abc.ns1.example", "xyz.ns1.example", 1, False, id="names below such a one"),
        pytest.param("abc.example", "sub.example", 1, False, id="the apex of another zone"),
        pytest.param("abc.wild.example", "xyz.wild.example", 1, True, id="a wildcard, which is for the whole way"),
        pytest.param("abc.wild.example", "www.wild.example", 1, True, id="a name beside a wildcard"),
        pytest.param("abc.cut.test", "xyz.cut.test", 1, False, id="in a zone with a cut"),
        pytest.param("abc.elsewhere", "xyz.elsewhere", 1, False, id="outside of all zones"),
        pytest.param("abc.example", "abc.example", 65, False, id="a type that looks like a letter"),
    ],
)
def test_what_is_known(learnt: str, asked: str, kind: int, known: bool) -> None:
    """After two questions about one name, another is asked for: `known` says whether that takes no more thought."""
    made, counted = servers()
    teacher = asks(learnt, kind if learnt == asked else 1)
    for _ in range(2):
        made.reply(*teacher)
    before = counted.asked
    packet = asks(asked, kind)
    reply = made.reply(*packet)
    assert (counted.asked == before) is known
    assert reply == Quick(SERVED).reply(*packet)


@given(st.lists(zones(), min_size=1, max_size=2), st.data())
def test_a_family_gets_the_bytes_of_the_whole_way(served: list[Zone], data: st.DataObject) -> None:
    """Whatever its names are: those of the zones, made-up ones, and labels of any octets."""
    quick, whole = both(view(served))
    owners = [bytes(owner) for zone in served for owner in zone.nodes]
    above = data.draw(st.sampled_from([*owners, *[owner[1 + owner[0] :] for owner in owners if owner[0]]]))
    beside = [owner[1 : 1 + owner[0]] for owner in owners if owner[0] and owner[1 + owner[0] :] == above]
    size = data.draw(st.sampled_from([1, 3, 63, *map(len, beside)]))
    alike = [label for label in beside if len(label) == size]
    labels = st.one_of(st.binary(min_size=size, max_size=size), *[st.sampled_from(each) for each in [alike] if each])
    number, opt = data.draw(st.sampled_from(TYPES)), data.draw(st.sampled_from(OPTS))
    for label in data.draw(st.lists(labels, min_size=3, max_size=8)):
        packet = query(1, 0x0100, bytes((size,)) + label + above, number, opt)
        expected = whole._whole(packet, tcp=False, client=CLIENT, now=NOW)
        found = quick.reply(packet, tcp=False, client=CLIENT, now=NOW)
        assert (found and found.packet) == (expected and expected.packet)


def test_a_size_that_looks_like_a_letter() -> None:
    """In lower case 1,345 octets of room would be taken for 1,377, so nothing is learnt from either."""
    made, counted = servers()
    for room in (b"\x05A", b"\x05a", b"\x05A") * 2:
        before, packet = counted.asked, asks("www.example", 1, OPT[:3] + room + OPT[5:])
        assert made.reply(*packet) == Quick(SERVED).reply(*packet)
        assert counted.asked == before + 1


def test_room() -> None:
    """A record that a client has no room for is left to the whole way, whatever its siblings have."""
    soa, small = records('example SOA ns1.example host.example 1 3600 300 2419200 60\nwww.example TXT "small"')
    large = RRset(Name(wire("big.example")), 16, 300, ((b"\xfa" + b"x" * 250) * 2,))
    made = Siblings(Quick(view([packed(build(Name(wire("example")), "file", "example", [soa, small, large]))])))
    for room, fits in ((512, False), (1232, True)):
        opt = b"\0\0\x29" + room.to_bytes(2, "big") + bytes(6)
        assert [made.reply(*asks("www.example", 16, opt)) is not None for _ in range(3)] == [True] * 3
        assert (made.reply(*asks("big.example", 16, opt)) is not None) is fits


@pytest.mark.parametrize("packet", [b"", b"\1\0", header(1, 0x0100, (1, 0, 0, 0))[2:], b"\1" * 10 + b"\x3fabc"])
def test_less_than_a_question(packet: bytes) -> None:
    """What is cut off is nobody's sibling."""
    made, _ = servers()
    assert [made.reply(packet, packet.lower()) for _ in range(3)] == [None] * 3


def test_it_is_bounded() -> None:
    """Whatever clients send, no more than so many families are kept, and made-up parents found none."""
    made, _ = servers()
    for number in range(2 * _MOST):
        made.reply(*asks(f"abc.x{number:x}.example"))
    assert len(made._families) < _MOST // 50
    for number in range(_MOST + 10):
        for _ in range(2):
            made.reply(*asks(f"abc.y{number:x}.example"))
    assert len(made._families) <= _MOST


def test_what_has_been_seen() -> None:
    """Random names come once; few of them are taken for others."""
    seen = Doorkeeper()
    names = [b"%016x" % number for number in range(2000)]
    assert sum(seen.before(name) for name in names) < 50
    assert seen.before(names[-1])
