"""Answers of the reference resolver, as a plain DNS server gives them: no Extended DNS Errors, and no SOA of Azure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.diagnosis.answer import Answered, answers_of
from acrdns.check.endpoints import of_topology
from acrdns.check.facts import Facts
from acrdns.check.judge import judge
from acrdns.check.rules import rules
from acrdns.probe.answer import AddressType, ObservedAnswer, observation
from acrdns.probe.observation import Outcome
from acrdns.record import is_private
from tests.resolve.reference import Answer, Reference

if TYPE_CHECKING:
    from collections.abc import Container, Hashable, Iterable, Mapping

    from acrdns.topology.model import Topology

Seen = dict[tuple[str, str, AddressType], Answer]
TYPES: tuple[AddressType, AddressType] = ("A", "AAAA")
_OUTCOMES = {"NXDOMAIN": Outcome.NXDOMAIN, "SERVFAIL": Outcome.SERVFAIL, "REFUSED": Outcome.REFUSED}


def seen_by_reference(topology: Topology, fqdns: Iterable[str], vantages: Iterable[str] = ()) -> Seen:
    """Return the answers for some names at some vantage points, or at all."""
    names = list(fqdns)
    found: Seen = {}
    for vantage in vantages or topology.vantages:
        reference = Reference(topology, vantage)
        for fqdn in names:
            for type_ in TYPES:
                found[vantage, fqdn, type_] = reference.resolve(fqdn, type_)
    return found


def every_answer(topology: Topology, vantage: str, fqdn: str, type_: AddressType) -> set[Answer]:
    """Return the answers that there may be to one question, where any of several servers may answer."""
    reference = Reference(topology, vantage)
    return reference.answers(fqdn, type_) or {reference.resolve(fqdn, type_)}


def addresses(answer: Answer, type_: str) -> tuple[str, ...]:
    """Return the addresses of an answer."""
    return tuple(record.data for record in answer.records if record.type == type_)


def chain(answer: Answer, fqdn: str) -> tuple[str, ...]:
    """Return the name asked and the alias targets."""
    return (fqdn, *(record.data.lower() for record in answer.records if record.type == "CNAME"))


def outcome(answer: Answer, type_: str) -> Outcome:
    """Return the outcome of an answer."""
    if answer.rcode != "NOERROR":
        return _OUTCOMES[answer.rcode]
    return Outcome.ANSWER if addresses(answer, type_) else Outcome.NODATA


def observed(seen: Seen, *, chains: bool = True) -> dict[str, list[ObservedAnswer]]:
    """Return the answers by vantage point, with their chains or without."""
    found: dict[str, list[ObservedAnswer]] = {}
    for (vantage, fqdn, type_), answer in seen.items():
        shown = chain(answer, fqdn) if chains else (fqdn,)
        found.setdefault(vantage, []).append(
            ObservedAnswer(fqdn, type_, outcome(answer, type_), addresses(answer, type_), shown, vantage=vantage)
        )
    return found


def judged(
    topology: Topology, answers: Mapping[str, list[ObservedAnswer]]
) -> tuple[list[Answered], set[tuple[str, str]]]:
    """Return the answers as the diagnosis takes them, and vantage point and name of those that are wrong."""
    found: list[Answered] = []
    wrong: set[tuple[str, str]] = set()
    for vantage, every in answers.items():
        by_name: dict[str, list[ObservedAnswer]] = {}
        for answer in every:
            by_name.setdefault(answer.fqdn, []).append(answer)
        endpoints = of_topology(topology, vantage)
        cases = tuple(e.observed(known) for e in endpoints if (known := observation(e.fqdn, by_name.get(e.fqdn, ()))))
        wrong |= {(vantage, fqdn) for fqdn in judge(Facts(topology, vantage, cases), rules("ACR3")).wrong}
        found += [answer for case in cases for answer in answers_of(case.observation, vantage, vantage)]
    return found, wrong


def shown(seen: Seen, named: Container[str], *, chains: Seen | None) -> dict[tuple[str, str, str], Hashable]:
    """Return what an observer can compare of answers, as the contract of the diagnosis says.

    `named` are the public addresses that the file names. `chains` are the answers by which a resolver shows chains, of
    positive and of negative answers each; None where it shows none.
    """
    showing = {
        (vantage, bool(addresses(answer, type_)))
        for (vantage, fqdn, type_), answer in (chains or {}).items()
        if type_ == "A" and len(chain(answer, fqdn)) > 1
    }
    found: dict[tuple[str, str, str], Hashable] = {}
    for (vantage, fqdn, type_), answer in seen.items():
        said = outcome(answer, type_)
        own = frozenset(
            address if address in named or is_private(address) or ":" in address else "public"
            for address in addresses(answer, type_)
        )
        visible = type_ == "A" and (vantage, bool(own)) in showing and said not in (Outcome.SERVFAIL, Outcome.REFUSED)
        over = any("privatelink" in each for each in chain(answer, fqdn)) if visible else None
        found[vantage, fqdn, type_] = (said, own, over)
    return found
