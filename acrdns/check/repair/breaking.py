"""Put a fault into a topology: the place that is meant, or the first where the fault changes an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.estate.diff import diff
from acrdns.check.faults import PRIORS, SIGNS, named
from acrdns.check.faults.site import Site
from acrdns.resolve.world import World
from acrdns.suggest import remedy

if TYPE_CHECKING:
    from acrdns.check.faults.fault import Candidate
    from acrdns.topology.model import Topology

STALE_CACHE = "stale-cache is no change of a file: a cache keeps an answer from before another fault was mended"


def breaking(fault: str, topology: Topology, at: str | None = None) -> Candidate:
    """Return the change that puts a fault into a topology.

    Raises ValueError with what was probably meant: for an unknown fault or subject, and for a fault that has no place,
    or changes no answer at any.
    """
    if fault == "stale-cache":
        raise ValueError(STALE_CACHE)
    if fault in SIGNS:
        what, _, described = SIGNS[fault]
        raise ValueError(f"{fault} is no fault that break makes ({what}); in a file it is {described}")
    if fault not in PRIORS:
        raise ValueError(f"there is no fault {fault!r}; {remedy(fault, list(PRIORS))}")
    candidates = list(named(fault).find(Site(topology), None))
    subjects = list(dict.fromkeys(candidate.subject for candidate in candidates))
    nowhere = f"there is no place for {fault} in {topology.file}"
    if at is not None and at not in subjects:
        raise ValueError(f"{fault} cannot be at {at!r}; {remedy(at, subjects, nowhere)}")
    world = World(topology)
    for candidate in candidates:
        if at in (None, candidate.subject) and diff(world, World(candidate.apply(topology))).changes:
            return candidate
    where = f"at {at} " if at else ""
    raise ValueError(f"{fault} changes no answer {where}in {topology.file}" if candidates else nowhere)
