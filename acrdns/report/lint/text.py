"""Findings of `lint` for people and editors: a line each, as compilers write them, with the fix below."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from acrdns.check.rules import TABLE
from acrdns.check.rules.wording import listed, some
from acrdns.record import Type, is_private
from acrdns.report.cells import placed, summary
from acrdns.report.escape import log, visible
from acrdns.report.terminal import SEVERITY_COLOURS, fill_in_lines, fix_lines, paint, wrapped
from acrdns.report.trace.text import outcome, step_lines
from acrdns.resolve.chain import CLIENT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from acrdns.check.finding import Finding
    from acrdns.check.profile import Profile
    from acrdns.check.repair.edited import Edit
    from acrdns.report.report import Report, Style
    from acrdns.resolve.chain import Resolution


_MOST = 10
"""Further vantage points with wrong answers that are named; JSON has all."""


def render(report: Report, style: Style) -> str:
    """Return `FILE:LINE:COLUMN: severity CODE name: message` for each finding, and a summary; it ends with a newline.

    Of each code, the first finding that has a counterexample shows it step by step.
    """
    lines: list[str] = []
    shown: set[str] = set()
    for finding in report.judgement.findings:
        lines += _finding(finding, report.judgement.profile, style)
        if finding.trace is not None and finding.code not in shown:
            shown.add(finding.code)
            lines += _counterexample(finding.trace, style.width)
    lines += fill_in_lines("\n".join(finding.fix for finding in report.judgement.findings), style.width)
    return log("\n".join((*lines, visible(summary(report)))) + "\n")


def changes(file: str, edit: Edit, left: Sequence[Finding], profile: Profile, style: Style) -> str:
    """Return the findings of a file that an edit has made or removed, a line each, and a summary."""
    lines = [line for finding in edit.gone for line in _gone(finding, profile)]
    lines += (line for finding in edit.new for line in _finding(finding, profile, style))
    number = len(edit.cells) if edit.cells is not None else 0
    cells = f"; {number} cells of the matrix changed" if number else ""
    lines.append(f"{visible(file)}: {len(edit.new)} new, {len(edit.gone)} gone, {len(left)} in all{cells}")
    return log("\n".join(lines) + "\n")


def _gone(finding: Finding, profile: Profile) -> Iterator[str]:
    said = f"{profile.severity(finding.code)} {finding.code} {TABLE[finding.code]}: {visible(finding.message)}"
    yield f"{visible(placed(finding))}: gone: {said}"


def _finding(finding: Finding, profile: Profile, style: Style) -> Iterator[str]:
    severity = profile.severity(finding.code)
    head = f"{visible(placed(finding))}: "
    text = f"{severity} {finding.code} {TABLE[finding.code]}: {visible(finding.message)}"
    first, *others = wrapped(text, style.width, head, hanging="  ")
    yield head + paint(severity, SEVERITY_COLOURS[severity], on=style.colour) + first[len(head + severity) :]
    yield from others
    more = [each for each in finding.impact if not re.search(rf"(?<![\w./-]){re.escape(each)}(?![\w/-])", text)]
    if more:
        too = ", too" if len(more) < len(finding.impact) else ""
        yield from wrapped(f"wrong from {visible(some(more, _MOST))}{too}", style.width, "  ", hanging="    ")
    yield from fix_lines(finding.fix)


def _ended(trace: Resolution) -> str:
    """Return the addresses, and whether they are private; without any, how the question ended."""
    found = [text for rrset in trace.response.answer if rrset.type in (Type.A, Type.AAAA) for text in rrset.texts()]
    if not found:
        return f"ends in {outcome(trace)}"
    kinds = dict.fromkeys("private" if is_private(address) else "public" for address in found)
    return f"is {listed(found)} ({listed(kinds)})"


def _counterexample(trace: Resolution, width: int) -> Iterator[str]:
    at, asker = visible(trace.vantage), trace.steps[0].asked_by if trace.steps else CLIENT
    where = f"from {at}" if asker == CLIENT else f"by {visible(asker)} in {at}"
    yield f"  seen {where}: {trace.question} {_ended(trace)}"
    for step in step_lines(trace):
        yield from wrapped(visible(step), width, " " * 4, hanging=" " * 7)
