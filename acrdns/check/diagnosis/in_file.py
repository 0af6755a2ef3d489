"""The topology as it is meant, where the file itself has faults: with the fixes of its findings made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.lint import lint
from acrdns.check.profile import Profile
from acrdns.errors import TopologyError

if TYPE_CHECKING:
    from acrdns.check.fixes.fix import Fix
    from acrdns.topology.model import Topology

_WAITING = frozenset(("ACR104", "ACR206"))
"""An endpoint to be approved and a link to be completed: the answers are right for a file that says so."""
_ROUNDS = 4
"""How often the fixes of what is found then are made, too."""


def as_meant(topology: Topology) -> Topology:
    """Return the topology with the fixes of all errors made, as far as they are edits of the file."""
    for _ in range(_ROUNDS):
        fixes = [
            fix
            for finding in lint(topology)
            if Profile().severity(finding.code) == "error" or finding.code in _WAITING
            for fix in finding.fixes
        ]
        mended = topology
        for fix in dict.fromkeys(fixes):
            mended = _with_fix(mended, fix)
        if mended == topology:
            return topology
        topology = mended
    return topology


def _with_fix(topology: Topology, fix: Fix) -> Topology:
    """Return a topology with a fix made; as it is where another fix has done it."""
    try:
        return fix.apply(topology)
    except (KeyError, ValueError, StopIteration, TopologyError):
        return topology
