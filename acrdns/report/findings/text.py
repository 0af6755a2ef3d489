"""Findings for people: a table with what is wrong first, then each finding with its fix, then one line that sums up."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from acrdns.check.rules import TABLE
from acrdns.report.cells import expected, observed, placed, spent, summary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from acrdns.check.evidence import Observation
    from acrdns.check.finding import Finding
    from acrdns.report.report import Report, Style

_HEAD = ("", "ENDPOINT", "EXPECTED", "OBSERVED", "TIME")
_ORDER = {"fail": 0, "error": 1, "pass": 2}
_COLOURS = {"fail": "31;1", "error": "35;1", "pass": "32", "warning": "33;1", "info": "36", "dim": "2"}
_GAP = "  "
_INDENT = " " * 7
"""As wide as the status column with its gap."""


def render(report: Report, style: Style) -> str:
    """Write the report; it ends with a newline."""
    blocks = [_table(report, style), *(_findings(report, alike, style) for alike in _alike(report.judgement.findings))]
    lines = [line for block in blocks if block for line in (*block, "")]
    for note in report.notes:
        lines += wrap(f"note: {note}", style.width, subsequent_indent=" " * 6, break_on_hyphens=False)
    return "\n".join((*lines, summary(report))) + "\n"


def _table(report: Report, style: Style) -> list[str]:
    verdicts = sorted(report.judgement.verdicts, key=lambda verdict: _ORDER[verdict.status])
    if not verdicts:
        return []
    # Column by column, because there may be tens of thousands of rows.
    statuses, cases = [verdict.status for verdict in verdicts], [verdict.case for verdict in verdicts]
    columns: list[Sequence[str]] = [statuses, [case.fqdn for case in cases]]
    columns += [list(map(write, cases)) for write in (expected, observed, spent)]
    form = _form(columns)
    lines = [(form % _HEAD).rstrip()]
    for status, case, row in zip(statuses, cases, zip(*columns, strict=True), strict=True):
        line = (form % row).rstrip()
        lines.append(_paint(line, status, status, style) if style.colour else line)
        below = _chain(case.observation, style)
        lines += [_paint(line, line, "dim", style) for line in below] if style.colour else below
    return lines


def _form(columns: Sequence[Sequence[str]]) -> str:
    """Return the form in which each cell of a row stands below those of the others."""
    widths = [max(len(head), *map(len, column)) for head, column in zip(_HEAD, columns, strict=True)]
    widths[0] = len(_INDENT) - len(_GAP)
    *texts, time = widths
    # Times are numbers: they line up at the right.
    return _GAP.join((*(f"%-{width}s" for width in texts), f"%{time}s"))


def _chain(observation: Observation, style: Style) -> list[str]:
    """Write the aliases below the name asked, as many in a line as fit; a hop is never broken."""
    lines: list[str] = []
    for hop in observation.chain[1:]:
        if lines and len(lines[-1]) + len(hop) + 4 <= style.width:
            lines[-1] += f" -> {hop}"
        else:
            lines.append(f"{_INDENT}-> {hop}")
    if observation.detail:
        lines += wrap(f"({observation.detail})", style.width, initial_indent=_INDENT, subsequent_indent=_INDENT + " ")
    return lines


def _alike(findings: Iterable[Finding]) -> Iterable[list[Finding]]:
    """Put findings together that one and the same fix mends, in the order of the first of each."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.code, finding.fix), []).append(finding)
    return groups.values()


def _findings(report: Report, alike: Sequence[Finding], style: Style) -> list[str]:
    first, *others = alike
    severity = report.judgement.profile.severity(first.code)
    more = f" and {len(others)} more" if others else ""
    head = f"{severity} {first.code} {TABLE[first.code]}: {first.fqdn}{more}"
    body = _wrapped(first.message, style)
    if others:
        body += _wrapped(f"the same holds for {', '.join(other.fqdn for other in others)}", style)
    colour = "fail" if severity == "error" else severity
    return [_paint(head, severity, colour, style), *body, *_fix(first), *_where(first)]


def _wrapped(text: str, style: Style) -> list[str]:
    indent = "  "
    return wrap(
        text,
        style.width,
        initial_indent=indent,
        subsequent_indent=indent,
        break_on_hyphens=False,
        break_long_words=False,
    )


def _fix(finding: Finding) -> Iterator[str]:
    """Write the fix, one command a line and none wrapped, so that it can be copied."""
    lead = "  fix: "
    *commands, last = finding.fix.split(" && ")
    for command in commands:
        yield f"{lead}{command} &&"
        lead = " " * len(lead)
    yield lead + last


def _where(finding: Finding) -> list[str]:
    place = placed(finding)
    return [f"  {f'at {place}; ' if place else ''}more: acrdns rule {finding.code}"]


def _paint(line: str, word: str, colour: str, style: Style) -> str:
    if not style.colour:
        return line
    return line.replace(word, f"\x1b[{_COLOURS[colour]}m{word}\x1b[0m", 1)
