"""Nodes in wire form say what they say as record sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.names import Name, name
from acrdns.record import Type
from acrdns.zone.lookup import lookup
from acrdns.zone.packed import MAX_DATA, PackedNodes, head, joined, kept, records, unpacked
from acrdns.zone.serial import stamped
from acrdns.zone.versions.difference import difference
from acrdns.zone.versions.history import digest
from tests.zone.packing import packed
from tests.zone.zone_versions import zones

if TYPE_CHECKING:
    from acrdns.zone.zone import Zone

A = head(Type.A, 60, 4) + b"\x0a\0\0\1"
A_2 = head(Type.A, 60, 4) + b"\x0a\0\0\2"
A_OTHER_TTL = head(Type.A, 10, 4) + b"\x0a\0\0\2"
AAAA = head(Type.AAAA, 10, 16) + bytes(16)
TXT = head(Type.TXT, 60, 3) + b"\2hi"
CNAME = head(Type.CNAME, 60, 3) + b"\1x\0"
MX = head(Type.MX, 60, 5) + b"\0\1\1x\0"
NS = head(Type.NS, 60, 3) + b"\1x\0"
W = name("w.example")


@given(zones)
def test_packed_nodes_are_the_same_nodes(zone: Zone) -> None:
    """By name and all together; a name that has none is a KeyError."""
    nodes = packed(zone).nodes
    assert any(isinstance(node, bytes) for node in kept(nodes).values()) or not any(
        len(node) == 1 and node[0].type != Type.SOA for node in zone.nodes.values()
    )
    assert (dict(nodes), list(nodes), len(nodes)) == (dict(zone.nodes), list(zone.nodes), len(zone.nodes))
    assert [nodes.get(owner) for owner in zone.nodes] == list(zone.nodes.values())
    assert W not in nodes
    assert nodes.get(W) is None
    with pytest.raises(KeyError):
        nodes[W]


@given(zones, zones)
def test_nothing_that_looks_at_zones_sees_that_they_are_packed(old: Zone, new: Zone) -> None:
    """Lookups, transfers, differences and digests."""
    soa = new.soa
    assert soa is not None
    assert list(records(packed(new).nodes)) == list(records(new.nodes))
    assert digest(packed(new)) == digest(new)
    assert difference(packed(old), packed(new), soa, soa) == difference(old, new, soa, soa)
    assert difference(old, packed(new), soa, soa) == difference(old, new, soa, soa)
    assert dict(stamped(packed(new), 7).nodes) == dict(stamped(new, 7).nodes)
    for owner in (*old.nodes, *(Name(b"\1q" + owner) for owner in old.nodes)):
        for number in (Type.A, Type.TXT, Type.MX, Type.ANY):
            assert lookup(packed(new), owner, number) == lookup(new, owner, number)


@pytest.mark.parametrize(
    ("node", "record", "expected"),
    [
        pytest.param(A, A_2, A + A_2, id="a second address"),
        pytest.param(A, AAAA, A + AAAA, id="another type"),
        pytest.param(A + AAAA, TXT, A + AAAA + TXT, id="a third type"),
        pytest.param(A + AAAA, A_2, A + AAAA + A_2, id="more of the first type"),
        pytest.param(A + A_2, A_2, A + A_2, id="a record that is there"),
        pytest.param(A, A_OTHER_TTL, None, id="another TTL"),
        pytest.param(A + AAAA, A_OTHER_TTL, None, id="another TTL beside another type"),
        pytest.param(CNAME, A, None, id="beside an alias"),
        pytest.param(A, CNAME, None, id="an alias"),
        pytest.param(MX, A, None, id="beside data with a name"),
        pytest.param(A, NS, None, id="a delegation"),
        pytest.param((), A, A, id="an empty non-terminal"),
        pytest.param((), NS, None, id="a delegation at an empty non-terminal"),
        pytest.param(unpacked(W, A), A_2, None, id="beside record sets"),
        pytest.param(A * 20, A_2, None, id="beside many"),
    ],
)
def test_what_is_joined(node: bytes | tuple[()], record: bytes, expected: bytes | None) -> None:
    """Where None is given, the records are looked at as sets."""
    assert joined(node, record) == expected


@given(st.lists(st.sampled_from([A, A_2, AAAA, TXT]), min_size=1, max_size=5, unique=True))
def test_the_records_of_a_set_stand_together(packed_records: list[bytes]) -> None:
    """In whatever order they came; the order of the sets is that of their first records."""
    node = unpacked(W, b"".join(packed_records))
    assert [each.type for each in node] == list(dict.fromkeys(record[0] << 8 | record[1] for record in packed_records))
    made = [head(each.type, each.ttl, len(rdata)) + rdata for each in node for rdata in each.rdatas]
    assert sorted(made) == sorted(packed_records)
    assert list(records(PackedNodes({W: b"".join(packed_records)}))) == [
        (W, each.type, each.ttl, rdata) for each in node for rdata in each.rdatas
    ]


def test_too_much_data_is_refused() -> None:
    """No message holds it, as its length has 16 bits and it is not alone."""
    assert head(Type.TXT, 0, MAX_DATA)[-2:] == MAX_DATA.to_bytes(2, "big")
    with pytest.raises(ValueError, match=r"^data of 65507 octets, which no message can hold; there can be 65506$"):
        head(Type.TXT, 0, MAX_DATA + 1)
