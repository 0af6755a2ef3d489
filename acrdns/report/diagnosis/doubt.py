"""How sure a diagnosis is, for people: what else it could be, what is ruled out, and what to ask next."""

from __future__ import annotations

from dataclasses import replace
from operator import itemgetter
from typing import TYPE_CHECKING

from acrdns.azure import INTERNET
from acrdns.check.diagnosis.diagnosed import BY_HAND, OTHERWISE
from acrdns.record import is_private, type_text
from acrdns.report.cells import listed
from acrdns.report.diagnosis.text import by_fault, is_elsewhere, named, said
from acrdns.report.escape import visible
from acrdns.report.runs import runs
from acrdns.report.terminal import table, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from acrdns.check.diagnosis.diagnosed import Diagnosed, Diagnosis, FoundFault, NextStep, Predicted
    from acrdns.report.report import Report, Style

_MOST = 9
"""Other diagnoses, faults that are ruled out and answers without an explanation that are shown; JSON has all."""
_Numbered = tuple[int, "Diagnosis"]
_MANY = 3
"""Misconfigurations of a set from which on not all such sets are simulated."""
_LONG = 1000
"""Characters of a command."""
_MOST_STEPS = 3
"""Questions and commands that tell diagnoses apart."""
_MOST_GROUPS = 4
_MOST_RUNS = 3
"""Groups of diagnoses, and runs of numbers in one, that a line names."""


def how_sure(report: Report, style: Style) -> list[str]:
    """Return what else it could be, what is ruled out, what to ask next, and what is not explained."""
    diagnosed = report.diagnosed
    lines: list[str] = []
    others = _others(diagnosed, supposed=not report.vantages)
    for paragraph in (*others, *_stripped(diagnosed), *_excluded(diagnosed)):
        lines += wrapped(paragraph, style.width, hanging="  ")
    lines += _next(report, style)
    for paragraph in _unexplained(diagnosed):
        lines += wrapped(paragraph, style.width, hanging="  ")
    if report.explain:
        lines += ["", *proof(diagnosed)]
    return lines


def _others(diagnosed: Diagnosed, *, supposed: bool) -> Iterator[str]:
    if not diagnosed.diagnoses:
        return
    first, *others = diagnosed.diagnoses
    if not others:
        if is_elsewhere(first):
            yield (
                "not sure: a cache or a hosts file can hold any answers, and no answer shows that there is one; on the "
                "machine, `getent hosts NAME` reads the hosts file, and `dig NAME` does not"
            )
        elif len(by_fault(first)) >= _MANY:
            yield "not sure: of the sets of three misconfigurations only the likeliest were tried"
        elif first.explains == first.of and not (diagnosed.unexplained or supposed):
            yield "sure: no other known misconfiguration gives these answers"
            if any("topology file" in fault.otherwise or "created again" in fault.otherwise for fault in first.faults):
                yield "not sure: whether the records or the topology file is out of date"
        return
    yield from _alternatives(first, others)


def _alternatives(first: Diagnosis, others: Sequence[Diagnosis]) -> Iterator[str]:
    """Return the other diagnoses: those that differ in one cause of several by that cause alone, then the rest."""
    causes = by_fault(first)
    instead, rest = _apart(first, others)
    for place, group in instead.items():
        yield f"in place of {named(causes[place])} it could also be:"
        kept = [fault for other, same in enumerate(causes) if other != place for fault in same]
        yield from _listed((number, _without(diagnosis, kept)) for number, diagnosis in group)
    if len(instead) == len(causes) and rest:
        yield f"or several of them are others ({_numbers([number for number, _ in rest])}); --format json has all"
    elif rest:
        yield "or all of it could be:" if instead else "it could also be (1 is the one above):"
        yield from _listed(rest)


