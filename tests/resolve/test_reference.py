"""The engine gives what an independent reference resolver gives, whatever the topology."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import Phase, find, given, note, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from acrdns import names
from acrdns.record import Rcode, Type, rdata_text, type_number, type_text
from acrdns.resolve.chain import MatchKind, Question
from acrdns.resolve.servers.directory import FORWARDING_LOOP
from acrdns.resolve.world import World
from acrdns.topology.assumptions import Assumptions
from tests.examples import examples
from tests.resolve import tangled
from tests.resolve.published import Record
from tests.resolve.reference import DNS64, Answer, Reference
from tests.topologies import topologies

if TYPE_CHECKING:
    from collections.abc import Callable

    from acrdns.resolve.chain import Resolution
    from acrdns.topology.model import Topology
    from acrdns.zone.answer import Response

UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
"""To shrink an example of many servers takes minutes, and makes it little clearer."""
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
    world = World(replace(topology, assumptions=Assumptions(rules_apply_to_aliases=aliases)))
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


def assert_agreement_on_sets(topology: Topology, data: st.DataObject) -> None:
    """Compare all the answers that there may be: which of several servers is asked first is chance."""
    world = World(topology)
    questions = st.tuples(st.sampled_from(tangled.names_in(topology)), tangled.types())
    for vantage in topology.vantages:
        reference = Reference(topology, vantage)
        for name, type_ in data.draw(st.lists(questions, min_size=QUESTIONS, max_size=QUESTIONS)):
            note(f"{vantage}: {name} {type_}")
            response = world.resolve(vantage, Question(names.name(name), type_number(type_))).response
            expected = reference.answers(name, type_)
            if expected is not None:
                found = {_without_made_ttls(seen(each)) for each in (response, *response.alternatives)}
                if len(expected) > 1:
                    # Alternatives do not differ by the zones that say no.
                    expected, found = _contents(expected), _contents(found)
                assert expected == found


def _contents(answers: set[Answer]) -> set[Answer]:
    return {answer._replace(soa="") for answer in answers}


def _without_made_ttls(answer: Answer) -> Answer:
    made = (r._replace(ttl=0) if r.type == "AAAA" and r.data.startswith(DNS64) else r for r in answer.records)
    return answer._replace(records=tuple(made))


@examples(1 / 4, phases=UNSHRUNK)
@given(topology=tangled.topologies(later=True), data=st.data())
def test_agreement_with_hubs_clients_lists_and_filters(topology: Topology, data: st.DataObject) -> None:
    """The second version of the contract: every answer that there may be is the same from every vantage point."""
    assert_agreement_on_sets(topology, data)


@pytest.mark.slow
@examples(5, phases=UNSHRUNK)
@given(topology=tangled.topologies(later=True), data=st.data())
def test_agreement_with_hubs_clients_lists_and_filters_for_longer(topology: Topology, data: st.DataObject) -> None:
    """The same, for longer."""
    assert_agreement_on_sets(topology, data)


SITUATIONS: dict[str, Callable[[Topology, Resolution], bool]] = {
    "a forwarding loop": lambda _, found: found.response.cause.startswith(FORWARDING_LOOP),
    "a redirect after NXDOMAIN": lambda _, found: says(found, "NxDomainRedirect: public DNS is asked"),
    "a server in a network that is not peered": lambda _, found: says(found, "is not peered with"),
    "Azure-provided DNS asked from on premises": lambda _, found: says(found, "is answered inside Azure only"),
    "a second target that answers for a silent first": lambda _, found: (
        says(found, "no DNS server answers at") and found.response.rcode == Rcode.NOERROR
    ),
    "an inbound endpoint behind another server": lambda _, found: any(
        step.server in tangled.RESOLVERS.values() for step in found.steps[1:]
    ),
    "a server that asks for an alias target by itself": lambda topology, found: any(
        server.recursion == "iterate" and len({step.question for step in found.steps if step.server == address}) > 1
        for address, server in topology.dns_servers.items()
    ),
    "a server that trusts a forwarder's chain": lambda topology, found: any(
        step.server in topology.dns_servers
        and topology.dns_servers[step.server].recursion == "forward"
        and len(step.records) > 1
        for step in found.steps
    ),
}


def says(found: Resolution, words: str) -> bool:
    """Return whether a step gives a reason in these words."""
    return any(words in step.why for step in found.steps)


def comes(kind: MatchKind) -> Callable[[Topology, Resolution], bool]:
    """Return whether a step of a kind comes up behind another one."""
    return lambda _, found: any(step.matched.kind is kind for step in found.steps[1:])


KINDS = {kind.value: comes(kind) for kind in MatchKind if kind not in (MatchKind.UPSTREAM, MatchKind.HOSTS)}


@cache
def came_up() -> set[str]:
    """Return the kinds and situations that a question for an address shows, in topologies until each has come up."""
    wanted, found = {**KINDS, **SITUATIONS}, set[str]()

    def reached(topology: Topology) -> bool:
        world = World(topology)
        for vantage in topology.vantages:
            for name in dict.fromkeys(tangled.names_in(topology)):
                resolution = world.resolve(vantage, Question(names.name(name), Type.A))
                found.update(each for each in wanted.keys() - found if wanted[each](topology, resolution))
        return found == wanted.keys()

    with suppress(NoSuchExample):
        find(tangled.topologies(), reached, settings=settings(max_examples=500, phases=[Phase.generate], database=None))
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_the_tangled_topologies_have_everything_in_them(kind: str) -> None:
    """Every kind of step comes up behind another one; else agreement would prove little."""
    assert kind in came_up()


@pytest.mark.parametrize("situation", SITUATIONS)
def test_the_tangled_topologies_have_every_situation_in_them(situation: str) -> None:
    """What facts.md section 3 describes comes up, so that agreement says something about it."""
    assert situation in came_up()
