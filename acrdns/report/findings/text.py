"""Findings for people: a table with wrong answers first, then each finding with its fix, then a summary in one line.

Where a diagnosis explains the wrong answers, it stands first: cause, command, wrong answers, how sure it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from acrdns.check.fixes.fix import joined, link_of
from acrdns.check.fixes.placeholder import explained
from acrdns.check.rules import TABLE
from acrdns.report.cells import MOST, expected, listed, observed, placed, spent, summary
from acrdns.report.diagnosis.doubt import how_sure
from acrdns.report.diagnosis.text import cause, explained_by, fixes_at, wrong_answers
from acrdns.report.escape import log, visible
from acrdns.report.findings.pulls import pull_table
from acrdns.report.terminal import GAP, SEVERITY_COLOURS, fill_in_lines, paint, row_form, table, wrapped

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from acrdns.check.evidence import Observation
    from acrdns.check.finding import Finding
    from acrdns.check.fixes.fix import Fix
    from acrdns.check.judge import Verdict
    from acrdns.report.report import Report, Style

_HEAD = ("", "ENDPOINT", "EXPECTED", "OBSERVED", "TIME")
_ORDER = {"fail": 0, "error": 1, "ignored": 2, "pass": 3}
_SHOWN = 4
"""Endpoints of explained findings that are named; the table has all."""
_STATUS_WIDTH = len("error")
_INDENT = " " * _STATUS_WIDTH + GAP


def render(report: Report, style: Style) -> str:
    """Return the report; it ends with a newline."""
    blocks = _with_diagnosis(report, style) if report.diagnosed.diagnoses else _without_diagnosis(report, style)
    blocks += [pull_table(vantage, pull, style) for vantage, pull in report.pulls]
    lines = [line for block in _filled_in(blocks, style) if block for line in (*block, "")]
    for note in report.notes:
        lines += wrapped(f"note: {visible(note)}", style.width, hanging=" " * 6)
    return log("\n".join((*lines, visible(summary(report)))) + "\n")


def _filled_in(blocks: Sequence[list[str]], style: Style) -> Iterator[list[str]]:
    """Return the blocks; the first with words for the reader to fill in has those of the whole report explained."""
    told = list(fill_in_lines("\n".join(line for block in blocks for line in block), style.width))
    for block in blocks:
        if told and any(True for _ in explained("\n".join(block))):
            yield [*block, *told]
            told = []
        else:
            yield block


def _without_diagnosis(report: Report, style: Style) -> list[list[str]]:
    """Return the verdict and the errors, the wrong answers, then what is right and what else was found."""
    verdicts, severity = report.judgement.verdicts, report.judgement.profile.severity
    wrong = [verdict for verdict in verdicts if verdict.fails]
    groups = [_findings(report, group, style) for group in _by_fix(report.judgement.findings)]
    if not wrong:
        return [_table(report, verdicts, style), *groups]
    errors = sum(1 for group in _by_fix(report.judgement.findings) if severity(group[0].code) == "error")
    return [
        wrong_answers(report, "", style),
        *groups[:errors],
        _table(report, wrong, style),
        how_sure(report, style) if report.diagnosed.unexplained else [],
        *groups[errors:],
        _table(report, [verdict for verdict in verdicts if not verdict.fails], style),
    ]


def _with_diagnosis(report: Report, style: Style) -> list[list[str]]:
    """Return the cause and its command, the wrong answers, how sure it is, what stands below it, and the rest."""
    verdicts = report.judgement.verdicts
    # Without a topology there are causes that no supposed one has: the findings name them.
    ours = explained_by(report.diagnosed.diagnoses[:1] if report.vantages else (), report)
    ours -= {answer.answer.asked[:2] for answer in report.diagnosed.unexplained}
    below = [each for each in report.judgement.findings if (each.vantage, each.fqdn) in ours]
    others = _by_fix(finding for finding in report.judgement.findings if finding not in below)
    said = frozenset(joined(fault.fixes) for fault in report.diagnosed.diagnoses[0].faults)
    return [
        cause(report, style),
        _table(report, [verdict for verdict in verdicts if verdict.fails], style),
        how_sure(report, style),
        _below(below, style),
        *(_findings(report, group, style, said) for group in others),
        _table(report, [verdict for verdict in verdicts if not verdict.fails], style),
    ]


def _below(findings: Sequence[Finding], style: Style) -> list[str]:
    """Return the findings that a diagnosis explains, each code in one line."""
    codes: dict[str, list[str]] = {}
    for finding in findings:
        codes.setdefault(finding.code, []).append(finding.fqdn)
    lines: list[str] = []
    for code, fqdns in codes.items():
        named = listed([visible(fqdn) for fqdn in dict.fromkeys(fqdns)], _SHOWN)
        lines += wrapped(f"explained by it: {code} {TABLE[code]}: {named}", style.width, hanging="  ")
    return lines


def _table(report: Report, verdicts: Iterable[Verdict], style: Style) -> list[str]:
    """Return a row for each endpoint, the wrong ones first; with several vantage points, equal ones in one row."""
    verdicts = sorted(verdicts, key=lambda verdict: _ORDER[verdict.status])
    if not verdicts:
        return []
    if len(report.vantages) > 1:
        return _table_of_several(verdicts, style)
    # Column by column, because there may be tens of thousands of rows.
    statuses, cases = [verdict.status for verdict in verdicts], [verdict.case for verdict in verdicts]
    columns: list[Sequence[str]] = [statuses, [case.fqdn for case in cases]]
    columns += [list(map(write, cases)) for write in (expected, observed, spent)]
    widths = [max(len(head), *map(len, column)) for head, column in zip(_HEAD, columns, strict=True)]
    widths[0] = max(_STATUS_WIDTH, *map(len, statuses))
    form = row_form(widths, right=(len(_HEAD) - 1,))  # times are numbers
    lines = [(form % _HEAD).rstrip()]
    for status, case, row in zip(statuses, cases, zip(*columns, strict=True), strict=True):
        line = (form % row).rstrip()
        lines.append(paint(status, status) + line[len(status) :] if style.colour else line)
        below = _chain(case.observation, style)
        lines += [paint(line, "dim") for line in below] if style.colour else below
    return lines


def _table_of_several(verdicts: Sequence[Verdict], style: Style) -> list[str]:
    """Return the rows of several vantage points: who gets an answer is in the last column."""
    rows: dict[tuple[str, ...], list[str]] = {}
    for verdict in verdicts:
        case = verdict.case
        rows.setdefault((verdict.status, case.fqdn, expected(case), observed(case)), []).append(verdict.vantage)
    cells = [(*row, visible(listed(vantages))) for row, vantages in rows.items()]
    head, *lines = table([(*_HEAD[:-1], "FROM"), *cells])
    if style.colour:
        lines = [paint(row[0], row[0]) + line[len(row[0]) :] for row, line in zip(rows, lines, strict=True)]
    return [head, *lines]


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
    """Group findings of one code whose fixes differ by the network alone, in the order of the first of each group."""
    by_fix: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        by_fix.setdefault((finding.code, finding.fix), []).append(finding)
    groups: dict[tuple[str, str], list[Finding]] = {}
    for (code, fix), group in by_fix.items():
        network = group[0].vantage.partition("/")[0]
        form = fix.replace(link_of(network), "*")
        form = re.sub(rf"(?<![\w.-]){re.escape(network)}(?![\w.])", "*", form) if network else form
        groups.setdefault((code, form), []).extend(group)
    return groups.values()


def _findings(report: Report, group: Sequence[Finding], style: Style, said: Container[str] = frozenset()) -> list[str]:
    """Return what is wrong, where, and what mends it, unless that is `said` above."""
    first, *others = group
    severity = report.judgement.profile.severity(first.code)
    more = f" and {len(others)} more" if others else ""
    shown = paint(severity, SEVERITY_COLOURS[severity], on=style.colour)
    body = wrapped(visible(first.message), style.width, "  ")
    if others:
        body += wrapped(f"the same holds {_same(first, others)}", style.width, "  ")
    head = f"{shown} {first.code} {TABLE[first.code]}: {visible(first.fqdn)}{more}"
    places: dict[str, tuple[str, tuple[Fix, ...]]] = {}
    for finding in group:
        if finding.fix not in said:
            places.setdefault(finding.fix, (finding.vantage, finding.fixes))
    if not places:
        return [head, *body, "  fix: as above", _where(first)]
    return [head, *body, *fixes_at([*places.values()], style), _where(first)]


def _same(first: Finding, others: Iterable[Finding]) -> str:
    """Return where and for which names there are findings with the same fix: `for A, and from spoke for B, C`."""
    names: dict[str, list[str]] = {}
    for other in others:
        names.setdefault(other.vantage, []).append(visible(other.fqdn))
    here = names.pop(first.vantage, [])
    away: dict[str, list[str]] = {}
    for vantage, fqdns in names.items():
        away.setdefault(listed(fqdns), []).append(visible(vantage))
    parts = [f"for {listed(here)}"] if here else []
    return ", and ".join((*parts, *(f"from {listed(at)} for {fqdns}" for fqdns, at in away.items())))


def _where(finding: Finding) -> str:
    place = visible(placed(finding))
    return f"  {f'at {place}; ' if place else ''}more: acrdns rule {finding.code}"
