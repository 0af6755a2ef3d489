"""Topologies with faults in them, each simulated once, and the faults that can change an answer of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.diagnosis.candidates import suspects, values
from acrdns.check.diagnosis.worlds import Simulated
from acrdns.check.faults import PRIORS
from acrdns.errors import TopologyError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.check.diagnosis.answer import Answered, Asked
    from acrdns.check.diagnosis.candidates import Suspect
    from acrdns.check.diagnosis.worlds import Evidence
    from acrdns.topology.model import Topology

COMPARED = 40
"""Wrong answers that are looked at before all of them are."""
_REFUSED = (KeyError, ValueError, StopIteration, TopologyError)
"""Raised where a fault cannot be added to others."""


class Simulations:
    """The topologies that come of one by adding faults, and the evidence."""

    def __init__(self, topology: Topology, evidence: Evidence) -> None:
        self.evidence = evidence
        self.base = Simulated(topology, evidence)
        self.simulated = 1
        """Topologies simulated so far."""
        self.values = values(evidence.answers, evidence.comparison)
        self._made: dict[tuple[str, ...], Simulated | None] = {}
        self._suspected: dict[tuple[int, Asked, tuple[str, ...]], Sequence[Suspect]] = {}

    def wrong(self, node: Simulated, most: int) -> Sequence[Answered]:
        """Return some answers that a topology does not explain, if possible without looking at all of them."""
        known = self.base.first_mismatches(COMPARED)
        if node is self.base:
            return known[:most]
        return [answer for answer in known if not node.explains(answer)][:most] or node.first_mismatches(most)

    def suspects(self, node: Simulated, wrong: Answered, among: tuple[str, ...] = tuple(PRIORS)) -> Sequence[Suspect]:
        """Return the faults, among some, that can change one wrong answer of a topology."""
        key = (id(node), wrong.asked, among)
        if key not in self._suspected:
            base = self.base if node is not self.base else None
            self._suspected[key] = tuple(suspects(node, wrong, self.values, base=base, among=among))
        return self._suspected[key]

    def with_fault(self, node: Simulated, every: tuple[Suspect, ...]) -> Simulated | None:
        """Return the topology of a node with one more fault, the last one; None where it cannot be added."""
        # Faults of several names may be the same change, as where one link hides all registries of others.
        key = tuple(suspect.change for suspect in every)
        if key not in self._made:
            try:
                topology = None if self._is_of_lost_zone(node, every[-1]) else every[-1].candidate.apply(node.topology)
            except _REFUSED:
                topology = None
            # A fault that was found in one topology may leave another one with a zone group that has no zone.
            if topology is None or not topology.private_dns_zones.keys() >= _written(topology):
                self._made[key] = None
            else:
                self.simulated += 1
                changed = node.changed_by(every[-1].candidate)
                if node is not self.base:
                    changed = None if changed is None or node.changed is None else changed | node.changed
                self._made[key] = Simulated(topology, self.evidence, self.base, changed)
        return self._made[key]

    def _is_of_lost_zone(self, node: Simulated, suspect: Suspect) -> bool:
        """Return whether a fault changes a zone that has another key by now: its edits would make a second one."""
        zones = (str(edit.path[1]) for edit in suspect.candidate.edits if edit.path[0] == "private_dns_zones")
        here, before = node.topology.private_dns_zones, self.base.topology.private_dns_zones
        return any(key in before and key not in here for key in zones)


def _written(topology: Topology) -> set[str]:
    """Return the keys of the zones that zone groups write."""
    return {key for private in topology.private_endpoints.values() for key in private.dns_zone_group}
