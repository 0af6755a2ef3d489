"""A diff as JSON: a `DiffDocument`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.estate.diff import effects_of
from acrdns.record import Type
from acrdns.report.diff.document import ChangeEntry, DiffDocument, VantageEntry
from acrdns.report.document import write
from acrdns.report.matrix.json import cell_entry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from acrdns.check.estate.diff import Change, Diff, Effect
    from acrdns.report.diff.document import EffectName


def render(diff: Diff) -> str:
    """Return the diff; it ends with a newline."""
    return write(document(diff)) + "\n"


def document(diff: Diff) -> DiffDocument:
    """Return the document of a diff."""
    return DiffDocument(
        version=1,
        before=diff.before,
        after=diff.after,
        changes=tuple(map(_change, diff.changes)),
        vantages=tuple(VantageEntry(each.vantage, _names(each.effects), each.seconds) for each in diff.affected()),
        summary=_names(effects_of(diff.changes)),
    )


def _change(change: Change) -> ChangeEntry:
    return ChangeEntry(
        effect=change.effect.value,
        vantage=change.vantage,
        registry=change.registry,
        fqdn=change.fqdn,
        type="A" if change.type == Type.A else "AAAA",
        before=change.before and cell_entry(change.before),
        after=change.after and cell_entry(change.after, change.cause),
        seconds=change.seconds,
    )


def _names(effects: Mapping[Effect, int]) -> dict[EffectName, int]:
    return {effect.value: count for effect, count in effects.items()}
