"""What was learnt from one name and is answered for another is what resolving answers, byte for byte."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.names import Name, name, show, wire
from acrdns.record import Type
from acrdns.resolve.world import World
from acrdns.topology.assumptions import Assumptions
from acrdns.topology.load import loads
from acrdns.wire.remembered.learnt import Learnt
from acrdns.wire.responder import Responder, always
from acrdns.zone.versions.catalog import catalog_name
from acrdns.zone.view import view
from acrdns.zone.zone import build
from tests.examples import examples
from tests.resolve import tangled
from tests.topologies import topologies
from tests.wire.exchange import records
from tests.wire.shortcuts import Pair, at_vantage
from tests.wire.strategies import OPT, OPTS, query

if TYPE_CHECKING:
    from acrdns.resolve.chain import Question, Response
    from acrdns.resolve.walk import Walk
    from acrdns.topology.model import Topology

LABELS = (b"contoso", b"partner", b"missing", b"missinG", b"another", b"mis;ing", b"miss.ng", b"mis\0ing", b"*")
"""Most of them are of one length, as some registries are."""
TYPES = st.sampled_from((1, 1, 1, 1, 1, 28, 28, 16, 6, 5, 43, 65, 255))
FLAGS = (0x0100, 0x0100, 0x0100, 0x0110, 0, 0x2800)


few = examples(1 / 2)


def relabelled(name: bytes) -> st.SearchStrategy[bytes]:
    """Return a name with another first label, or the same."""
    rest = name[1 + name[0] :] if name[0] else name
    others = st.sampled_from(LABELS).map(lambda label: bytes((len(label),)) + label + rest)
    return st.one_of(st.just(name), others, others)


@st.composite
def traffic(draw: st.DrawFn, names: list[bytes]) -> list[bytes]:
    """Write queries, many of them about names that are learning."""
    few = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3))
    asked = st.one_of(st.sampled_from(few).flatmap(relabelled), st.sampled_from(names))
    ways = draw(
        st.lists(st.tuples(st.sampled_from(FLAGS), TYPES, st.sampled_from((OPT, OPT, *OPTS))), min_size=1, max_size=2)
    )
    queries = st.builds(
        lambda ident, way, name: query(ident, way[0], name, way[1], way[2]),
        st.integers(0, 65535),
        st.sampled_from(ways),
        asked,
    )
    return draw(st.lists(queries, min_size=1, max_size=12))


def hold_together(
    world: World, vantage: str, packets: list[bytes], *, refuses: bool, transferred: bool = False
) -> None:
    """Ask both servers, several times: in the end all that can be learnt has been."""
    pair = at_vantage(world, vantage, refuses=refuses, transferred=transferred)
    for packet in packets * 3:
        pair.hold_together(packet)


@few
@given(tangled.topologies(), st.booleans(), st.booleans(), st.booleans(), st.data())
def test_tangled_ways(topology: Topology, redirect: bool, aliases: bool, refuses: bool, data: st.DataObject) -> None:
    """However servers forward to each other, and whatever is written into zones."""
    assumptions = Assumptions(rules_apply_to_aliases=aliases, redirect_on_nodata=redirect)
    world = World(replace(topology, assumptions=assumptions))
    vantage = data.draw(st.sampled_from(world.vantages))
    names = [wire(text) for text in tangled.names_in(topology)]
    hold_together(world, vantage, data.draw(traffic(names)), refuses=refuses)


def owners(world: World) -> list[bytes]:
    """Return every name that a zone of a world has, and what aliases there lead to."""
    zones = (*world.published.public, *world.published.private.values())
    found = {bytes(owner) for zone in zones for owner in zone.nodes}
    found.update(
        bytes(rrset.target) for zone in zones for node in zone.nodes.values() for rrset in node if rrset.type == 5
    )
    return sorted(found)


@few
@given(topologies() | topologies(additions=True), st.booleans(), st.data())
def test_any_topology(topology: Topology, transferred: bool, data: st.DataObject) -> None:
    """Whatever a topology file may say."""
    world = World(topology)
    vantage = data.draw(st.sampled_from(world.vantages))
    hold_together(world, vantage, data.draw(traffic(owners(world))), refuses=True, transferred=transferred)


PRIVATE = "privatelink.azurecr.io"
WORLD = World(
    loads(
        """
version: 1
registries:
  contoso: {location: eastus, replications: [westus]}
  partner: {location: eastus, replications: [westus]}
  fabrikam: {location: eastus}
networks:
  hub: {address_space: [10.0.0.0/16]}
  spoke: {address_space: [10.1.0.0/16]}
  far: {address_space: [10.2.0.0/16]}
