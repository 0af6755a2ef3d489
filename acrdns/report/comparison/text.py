"""A list held against the rules, for people: first what breaks, then what is too much."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.report.escape import log, visible
from acrdns.report.terminal import wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.firewall.compare import ListComparison


def render(found: ListComparison, file: str, vantage: str | None) -> str:
    """Return the text; it ends with a newline."""
    return log("".join(f"{visible(line)}\n" for line in _lines(found, file, vantage)))


def _lines(found: ListComparison, file: str, vantage: str | None) -> Iterator[str]:
    for rule in found.missing:
        words = f"missing: {rule.host.name}:{rule.port}: {', '.join(rule.operations)} fail: {rule.why}"
        if rule in found.reasons:
            words += f"; {found.reasons[rule]}"
        yield from wrapped(words, hanging="  ")
    for each in found.excess:
        place = f"{file}:{each.entry.line}: " if each.entry.line else f"{file}: "
        yield from wrapped(f"{place}{each.severity}: {each.entry.written}: {each.why}", hanging="  ")
    where = f"{file} from {vantage or 'every vantage point'}"
    if found.clean:
        yield f"{where}: allows what is needed, and nothing else"
        return
    breaks = f"breaks {', '.join(found.breaks)}" if found.breaks else "breaks nothing"
    yield f"{where}: {breaks}; {len(found.missing)} missing, {len(found.excess)} too much"
