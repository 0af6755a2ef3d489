"""A list held against the rules, as JSON: a `ComparisonDocument`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.report.comparison.document import ComparisonDocument, ExcessDocumentEntry, MissingEntry
from acrdns.report.document import write

if TYPE_CHECKING:
    from acrdns.check.firewall.compare import ListComparison


def render(found: ListComparison, file: str, vantage: str | None) -> str:  # noqa: ARG001 -- every format has the same arguments
    """Return the document; it ends with a newline."""
    missing = (
        MissingEntry(rule.host.name, rule.operations, rule.why, rule.vantages, found.reasons.get(rule))
        for rule in found.missing
    )
    excess = (
        ExcessDocumentEntry(each.entry.written, each.severity, each.why, each.entry.line or None)
        for each in found.excess
    )
    return write(ComparisonDocument(1, vantage, tuple(missing), tuple(excess), found.breaks, found.notes)) + "\n"