private_endpoints:
  contoso-pe:
    registry: contoso
    network: hub
    addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8, registry_data_westus: 10.0.0.9}
    dns_zone_group: [group]
  partner-pe:
    registry: partner
    network: hub
    addresses: {registry: 10.0.0.10, registry_data_eastus: 10.0.0.11, registry_data_westus: 10.0.0.12}
    dns_zone_group: [group]
private_dns_zones:
  group:
    name: privatelink.azurecr.io
    virtual_network_links: {hub: {}}
    records:
      "*.wild": {A: [10.0.0.13]}
      several: {ttl: 10, A: [10.0.0.14, 10.0.0.15]}
      further: {ttl: 11, A: [10.0.0.16]}
      outside: {CNAME: www.example.org}
      another: {CNAME: www.example.org}
      quicker: {ttl: 5, CNAME: www.example.org}
      farther: {CNAME: www.example.net}
      circled: {CNAME: contoso.azurecr.io}
      encircl: {CNAME: circled.privatelink.azurecr.io}
  redirected:
    name: privatelink.azurecr.io
    virtual_network_links: {far: {resolution_policy: NxDomainRedirect}}
""",
        "alike.yaml",
    )
)


@pytest.mark.parametrize(
    ("vantage", "learnt", "asked", "kind", "quick"),
    [
        pytest.param("hub", "contoso.azurecr.io", "partner.azurecr.io", 1, True, id="a private address"),
        pytest.param("hub", "contoso.azurecr.io", "PARTNER.azureCR.io", 1, True, id="in any letter case"),
        pytest.param("internet", "contoso.azurecr.io", "partner.azurecr.io", 1, True, id="a public chain"),
        pytest.param("far", "contoso.azurecr.io", "partner.azurecr.io", 1, True, id="NxDomainRedirect, its cause"),
        pytest.param("spoke", "contoso.azurecr.io", "partner.azurecr.io", 1, True, id="no link, its cause"),
        pytest.param("hub", "contoso.westus.data.azurecr.io", "partner.westus.data.azurecr.io", 1, True, id="data"),
        pytest.param("hub", "contoso.azurecr.io", "partner.azurecr.io", 28, True, id="a chain without that type"),
        pytest.param("hub", "contoso.azurecr.io", "partner.azurecr.io", 16, True, id="nor any other"),
        pytest.param("hub", "missing.azurecr.io", "another.azurecr.io", 1, True, id="no such name"),
        pytest.param("hub", "missing.azurecr.io", "mis;ing.azurecr.io", 1, True, id="whatever is in its label"),
        pytest.param("hub", f"missing.{PRIVATE}", f"nothing.{PRIVATE}", 1, True, id="no such private name, its cause"),
        pytest.param("hub", f"missing.{PRIVATE}", f"mis;ing.{PRIVATE}", 1, False, id="whose label is not shown so"),
        pytest.param("hub", f"several.{PRIVATE}", f"several.{PRIVATE}", 1, True, id="several addresses"),
        pytest.param("hub", f"contoso.{PRIVATE}", f"partner.{PRIVATE}", 1, True, id="the private name itself"),
        pytest.param("hub", f"contoso.{PRIVATE}", f"further.{PRIVATE}", 1, False, id="another TTL of an address"),
        pytest.param("hub", f"contoso.{PRIVATE}", f"several.{PRIVATE}", 1, False, id="more addresses"),
        pytest.param("hub", f"outside.{PRIVATE}", f"another.{PRIVATE}", 1, True, id="an alias that is refused"),
        pytest.param("hub", f"outside.{PRIVATE}", f"quicker.{PRIVATE}", 1, False, id="another TTL of an alias"),
        pytest.param("hub", f"outside.{PRIVATE}", f"farther.{PRIVATE}", 1, False, id="an alias that ends otherwise"),
        pytest.param("hub", f"circled.{PRIVATE}", f"circled.{PRIVATE}", 1, True, id="a chain that comes back"),
        pytest.param("hub", f"encircl.{PRIVATE}", f"circled.{PRIVATE}", 1, False, id="into another chain"),
        pytest.param("hub", "contoso.azurecr.io", "another.azurecr.io", 1, False, id="an outcome not met yet"),
        pytest.param("hub", "contoso.azurecr.io", "fabrikam.azurecr.io", 1, False, id="another length"),
        pytest.param("hub", "contoso.azurecr.io", "partner.azurecr.cn", 1, False, id="another end"),
        pytest.param("hub", "contoso.azurecr.io", "partner.azurecr.io", 5, False, id="the alias itself"),
        pytest.param("hub", "contoso.azurecr.io", "partner.azurecr.io", 65, False, id="a type that looks like a letter"),
        pytest.param("hub", "elevenchars.azurecr.io", "privatelink.azurecr.io", 1, False, id="an apex"),
        pytest.param("hub", f"missing.wild.{PRIVATE}", f"another.wild.{PRIVATE}", 1, False, id="a wildcard"),
        pytest.param("hub", "missing.example", "another.example", 1, True, id="refused"),
    ],
)  # fmt: skip
def test_what_is_quick(vantage: str, learnt: str, asked: str, kind: int, quick: bool) -> None:
    """What is like something that was asked twice is, and nothing that may be answered otherwise."""
    pair = at_vantage(WORLD, vantage)
    teacher, packet = (query(7, 0x0100, wire(text), kind, OPT) for text in (learnt, asked))
    assert [pair.hold_together(teacher) for _ in range(2)] == [None, None]
    assert (pair.hold_together(packet) is not None) is quick


def learnt(learning: Learnt, text: str) -> bool:
    """Ask for a name twice, and tell whether it is answered from then on."""
    packet = query(7, 0x0100, wire(text), 1, OPT)[2:]
    return [learning.reply(packet, packet.lower()) for _ in range(3)][-1] is not None


def test_a_refusal_is_left_to_those_who_ask_upstream() -> None:
    """Where names outside are passed on, nothing is said about them here."""
    learning = Learnt(always(authoritative=False), world=WORLD, vantage="hub", refuses=False)
    assert not learnt(learning, "missing.example")
    assert learnt(learning, "missing.azurecr.io")


def test_names_of_zone_files_are_answered_from_them() -> None:
    """What is below their apexes is learnt from the zone, and the apexes are like no other name."""
    zone = build(name("another.azurecr.io"), "file", "zone", records("""
