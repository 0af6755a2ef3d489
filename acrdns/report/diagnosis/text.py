"""A diagnosis for people: the cause, the command, then how sure it is, and what else it could be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.diagnosis.candidates import CACHE, PIN
from acrdns.check.fixes.fix import joined
from acrdns.record import type_text
from acrdns.report.cells import listed
from acrdns.report.escape import visible
from acrdns.report.terminal import fix_lines, paint, table, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from acrdns.check.diagnosis.diagnosed import Diagnosed, Diagnosis, FoundFault, NextStep, Predicted
    from acrdns.report.report import Report, Style

_MOST = 9
"""Other diagnoses, faults that are ruled out and answers without an explanation that are shown; JSON has all."""


def cause(report: Report, style: Style) -> list[str]:
    """Return the verdict and the cause in a sentence or two, then the place and the command."""
    diagnosed = report.diagnosed
    first, *others = diagnosed.diagnoses
    wrong = sum(verdict.fails for verdict in report.judgement.verdicts)
    total = len(report.judgement.verdicts)
    said = " and ".join(f"{visible(each.message)} ({_named(each)})" for each in first.faults)
    verdict = _verdict(first, others, whole=not diagnosed.unexplained)
    head = f"{wrong} of {total} answers are wrong. {verdict} {said}."
    lines = wrapped(head, style.width)
    lines[0] = lines[0].replace(f"{wrong} of {total}", paint(f"{wrong} of {total}", "fail", on=style.colour), 1)
    for fault in first.faults:
        lines += [*_place(fault), *fix_lines(joined(fault.fixes))]
    return lines


def _verdict(first: Diagnosis, others: Sequence[Diagnosis], *, whole: bool) -> str:
    if first.explains < first.of:
        return f"Nothing explains all of them. {first.explains} of {first.of} are explained if"
    if not whole:
        return "Nothing explains all answers. These are explained, and others are not, if"
    if not others:
        if _is_elsewhere(first):
            return "Nothing in Azure explains them as simply as this does:"
        return "The file itself says so:" if first.in_file else "The cause:"
    doubt = f"{1 + len(others)} misconfigurations give exactly these answers. The most common of them:"
    return f"{doubt[:-1]}, which the file itself has:" if first.in_file else doubt


def _is_elsewhere(diagnosis: Diagnosis) -> bool:
    """Return whether a cache or a machine of the client plays a part: it can hold any answers, and nothing shows it."""
    return any(fault.fault in (CACHE, PIN) for fault in diagnosis.faults)


def _named(fault: FoundFault) -> str:
    return f"{fault.fault} at {visible(fault.subject)}"


def _place(fault: FoundFault) -> list[str]:
    return [f"  at {visible(str(fault.place))}"] if fault.place else []


def how_sure(report: Report, style: Style) -> list[str]:
    """Return what else it could be, what is ruled out, what to ask next, and what is not explained."""
    diagnosed = report.diagnosed
    lines: list[str] = []
    for block in (_others(diagnosed), _excluded(diagnosed), _next(report), _unexplained(diagnosed)):
        for paragraph in block:
            lines += wrapped(paragraph, style.width, hanging="  ")
    if report.explain:
        lines += ["", *proof(diagnosed)]
    return lines


def _others(diagnosed: Diagnosed) -> Iterator[str]:
    if not diagnosed.diagnoses:
        return
    first, *others = diagnosed.diagnoses
    if not others:
        if _is_elsewhere(first):
            yield "not sure: it fits any answers, and several misconfigurations in Azure at once may give the same"
        elif first.explains == first.of and not diagnosed.unexplained:
            cells = "the one answer that is" if first.of == 1 else f"all {first.of} answers that are"
            yield f"sure: it explains {cells} not as without it, and no other known misconfiguration does"
        return
    yield "it could also be:"
    for number, diagnosis in enumerate(others[:_MOST], 2):
        yield f"  {number}. " + " and ".join(f"{visible(f.message)} ({_named(f)})" for f in diagnosis.faults)
    if len(others) > _MOST:
        yield f"  and {len(others) - _MOST} more; --format json has all"


def _excluded(diagnosed: Diagnosed) -> Iterator[str]:
    for each in diagnosed.excluded[:_MOST]:
        answer = each.because.answer
        yield (
            f"not {each.fault} at {visible(each.subject)}: {_asked(each.because)} is {visible(answer.text)}, "
            f"and would be {visible(each.because.predicted)}"
        )


def _asked(predicted: Predicted) -> str:
    asked = predicted.answer.asked
    return f"{visible(asked.fqdn)} {type_text(asked.type)} from {visible(asked.vantage)}"


def _next(report: Report) -> Iterator[str]:
    for step in report.diagnosed.next:
        groups = "; ".join(", ".join(map(str, group)) for group in step.tells_apart)
        yield f"to tell apart ({groups}): {visible(_doing(step, report), most=500)}"


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
        lines.append(f"{number}. {' and '.join(map(_named, diagnosis.faults))}")
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
