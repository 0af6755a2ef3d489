"""The faults that can change a wrong answer, with values taken from the observations.

Faults that touch no part of a topology that the answer depends on are left out (`touch`). Some depend on the answer
itself (`shown`). Stale caches are made by the search, since they are no change of a topology.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from acrdns.check.answers.address_kind import AddressKind
from acrdns.check.answers.signs import AZURE_PRIVATE_DNS
from acrdns.check.diagnosis.diagnosed import BY_HAND, ELSEWHERE, PIN
from acrdns.check.diagnosis.shown.shown import SILENT, shown
from acrdns.check.diagnosis.touch import may_change
from acrdns.check.faults import PRIORS, named
from acrdns.check.fixes.advice import Advice
from acrdns.probe.observation import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from acrdns.check.diagnosis.answer import Answered, Comparison
    from acrdns.check.diagnosis.touch import Part
    from acrdns.check.diagnosis.worlds import Simulated
    from acrdns.check.faults.fault import Candidate


_OF_OTHER_ZONES = ("zone-of-public-name", "shadowed-private-zone")
"""Faults after which another zone of Azure denies a name."""


@dataclass(frozen=True)
class Suspect:
    """A fault at a place."""

    fault: str
    candidate: Candidate
    parts: frozenset[Part] | None
    """The parts of the topology that it changes; None for any."""

    @property
    def prior(self) -> float:
        """How common the fault is."""
        return PRIORS[self.fault] * self.candidate.likelihood

    @cached_property
    def cause(self) -> tuple[object, ...]:
        """The fault and the section of the file or the zone: one misconfiguration may be at several places of it."""
        section, key, *_ = self.candidate.path
        if self.fault in ELSEWHERE:
            return self.fault, self.candidate.subject
        return (self.fault, key) if section == "private_dns_zones" else (self.fault, section)

    @cached_property
    def change(self) -> str:
        """The edits, by which topologies with faults differ."""
        return repr(self.candidate.edits)

    @cached_property
    def key(self) -> tuple[str, str, str]:
        """The values by which suspects differ."""
        return self.fault, self.candidate.subject, self.candidate.message

    def touches(self, needed: frozenset[Part] | None) -> bool:
        """Return whether an answer that depends on some parts may change."""
        return may_change(self.parts, needed)


def values(answers: Iterable[Answered], comparison: Comparison) -> Mapping[str, tuple[str, ...]]:
    """Return the values that records may have: private IPv4 addresses and all IPv6 addresses observed for each name."""
    found: dict[str, dict[str, None]] = {}
    for answer in answers:
        of_name = found.setdefault(answer.asked.fqdn, {})
        for address in answer.addresses:
            if ":" in address or comparison.kind(address) is AddressKind.PRIVATE:
                of_name[address] = None
    return {fqdn: tuple(addresses) for fqdn, addresses in found.items()}


def suspects(
    node: Simulated,
    wrong: Answered,
    observed: Mapping[str, tuple[str, ...]],
    *,
    base: Simulated | None = None,
    child: Simulated | None = None,
    among: Iterable[str] = PRIORS,
) -> Iterator[Suspect]:
    """Return the faults that can change one wrong answer of a topology, or of a `child` of it, the likeliest first.

    With `base`, a fault that could be there before the others were added counts, too. Only faults `among` some are
    looked for. That a server refuses is no other fault's doing than that of a server which is not there for its client.
    """
    if wrong.outcome is Outcome.REFUSED:
        among = [fault for fault in among if fault == SILENT]
    needed, looked_up = node.needed(wrong.asked)
    if child is not None:
        others, more = child.needed(wrong.asked)
        needed, looked_up = None if needed is None or others is None else needed | others, looked_up | more
    for fault in map(named, among):
        known: set[tuple[str, str, str]] = set()
        # Two records swap what they have by then: what they had before, another fault may have changed.
        for each in (node, base) if base and fault.name != "swapped-address" else (node,):
            found = each.candidates(fault, looked_up, observed) if fault.name != PIN else ()
            for candidate in chain(found, shown(fault.name, node, wrong) if each is node else ()):
                key = (fault.name, candidate.subject, candidate.message)
                # A server that is asked by hand is the right one to ask; it may be silent.
                chosen = BY_HAND in candidate.subject and fault.name != SILENT
                if key not in known and not chosen:
                    known.add(key)
                    parts = node.changed_by(candidate)
                    if may_change(parts, needed):
                        yield Suspect(fault.name, _as_shown(fault.name, candidate, wrong), parts)


def _as_shown(fault: str, candidate: Candidate, wrong: Answered) -> Candidate:
    """Return a place as an answer shows it: how likely it is, and which server was asked there."""
    if fault == SILENT and wrong.outcome is Outcome.REFUSED:
        return _refusing(candidate, wrong)
    zone = candidate.subject.partition(" @ ")[0] if fault == "shadowed-private-zone" else candidate.path[1]
    if fault in _OF_OTHER_ZONES and wrong.denied_by == (zone, AZURE_PRIVATE_DNS):
        return replace(candidate, likelihood=10)  # the zone that denies says so itself
    if candidate.path[0] != "networks":
        return candidate
    if fault == SILENT and wrong.outcome is Outcome.SERVFAIL:
        return replace(candidate, likelihood=0.3)  # the server that is asked has answered
    if fault == "bypassed-azure-dns" and candidate.subject == wrong.asked.vantage and wrong.server:
        return replace(candidate, message=f"{candidate.subject} asks {wrong.server}, which answers as public DNS does")
    return candidate


def _refusing(candidate: Candidate, wrong: Answered) -> Candidate:
    """Return the place where questions are refused, in place of one where nobody answers them."""
    of_network = candidate.path[0] == "networks"
    asker = candidate.subject
    asked = f"{wrong.server}, which {asker} asks," if of_network and wrong.server else ""
    asked = asked or (f"the DNS server that {asker} asks" if of_network else f"the server that {asker} forwards to")
    lists = "BIND allow-query and allow-recursion, unbound access-control"
    return replace(
        candidate,
        message=f"{asked} refuses the questions of {asker}: an access list, or no recursion for that address",
        fixes=(Advice(f"let the server answer {asker} recursively ({lists}), or ask one that does"),),
    )
