"""Counters that worker processes write and their parent reads: rows of 64-bit cells in shared memory.

A row is written by one process, and by one thread of it, so counting takes no lock and no call: `row.cells[i] += 1`. A
worker gets fresh rows when it is forked; when it has ended, however it ended, what it counted is added to the retired.

    cells of a row    type class x rcode | cache hits, misses | slipped, dropped | transfers | latency buckets, sum
"""

from __future__ import annotations

import mmap
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from acrdns.record import type_number
from acrdns.wire.message.query import HEADER, name_end

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

TYPES = (
    *("A", "AAAA", "CNAME", "NS", "SOA", "PTR", "MX", "TXT", "SRV", "DS", "DNSKEY", "HTTPS", "SVCB", "CAA", "ANY"),
    *("AXFR", "IXFR", "other"),
)
"""The type classes: what names are asked for, and all the rest."""
_BADVERS = 16
UNANSWERED = 17
RCODES = 18
"""Cells for each type: the 16 rcodes of the header, BADVERS, and no answer at all."""

HITS = len(TYPES) * RCODES
MISSES = HITS + 1
SLIPPED = HITS + 2
DROPPED = HITS + 3
TRANSFERS = HITS + 4
"""AXFR, then IXFR; of each those that were sent whole, refused, and broken off."""
OUTCOMES = ("ok", "refused", "broken")
LATENCY = TRANSFERS + 2 * len(OUTCOMES)
BOUNDS = (20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000, 2_000_000, 5_000_000, 10_000_000, 100_000_000)
"""Upper ends of the latency buckets, in nanoseconds; a last bucket takes what is above."""
LATENCY_SUM = LATENCY + len(BOUNDS) + 1
_CELLS = LATENCY_SUM + 1

ROW_OF_TYPE = {type_number(name).to_bytes(2, "big"): at * RCODES for at, name in enumerate(TYPES[:-1])}
"""The first cell of each type, by its two octets."""
OTHER = (len(TYPES) - 1) * RCODES

_PLAIN_OPT = 11
"""Octets of an OPT record without options."""


class CounterRow:
    """The counters of one vantage point and transport in one process."""

    __slots__ = ("cells",)

    def __init__(self, cells: memoryview[int]) -> None:
        self.cells = cells

    def count(self, packet: bytes, reply: bytes | None) -> None:
        """Count a query by its type and the rcode of its reply; None: there was none."""
        self.cells[_type(packet) + (UNANSWERED if reply is None else _rcode(reply))] += 1

    def count_slots(self, buffer: mmap.mmap, step: int, slots: Iterable[int]) -> None:
        """Count the replies in some slots of a batch.

        The type is read behind the name's end, found as its first zero octet: right but for labels that hold one.
        """
        cells, types, find = self.cells, ROW_OF_TYPE, buffer.find
        for slot in slots:
            start = slot * step
            end = find(b"\0", start + HEADER) + 1
            cells[types.get(buffer[end : end + 2], OTHER) + (buffer[start + 3] & 15)] += 1

    def time(self, nanoseconds: int, count: int = 1) -> None:
        """Count how long an answer took, or each of several that took as long."""
        self.cells[LATENCY + bisect_left(BOUNDS, nanoseconds)] += count
        self.cells[LATENCY_SUM] += nanoseconds * count

    def transfer(self, packet: bytes, messages: Iterator[bytes]) -> Iterator[bytes]:
        """Count a transfer by its outcome, once its messages are all taken or the client is gone."""
        kind = _type(packet) == OTHER - RCODES
        outcome = "broken"
        try:
            first = next(messages)
            whole = "refused" if first[3] & 15 else "ok"
            yield first
            yield from messages
            outcome = whole
        finally:
            self.cells[TRANSFERS + kind * len(OUTCOMES) + OUTCOMES.index(outcome)] += 1


@dataclass(frozen=True, slots=True)
class Meter:
    """The counters of one address in one process."""

    row: CounterRow
    late: CounterRow
    """Counts answers from upstream."""
    others: dict[str, Meter] = field(default_factory=dict)
    """The counters of other vantage points that answer clients of this address, with `--ecs` and `--by-client`."""


Key = tuple[str, str, bool]
"""Vantage point, transport, and whether the answers came from upstream."""


@dataclass(slots=True)
class Ledger:
    """All rows, of those who count and of those who did. Lives in the parent."""

    reloads: dict[str, int] = field(default_factory=lambda: {"ok": 0, "failed": 0})
    _open: dict[int, tuple[Key, CounterRow]] = field(default_factory=dict)
    _bound: set[str] = field(default_factory=set)
    """Vantage points with an address of their own: their counters are shown while they are 0, too."""
    _retired: dict[Key, list[int]] = field(default_factory=dict)

    def meter(self, vantage: str, transport: str, others: Iterable[str] = ()) -> Meter:
        """Open fresh rows for an address, and for other vantage points that answer there."""
        self._bound.add(vantage)
        meter = self._meters((vantage,), transport)[vantage]
        self.add(meter, transport, set(others) - {vantage})
        return meter

    def add(self, meter: Meter, transport: str, others: Iterable[str]) -> None:
        """Open fresh rows for vantage points that a meter does not have yet."""
        meter.others.update(self._meters([each for each in others if each not in meter.others], transport))

    def retire(self, meters: Iterable[Meter]) -> None:
        """Take over what was counted by a process that has ended."""
        every = [each for meter in meters for each in (meter, *meter.others.values())]
        for row in (row for meter in every for row in (meter.row, meter.late)):
            key, _ = self._open.pop(id(row))
            self._add(self._retired, key, row)

    def totals(self) -> dict[Key, list[int]]:
        """Add everything up."""
        found = {key: list(cells) for key, cells in self._retired.items()}
        for key, row in list(self._open.values()):
            if key[0] in self._bound or any(row.cells):
                self._add(found, key, row)
        return found

    def _meters(self, vantages: Sequence[str], transport: str) -> dict[str, Meter]:
        if not vantages:
            return {}
        cells = memoryview(mmap.mmap(-1, 2 * len(vantages) * _CELLS * 8)).cast("Q")
        rows = []
        for at, (vantage, late) in enumerate((vantage, late) for vantage in vantages for late in (False, True)):
            rows.append(CounterRow(cells[at * _CELLS : (at + 1) * _CELLS]))
            self._open[id(rows[-1])] = (vantage, transport, late), rows[-1]
        return {vantage: Meter(rows[2 * at], rows[2 * at + 1]) for at, vantage in enumerate(vantages)}

    @staticmethod
    def _add(sums: dict[Key, list[int]], key: Key, row: CounterRow) -> None:
        before = sums.get(key, [0] * _CELLS)
        sums[key] = [old + new for old, new in zip(before, row.cells, strict=True)]


def _type(packet: bytes) -> int:
    end = name_end(packet, HEADER)
    return ROW_OF_TYPE.get(packet[end : end + 2], OTHER) if end else OTHER


def _rcode(reply: bytes) -> int:
    low = reply[3] & 15
    # BADVERS has its upper bits in an OPT record without options, and no other records.
    if not low and reply[6:12] == b"\0\0\0\0\0\1" and reply[-_PLAIN_OPT : -_PLAIN_OPT + 3] == b"\0\0)":
        return _BADVERS if reply[5 - _PLAIN_OPT] == 1 else low
    return low
