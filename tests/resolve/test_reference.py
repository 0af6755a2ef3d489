"""The engine gives what an independent reference resolver gives, whatever the topology."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import Phase, find, given, note, settings
from hypothesis import strategies as st

from acrdns import names
from acrdns.record import Type, rdata_text, type_number, type_text
from acrdns.resolve.assumptions import Assumptions
from acrdns.resolve.chain import MatchKind, Question
from acrdns.resolve.world import World
from tests.resolve import tangled
from tests.resolve.published import Record
from tests.resolve.reference import Answer, Reference
from tests.topologies import topologies

if TYPE_CHECKING:
    from acrdns.topology.model import Topology
    from acrdns.zone.answer import Response

QUESTIONS = 4
"""From each vantage point of a topology."""


def seen(response: Response) -> Answer:
    """Write the engine's response as the reference does; what stands in an SOA is not compared."""
    records = (
        Record(names.show(rrset.name), type_text(rrset.type), rrset.ttl, rdata_text(rrset.type, rdata))
        for rrset in response.answer
        for rdata in rrset.rdatas
    )
    return Answer(
        response.rcode.name,
        tuple(record._replace(ttl=0, data="") if record.type == "SOA" else record for record in records),
        "".join(names.show(rrset.name) for rrset in response.authority if rrset.type == Type.SOA),
    )


def assert_agreement(topology: Topology, data: st.DataObject, *, aliases: bool = False) -> None:
    """Ask both, from every vantage point."""
    world = World(topology, Assumptions(rules_apply_to_aliases=aliases))
    questions = st.tuples(st.sampled_from(tangled.names_in(topology)), tangled.types(), st.booleans())
    for vantage in topology.vantages:
        reference = Reference(topology, vantage, rules_apply_to_aliases=aliases)
        for name, type_, shout in data.draw(st.lists(questions, min_size=QUESTIONS, max_size=QUESTIONS)):
            asked = name.upper() if shout else name
            note(f"{vantage}: {asked} {type_}")
            response = world.resolve(vantage, Question(names.name(asked), type_number(type_))).response
            assert reference.resolve(asked, type_) == seen(response)


@pytest.mark.parametrize("aliases", [False, True], ids=["rules-for-questions", "rules-for-aliases"])
@given(topology=tangled.topologies(), data=st.data())
def test_agreement_where_servers_are_tangled(aliases: bool, topology: Topology, data: st.DataObject) -> None:
    """Rcode, every record in order, and the zone that said no are the same from every vantage point."""
    assert_agreement(topology, data, aliases=aliases)


@given(topology=topologies(), data=st.data())
def test_agreement_on_any_valid_topology(topology: Topology, data: st.DataObject) -> None:
    """The same for whatever loads."""
    assert_agreement(topology, data)


@pytest.mark.parametrize("kind", [kind for kind in MatchKind if kind is not MatchKind.UPSTREAM])
def test_the_tangled_topologies_have_everything_in_them(kind: MatchKind) -> None:
    """Every kind of step comes up behind another one; else agreement would prove little."""

    def reached(topology: Topology) -> bool:
        world = World(topology)
        return any(
            len(steps) > 1 and any(step.matched.kind is kind for step in steps[1:])
            for vantage in topology.vantages
            for name in tangled.names_in(topology)
            for steps in [world.resolve(vantage, Question(names.name(name), Type.A)).steps]
        )

    find(tangled.topologies(), reached, settings=settings(max_examples=500, phases=[Phase.generate], database=None))
