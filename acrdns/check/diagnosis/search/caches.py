"""Stale caches: they still have the answers from before a change, so they are no change of a topology.

A cache keeps answers, also negative ones (RFC 2308). That a server was silent or failed is no answer that it keeps.

A server keeps its own answers to what it is asked. The servers in front of it do their part as ever: one that asks it
for the privatelink alias alone puts the public alias before. So the old answers are put in at the server, and each
vantage point is asked again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from acrdns.check.diagnosis.candidates import Suspect
from acrdns.check.diagnosis.diagnosed import BY_HAND, CACHE, PIN
from acrdns.check.faults.fault import Candidate
from acrdns.check.fixes.advice import Advice
from acrdns.probe.observation import Outcome
from acrdns.record import Type
from acrdns.resolve.cache import Kept
from acrdns.resolve.chain import Question
from acrdns.resolve.servers.self_hosted import identity_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from acrdns.check.diagnosis.answer import Answered
    from acrdns.check.diagnosis.touch import Ways
    from acrdns.check.diagnosis.worlds import Simulated
    from acrdns.errors import Path
    from acrdns.names import Name
    from acrdns.topology.model import DnsServer
    from acrdns.zone.answer import Response

_KEPT = frozenset((Outcome.ANSWER, Outcome.NODATA, Outcome.NXDOMAIN, Outcome.OTHER))


def stale_caches(node: Simulated, child: Simulated, old: Suspect, known: Sequence[Answered]) -> Iterator[Suspect]:
    """Return the caches that may have every answer that a topology leaves wrong, from before a fault was mended.

    `child` is the topology with that fault; `known` has some of the answers that are left wrong.
    """
    if old.fault == PIN or not passed(node, known) or not _explains_all_that_is_wrong(child, node):
        return
    if all(answer.outcome in _KEPT for answer in node.mismatches):
        # A cache of a whole network is less likely than one of the client, where only clients have old answers.
        wider = {answer.asked.vantage.partition("/")[0] for answer in node.mismatches}
        wider -= {answer.asked.vantage for answer in node.mismatches}
        places = sorted(passed(node, node.mismatches), key=lambda place: (place in wider, place))
        yield from (_stale(place, old, node) for place in places if _may_keep(place, node, child))


def counts_down(node: Simulated, child: Simulated) -> bool:
    """Return whether TTLs speak for a cache: each that was observed is lower than that of the old answer, and not 0."""
    ttls = [(answer.ttl, child.ttl(answer.asked)) for answer in node.mismatches if answer.ttl is not None]
    return bool(ttls) and all(full is not None and 0 < ttl < full for ttl, full in ttls)


def is_pin_with_ttl_0(node: Simulated, last: Suspect) -> bool:
    """Return whether wrong answers have a TTL of 0, as dnsmasq and systemd-resolved give the lines of a hosts file."""
    return last.fault == PIN and any(answer.ttl == 0 for answer in node.mismatches)


def passed(node: Simulated, wrong: Sequence[Answered]) -> set[str]:
    """Return the vantage points, networks and servers that each of some wrong answers may have passed.

    Where any of several servers may have answered, each may have; where it is known which one did, that one has.
    """
    found: set[str] | None = None
    for answer in wrong:
        asker, by_hand, _ = answer.asked.vantage.partition(BY_HAND)
        parts = [part for part in node.ways(answer).parts if part[0] in ("network", "server")]
        # The hub of a virtual WAN has neither DNS nor machines of its own: its clients are vantage points.
        here = {str(part[1]) for part in parts if part[0] == "server" or part[1] in node.topology.vantages}
        if by_hand:
            here.discard(asker)
        else:
            here |= {answer.asked.vantage}.intersection(node.topology.vantages[1:])
        found = here if found is None else found & here
        if not found:
            break
    return found or set()


def _may_keep(place: str, node: Simulated, child: Simulated) -> bool:
    """Return whether a place's cache may have the old answers of `child`, and no other answer shows that it does not.

    A server has a name for all who ask it, or for nobody; they may see no difference, though. Each client has its own
    cache, and all of what it was told.
    """
    if place not in node.topology.dns_servers:
        return True
    return all(
        any(_fits(place, held, answer, node, child) for held in _asked(place, node.ways(answer)))
        for answer in node.mismatches
    )


def _asked(place: str, ways: Ways) -> Iterator[frozenset[Name]]:
    """Return the names of which a server may have old answers: each that it is asked for, or all."""
    every = frozenset(name for way in ways.passages for key, name in way if key == place)
    yield from (frozenset((name,)) for name in every)
    if len(every) > 1:
        yield every


def _must_pass(place: str, held: frozenset[Name], ways: Ways) -> bool:
    """Return whether an answer has passed a server, whichever way it went, with a question about some names."""
    return all(any(key == place and name in held for key, name in way) for way in ways.passages)


def _fits(place: str, held: frozenset[Name], answer: Answered, node: Simulated, child: Simulated) -> bool:
    """Return whether old answers about some names are behind a wrong answer, and in the way of no right one."""
    server = node.topology.dns_servers[place]
    for told in _told(server, held, answer.asked.type, child):
        caches = {identity_of(server): Kept(told)}
        if node.is_any_of(answer, node.with_caches(answer, caches)):
            known = frozenset(question.name for question in told)
            passing = (each for each in node.answers_like(answer) if _must_pass(place, known, node.ways(each)))
            others = filter(node.explains, passing)
            if all(node.is_any_of(each, node.with_caches(each, caches)) for each in others):
                return True
    return False


def _told(
    server: DnsServer, held: frozenset[Name], type_: Type, child: Simulated
) -> Iterator[Mapping[Question, Response]]:
    """Return what a server may have kept about some names, with the A records of which it makes AAAA records."""
    types = (type_, Type.A) if type_ == Type.AAAA else (type_,)
    questions = [Question(name, each) for each in types for name in held]
    old = [tuple(child.world.answers_of(server, question)) for question in questions]
    for number in range(max(map(len, old), default=0)):
        told = {question: every[number % len(every)] for question, every in zip(questions, old, strict=True)}
        yield dict(_below(told)) | told


def _below(told: Mapping[Question, Response]) -> Iterator[tuple[Question, Response]]:
    """Return what is known of the targets of aliases: a cache has the record sets of an answer one by one."""
    for question, response in told.items():
        for number, rrset in enumerate(response.answer, 1):
            if rrset.type == Type.CNAME:
                yield Question(rrset.target, question.type), replace(response, answer=response.answer[number:])


def _explains_all_that_is_wrong(child: Simulated, node: Simulated) -> bool:
    """Return whether a topology explains each answer that another does not, looking at no more than is needed."""
    seen, found = 0, node.first_mismatches(1)
    while len(found) > seen:
        if not all(map(child.explains, found[seen:])):
            return False
        seen, found = len(found), node.first_mismatches(4 * len(found))
    return True


def _stale(place: str, old: Suspect, node: Simulated) -> Suspect:
    """Return the stale cache of a network's clients or of a server."""
    path: Path = ("dns_servers", place)
    if place in node.topology.vantages:
        path = node.topology.path_of(place)
    elif place in node.topology.dns_servers:
        server = node.topology.dns_servers[place]
        place = server.key or server.address
    candidate = Candidate(
        place,
        f"a cache of {place} still has answers from before a change: as if {old.candidate.message}",
        (),
        (Advice(f"flush the DNS caches of {place}, or wait until the TTL of the old answers is over"),),
        path,
    )
    return Suspect(CACHE, candidate, frozenset())
