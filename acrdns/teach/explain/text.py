"""An explanation for a terminal: the steps in words, the answer, the table; two chains side by side."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from acrdns.report.escape import log, visible
from acrdns.report.terminal import WIDTH, kept, table, wrapped
from acrdns.report.trace.text import record_lines
from acrdns.teach.explain.explained import brief, cause_lines, difference_line
from acrdns.teach.words.explanation import ended

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.estate.pull_story import SimulatedRequest
    from acrdns.teach.explain.explained import Explained
    from acrdns.teach.words.explanation import ExplainedChain, ExplainedStep

_INDENT = " " * 5
_HANGING = " " * 7


def render(found: Explained, terminal: int | None = None) -> str:
    """Return an explanation; the text ends with a newline.

    `terminal` is the width of a terminal, in columns; elsewhere a record is a line, however long.
    """
    width = terminal or WIDTH
    lines = [*wrapped(found.title, width), ""]
    for request in found.requests:
        lines += [*_request(found, request, width), ""]
    if found.compared:
        lines += [*_comparison(found, width), "", difference_line(found), ""]
    for number, chain in enumerate(found.chains):
        if len(found.chains) > 1:
            lines += [chain.title, ""]
        lines += _chain(chain, width, terminal, found.difference)
        for line in cause_lines(chain, found.findings[number]):
            lines += wrapped(line, width, hanging="  ")
        lines.append("")
    return log("\n".join(map(visible, lines[:-1])) + "\n")


def _request(found: Explained, request: SimulatedRequest, width: int) -> Iterator[str]:
    yield f"{request.number:3}. {request.step}: {request.method} https://{request.host}{request.path}"
    chain = found.chains[found.chain_of(request)]
    names = [row.name for row in chain.table if row.type == "CNAME"]
    ends = request.address or chain.table[-1].value
    yield from wrapped(" -> ".join([*names, chain.table[-1].name, ends]), width, _INDENT, _HANGING)
    if request.cause:
        yield from wrapped(f"=> fails ({request.cause}): {request.why}", width, _INDENT, _HANGING)
        return
    remark = f"; {request.why}" if request.why else ""
    yield from wrapped(f"=> {request.status} {request.says}{remark}", width, _INDENT, _HANGING)


def _chain(chain: ExplainedChain, width: int, terminal: int | None, marked: int | None) -> Iterator[str]:
    for step in chain.steps:
        yield from _step(step, width, terminal, ">" if step.number == marked else "")
        yield ""
    rows = [("step", "name", "type", "TTL", "value")]
    rows += [(str(r.step), r.name, r.type, "" if r.ttl is None else str(r.ttl), r.value) for r in chain.table]
    lines = list(table(rows, right=(0, 3)))
    if terminal is None or max(map(len, lines)) <= terminal:
        yield from lines
    else:
        for step_, name, type_, ttl, value in rows:
            yield f"{step_:>4}  {name}"
            yield f"{_HANGING}{' '.join(filter(None, (ttl, type_, value)))}"
    yield ""
    yield from wrapped(chain.ending, width)


def _step(step: ExplainedStep, width: int, terminal: int | None, mark: str) -> Iterator[str]:
    yield from wrapped(f"{mark:1}{step.number:2}. {step.asked}", width, hanging=_INDENT)
    parts = (("Whose it is:", step.whose), ("Why it came here:", step.reached), ("What it does:", step.did))
    for label, sentence in parts:
        if sentence:
            yield from wrapped(f"{label} {sentence}", width, _INDENT, _HANGING)
    for sentence in step.would:
        yield from wrapped(f"What would change it: {sentence}", width, _INDENT, _HANGING)
    records = [line for rrset in step.step.records for line in record_lines(rrset)]
    for line in records or [ended(step.step)]:
        yield from kept(f"{_INDENT}=> {line}", terminal, " " * 8)


def _comparison(found: Explained, width: int) -> Iterator[str]:
    """Return the steps of two chains side by side, below each other where the lines are too long for that."""
    one, other = found.chains
    heads = [f"from {each.resolution.vantage}" for each in found.chains]
    count = max(len(one.steps), len(other.steps))
    cells = [(brief(one, number), brief(other, number)) for number in range(1, count + 1)]
    left = max(len(line) for line in (heads[0], *(line for cell, _ in cells for line in cell)))
    right = max(len(line) for line in (heads[1], *(line for _, cell in cells for line in cell)))
    beside = left + right + 8 <= width
    if beside:
        yield f"      {heads[0]:{left}}  {heads[1]}"
    for number, (mine, its) in enumerate(cells, 1):
        mark = f"{'>' if number == found.difference else ' '}{number:3}. "
        if beside:
            for line, (first, second) in enumerate(zip_longest(mine, its, fillvalue="")):
                yield f"{mark if not line else '      '}{first:{left}}  {second}".rstrip()
        else:
            for head, cell in zip(heads, (mine, its), strict=True):
                yield f"{mark}{head}: {cell[0]}"
                yield from (f"{_HANGING} {line}" for line in cell[1:])
