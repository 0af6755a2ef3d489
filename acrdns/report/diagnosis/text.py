"""A diagnosis for people: the verdict, the cause and the command. `doubt` says how sure it is."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

from acrdns.check.diagnosis.diagnosed import CACHE, PIN
from acrdns.check.fixes.fix import THEN, joined
from acrdns.check.rules.wording import some
from acrdns.report.cells import MOST, listed
from acrdns.report.escape import visible
from acrdns.report.terminal import fix_lines, paint, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from acrdns.check.diagnosis.diagnosed import Diagnosis, FoundFault
    from acrdns.check.fixes.fix import Fix
    from acrdns.report.report import Report, Style

_MOST_IN_WORDS = 5
"""Places of one fault that a sentence names; the commands have all."""
_SILENCING = ("unreachable-dns-server", "azure-dns-from-on-premises")
"""Faults after which nobody answers the clients of a network, whatever they ask."""
_LONG = 4000
"""Characters of a sentence about several places."""


def cause(report: Report, style: Style) -> list[str]:
    """Return the verdict and the cause in a sentence or two, then the place and the command; several causes in turn."""
    diagnosed = report.diagnosed
    first, *others = diagnosed.diagnoses
    shown = explained_by(diagnosed.diagnoses, report)
    verdicts = [verdict for verdict in report.judgement.verdicts if verdict.fails]
    of_it = sum((verdict.vantage, verdict.case.fqdn) in shown for verdict in verdicts)
    verdict = _verdict(first, others, whole=not diagnosed.unexplained, supposed=not report.vantages)
    if 0 < of_it < len(verdicts):
        left = len(verdicts) - of_it
        where = "the other one stands" if left == 1 else f"the other {left} stand"
        verdict = f"This is about {of_it} of them, and {where} below. {verdict}"
    causes = by_fault(first)
    lines = wrong_answers(report, f" {verdict} {f'{_said(causes[0])}.' if len(causes) == 1 else ''}".rstrip(), style)
    for same in causes:
        if len(causes) > 1:
            lines += wrapped(f"- {_said(same)}", style.width, hanging="  ")
        lines += _places(same, style)
        lines += fixes_at([(fault.subject, fault.fixes) for fault in same], style)
        for otherwise in dict.fromkeys(fault.otherwise for fault in same if fault.otherwise):
            words, command, rest = visible(otherwise, most=_LONG).partition(" az ")
            lines += wrapped(f"or: {words}", style.width, indent="  ", hanging=" " * 6)
            lines += [f"     {command}{rest}"] if command else []
    return lines


def explained_by(diagnoses: Iterable[Diagnosis], report: Report) -> set[tuple[str, str]]:
    """Return vantage point and name of each answer that diagnoses explain.

    Where they say that nobody answers the clients of a network, that is why its connected registries are not found.
    """
    diagnoses = list(diagnoses)
    found = {predicted.answer.asked[:2] for each in diagnoses for predicted in each.proof}
    silent = {fault.subject for each in diagnoses for fault in each.faults if fault.fault in _SILENCING}
    for verdict in report.judgement.verdicts:
        at, case = verdict.vantage, verdict.case
        if verdict.status == "error" and case.member.kind == "connected" and silent & {at, at.partition("/")[0]}:
            found.add((at, case.fqdn))
    return found


def wrong_answers(report: Report, more: str, style: Style) -> list[str]:
    """Return how many answers are wrong, with what follows that sentence."""
    statuses = [verdict.status for verdict in report.judgement.verdicts if verdict.fails]
    count = f"{len(statuses)} of {len(report.judgement.verdicts)}"
    kind = "wrong or missing" if "error" in statuses else "wrong"
    lines = wrapped(f"{count} answers {'is' if len(statuses) == 1 else 'are'} {kind}.{more}", style.width)
    return [lines[0].replace(count, paint(count, "fail", on=style.colour), 1), *lines[1:]]


def by_fault(diagnosis: Diagnosis) -> list[list[FoundFault]]:
    """Return the faults, those of one name together: the same fault at several places is one misconfiguration."""
    found: dict[str, list[FoundFault]] = {}
    for fault in diagnosis.faults:
        found.setdefault(fault.fault, []).append(fault)
    return list(found.values())


def fixes_at(places: Sequence[tuple[str, tuple[Fix, ...]]], style: Style) -> Iterator[str]:
    """Return the lines of what mends a cause at all its places: a loop where the commands differ by the place alone."""
    subjects = [subject for subject, _ in places]
    each = [joined(fixes) for _, fixes in places]
    templates = {text.replace(subject, "${v}") for text, subject in zip(each, subjects, strict=True)}
    words = all(re.fullmatch(r"[\w.-]+", subject) for subject in subjects)
    if (
        len(places) > _MOST_IN_WORDS
        and len(templates) == 1
        and words
        and each[0].startswith("az ")
        and THEN not in each[0]
    ):
        yield from fix_lines(f"for v in {' '.join(subjects)}; do {templates.pop()}; done")
        return
    few = places[:_MOST_IN_WORDS] if len(places) > MOST else places
    yield from fix_lines(joined(fix for _, fixes in few for fix in fixes))
    if len(few) < len(places):
        more = f"and so on at {len(places) - len(few)} places more, which --format json has"
        yield from wrapped(more, style.width, indent=" " * 7, hanging=" " * 7)


def said(diagnosis: Diagnosis) -> str:
    """Return the state of things in one sentence; of several places of one fault the first ones."""
    return " and ".join(map(_said, by_fault(diagnosis)))


def _said(same: Sequence[FoundFault]) -> str:
    return f"{visible(together(each.message for each in same), most=_LONG)} ({named(same)})"


def together(messages: Iterable[str], most: int = _MOST_IN_WORDS) -> str:
    """Return messages about several places as one sentence: the word that differs is listed where it stands.

    Where more than a word differs, each message stands by itself: nobody could tell which part of it belongs to which.
    """
    every = list(dict.fromkeys(messages))
    words = [message.split() for message in every]
    before = _common(words)
    after = _common([each[before:][::-1] for each in words])
    middle = [" ".join(each[before : len(each) - after]) for each in words]
    if len(every) == 1 or any(len(each.split()) != 1 for each in middle):
        more = [f"{len(every) - most} more such"] if len(every) > most else []
        *others, last = (*every[:most], *more)
        return f"{'; '.join(others)}; and {last}" if others else last
    # An IPv6 address may end in `::`.
    marks = (mark for mark in (",", ":", ";") if all(text.endswith(mark) for text in middle))
    mark = "" if any(text.endswith("::") for text in middle) else next(marks, "")
    named = some((text.removesuffix(mark) for text in middle), most) + mark
    return " ".join((*(words[0][:before] or ("each of",)), named, *words[0][len(words[0]) - after :]))


def _common(every: Sequence[Sequence[str]]) -> int:
    """Return how many words all texts begin with."""
    return sum(1 for _ in takewhile(lambda words: len(set(words)) == 1, zip(*every, strict=False)))


def _verdict(first: Diagnosis, others: Sequence[Diagnosis], *, whole: bool, supposed: bool) -> str:
    number = len(by_fault(first))
    cause = "The cause:" if number == 1 else f"{number} causes together:"
    if first.explains < first.of:
        return f"Nothing explains all of them. {first.explains} of {first.of} are explained if"
    if not whole:
        return "Nothing explains all answers. These are explained, and others are not, if"
    several = any(len(by_fault(each)) > 1 for each in (first, *others))
    count = f"{1 + len(others)} {'sets of misconfigurations' if several else 'misconfigurations'}"
    most = f"The most common of them{f' is {cause}' if number > 1 else ':'}"
    if all(map(is_elsewhere, (first, *others))):
        alone = "Azure and DNS servers alone do not give these answers. With a cache or a hosts file"
        return f"{alone}, {count} do. {most}" if others else f"{alone} this does:"
    if not others:
        cause = "The most likely cause, without a topology file:" if supposed and number == 1 else cause
        return "The file itself says so:" if first.in_file else cause
    give = f"As far as can be told without a topology file, {count} give" if supposed else f"{count} give"
    doubt = f"{give} exactly these answers. {most}"
    return f"{doubt[:-1]}, which the file itself has:" if first.in_file else doubt


def is_elsewhere(diagnosis: Diagnosis) -> bool:
    """Return whether a cache or a machine of the client plays a part: it can hold any answers, and nothing shows it."""
    return any(fault.fault in (CACHE, PIN) for fault in diagnosis.faults)


def named(same: Sequence[FoundFault], most: int = _MOST_IN_WORDS) -> str:
    """Return the name of a fault and its places, or their number."""
    subjects = [visible(each.subject) for each in same]
    return f"{same[0].fault} at {f'{len(same)} places' if len(same) > most else listed(subjects, most)}"


def _places(same: Sequence[FoundFault], style: Style) -> list[str]:
    """Return where the faults are in the file: its name once, then line and column of each."""
    places = list(dict.fromkeys(str(fault.place) for fault in same if fault.place))
    shorter = [place.removeprefix(f"{same[0].place.file}:") if same[0].place else place for place in places[1:]]
    every = listed([visible(place) for place in (*places[:1], *shorter)])
    return wrapped(f"at {every}", style.width, indent="  ", hanging=" " * 5) if places else []
