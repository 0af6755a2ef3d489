"""A diagnosis for people: the cause, the command, then how sure it is, and what else it could be."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING

from acrdns.check.diagnosis.diagnosed import CACHE, PIN
from acrdns.check.fixes.fix import THEN, joined
from acrdns.record import type_text
from acrdns.report.cells import MOST, listed
from acrdns.report.escape import visible
from acrdns.report.terminal import fix_lines, paint, table, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from acrdns.check.diagnosis.diagnosed import Diagnosed, Diagnosis, FoundFault, NextStep, Predicted
    from acrdns.report.report import Report, Style

_MOST = 9
"""Other diagnoses, faults that are ruled out and answers without an explanation that are shown; JSON has all."""
_MOST_IN_WORDS = 5
"""Places of one fault that a sentence names; the commands have all."""
_LONG = 4000
"""Characters of a sentence about several places."""
_MOST_STEPS = 3
"""Questions and commands that tell diagnoses apart."""
_MOST_GROUPS = 4
_MOST_RUNS = 3
"""Groups of diagnoses, and runs of numbers in one, that a line names."""


def cause(report: Report, style: Style) -> list[str]:
    """Return the verdict and the cause in a sentence or two, then the place and the command."""
    diagnosed = report.diagnosed
    first, *others = diagnosed.diagnoses
    wrong = sum(verdict.fails for verdict in report.judgement.verdicts)
    total = len(report.judgement.verdicts)
    said = _said(first)
    shown = {predicted.answer.asked[:2] for each in diagnosed.diagnoses for predicted in each.proof}
    verdicts = [verdict for verdict in report.judgement.verdicts if verdict.fails]
    of_it = sum((verdict.vantage, verdict.case.fqdn) in shown for verdict in verdicts)
    verdict = _verdict(first, others, whole=not diagnosed.unexplained, supposed=not report.vantages)
    about = f" About {of_it} of them, the others stand below:" if 0 < of_it < wrong else ""
    head = f"{wrong} of {total} answers {'is' if wrong == 1 else 'are'} wrong.{about} {verdict} {said}."
    lines = wrapped(head, style.width)
    lines[0] = lines[0].replace(f"{wrong} of {total}", paint(f"{wrong} of {total}", "fail", on=style.colour), 1)
    for same in _causes(first):
        lines += _places(same, style)
        lines += _fixes(same, style)
        for otherwise in dict.fromkeys(fault.otherwise for fault in same if fault.otherwise):
            words, command, rest = visible(otherwise, most=_LONG).partition(" az ")
            lines += wrapped(f"or: {words}", style.width, indent="  ", hanging=" " * 6)
            lines += [f"     {command}{rest}"] if command else []
    return lines


def _causes(diagnosis: Diagnosis) -> list[list[FoundFault]]:
    """Return the faults, those of one name together: the same fault at several places is one misconfiguration."""
    found: dict[str, list[FoundFault]] = {}
    for fault in diagnosis.faults:
        found.setdefault(fault.fault, []).append(fault)
    return list(found.values())


def _fixes(same: Sequence[FoundFault], style: Style) -> Iterator[str]:
    """Return the lines of what mends a fault at all its places: a loop where the commands differ by the place alone."""
    subjects = [fault.subject for fault in same]
    each = [joined(fault.fixes) for fault in same]
    templates = {text.replace(subject, "${v}") for text, subject in zip(each, subjects, strict=True)}
    words = all(re.fullmatch(r"[\w.-]+", subject) for subject in subjects)
    if (
        len(same) > _MOST_IN_WORDS
        and len(templates) == 1
        and words
        and each[0].startswith("az ")
        and THEN not in each[0]
    ):
        yield from fix_lines(f"for v in {' '.join(subjects)}; do {templates.pop()}; done")
        return
    few = same[:_MOST_IN_WORDS] if len(same) > MOST else same
    yield from fix_lines(joined(fix for fault in few for fix in fault.fixes))
    if len(few) < len(same):
        more = f"and so on at {len(same) - len(few)} places more, which --format json has"
        yield from wrapped(more, style.width, indent=" " * 7, hanging=" " * 7)


def _said(diagnosis: Diagnosis, most: int = _MOST_IN_WORDS) -> str:
    """Return the state of things in one sentence; of several places of one fault the first ones."""
    return " and ".join(
        f"{visible(_together([each.message for each in same], most), most=_LONG)} ({_named(same, most)})"
        for same in _causes(diagnosis)
    )


def _together(messages: Sequence[str], most: int) -> str:
    """Return messages about several places as one: the words that differ are listed where they stand."""
    if len(set(messages)) == 1:
        return messages[0]
    words = [message.split() for message in messages]
    before = _common(words)
    after = _common([each[before:][::-1] for each in words])
    middle = [" ".join(each[before : len(each) - after]) for each in words]
    mark = next((mark for mark in (",", ":", ";") if all(text.endswith(mark) for text in middle)), "")
    middle = [text.removesuffix(mark) for text in middle]
    return " ".join((*words[0][:before], listed(middle, most) + mark, *words[0][len(words[0]) - after :]))


def _common(every: Sequence[Sequence[str]]) -> int:
    """Return how many words all texts begin with."""
    return sum(1 for _ in takewhile(lambda words: len(set(words)) == 1, zip(*every, strict=False)))


def _verdict(first: Diagnosis, others: Sequence[Diagnosis], *, whole: bool, supposed: bool) -> str:
    if first.explains < first.of:
        return f"Nothing explains all of them. {first.explains} of {first.of} are explained if"
    if not whole:
        return "Nothing explains all answers. These are explained, and others are not, if"
    if not others:
        if _is_elsewhere(first):
            return "No misconfiguration in Azure or of a DNS server explains them; this does:"
        cause = "The most likely cause, without a topology file:" if supposed else "The cause:"
        return "The file itself says so:" if first.in_file else cause
    if all(map(_is_elsewhere, (first, *others))):
        return "No misconfiguration in Azure or of a DNS server explains them. Of what does, the most common:"
    count = f"{1 + len(others)} misconfigurations"
    give = f"As far as can be told without a topology file, {count} give" if supposed else f"{count} give"
    doubt = f"{give} exactly these answers. The most common of them:"
    return f"{doubt[:-1]}, which the file itself has:" if first.in_file else doubt


def _is_elsewhere(diagnosis: Diagnosis) -> bool:
    """Return whether a cache or a machine of the client plays a part: it can hold any answers, and nothing shows it."""
    return any(fault.fault in (CACHE, PIN) for fault in diagnosis.faults)


def _named(same: Sequence[FoundFault], most: int = _MOST_IN_WORDS) -> str:
    subjects = [visible(each.subject) for each in same]
    return f"{same[0].fault} at {f'{len(same)} places' if len(same) > most else listed(subjects, most)}"


def _places(same: Sequence[FoundFault], style: Style) -> list[str]:
    """Return where the faults are in the file: its name once, then line and column of each."""
    places = list(dict.fromkeys(str(fault.place) for fault in same if fault.place))
    shorter = [place.removeprefix(f"{same[0].place.file}:") if same[0].place else place for place in places[1:]]
    every = listed([visible(place) for place in (*places[:1], *shorter)])
    return wrapped(f"at {every}", style.width, indent="  ", hanging=" " * 5) if places else []


def how_sure(report: Report, style: Style) -> list[str]:
    """Return what else it could be, what is ruled out, what to ask next, and what is not explained."""
    diagnosed = report.diagnosed
    lines: list[str] = []
    others = _others(diagnosed, supposed=not report.vantages)
    for block in (others, _excluded(diagnosed), _next(report), _unexplained(diagnosed)):
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
        if _is_elsewhere(first):
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
    causes = _causes(first)
    instead: dict[int, list[tuple[int, Diagnosis]]] = {}
    for number, diagnosis in numbered if len(causes) > 1 else ():
        if (place := _differs_in_one(causes, diagnosis)) is not None:
            instead.setdefault(place, []).append((number, diagnosis))
    apart = {number for group in instead.values() for number, _ in group}
    for place, group in instead.items():
        yield f"in place of {_named(causes[place])} it could also be:"
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
        yield f"  {number}. {_said(replace(diagnosis, faults=tuple(faults)))}"
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
    runs: list[list[int]] = []
    for number in group:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    texts = [f"{run[0]}-{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs]  # noqa: PLR2004
    more = sum(map(len, runs[_MOST_RUNS:]))
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
        yield f"the search ended after {diagnosed.simulated} topologies; fewer wrong answers, or more right ones, help"


def proof(diagnosed: Diagnosed) -> list[str]:
    """Return the answers that each diagnosis predicts, each after the one observed."""
    lines: list[str] = []
    for number, diagnosis in enumerate(diagnosed.diagnoses, 1):
        lines.append(f"{number}. {' and '.join(map(_named, _causes(diagnosis)))}")
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
