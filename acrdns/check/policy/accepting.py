"""Findings that the topology excuses: `accept` entries at objects, in sections or at the top (topology.md).

An entry excuses the findings of its rule whose place is in its object, or whose subject is that object: a registry's
endpoint, a network. An entry that has expired excuses nothing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from acrdns.check.policy.codes import code_of
from acrdns.check.rules.policy.expired_acceptance import expired
from acrdns.check.rules.policy.unused_acceptance import unused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from acrdns.check.finding import Finding
    from acrdns.errors import Path, Place
    from acrdns.topology.model import Accepted, Topology


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A finding that is excused, and why."""

    finding: Finding
    reason: str
    until: str | None


@dataclass(frozen=True, slots=True)
class Excused:
    """The findings that are left, those about acceptances among them, and the excused ones."""

    findings: tuple[Finding, ...]
    accepted: tuple[Acceptance, ...] = ()


def excuse(
    topology: Topology, findings: Iterable[Finding], today: date, could_find: Callable[[str], bool] | None = None
) -> Excused:
    """Return findings without those that the topology accepts.

    `could_find` says of a code whether the run could have found it anywhere: only then is an acceptance unused. Without
    it, no acceptance is called so.
    """
    entries = [_Entry(topology, accepted, index, today) for accepted, index in _numbered(topology.accepted)]
    if not entries:
        return Excused(tuple(findings))
    paths = _paths(topology)
    left: list[Finding] = []
    excused: list[Acceptance] = []
    for finding in findings:
        fits = [entry for entry in entries if entry.excuses(finding, paths)]
        for entry in fits:
            entry.used = True
        valid = next((entry for entry in fits if not entry.expired), None)
        if valid:
            excused.append(Acceptance(finding, valid.accepted.reason, valid.accepted.until))
        else:
            left.append(finding)
    for entry in entries:
        if entry.expired and entry.used:
            left.append(expired(entry.accepted, entry.code, entry.place))
        elif not entry.used and could_find and (entry.code is None or could_find(entry.code)):
            left.append(unused(entry.accepted, entry.wrong, entry.place))
    return Excused(tuple(left), tuple(excused))


class _Entry:
    """One entry of an `accept` list."""

    def __init__(self, topology: Topology, accepted: Accepted, index: int, today: date) -> None:
        self.accepted = accepted
        self.place = topology.place(*accepted.path, "accept", index, "rule")
        self.expired = accepted.until is not None and accepted.until < today.isoformat()
        self.used = False
        self.wrong = ""
        self.code: str | None = None
        try:
            self.code = code_of(accepted.rule)
        except ValueError as error:
            self.wrong = str(error)
        self._names = _names(topology, accepted.path)

    def excuses(self, finding: Finding, paths: Mapping[Place, Sequence[Path]]) -> bool:
        """Return whether an entry is about a finding, expired or not."""
        if finding.code != self.code:
            return False
        path = self.accepted.path
        inside = any(found[: len(path)] == path for found in paths.get(finding.place, ())) if finding.place else False
        return not path or inside or finding.fqdn in self._names


def _names(topology: Topology, path: Path) -> frozenset[str]:
    """Return the subjects that are an object: a registry's endpoints, or the object's own key."""
    if len(path) < 2:  # noqa: PLR2004 -- section and key
        return frozenset()
    key = str(path[1])
    registry = topology.registries.get(key) if path[0] == "registries" else None
    if registry is None:
        return frozenset((key,))
    return frozenset(member.fqdn(registry.dns_label, topology.cloud) for member in registry.members())


def _numbered(accepted: Iterable[Accepted]) -> Iterable[tuple[Accepted, int]]:
    """Return entries, each with its index in its list."""
    counts: Counter[Path] = Counter()
    for entry in accepted:
        yield entry, counts[entry.path]
        counts[entry.path] += 1


def _paths(topology: Topology) -> Mapping[Place, Sequence[Path]]:
    found: dict[Place, list[Path]] = {}
    for path, place in topology.places.items():
        found.setdefault(place, []).append(path)
    return found
