"""A topology file that is edited again and again: after each edit its new findings, those gone, and changed cells.

`lint --watch` shows it, and so can any page that lets people edit a file.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from acrdns.check.estate.changed import ChangedCells
from acrdns.check.facts import Facts
from acrdns.check.lint import findings
from acrdns.gc_pause import paused, paused_for_good
from acrdns.topology.reread import Reread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from acrdns.check.finding import Finding
    from acrdns.topology.assumptions import Assumptions
    from acrdns.topology.model import Topology

    Choose = Callable[[Topology, tuple[Finding, ...]], tuple[Finding, ...]]
    """Returns the findings of a topology that count, as a policy says."""


class Edit(NamedTuple):
    """The effect of an edit."""

    new: tuple[Finding, ...]
    gone: tuple[Finding, ...]
    cells: ChangedCells | None
    """The cells of the matrix that differ; None when the file was read for the first time."""


class EditedFile:
    """A topology file, its findings, and what the last edit has changed."""

    def __init__(self, text: str, file: str, assumptions: Assumptions | None, choose: Choose) -> None:
        """Read the file for the first time. Raises TopologyError with every problem."""
        self._choose = choose
        with paused_for_good():
            self._reread = Reread(text, file, assumptions)
            self._facts = Facts(self._reread.topology)
            self.findings = choose(self._facts.topology, findings(self._facts))

    def edit(self, text: str) -> Edit:
        """Read the file again. Raises TopologyError with every problem; then the findings stay as they are."""
        before, estate = self.findings, self._facts.estate
        with paused():
            topology = self._reread.read(text)
            self._facts = self._facts.after(topology)
            self.findings = self._choose(topology, findings(self._facts))
            cells = ChangedCells(estate, self._facts.estate)
        return Edit(_only(self.findings, before), _only(before, self.findings), cells)


def _only(some: Iterable[Finding], others: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings that others do not have; that a finding has moved to another line is no news."""
    left = Counter(map(_said, others))
    found: list[Finding] = []
    for finding in some:
        if left[_said(finding)] > 0:
            left[_said(finding)] -= 1
        else:
            found.append(finding)
    return tuple(found)


def _said(finding: Finding) -> tuple[str, str, str]:
    return finding.code, finding.fqdn, finding.message
