"""What the rules of one run share is worked out once for each topology."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from acrdns.topology.model import Topology

Made = TypeVar("Made")


def once(make: Callable[[Topology], Made]) -> Callable[[Topology], Made]:
    """Keep what was made of the last topology: the very same one, since the mappings of a topology cannot be hashed."""
    kept: list[tuple[Topology, Made]] = []

    def made(topology: Topology) -> Made:
        if not kept or kept[0][0] is not topology:
            kept[:] = [(topology, make(topology))]
        return kept[0][1]

    return made
