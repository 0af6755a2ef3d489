"""The versions of a zone that is transferred: its present one, and the differences that led to it.

A zone that is made of a topology has no serial of its own: it gets the time of its change in seconds since 1970, or
the next number where changes come faster. So a primary without a memory starts no lower than it ended. A zone from a
file has the serial that its author gave it; where the author changed the content and not the serial, it gets the next
number.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from struct import Struct
from typing import TYPE_CHECKING

from acrdns.record import Type
from acrdns.zone.packed import records
from acrdns.zone.serial import following, newer, serial_of, stamped, with_serial, without_serial
from acrdns.zone.versions.difference import Difference, difference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.record import RRset
    from acrdns.zone.zone import Zone

MOST_DIFFERENCES = 100
"""How many versions back an incremental transfer reaches at most."""
_RECORD = Struct("!HIH")


@dataclass(frozen=True, slots=True)
class Past:
    """The part of a zone's history that survives a restart: enough to continue its serials."""

    serial: int
    digest: str
    """Of the content, without the serial."""
    differences: tuple[Difference, ...]
    """Oldest first, without gaps; the last one ends at `serial`."""


@dataclass(frozen=True, slots=True)
class History:
    """A zone, the serial that it is transferred with, and how it came to be so."""

    zone: Zone
    """As it was handed in: with a SOA that has another serial."""
    past: Past
    soa: RRset
    """The SOA of the present version."""

    @property
    def serial(self) -> int:
        """The serial of the present version."""
        return self.past.serial

    @property
    def version(self) -> Zone:
        """A copy of the zone with its serial, made at each access."""
        return stamped(self.zone, self.serial)

    def since(self, serial: int) -> tuple[Difference, ...] | None:
        """Return the differences from an older version to the present one; None where that version is forgotten."""
        for number, change in enumerate(self.past.differences):
            if change.start == serial:
                return self.past.differences[number:]
        return None


def begin(zone: Zone, now: int, past: Past | None = None, content: str = "") -> History:
    """Start a zone's history, or go on with what is remembered of it; `now` is in seconds since 1970.

    A zone that changed while nobody looked goes on with a greater serial, and its differences are forgotten. `content`
    is the zone's digest, where it is known.
    """
    fresh = content or digest(zone)
    if past is None:
        serial = _own_serial(zone) if zone.kind == "file" else now & 0xFFFFFFFF
        return _history(zone, Past(serial, fresh, ()))
    if past.digest == fresh and not _raised(zone, past.serial):
        return _history(zone, past)
    serial = following(past.serial, _wanted(zone, now))
    return _history(zone, Past(serial, fresh, ()))


def advance(history: History, zone: Zone, now: int, content: str = "") -> History:
    """Go on to the next version of a zone; the same history where there is nothing new in it."""
    if zone is history.zone:
        return history
    fresh = content or digest(zone)
    if fresh == history.past.digest and not _raised(zone, history.serial):
        return history
    serial = following(history.serial, _wanted(zone, now))
    change = difference(history.zone, zone, history.soa, _soa(zone, serial))
    differences = _worth_keeping((*history.past.differences, change), zone)
    return _history(zone, Past(serial, fresh, differences))


def _history(zone: Zone, past: Past) -> History:
    return History(zone, past, _soa(zone, past.serial))


def _soa(zone: Zone, serial: int) -> RRset:
    soa = zone.soa
    assert soa is not None
    return with_serial(soa, serial)


def _raised(zone: Zone, serial: int) -> bool:
    """Return whether the author of a zone file wrote a greater serial: that is wish enough for a new version."""
    return zone.kind == "file" and newer(_own_serial(zone), serial)


def _wanted(zone: Zone, now: int) -> int:
    return _own_serial(zone) if zone.kind == "file" else now


def _own_serial(zone: Zone) -> int:
    soa = zone.soa
    assert soa is not None
    return serial_of(soa)


def _worth_keeping(differences: tuple[Difference, ...], zone: Zone) -> tuple[Difference, ...]:
    """Drop old differences: more records than the zone has are no saving over a full transfer."""
    room = sum(1 for _ in records(zone.nodes))
    kept: list[Difference] = []
    for change in reversed(differences[-MOST_DIFFERENCES:]):
        room -= len(change)
        if room < 0:
            break
        kept.append(change)
    return tuple(reversed(kept))


def digest(zone: Zone) -> str:
    """Return a text that is equal for zones with equal records, regardless of serials and order."""
    state = sha256()
    for line in sorted(_lines(zone)):
        state.update(line)
    return state.hexdigest()


def _lines(zone: Zone) -> Iterator[bytes]:
    for name, number, ttl, rdata in records(zone.nodes):
        data = without_serial(rdata) if number == Type.SOA else rdata
        yield name + _RECORD.pack(number, ttl, len(data)) + data
