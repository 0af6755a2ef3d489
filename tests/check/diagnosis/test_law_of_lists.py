"""Lists of servers: whichever of several answered, the true fault is of rank 1, and so is the cache with old answers.

Topologies are healthy ones whose servers all have a twin beside them, and tangled ones. Each question gets one of the
answers that different choices among servers lead to. Of some of them it is known which server answered.
"""

from __future__ import annotations

import json
from contextlib import suppress
from copy import deepcopy
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns import names
from acrdns.azure import INTERNET
from acrdns.check.diagnosis.answer import FAILED, Answered, Asked
from acrdns.check.diagnosis.diagnosed import CACHE
from acrdns.check.endpoints import of_topology
from acrdns.check.faults import PRIORS, named
from acrdns.check.faults.site import Site
from acrdns.check.simulate import addresses, outcome
from acrdns.errors import TopologyError
from acrdns.names import show
from acrdns.probe.observation import Outcome
from acrdns.record import Type
from acrdns.resolve.chain import Question
from acrdns.resolve.world import World
from acrdns.topology.load import loads
from tests.check.diagnosis.observing import search
from tests.check.diagnosis.search.healthy import healthy
from tests.examples import examples
from tests.resolve.tangled import topologies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.faults.fault import Candidate
    from acrdns.resolve.chain import Resolution
    from acrdns.topology.model import Topology
    from tests.check.diagnosis.search.healthy import Document

SELECTIONS = ("order", "random", "fastest")
SILENT = "10.255.255.53"


def _twin(address: str) -> str:
    """Return the address of the server beside one."""
    first, _, last = address.rpartition(".")
    return f"{first}.{int(last) + 100}"


def _with_lists(doc: Document, chosen: Random) -> Document:
    """Return a document in which each server and inbound endpoint has a twin, and whoever asks one may ask both."""
    doc = deepcopy(doc)
    servers, resolvers = doc.get("dns_servers", {}), doc.get("private_resolvers", {}).values()
    own = {*servers, *(address for each in resolvers for address in each["inbound_endpoints"])}

    def listed(targets: list[str]) -> list[str]:
        every = [*targets, *(_twin(each) for each in targets if each in own and _twin(each) not in targets)]
        chosen.shuffle(every)
        return [SILENT, *every] if chosen.random() < 0.2 else every

    for resolver in resolvers:
        resolver["inbound_endpoints"] += [_twin(address) for address in resolver["inbound_endpoints"]]
    for server in servers.values():
        for key in ("forwarders", "zones"):
            server[key] = server.get(key, [] if key == "forwarders" else {})
        server["forwarders"] = listed(server["forwarders"]) if server["forwarders"] else []
        conditional = server.get("conditional_forwarders", {})
        server["conditional_forwarders"] = {domain: listed(targets) for domain, targets in conditional.items()}
        server["selection"] = chosen.choice(SELECTIONS)
    servers.update({_twin(address): deepcopy(server) for address, server in [*servers.items()]})
    for network in doc["networks"].values():
        for asker in (network, *network.get("clients", {}).values()):
            if asker.get("dns_servers"):
                asker["dns_servers"] = listed(asker["dns_servers"])
                asker["selection"] = chosen.choice(SELECTIONS)
    for ruleset in doc.get("dns_forwarding_rulesets", {}).values():
        ruleset["rules"] = {d: {"target_dns_servers": listed(targets)} for d, targets in ruleset["rules"].items()}
    return doc


def _questions(topology: Topology) -> Iterator[Asked]:
    for vantage in topology.vantages:
        for endpoint in of_topology(topology, vantage):
            yield from (Asked(vantage, endpoint.fqdn, type_) for type_ in (Type.A, Type.AAAA))


def _member(world: World, asked: Asked, chosen: Random) -> str:
    """Return one of the servers that clients ask in any order, where it is to be known who answered; else empty.

    One that is silent is not known: clients ask the next.
    """
    here = world.topology.vantage(asked.vantage) if asked.vantage != INTERNET else None
    if here is None or here.selection == "order" or len(here.dns_servers) < 2 or chosen.random() < 0.5:
        return ""
    member = chosen.choice(here.dns_servers)
    is_silent = any(route.response.timed_out for route in _routes(world, asked, member))
    return "" if is_silent or names.name(asked.fqdn) in here.hosts else member


def _answered(asked: Asked, route: Resolution, server: str) -> Answered:
    """Return the answer of a route as it is observed; nobody knows who was silent."""
    response = route.response
    targets = (show(rrset.target) for rrset in response.answer if rrset.type == Type.CNAME)
    chain = (asked.fqdn, *targets) if asked.type is Type.A else ()
    said = outcome(response)
    server = "" if said in FAILED else server
    return Answered(asked, said, addresses(response, asked.type), chain, None, asked.vantage, server=server)


def _routes(world: World, asked: Asked, server: str) -> list[Resolution]:
    found, _ = world.routes(asked.vantage, Question(names.name(asked.fqdn), asked.type), server=server)
    return list(found)


