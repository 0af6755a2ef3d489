"""Answers from files, whoever wrote them: `acrdns --save`, or another tool; from where, and whether they agree."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from acrdns.azure import Member
from acrdns.errors import InputError, Place, Problem
from acrdns.probe.observation import Outcome
from acrdns.probe.saved import read as saved
from acrdns.suggest import remedy

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from acrdns.probe.answer import AddressType, ObservedAnswer, ReadFile
    from acrdns.topology.model import Topology

_OF_HEADINGS = frozenset(("from", "on", "at", "in", "the", "network", "vnet", "vantage", "point"))


def read(octets: bytes, file: str) -> ReadFile:
    """Return the answers of a file, and the lines that were not understood."""
    if saved.is_saved(octets):
        return saved.read(octets, file)
    from acrdns.probe.transcripts import read as transcripts

    return transcripts.read(octets, file)


def read_any(octets: bytes, file: str, names: Collection[str] = ()) -> ReadFile:
    """Return the same, also of a plain list; its problems are lines whose answer cannot be read.

    `names` are names of interest that no suffix shows, as local names of connected registries.
    """
    if saved.is_saved(octets):
        return saved.read(octets, file)
    from acrdns.probe import plain
    from acrdns.probe.transcripts.lines import decoded

    found = plain.read(decoded(octets), file, names)
    if found.answers and not found.problems:
        return found
    # What nslookup and others print may have lines that look like those of a list.
    other = read(octets, file)
    return other if other.answers or not found.problems else found


def located(topology: Topology, found: ReadFile) -> ReadFile:
    """Return answers whose vantage points are written as in the topology, those without one as of the heading before.

    A heading is an ignored line that names one vantage point alone, such as `From spoke:` or `=== spoke ===`.
    """
    written = {vantage.lower(): vantage for vantage in topology.vantages}
    headings = [(line.line, written[place]) for line in found.ignored if (place := _heading(line.text)) in written]

    def place_of(answer: ObservedAnswer) -> str | None:
        line = answer.source.line if answer.source else 0
        above = [vantage for number, vantage in headings if number < line]
        return written.get(answer.vantage.lower(), answer.vantage) if answer.vantage else above[-1] if above else None

    answers = tuple(replace(answer, vantage=place_of(answer)) for answer in found.answers)
    used = {number for number, _ in headings}
    return replace(found, answers=answers, ignored=tuple(line for line in found.ignored if line.line not in used))


def _heading(text: str) -> str:
    """Return the one word of a line that may be a vantage point, in lower case, or empty."""
    words = [word for word in re.findall(r"[\w./@-]*\w", text.lower()) if word not in _OF_HEADINGS]
    return words[0] if len(words) == 1 else ""


def by_vantage(
    topology: Topology, found: ReadFile, names: Mapping[str, Collection[str]], default: str | None = None
) -> dict[str, list[ObservedAnswer]]:
    """Return the answers by vantage point, in the topology's order. `names` has those that are evidence at each.

    `default` is where answers were observed that do not say it. Raises InputError with everything that is wrong.
    """
    problems = list(found.problems)
    answers_at: dict[str, list[ObservedAnswer]] = {}
    for answer in found.answers:
        vantage = answer.vantage or default
        complaint = _complaint(topology, answer.fqdn, names, vantage)
        if complaint:
            source = answer.source
            place = Place(source.file, source.line) if source else Place(topology.file, 1)
            problems.append(Problem(place, "", complaint))
        answers_at.setdefault(str(vantage), []).append(answer)
    problems += (problem for answers in answers_at.values() for problem in contradictions(answers))
    if problems:
        raise InputError(sorted(dict.fromkeys(problems), key=lambda problem: problem.place.line))
    return {place: answers_at[place] for place in topology.vantages if place in answers_at}


def _complaint(topology: Topology, fqdn: str, names: Mapping[str, Collection[str]], vantage: str | None) -> str:
    if vantage is None:
        return f"from where was {fqdn} observed? say so with --from VANTAGE"
    if vantage not in topology.vantages:
        return f"there is no vantage point {vantage!r}; {remedy(vantage, topology.vantages)}"
    if fqdn in names[vantage]:
        return ""
    if places := [place for place, known in names.items() if fqdn in known]:
        return f"{fqdn} is a local name of {', '.join(places)}, and is not judged at {vantage}"
    known = [name for name in names[vantage] if ".privatelink." not in name]
    return f"{topology.file} has no endpoint {fqdn}; {_likely(topology, fqdn, known)}"


def _likely(topology: Topology, fqdn: str, known: Collection[str]) -> str:
    """Return what may be meant by a name that is no endpoint of the file."""
    label, _, rest = fqdn.partition(".")
    hashed = sorted(name for name in known if name.startswith(f"{label}-") and name.partition(".")[2] == rest)
    if hashed:
        return f"its registry has a domain name label: {', '.join(hashed)}"
    if key := _without_data_endpoints(topology, fqdn):
        of = "has dedicated data endpoints once a private endpoint is approved"
        return f"{key} {of}; if it has them all the same, write data_endpoint_enabled: true"
    return remedy(fqdn, sorted(known))


def _without_data_endpoints(topology: Topology, fqdn: str) -> str:
    """Return the registry whose data endpoint has a name, where the file gives it none, or empty."""
    for key, registry in topology.registries.items():
        members = (Member("data", region) for region in registry.regions)
        if any(member.fqdn(registry.dns_label, topology.cloud) == fqdn for member in members):
            return key
    return ""


def contradictions(answers: Iterable[ObservedAnswer]) -> Iterator[Problem]:
    """Return the answers of one vantage point that say something else than an earlier one to the same question.

    Only one of them could be judged. Answers with a time are those of `--save`: the later one counts.
    """
    first: dict[tuple[str, AddressType], tuple[str, ObservedAnswer]] = {}
    for answer in answers:
        types: tuple[AddressType, ...] = ("A", "AAAA")
        for type_ in types if answer.time is None else ():
            said = _said(answer, type_)
            before, other = first.setdefault((answer.fqdn, type_), (said, answer)) if said else ("", answer)
            if said == before or not (answer.source and other.source) or _may_agree(answer, other):
                continue
            where = f"{other.source.file}:" if other.source.file != answer.source.file else "line "
            message = (
                f"{answer.fqdn} is {said} here, and {before} at {where}{other.source.line}; "
                "diagnose the answers of each DNS server by themselves"
            )
            yield Problem(Place(answer.source.file, answer.source.line), "", message)
            break


def _said(answer: ObservedAnswer, type_: AddressType) -> str:
    """Return what an answer says about a type, or empty where it says nothing."""
    if answer.type not in (None, type_):
        return ""
    own = sorted(address for address in answer.addresses if (":" in address) is (type_ == "AAAA"))
    return ", ".join(own) or ("" if answer.outcome is Outcome.ANSWER else answer.outcome.value)


def _may_agree(one: ObservedAnswer, other: ObservedAnswer) -> bool:
    """Return whether two answers may be the same, since one tool does not say why there is no address."""
    return Outcome.OTHER in (one.outcome, other.outcome) and not (one.addresses or other.addresses)
