"""A set of faults that explains every observed answer, and how likely it is."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from acrdns.check.diagnosis.diagnosed import ELSEWHERE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acrdns.check.diagnosis.candidates import Suspect
    from acrdns.check.diagnosis.worlds import Simulated

_FURTHER = 0.65
"""Factor of the prior for each further place of one misconfiguration."""
_FURTHER_RECORD = 0.3
"""As that, for records: where many of a zone are wrong, they rather have one cause."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A set of faults that explains every observed answer."""

    suspects: tuple[Suspect, ...]
    simulated: Simulated
    """The topology with the faults in it; without what a stale cache remembers."""
    remembered: Simulated | None = None
    """The topology from which a stale cache has its answers."""
    favoured: bool = False
    """Whether the TTLs observed speak for its stale cache or hosts file."""

    @property
    def causes(self) -> frozenset[tuple[object, ...]]:
        """The misconfigurations: the same fault at several places of a zone or section is one."""
        return frozenset(suspect.cause for suspect in self.suspects)

    @property
    def prior(self) -> float:
        """How common the set is."""
        found, known = 1.0, set()
        for suspect in self.suspects:
            if suspect.cause in known:
                found *= _FURTHER_RECORD if "records" in suspect.candidate.path else _FURTHER
            known.add(suspect.cause)
        for prior in {suspect.cause: suspect.prior for suspect in self.suspects}.values():
            found *= prior
        return found

    @property
    def elsewhere(self) -> bool:
        """Whether a stale cache or a hosts file plays a part: it can hold any answers, so it explains anything."""
        return any(suspect.fault in ELSEWHERE for suspect in self.suspects)

    @property
    def for_some(self) -> bool:
        """Whether a fault plays a part that is there for some names alone."""
        return any(suspect.candidate.for_some for suspect in self.suspects)

    @property
    def order(self) -> tuple[bool, int, float]:
        """The sort key: fewer misconfigurations first, then the likeliest; no cache and no hosts file before others."""
        return self.elsewhere and not self.favoured, len(self.causes), -self.prior

    @property
    def changes(self) -> frozenset[str]:
        """The edits that its faults make; the faults, where a cache or what the file does not have plays a part."""
        if self.remembered is not None or any(suspect.candidate.unlisted for suspect in self.suspects):
            return frozenset(map(str, self.key))
        return frozenset(repr(edit) for suspect in self.suspects for edit in suspect.candidate.edits)

    @property
    def key(self) -> frozenset[tuple[str, str]]:
        """The faults and their subjects, by which people tell sets apart."""
        return frozenset((suspect.fault, suspect.candidate.subject) for suspect in self.suspects)


def whole(found: Iterable[Explanation]) -> list[Explanation]:
    """Return the sets without those that have a fault for some names alone, and others as few faults; else all.

    Beside a cache or a hosts file, such a fault is never needed.
    """
    every = list(found)
    plain = [len(each.suspects) for each in every if not each.for_some and not each.elsewhere]
    fewest = min(plain, default=inf)
    kept = [each for each in every if not each.for_some or (len(each.suspects) < fewest and not each.elsewhere)]
    return kept or every


def without_supersets(found: Iterable[Explanation]) -> list[Explanation]:
    """Return the sets of which no part explains everything, and that are no longer words for one edit.

    Two swaps of one registry are no part of one swap; two records that have each other's address are one.
    """
    every = [(each, frozenset(suspect.key for suspect in each.suspects)) for each in found]
    shortest: dict[frozenset[str], int] = {}
    for each, _ in every:
        shortest[each.changes] = min(len(each.suspects), shortest.get(each.changes, len(each.suspects)))
    plain = [(each, key) for each, key in every if len(each.suspects) == shortest[each.changes]]
    return [each for each, key in plain if not any(other < key for _, other in every)]