def _observed(topology: Topology, world: World, chosen: Random) -> list[Answered]:
    """Return one answer to each question about the names of a topology, of those that there may be."""
    found = []
    for asked in _questions(topology):
        server = _member(world, asked, chosen)
        found.append(_answered(asked, chosen.choice(_routes(world, asked, server)), server))
    return found


def _broken(topology: Topology, chosen: Random) -> Iterator[tuple[str, Candidate, Topology]]:
    """Return faults in any order, each with the topology that has it."""
    for fault in chosen.sample([*PRIORS], len(PRIORS)):
        candidates = list(named(fault).find(Site(topology), None))
        if candidates:
            candidate = chosen.choice(candidates)
            with suppress(KeyError, ValueError, StopIteration, TopologyError):
                broken = candidate.apply(topology)
                if broken.vantages == topology.vantages:
                    yield fault, candidate, broken


def _assert_is_first(topology: Topology, answers: list[Answered], fault: str, subject: str) -> None:
    """Assert that a fault is of rank 1, and that all that is gives the answers."""
    made = search(topology, answers)
    if made.base.explains_all():
        return
    if fault == "redirect-masks-missing-record":
        owner = f"{subject.partition('/')[2]}.{topology.cloud.registry}"
        if owner not in {answer.asked.fqdn for answer in made.base.mismatches}:
            return  # nobody gets that record: its links' fallback shows at other names alone, as any record's would
    found = made.smallest()
    assert frozenset(((fault, subject),)) in [each.key for each in found], (
        fault,
        subject,
        [each.key for each in found],
    )
    for each in found:
        if each.remembered is None:
            assert search(each.simulated.topology, answers).base.explains_all(), each.key


def _assert_faults_are_found(topology: Topology, chosen: Random, most: int) -> None:
    right = World(topology)
    for fault, candidate, broken in _broken(topology, chosen):
        answers = _observed(topology, World(broken, before=right), chosen)
        _assert_is_first(topology, answers, fault, candidate.subject)
        most -= 1
        if not most:
            return


def _passes(route: Resolution, place: str, topology: Topology) -> bool:
    """Return whether an answer has passed the cache of a client, of a network's clients, or of a server."""
    server = topology.dns_servers.get(place)
    if server is None:
        return route.vantage == place or route.vantage.partition("/")[0] == place
    if server.client and server.host != route.vantage:
        return False
    return any((step.server, step.network) == (server.address, server.network) for step in route.steps)


def _from_cache(right: World, old: World, place: str, chosen: Random) -> list[Answered]:
    """Return one answer to each question: the old one where it may have passed a place then and now, and did."""
    found = []
    for asked in _questions(right.topology):
        server = _member(right, asked, chosen)
        route = chosen.choice(_routes(right, asked, server))
        before = [each for each in _routes(old, asked, server) if _passes(each, place, old.topology)]
        if before and _passes(route, place, right.topology) and names.name(asked.fqdn) not in _hosts(right, asked):
            kept = chosen.choice(before)
            if outcome(kept.response) in (Outcome.ANSWER, Outcome.NODATA, Outcome.NXDOMAIN):
                route = kept
        found.append(_answered(asked, route, server))
    return found


def _hosts(world: World, asked: Asked) -> Any:
    return world.topology.vantage(asked.vantage).hosts if asked.vantage != INTERNET else ()


def _assert_caches_are_found(topology: Topology, chosen: Random, most: int) -> None:
    right = World(topology)
    places = [*topology.vantages[1:], *topology.dns_servers]
    for fault, _, broken in _broken(topology, chosen):
        if fault == "hosts-file-pin":
            continue
        place = chosen.choice(places)
        answers = _from_cache(right, World(broken, before=right), place, chosen)
        _assert_is_first(topology, answers, CACHE, place)
        most -= 1
        if not most:
            return


LAWS = (_assert_faults_are_found, _assert_caches_are_found)


def _healthy(number: int) -> tuple[Topology, Random]:
    chosen = Random(f"lists {number}")
    return loads(json.dumps(_with_lists(healthy(chosen), chosen)), "lists.yaml"), chosen


@pytest.mark.parametrize("law", LAWS, ids=["faults", "caches"])
def test_in_healthy_topologies(law: Any) -> None:
    """Some faults."""
    law(*_healthy(0), 2)


@pytest.mark.slow
@pytest.mark.parametrize("law", LAWS, ids=["faults", "caches"])
def test_in_many_healthy_topologies(law: Any) -> None:
    """More faults."""
    for number in (0, 1, *range(100, 120)):
        law(*_healthy(number), 10)


@pytest.mark.parametrize("law", LAWS, ids=["faults", "caches"])
@examples(1 / 10, 2)
@given(topology=topologies(later=True), number=st.integers(0, 1000))
def test_in_tangled_topologies(law: Any, topology: Topology, number: int) -> None:
    """Where little works."""
    law(topology, Random(number), 2)
