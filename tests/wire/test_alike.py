"""What was learnt from one name and is answered for another is what the whole way answers, byte for byte."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.names import Name, wire
from acrdns.resolve.assumptions import Assumptions
from acrdns.resolve.world import World
from acrdns.topology.load import loads
from acrdns.wire.alike import Alike
from acrdns.wire.responder import Responder, always
from tests.resolve import tangled
from tests.resolve.asking import PRIVATE_LINK
from tests.topologies import topologies
from tests.wire.exchange import CLIENT, NOW
from tests.wire.test_quick import OPT, OPTS, query

if TYPE_CHECKING:
    from acrdns.topology.model import Topology

LABELS = (b"contoso", b"partner", b"missing", b"missinG", b"another", b"mis;ing", b"miss.ng", b"mis\0ing", b"*")
"""Most of them are of one length, as some registries are."""
TYPES = st.sampled_from((1, 1, 1, 1, 1, 28, 28, 16, 6, 5, 43, 65, 255))
FLAGS = (0x0100, 0x0100, 0x0100, 0x0110, 0, 0x2800)


def both(world: World, vantage: str, *, refuses: bool = True) -> tuple[Responder, Responder]:
    """Make a server that learns, and one that does not."""
    no = always(authoritative=False)
    alike = Alike(world, partial(world.answer, vantage), no, refuses=refuses)
    ask = partial(world.answer, vantage)
    return Responder(ask, no, quick=alike.reply), Responder(ask, no)


def relabelled(name: bytes) -> st.SearchStrategy[bytes]:
    """Give a name with another first label, or the same."""
    rest = name[1 + name[0] :] if name[0] else name
    others = st.sampled_from(LABELS).map(lambda label: bytes((len(label),)) + label + rest)
    return st.one_of(st.just(name), others, others)


@st.composite
def traffic(draw: st.DrawFn, names: list[bytes]) -> list[bytes]:
    """Write queries, many of them about names that are alike."""
    few = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3))
    asked = st.one_of(st.sampled_from(few).flatmap(relabelled), st.sampled_from(names))
    ways = draw(st.lists(st.tuples(st.sampled_from(FLAGS), TYPES, st.sampled_from((OPT, OPT, *OPTS))), min_size=1, max_size=2))
    queries = st.builds(
        lambda ident, way, name: query(ident, way[0], name, way[1], way[2]),
        st.integers(0, 65535),
        st.sampled_from(ways),
        asked,
    )
    return draw(st.lists(queries, min_size=1, max_size=12))


def hold_together(world: World, vantage: str, packets: list[bytes], *, refuses: bool) -> None:
    """Ask both servers, several times: in the end all that can be learnt has been."""
    quick, whole = both(world, vantage, refuses=refuses)
    for packet in packets * 3:
        expected = whole._whole(packet, tcp=False, client=CLIENT, now=NOW)
        found = quick.reply(packet, tcp=False, client=CLIENT, now=NOW)
        assert (found and (found.packet, found.keep)) == (expected and (expected.packet, expected.keep))


@given(tangled.topologies(), st.booleans(), st.booleans(), st.booleans(), st.data())
def test_tangled_ways(
    topology: Topology, redirect: bool, aliases: bool, refuses: bool, data: st.DataObject
) -> None:
    """However servers forward to each other, and whatever is written into zones."""
    assumptions = Assumptions(rules_apply_to_aliases=aliases, redirect_on_nodata=redirect)
    world = World(topology, assumptions)
    vantage = data.draw(st.sampled_from(world.vantages))
    names = [wire(text) for text in tangled.names_in(topology)]
    hold_together(world, vantage, data.draw(traffic(names)), refuses=refuses)


def owners(world: World) -> list[bytes]:
    """Give every name that a zone of a world has, and what aliases there lead to."""
    zones = (*world.published.public, *world.published.private.values())
    found = {bytes(owner) for zone in zones for owner in zone.nodes}
    found.update(bytes(rrset.target) for zone in zones for node in zone.nodes.values() for rrset in node if rrset.type == 5)
    return sorted(found)


@given(topologies(), st.data())
def test_any_topology(topology: Topology, data: st.DataObject) -> None:
    """Whatever a topology file may say."""
    world = World(topology)
    vantage = data.draw(st.sampled_from(world.vantages))
    hold_together(world, vantage, data.draw(traffic(owners(world))), refuses=True)