def _apart(first: Diagnosis, others: Sequence[Diagnosis]) -> tuple[dict[int, list[_Numbered]], list[_Numbered]]:
    """Return the diagnoses, numbered, that have all causes of the first but one, by its place, and the rest."""
    causes, instead, rest = by_fault(first), dict[int, list[_Numbered]](), list[_Numbered]()
    for number, diagnosis in enumerate(others, 2):
        place = _differs_in_one(causes, diagnosis) if len(causes) > 1 else None
        (rest if place is None else instead.setdefault(place, [])).append((number, diagnosis))
    return instead, rest


def _shown_numbers(diagnoses: Sequence[Diagnosis]) -> set[int]:
    """Return the numbers of the diagnoses that the text names: others have no meaning for who reads it."""
    first, *others = diagnoses
    instead, rest = _apart(first, others)
    whole = [] if len(instead) == len(by_fault(first)) else [rest]
    return {1, *(number for group in (*instead.values(), *whole) for number, _ in group[:_MOST])}


def _listed(numbered: Iterable[tuple[int, Diagnosis]]) -> Iterator[str]:
    """Return a line for each diagnosis; of a cache, JSON alone has the answers that it would still hold."""
    every = list(numbered)
    for number, diagnosis in every[:_MOST]:
        faults = (replace(fault, message=fault.message.partition(": as if ")[0]) for fault in diagnosis.faults)
        yield f"  {number}. {said(replace(diagnosis, faults=tuple(faults)))}"
    if len(every) > _MOST:
        yield f"  and {len(every) - _MOST} more; --format json has all"


def _differs_in_one(causes: Sequence[Sequence[FoundFault]], other: Diagnosis) -> int | None:
    """Return the cause, by its place, that another diagnosis does not have while it has all others; None if several."""
    theirs = {(fault.fault, fault.subject) for fault in other.faults}
    missing = [n for n, same in enumerate(causes) if not {(each.fault, each.subject) for each in same} <= theirs]
    return missing[0] if len(missing) == 1 else None


def _without(diagnosis: Diagnosis, faults: Iterable[FoundFault]) -> Diagnosis:
    known = {(fault.fault, fault.subject) for fault in faults}
    return replace(diagnosis, faults=tuple(f for f in diagnosis.faults if (f.fault, f.subject) not in known))


def _stripped(diagnosed: Diagnosed) -> Iterator[str]:
    """Return that a filter may have left an alias without an address, unless a diagnosis says so."""
    from acrdns.check.faults import REBINDING

    if any(fault.fault == REBINDING for each in diagnosed.diagnoses for fault in each.faults):
        return
    empty = (p for each in diagnosed.diagnoses[:1] if not each.in_file for p in each.proof if p.answer.text == "NODATA")
    if found := next(empty, None):
        yield (
            "or a DNS server on the way takes private addresses out of answers (rebinding protection): then "
            f"`dig {visible(found.answer.asked.fqdn)}` shows the alias, no address and no SOA"
        )


def _excluded(diagnosed: Diagnosed) -> Iterator[str]:
    """Return the faults that are ruled out, those by the same answer together, and if a hosts file may mislead."""
    by_answer: dict[str, list[str]] = {}
    for each in diagnosed.excluded[:_MOST]:
        because = f"{_asked(each.because)} is {visible(each.because.answer.text)}, and would be"
        because += f" {visible(each.because.predicted)}"
        by_answer.setdefault(because, []).append(f"{each.fault} at {visible(each.subject)}")
    for because, faults in by_answer.items():
        yield f"ruled out: {', '.join(faults)}, since {because}"
    ruling = [each.because.answer for each in diagnosed.excluded[:_MOST] if BY_HAND not in each.because.answer.asked[0]]
    pinned = (a.asked for a in ruling if not a.server and len(a.chain) <= 1 and any(map(is_private, a.addresses)))
    if asked := next(pinned, None):
        where = f"{visible(asked.fqdn)} from {visible(asked.vantage)}"
        yield f"unless a hosts file has the answer for {where}: DNS does not show that; `dig` reads no hosts file"


def _asked(predicted: Predicted) -> str:
    asked = predicted.answer.asked
    return f"{visible(asked.fqdn)} {type_text(asked.type)} from {visible(asked.vantage)}"


