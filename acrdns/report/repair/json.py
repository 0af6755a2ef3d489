"""Repairs as JSON: a `RepairDocument`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.report.diagnosis.document import FixEntry
from acrdns.report.document import write
from acrdns.report.repair.changes import changes, unified
from acrdns.report.repair.document import LeftEntry, ProposalEntry, RepairDocument

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from acrdns.check.finding import Finding
    from acrdns.check.repair.search import Repair
    from acrdns.topology.model import Topology


def render(before: Topology, text: str, found: Sequence[Repair], left: Sequence[Finding]) -> str:
    """Return the repairs of a topology and its text, and errors without one; it ends with a newline."""
    proposals = tuple(_proposal(before, text, repair) for repair in found)
    return write(RepairDocument(1, before.file, proposals, _left(left))) + "\n"


def _proposal(before: Topology, text: str, repair: Repair) -> ProposalEntry:
    return ProposalEntry(
        edits=repair.edits,
        diff="\n".join(unified(before.file, text, repair)) + "\n",
        changes=changes(before, repair),
        fixes=tuple(FixEntry(fix.text, tuple(fix.az), fix.terraform, fix.bicep) for fix in repair.fixes),
        left=_left(repair.left),
    )


def _left(found: Iterable[Finding]) -> tuple[LeftEntry, ...]:
    return tuple(LeftEntry(each.code, each.fqdn, each.message, each.fix) for each in found)
