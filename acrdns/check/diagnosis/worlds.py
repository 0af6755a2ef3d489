"""A topology with faults in it, asked for what was observed.

The first answer that is not explained decides where the search goes on, and most faults leave it as it is. So one
question is asked first, and the others only where its answer is right.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from acrdns import names
from acrdns.azure import INTERNET
from acrdns.check.causes.layout import Layout
from acrdns.check.diagnosis.answer import FAILED
from acrdns.check.diagnosis.passing import Passing, asks
from acrdns.check.diagnosis.touch import changed_parts, may_change, ways
from acrdns.check.faults.site import Site
from acrdns.resolve.chain import Question
from acrdns.resolve.equivalence.everywhere import Everywhere
from acrdns.resolve.world import World

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from acrdns.check.diagnosis.answer import Answered, Asked, Comparable, Comparison, Signature
    from acrdns.check.diagnosis.touch import Part, Ways
    from acrdns.check.faults.fault import Candidate, Fault
    from acrdns.check.faults.site import Observed
    from acrdns.names import Name
    from acrdns.record import Type
    from acrdns.resolve.cache import Cache
    from acrdns.resolve.chain import Response
    from acrdns.topology.model import Topology
    from acrdns.topology.text.edit import Edit


_OF_PARTS = ("private_dns_zones", "private_endpoints", "registries", "dns_servers", "dns_forwarding_rulesets")
"""The sections of a topology that say which parts an edit changes."""
_NEAR = 20
"""Right answers to the same question, and at the same vantage point, that a further place of a fault must not break."""
_OF_EACH = 2
"""Wrong answers of each vantage point and of each name that stand for the others."""


class Evidence:
    """The observed answers, grouped by question, and how they are compared."""

    def __init__(self, answers: Sequence[Answered], comparison: Comparison) -> None:
        self.answers = answers
        self.comparison = comparison
        self.vantages = tuple(dict.fromkeys(answer.asked.vantage for answer in answers))
        self.servers = {a.asked.vantage: a.server for a in answers if a.server and a.outcome not in FAILED}
        """The servers that answered, by vantage point."""
        self.by_vantage = {vantage: [a for a in answers if a.asked.vantage == vantage] for vantage in self.vantages}
        columns = {vantage: column for column, vantage in enumerate(self.vantages)}
        self.by_question: dict[tuple[str, Type], list[tuple[int, Comparable, Answered]]] = {}
        for answer in answers:
            asked = answer.asked
            entry = (columns[asked.vantage], comparison.comparable(answer), answer)
            self.by_question.setdefault((asked.fqdn, asked.type), []).append(entry)


class Simulated:
    """One topology, simulated as far as needed."""

    def __init__(
        self,
        topology: Topology,
        evidence: Evidence,
        base: Simulated | None = None,
        changed: frozenset[Part] | None = None,
    ) -> None:
        self.topology = topology
        self._evidence = evidence
        self._base = base
        self.changed = changed
        """The parts in which it differs from the base, or None for any."""
        self._ways: dict[tuple[Asked, str], Ways] = {}
        self._wrong: list[Answered] = []
        self._explained: dict[Asked, bool] = {}
        self._sites: dict[frozenset[Name], Site] = {}
        self._candidates: dict[tuple[str, frozenset[Name] | None], Sequence[Candidate]] = {}
        self._changed: dict[int, tuple[tuple[Edit, ...], frozenset[Part] | None]] = {}
        self._right: dict[object, list[Answered]] = {}

    @cached_property
    def world(self) -> World:
        """The simulation."""
        return World(self.topology, before=self._base.world if self._base else None)

    @cached_property
    def ask_others(self) -> frozenset[str]:
        """The vantage points that do not ask the server that answered them, though the topology as meant has it so."""
        if self._base is None:
            return frozenset()
        answered, meant, now = self._evidence.servers.items(), self._base.topology, self.topology
        return frozenset(v for v, server in answered if asks(meant, v, server) and not asks(now, v, server))

    @cached_property
    def passing(self) -> Passing:
        """The observed answers by the DNS servers that they pass without any fault."""
        return self._base.passing if self._base else Passing(self.ways, self._evidence.answers)

    @cached_property
    def layout(self) -> Layout:
        """The layout of the topology; parts of it are those of the topology that it was edited from."""
        return Layout(self.topology, self._base.layout if self._base else None)

    @cached_property
    def mismatches(self) -> Sequence[Answered]:
        """The observed answers that are not those of this topology, question by question."""
        return self.first_mismatches(len(self._evidence.answers))

    def mismatches_at(self, vantages: Iterable[str]) -> Iterator[Answered]:
        """Return those of some vantage points."""
        every = (answer for vantage in vantages for answer in self._evidence.by_vantage[vantage])
        return (answer for answer in every if not self.explains(answer))

    @property
    def vantages(self) -> Sequence[str]:
        """The vantage points of the observed answers."""
        return self._evidence.vantages

    def first_mismatches(self, most: int) -> Sequence[Answered]:
        """Return the first of them, at most so many."""
        while len(self._wrong) < most and (answer := next(self._not_explained, None)):
            self._wrong.append(answer)
        return self._wrong[:most]

    @cached_property
    def representatives(self) -> Sequence[Answered]:
        """Some wrong answers of each vantage point and of each name."""
        counted: Counter[str] = Counter()
        found = []
        for answer in self.mismatches:
            of = (f"from {answer.asked.vantage}", answer.asked.fqdn)
            if min(counted[each] for each in of) < _OF_EACH:
                counted.update(of)
                found.append(answer)
        return found

    def right_near(self, wrong: Answered) -> Sequence[Answered]:
        """Return some right answers: to the question of a wrong one, and at its vantage point."""
        question, vantage = wrong.asked[1:], wrong.asked.vantage
        if question not in self._right:
            same: Iterable[Answered] = (entry[2] for entry in self._evidence.by_question[question])
            self._right[question] = list(islice(filter(self.explains, same), _NEAR))
        if vantage not in self._right:
            same = self._evidence.by_vantage[vantage]
            self._right[vantage] = list(filter(self.explains, islice(same, 2 * _NEAR)))
        return [*self._right[question], *self._right[vantage]]

    def explains(self, answer: Answered) -> bool:
        """Return whether one observed answer is that of this topology."""
        if answer.asked not in self._explained:
            base = self._base
            if base and not may_change(self.changed, base.needed(answer.asked)[0]):
                self._explained[answer.asked] = base.explains(answer)
            else:
                self._explained[answer.asked] = self.is_any_of(answer, self.signatures_for(answer))
        return self._explained[answer.asked]

    def is_any_of(self, answer: Answered, signatures: Iterable[Signature]) -> bool:
        """Return whether an observed answer equals one of some, and may come from the server that gave it."""
        comparison = self._evidence.comparison
        observed = comparison.comparable(answer)
        return self._may_answer(answer) and any(comparison.equal(observed, each) for each in signatures)

    def signatures_for(self, answer: Answered) -> tuple[Signature, ...]:
        """Return the answers to the question of an observed one: those of its server alone, where that is known."""
        return self._signatures(answer.asked, self._response(answer.asked, self._member(answer)))

    def _member(self, answer: Answered) -> str:
        """Return the server that is known to have answered, where clients choose any of several; else empty."""
        vantage, fqdn, _ = answer.asked
        if not answer.server or vantage not in self.topology.vantages[1:] or answer.outcome in FAILED:
            return ""
        here = self.topology.vantage(vantage)
        if here.selection == "order" or len(here.dns_servers) < 2 or names.name(fqdn) in here.hosts:  # noqa: PLR2004
            return ""
        return answer.server if answer.server in here.dns_servers else ""

    def _response(self, asked: Asked, server: str = "") -> Response:
        question = Question(names.name(asked.fqdn), asked.type)
        if server:
            return self.world.ask_server(asked.vantage, server, question)
        return self.world.ask(asked.vantage, question)

    def explains_all(self) -> bool:
        """Return whether every observed answer is that of this topology."""
        return not self.first_mismatches(1)

    def signatures(self, asked: Asked) -> tuple[Signature, ...]:
        """Return the answers to one question; several where any of several servers may answer."""
        return self._signatures(asked, self._response(asked))

    def ttl(self, asked: Asked) -> int | None:
        """Return the TTL of the addresses in an answer, in seconds, or None without any."""
        response = self._response(asked)
        return min((rrset.ttl for rrset in response.answer if rrset.type == asked.type), default=None)

    def with_caches(self, answer: Answered, caches: Mapping[str, Cache]) -> Iterator[Signature]:
        """Return the answers to the question of an observed one where some servers remember what caches have."""
        question = Question(names.name(answer.asked.fqdn), answer.asked.type)
        found, _ = self.world.routes(answer.asked.vantage, question, server=self._member(answer), caches=caches)
        return (each for route in found for each in self._signatures(answer.asked, route.response))

    def _signatures(self, asked: Asked, response: Response) -> tuple[Signature, ...]:
        pinned = asked.vantage != INTERNET and names.name(asked.fqdn) in self.topology.vantage(asked.vantage).hosts
        every = (response, *response.alternatives)
        return tuple(self._evidence.comparison.signature(each, asked.type, asked.fqdn, pinned=pinned) for each in every)

    @cached_property
    def _everywhere(self) -> Everywhere:
        return Everywhere(self.world, self._evidence.vantages)

    @cached_property
    def _not_explained(self) -> Iterator[Answered]:
        return self._compared()

    def _compared(self) -> Iterator[Answered]:
        """Compare all answers, question by question, and return those that differ."""
        equal = self._evidence.comparison.equal
        for (fqdn, type_), answers in self._evidence.by_question.items():
            responses = self._everywhere.everywhere(Question(names.name(fqdn), type_))
            known: dict[tuple[int, Comparable], bool] = {}
            for column, observed, answer in answers:
                key = (id(responses[column]), observed)
                if self._member(answer):
                    is_equal = any(equal(observed, each) for each in self.signatures_for(answer))
                elif key in known:
                    is_equal = known[key]
                else:
                    signatures = self._signatures(answer.asked, responses[column])
                    is_equal = known[key] = any(equal(observed, each) for each in signatures)
                if not is_equal or not self._may_answer(answer):
                    yield answer

    def _may_answer(self, answer: Answered) -> bool:
        """Return whether the server that answered is asked there; one that is silent shows nothing."""
        return not self.ask_others or answer.outcome in FAILED or answer.asked.vantage not in self.ask_others

    def candidates(self, fault: Fault, looked_up: frozenset[Name], observed: Observed) -> Sequence[Candidate]:
        """Return the places where a fault can be, of those of one record the places of some names."""
        found = self._candidates.get((fault.name, None))
        if found is None:
            found = self._candidates.get((fault.name, looked_up))
        if found is None:
            site = self.site(looked_up)
            site.by_name = False
            found = tuple(fault.find(site, observed))
            # Most faults are not about records, so that their places are the same for all names.
            self._candidates[fault.name, looked_up if site.by_name else None] = found
        return found

    def changed_by(self, candidate: Candidate) -> frozenset[Part] | None:
        """Return the parts that a fault changes, or None for any."""
        if self._base and self._has_parts_of_base:
            return self._base.changed_by(candidate)
        edits = candidate.edits
        if id(edits) not in self._changed:
            # The edits are kept, so that their id is no other's.
            self._changed[id(edits)] = edits, changed_parts(edits, self.topology)
        return self._changed[id(edits)][1]

    @cached_property
    def _has_parts_of_base(self) -> bool:
        base = self._base
        return base is not None and all(getattr(self.topology, s) is getattr(base.topology, s) for s in _OF_PARTS)

    def site(self, looked_up: frozenset[Name]) -> Site:
        """Return the topology as faults look at it, for some names."""
        if looked_up not in self._sites:
            meant = self._base.site(looked_up) if self._base else None
            self._sites[looked_up] = Site(self.topology, self.layout, looked_up, meant)
        return self._sites[looked_up]

    def needed(self, asked: Asked) -> tuple[frozenset[Part] | None, frozenset[Name]]:
        """Return the parts that an answer depends on, None for any, and the names that were looked up for it."""
        found = self._ways_of(asked)
        return (found.parts if found.are_all else None), found.looked_up

    def ways(self, answer: Answered) -> Ways:
        """Return the ways that an answer may have gone: those of any server that may have given it."""
        return self._ways_of(answer.asked, self._member(answer))

    def answers_like(self, answer: Answered) -> Iterator[Answered]:
        """Return the observed answers to the question of one, from everywhere."""
        return (entry[2] for entry in self._evidence.by_question[answer.asked[1:]])

    def _ways_of(self, asked: Asked, server: str = "") -> Ways:
        found = self._ways.get((asked, server))
        if found is None:
            question = Question(names.name(asked.fqdn), asked.type)
            routes, are_all = self.world.routes(asked.vantage, question, server=server)
            found = self._ways[asked, server] = ways(routes, self.layout, are_all=are_all)
        return found
