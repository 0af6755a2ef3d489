"""Observations as JSON: an `ObserveDocument`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.report.document import write
from acrdns.report.observations.document import IgnoredEntry, ObservationEntry, ObserveDocument, SourceEntry

if TYPE_CHECKING:
    from acrdns.probe.answer import ObservedAnswer, ReadFile
    from acrdns.report.report import Style


def render(read: ReadFile, style: Style) -> str:  # noqa: ARG001 -- every format has the same arguments
    """Return the document, indented, with a newline at its end."""
    return write(document(read)) + "\n"


def document(read: ReadFile) -> ObserveDocument:
    """Return the document of what was read."""
    ignored = tuple(IgnoredEntry(each.file, each.line, each.text, each.because) for each in read.ignored)
    return ObserveDocument(1, tuple(map(_entry, read.answers)), ignored)


def _entry(answer: ObservedAnswer) -> ObservationEntry:
    return ObservationEntry(
        fqdn=answer.fqdn,
        type=answer.type,
        outcome=answer.outcome.value,
        addresses=answer.addresses,
        chain=answer.chain,
        server=answer.server.removesuffix(":53") if answer.server else None,
        vantage=answer.vantage,
        tool=answer.tool,
        source=SourceEntry(answer.source.file, answer.source.line) if answer.source else None,
        detail=answer.detail,
    )
