"""Findings for people: a table with wrong answers first, then each finding with its fix, then a summary in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.rules import TABLE
from acrdns.report.cells import MOST, expected, observed, placed, spent, summary
from acrdns.report.escape import log, visible
from acrdns.report.terminal import GAP, SEVERITY_COLOURS, fix_lines, paint, row_form, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from acrdns.check.evidence import Observation
    from acrdns.check.finding import Finding
    from acrdns.report.report import Report, Style

_HEAD = ("", "ENDPOINT", "EXPECTED", "OBSERVED", "TIME")
_ORDER = {"fail": 0, "error": 1, "pass": 2}
_STATUS_WIDTH = len("error")
_INDENT = " " * _STATUS_WIDTH + GAP


def render(report: Report, style: Style) -> str:
    """Return the report; it ends with a newline."""
    groups = _by_fix(report.judgement.findings)
    blocks = [_table(report, style), *(_findings(report, group, style) for group in groups)]
    lines = [line for block in blocks if block for line in (*block, "")]
    for note in report.notes:
        lines += wrapped(f"note: {visible(note)}", style.width, hanging=" " * 6)
    return log("\n".join((*lines, visible(summary(report)))) + "\n")


def _table(report: Report, style: Style) -> list[str]:
    verdicts = sorted(report.judgement.verdicts, key=lambda verdict: _ORDER[verdict.status])
    if not verdicts:
        return []
    # Column by column, because there may be tens of thousands of rows.
    statuses, cases = [verdict.status for verdict in verdicts], [verdict.case for verdict in verdicts]
    columns: list[Sequence[str]] = [statuses, [case.fqdn for case in cases]]
    columns += [list(map(write, cases)) for write in (expected, observed, spent)]
    widths = [max(len(head), *map(len, column)) for head, column in zip(_HEAD, columns, strict=True)]
    widths[0] = _STATUS_WIDTH
    form = row_form(widths, right=(len(_HEAD) - 1,))  # times are numbers
    lines = [(form % _HEAD).rstrip()]
    for status, case, row in zip(statuses, cases, zip(*columns, strict=True), strict=True):
        line = (form % row).rstrip()
        lines.append(paint(status, status) + line[len(status) :] if style.colour else line)
        below = _chain(case.observation, style)
        lines += [paint(line, "dim") for line in below] if style.colour else below
    return lines


def _chain(observation: Observation, style: Style) -> list[str]:
    """Return the aliases that lead on from the name asked, as many in a line as fit; no name is broken."""
    lines: list[str] = []
    for hop in map(visible, observation.chain[1 : 1 + MOST]):
        if lines and len(lines[-1]) + len(hop) + 4 <= style.width:
            lines[-1] += f" -> {hop}"
        else:
            lines.append(f"{_INDENT}-> {hop}")
    if len(observation.chain) > 1 + MOST:
        lines.append(f"{_INDENT}-> {len(observation.chain) - 1 - MOST} aliases more")
    if observation.detail:
        lines += wrapped(f"({visible(observation.detail)})", style.width, _INDENT, _INDENT + " ")
    return lines


def _by_fix(findings: Iterable[Finding]) -> Iterable[list[Finding]]:
    """Group findings of one code that the same fix mends, in the order of the first of each group."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.code, finding.fix), []).append(finding)
    return groups.values()


def _findings(report: Report, group: Sequence[Finding], style: Style) -> list[str]:
    first, *others = group
    severity = report.judgement.profile.severity(first.code)
    more = f" and {len(others)} more" if others else ""
    shown = paint(severity, SEVERITY_COLOURS[severity], on=style.colour)
    body = wrapped(visible(first.message), style.width, "  ")
    if others:
        body += wrapped(f"the same holds for {', '.join(visible(other.fqdn) for other in others)}", style.width, "  ")
    head = f"{shown} {first.code} {TABLE[first.code]}: {visible(first.fqdn)}{more}"
    return [head, *body, *fix_lines(first.fix), _where(first)]


def _where(finding: Finding) -> str:
    place = visible(placed(finding))
    return f"  {f'at {place}; ' if place else ''}more: acrdns rule {finding.code}"
