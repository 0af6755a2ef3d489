"""The difference of two versions of a zone, record by record, for incremental transfers (RFC 1995)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from acrdns.record import RRset, Type
from acrdns.zone.packed import kept
from acrdns.zone.serial import serial_of
from acrdns.zone.zone import Zone, build, find

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.names import Name
    from acrdns.zone.zone import Node


@dataclass(frozen=True, slots=True)
class Difference:
    """From one version of a zone to the next."""

    before: RRset
    """The SOA of the older version."""
    after: RRset
    """The SOA of the newer version."""
    removed: tuple[RRset, ...]
    """Records that are gone; without the SOA."""
    added: tuple[RRset, ...]

    @property
    def start(self) -> int:
        """The serial that it leads away from."""
        return serial_of(self.before)

    @property
    def end(self) -> int:
        """The serial that it leads to."""
        return serial_of(self.after)

    def __len__(self) -> int:
        """Count the records."""
        return sum(len(rrset.rdatas) for rrset in (*self.removed, *self.added)) + 2


def difference(old: Zone, new: Zone, before: RRset, after: RRset) -> Difference:
    """Compare two versions of a zone; `before` and `after` are their SOAs, which replace those in the zones."""
    removed: list[RRset] = []
    added: list[RRset] = []
    for owner in _changed(old, new):
        gone, come = _node_difference(old.nodes.get(owner, ()), new.nodes.get(owner, ()))
        removed += gone
        added += come
    return Difference(before, after, tuple(removed), tuple(added))


def _changed(old: Zone, new: Zone) -> Iterator[Name]:
    before, after = kept(old.nodes), kept(new.nodes)
    for owner, node in after.items():
        if before.get(owner) != node and old.nodes.get(owner) != new.nodes[owner]:
            yield owner
    yield from (owner for owner in before if owner not in after)


def _node_difference(old: Node, new: Node) -> tuple[list[RRset], list[RRset]]:
    numbers = dict.fromkeys(rrset.type for rrset in (*old, *new) if rrset.type != Type.SOA)
    pairs = [(find(old, number), find(new, number)) for number in numbers]
    gone = [_minus(before, after) for before, after in pairs]
    come = [_minus(after, before) for before, after in pairs]
    return [rrset for rrset in gone if rrset], [rrset for rrset in come if rrset]


def _minus(rrset: RRset | None, other: RRset | None) -> RRset | None:
    """Return what one set has and the other has not; with another TTL every record is another one."""
    if rrset is None or other is None or rrset.ttl != other.ttl:
        return rrset
    rdatas = tuple(rdata for rdata in rrset.rdatas if rdata not in other.rdatas)
    return RRset(rrset.name, rrset.type, rrset.ttl, rdatas) if rdatas else None


def apply(zone: Zone, change: Difference) -> Zone:
    """Return the newer version of a zone. Raises ValueError where the difference is not one from this version."""
    if zone.soa != change.before:
        raise ValueError("the difference starts at another version of the zone")
    records = {(rrset.name, rrset.type): rrset for node in zone.nodes.values() for rrset in node}
    for rrset in change.removed:
        _take(records, rrset)
    for rrset in (change.after, *change.added):
        _put(records, rrset)
    return build(zone.apex, zone.kind, zone.key, records.values())


def _take(records: dict[tuple[Name, int], RRset], rrset: RRset) -> None:
    key = (rrset.name, rrset.type)
    here = records.get(key)
    if here is None or not set(rrset.rdatas) <= set(here.rdatas):
        raise ValueError("the difference removes a record that is not there")
    rest = _minus(here, rrset) if here.ttl == rrset.ttl else None
    if rest is None:
        del records[key]
    else:
        records[key] = rest


def _put(records: dict[tuple[Name, int], RRset], rrset: RRset) -> None:
    key = (rrset.name, rrset.type)
    here = records.get(key)
    if here is None or rrset.type == Type.SOA:
        records[key] = rrset
    else:
        records[key] = RRset(rrset.name, rrset.type, rrset.ttl, (*here.rdatas, *rrset.rdatas))
