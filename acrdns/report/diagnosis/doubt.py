"""How sure a diagnosis is, for people: what else it could be, what is ruled out, and what to ask next."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from acrdns.record import type_text
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
    for block in (others, _stripped(diagnosed), _excluded(diagnosed), _next(report), _unexplained(diagnosed)):
        for paragraph in block:
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
            yield "not sure: a cache or a hosts file can hold any answers, and no answer shows that there is one"
        elif first.explains == first.of and not (diagnosed.unexplained or supposed):
            yield "sure: no other known misconfiguration gives these answers"
            if any("topology file" in fault.otherwise or "created again" in fault.otherwise for fault in first.faults):
                yield "not sure: whether the records or the topology file is out of date"
        return
    yield from _alternatives(first, others)


def _alternatives(first: Diagnosis, others: Sequence[Diagnosis]) -> Iterator[str]:
    """Return the other diagnoses: those that differ in one cause of several by that cause alone, then the rest."""
    numbered = list(enumerate(others, 2))
    causes = by_fault(first)
    instead: dict[int, list[tuple[int, Diagnosis]]] = {}
    for number, diagnosis in numbered if len(causes) > 1 else ():
        if (place := _differs_in_one(causes, diagnosis)) is not None:
            instead.setdefault(place, []).append((number, diagnosis))
    apart = {number for group in instead.values() for number, _ in group}
    for place, group in instead.items():
        yield f"in place of {named(causes[place])} it could also be:"
        kept = [fault for other, same in enumerate(causes) if other != place for fault in same]
        yield from _listed((number, _without(diagnosis, kept)) for number, diagnosis in group)
    rest = [(number, diagnosis) for number, diagnosis in numbered if number not in apart]
    if instead and len(instead) == len(causes) and rest:
        numbers = _numbers([number for number, _ in rest])
        yield f"or both of them could be others ({numbers}); --format json has all"
        return
    if rest:
        yield "or all of it could be:" if instead else "it could also be:"
        yield from _listed(rest)


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
    """Return the faults that are ruled out, those by the same answer together."""
    by_answer: dict[str, list[str]] = {}
    for each in diagnosed.excluded[:_MOST]:
        answer = each.because.answer
        because = f"{_asked(each.because)} is {visible(answer.text)}, and would be {visible(each.because.predicted)}"
        by_answer.setdefault(because, []).append(f"{each.fault} at {visible(each.subject)}")
    for because, faults in by_answer.items():
        yield f"ruled out: {', '.join(faults)}, since {because}"


def _asked(predicted: Predicted) -> str:
    asked = predicted.answer.asked
    return f"{visible(asked.fqdn)} {type_text(asked.type)} from {visible(asked.vantage)}"


def _next(report: Report) -> Iterator[str]:
    """Return the questions and commands that tell diagnoses apart, the most telling first."""
    for place, step in enumerate(report.diagnosed.next[:_MOST_STEPS]):
        numbers = list(map(_numbers, step.tells_apart))
        told = [f"{visible(answer)}: {which}" for answer, which in zip(step.shows, numbers, strict=False)]
        left = len(numbers) - _MOST_GROUPS
        shown = [*(told or numbers)[:_MOST_GROUPS], *([f"{left} groups more"] if left > 0 else ())]
        groups = "; ".join(shown) if told else f"tells apart {' | '.join(shown)}"
        yield f"{'then' if place else 'to tell apart'}: {visible(_doing(step, report), most=500)} ({groups})"


def _numbers(group: Sequence[int]) -> str:
    """Return numbers of diagnoses, such as `1, 3-5`; the first ones, and how many more."""
    found = runs(group)
    texts = [f"{run[0]}-{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in found]  # noqa: PLR2004
    more = sum(map(len, found[_MOST_RUNS:]))
    return ", ".join(texts[:_MOST_RUNS]) + (f" and {more} more" if more else "")


def _doing(step: NextStep, report: Report) -> str:
    if step.ask is None:
        return step.az or ""
    servers = dict(report.vantages).get(step.ask.vantage, "")
    asked = f"{step.ask.fqdn} {type_text(step.ask.type)}"
    if not servers:
        return f"ask for {asked} from {step.ask.vantage}"
    address, _, port = servers.split(", ")[0].rpartition(":")
    return f"dig @{address.strip('[]')}{'' if port == '53' else f' -p {port}'} {asked}"


def _unexplained(diagnosed: Diagnosed) -> Iterator[str]:
    for each in diagnosed.unexplained[:_MOST]:
        yield f"unexplained: {_asked(each)} is {visible(each.answer.text)}; the nearest is {visible(each.predicted)}"
    if len(diagnosed.unexplained) > _MOST:
        yield f"unexplained: {len(diagnosed.unexplained) - _MOST} answers more"
    if diagnosed.gave_up:
        yield f"{_ended(diagnosed)}; fewer wrong answers, or more right ones, help"


def _ended(diagnosed: Diagnosed) -> str:
    """Return where a search ended, and what it had tried until then."""
    tried = {0: "not every single fault", 1: "every single fault", 2: "every fault and every pair of faults"}
    return f"the search ended after {diagnosed.simulated} topologies, and {tried[min(diagnosed.complete, 2)]} was tried"


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
