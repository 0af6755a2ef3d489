"""An explanation as Markdown, for a ticket or a review."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.report.escape import markdown as escaped
from acrdns.teach.explain.explained import brief, cause_lines, difference_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.teach.explain.explained import Explained
    from acrdns.teach.words.explanation import ExplainedChain
    from acrdns.teach.words.finding import ExplainingFinding


def render(found: Explained) -> str:
    """Return an explanation; it ends with a newline."""
    lines = [f"# {escaped(found.title)}", ""]
    for request in found.requests:
        says = f"fails ({request.cause}): {request.why}" if request.cause else f"{request.status} {request.says}"
        url = escaped(f"{request.method} https://{request.host}{request.path}")
        address = f" at {request.address}" if request.address else ""
        lines.append(f"{request.number}. **{request.step}** {url}{address}: {escaped(says)}")
    lines += [""] if found.requests else []
    if found.compared:
        lines += [*_comparison(found), "", difference_line(found), ""]
    for chain, finding in zip(found.chains, found.findings, strict=True):
        if len(found.chains) > 1:
            lines += [f"## {escaped(chain.title)}", ""]
        lines += [*_chain(chain, finding), ""]
    return "\n".join(lines[:-1]) + "\n"


def _chain(chain: ExplainedChain, finding: ExplainingFinding | None) -> Iterator[str]:
    for line in (chain.ending, *cause_lines(chain, finding)):
        yield escaped(line)
        yield ""
    for step in chain.steps:
        yield f"{step.number}. **{_bold(step.asked)}**"
        for label, sentence in (("Whose it is", step.whose), ("Why", step.reached), ("What it does", step.did)):
            if sentence:
                yield f"   - {label}: {escaped(sentence)}"
        yield from (f"   - What would change it: {escaped(sentence)}" for sentence in step.would)
    yield ""
    yield "| step | name | type | TTL | value |"
    yield "| ---: | --- | --- | ---: | --- |"
    for row in chain.table:
        ttl = "" if row.ttl is None else str(row.ttl)
        yield f"| {row.step} | {escaped(row.name)} | {row.type} | {ttl} | {escaped(row.value)} |"


def _bold(text: str) -> str:
    shown = escaped(text)
    return shown.replace("*", "\\*") if "`" not in shown else shown


def _comparison(found: Explained) -> Iterator[str]:
    one, other = found.chains
    yield f"| step | from {escaped(one.resolution.vantage)} | from {escaped(other.resolution.vantage)} |"
    yield "| ---: | --- | --- |"
    for number in range(1, max(len(one.steps), len(other.steps)) + 1):
        mark = "**→** " if number == found.difference else ""
        cells = ["<br>".join(map(escaped, brief(chain, number))) for chain in found.chains]
        yield f"| {mark}{number} | {cells[0]} | {cells[1]} |"