def _next(report: Report, style: Style) -> Iterator[str]:
    """Return what to do next, the most telling first: a line to copy, and below it the meaning of each outcome."""
    if not report.diagnosed.next:
        return
    shown = _shown_numbers(report.diagnosed.diagnoses)
    for place, step in enumerate(report.diagnosed.next[:_MOST_STEPS]):
        yield f"{'then' if place else 'to tell apart'}: {visible(_doing(step, report), most=_LONG)}"
        known = [(sign, sorted(shown & {*numbers})) for sign, numbers in zip(step.shows, step.tells_apart, strict=True)]
        outcomes = sorted(filter(itemgetter(1), known), key=lambda outcome: outcome[0] == OTHERWISE)
        for sign, numbers in outcomes[:_MOST_GROUPS]:
            said = sign if sign == OTHERWISE else f"if it {'is' if step.ask else 'shows'} {visible(sign, most=_LONG)}"
            yield from wrapped(f"{said}: {_numbers(numbers)}", style.width, indent=" " * 4, hanging=" " * 6)
        if len(outcomes) > _MOST_GROUPS:
            yield f"    {len(outcomes) - _MOST_GROUPS} outcomes more; --format json has all"


def _numbers(group: Sequence[int]) -> str:
    """Return numbers of diagnoses, such as `1, 3-5`; the first ones, and how many more."""
    found = runs(group)
    texts = [f"{run[0]}-{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in found]  # noqa: PLR2004
    more = sum(map(len, found[_MOST_RUNS:]))
    return ", ".join(texts[:_MOST_RUNS]) + (f" and {more} more" if more else "")


def _doing(step: NextStep, report: Report) -> str:
    if step.ask is None:
        return step.az or step.look or ""
    vantage, _, by_hand = step.ask.vantage.partition(BY_HAND)
    asked = f"{step.ask.fqdn} {type_text(step.ask.type)}"
    if servers := dict(report.vantages).get(step.ask.vantage, ""):
        address, _, port = servers.split(", ")[0].rpartition(":")
        return f"dig @{address.strip('[]')}{'' if port == '53' else f' -p {port}'} {asked}"
    where = "the internet" if vantage == INTERNET else f"a machine in {vantage}"
    return f"from {where}: dig {f'@{by_hand} ' if by_hand else ''}{asked}"


def _unexplained(diagnosed: Diagnosed) -> Iterator[str]:
    for each in diagnosed.unexplained[:_MOST]:
        yield f"unexplained: {_asked(each)} is {visible(each.answer.text)}; the nearest is {visible(each.predicted)}"
    if len(diagnosed.unexplained) > _MOST:
        yield f"unexplained: {len(diagnosed.unexplained) - _MOST} answers more"
    if diagnosed.gave_up:
        tried = {0: "not every single fault", 1: "every single fault", 2: "every fault and every pair of faults"}
        found = f"{diagnosed.simulated} topologies: {tried[min(diagnosed.complete, 2)]} was tried"
        yield f"the search stopped after {found}; ask about one registry alone, or add answers that are right"


def proof(diagnosed: Diagnosed) -> list[str]:
    """Return the answers that each diagnosis predicts, each after the one observed."""
    lines: list[str] = []
    for number, diagnosis in enumerate(diagnosed.diagnoses, 1):
        lines.append(f"{number}. {' and '.join(map(named, by_fault(diagnosis)))}")
        rows = [("", "ANSWER", "OBSERVED", "PREDICTED", "FROM"), *_rows(diagnosis.proof)]
        lines += list(table(rows))
    return lines


def _rows(every: Iterable[Predicted]) -> Iterator[tuple[str, ...]]:
    """Return a row for each answer, with all vantage points where it is the same."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for each in every:
        asked = each.answer.asked
        key = (f"{asked.fqdn} {type_text(asked.type)}", each.answer.text, each.predicted)
        found.setdefault(key, []).append(asked.vantage)
    for key, vantages in found.items():
        yield ("", *map(visible, key), visible(listed(vantages)))