another.azurecr.io      SOA    ns1.another.azurecr.io host.another.azurecr.io 1 3600 300 2419200 60
www.another.azurecr.io  A      192.0.2.2
"""))  # fmt: skip
    zones = view([zone])

    def authoritative(asked: Name) -> bool:
        return zones.zone_of(asked) is not None

    learning = Learnt(authoritative, zones=zones, world=WORLD, vantage="hub")
    plain = Responder(
        lambda question: (zones.answer if authoritative(question.name) else partial(WORLD.answer, "hub"))(question),
        authoritative,
        memo=None,
    )
    pair = Pair.of(plain, learning)
    for text, known in (
        ("missing.azurecr.io", True),
        ("another.azurecr.io", False),
        ("www.another.azurecr.io", True),
        ("abc.another.azurecr.io", True),
        ("abc.made.up.another.azurecr.io", True),
    ):
        packet = query(7, 0x0100, wire(text), 1, OPT)
        assert ([pair.hold_together(packet) for _ in range(3)][-1] is not None) is known, text


def test_what_secondaries_ask_for_is_left_to_the_primary() -> None:
    """A name as long as that of the catalog was refused before."""
    catalog = show(catalog_name("hub"))
    pair = at_vantage(WORLD, "hub", transferred=True)
    for text in ("X" + catalog[1:], "Y" + catalog[1:], "Z" + catalog[1:], catalog):
        pair.hold_together(query(7, 0x0100, wire(text), Type.SOA, OPT))


class Watched(World):
    """A world that counts how often it is asked, and may fail."""

    asked = 0

    def __init__(self, topology: Topology, *, fails: bool = False) -> None:
        super().__init__(topology)
        self._fails = fails

    def ask(self, vantage: str, question: Question, walk: Walk | None = None) -> Response:
        """Count, and answer or not."""
        self.asked += 1
        if self._fails:
            raise ValueError
        return super().ask(vantage, question, walk)


def test_made_up_families_teach_little() -> None:
    """Whoever makes names up that are alike to nothing costs no lessons without end, and little is kept."""
    world = Watched(WORLD.topology)
    learning = Learnt(always(authoritative=False), world=world, vantage="hub")
    for number in range(6000):
        learnt(learning, f"a.{number}.azurecr.io")
    assert len(learning._families) <= 4096
    assert world.asked < 2500
    assert any(learnt(learning, "missing.azurecr.io") for _ in range(20))


def test_a_failing_answerer_is_left_to_the_whole_way() -> None:
    """Which says so."""
    world = Watched(WORLD.topology, fails=True)
    assert not learnt(Learnt(always(authoritative=False), world=world, vantage="hub"), "missing.azurecr.io")
    assert world.asked
