"""`acrdns lint --watch`: the findings of files, and after each change those that are new and those gone."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import typer

from acrdns.cli.policy import joined, today
from acrdns.cli.style import report_style
from acrdns.cli.target import STDIN, topology_files

if TYPE_CHECKING:
    from acrdns.check.finding import Finding
    from acrdns.check.policy.policy import Policy
    from acrdns.check.repair.edited import EditedFile
    from acrdns.cli.policy import PolicyOptions
    from acrdns.topology.assumptions import Assumptions
    from acrdns.topology.model import Topology

WAIT = 0.02
"""Seconds between two looks at the files."""
SETTLED = 0.03
"""Seconds in which a file must not change before it is read."""


def watch(targets: list[str], assumptions: Assumptions, options: PolicyOptions) -> int:
    """Show what changes until somebody ends it. A file that does not load is told, and its findings stay."""
    files = topology_files(targets)
    if STDIN in files:
        raise typer.BadParameter("standard input cannot be watched; name a file", param_hint="TOPOLOGY")
    from acrdns.serve.reload import Watcher

    watched = [_Watched(file, assumptions, options) for file in files]
    joined([each.policy for each in watched])
    watchers = [Watcher([each.path]) for each in watched]
    for each in watched:
        each.look()
    while True:
        time.sleep(WAIT)
        for each, watcher in zip(watched, watchers, strict=True):
            if watcher.changed():
                time.sleep(SETTLED)
                while watcher.changed():  # somebody is still writing
                    time.sleep(SETTLED)
                each.look()


class _Watched:
    """One file."""

    def __init__(self, file: str, assumptions: Assumptions, options: PolicyOptions) -> None:
        from acrdns.topology.samples import located

        self.path = located(file)
        self.policy: Policy = options.policy(file)
        self._assumptions = assumptions
        self._edited: EditedFile | None = None

    def look(self) -> None:
        """Read the file, and show what is new."""
        from acrdns.errors import InputError
        from acrdns.gc_pause import paused

        try:
            with paused():  # what an edit has left over is collected once its effect is shown
                self._show()
        except InputError as error:
            _say(*map(str, error.problems), file=sys.stderr)
            if self._edited is not None:
                _say(f"{self.path} does not load; its findings stay as they were", file=sys.stderr)

    def _show(self) -> None:
        from acrdns.check.repair.edited import Edit, EditedFile
        from acrdns.report.lint.text import changes
        from acrdns.topology.load import decode, octets_of

        text = decode(octets_of(self.path), self.path)
        if self._edited is None:
            self._edited = EditedFile(text, self.path, self._assumptions, self._chosen)
            found = Edit(self._edited.findings, (), None)
        else:
            found = self._edited.edit(text)
        style = report_style(width_elsewhere=sys.maxsize)
        shown = changes(self.path, found, self._edited.findings, self.policy.profile, style)
        sys.stdout.write(shown)
        sys.stdout.flush()

    def _chosen(self, topology: Topology, found: tuple[Finding, ...]) -> tuple[Finding, ...]:
        from acrdns.check.lint import by_place, could_find
        from acrdns.check.policy.accepting import excuse

        excused = excuse(topology, found, today(), could_find)
        return tuple(sorted(self.policy.chosen(excused.findings), key=by_place))


def _say(*lines: str, file: object) -> None:
    from acrdns.report.escape import log, visible

    print(*(log(visible(line)) for line in lines), sep="\n", file=file, flush=True)  # type: ignore[call-overload]
