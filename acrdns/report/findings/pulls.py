"""Pulls for people, one step a line, and as entries of the JSON document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from acrdns.check.rules.causes import code_of_cause
from acrdns.report.escape import visible
from acrdns.report.findings.document import PullEntry, PullStepEntry
from acrdns.report.terminal import GAP, paint, row_form

if TYPE_CHECKING:
    from acrdns.probe.pull.result import PullResult, PullStep
    from acrdns.report.report import Style

_HEAD = ("", "STEP", "HOST", "ADDRESS", "HTTP")
_STATUS_WIDTH = len("error")


def entry(vantage: str, pull: PullResult) -> PullEntry:
    """Return a pull as the document has it."""
    failed = pull.failed
    return PullEntry(
        registry=pull.registry,
        image=pull.image,
        vantage=vantage,
        status="fail" if failed else "pass",
        failed=failed.step if failed else None,
        host=failed.host if failed else None,
        cause=failed.cause if failed else None,
        code=code_of_cause(failed.cause) if failed and failed.cause else None,
        check_health=pull.check_health or None,
        message=failed.message if failed else None,
        steps=tuple(map(_step, pull.steps)),
    )


def _step(step: PullStep) -> PullStepEntry:
    status = _status(step)
    return PullStepEntry(step.step, step.host, step.address or None, status, step.http, step.message or None)


def _status(step: PullStep) -> Literal["pass", "fail"]:
    return "pass" if step.passed else "fail"


def pull_table(vantage: str, pull: PullResult, style: Style) -> list[str]:
    """Return the lines of a pull. Equal steps, as those of many layers, are one line."""
    rows = [
        (_status(each), each.step, visible(each.host), each.address or "-", str(each.http or "-"))
        for each in pull.steps
    ]
    counted = dict.fromkeys(rows, 0)
    for row in rows:
        counted[row] += 1
    widths = [max(len(row[column]) for row in (_HEAD, *rows)) for column in range(len(_HEAD))]
    widths[0] = _STATUS_WIDTH
    form = row_form(widths)
    title = f"pull of {visible(pull.image)}" + (f" from {visible(vantage)}" if vantage else "")
    lines = [title, (form % _HEAD).rstrip()]
    for row, count in counted.items():
        line = (form % row).rstrip() + (f"{GAP}{count} times" if count > 1 else "")
        lines.append(paint(row[0], row[0]) + line[len(row[0]) :] if style.colour else line)
    if pull.check_health:
        lines.append(f"{' ' * _STATUS_WIDTH}{GAP}az acr check-health: {pull.check_health}")
    return lines
