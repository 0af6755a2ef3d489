"""What `serve` has measured: the rows, their table, and what is asked for of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

OURS, UNCACHED, PEER = "acrdns", "acrdns, no cache", "NSD"
SOCKETS = 32
LIMITS = {"repeated": 1.0, "case": 0.95, "misses": 0.5, "flood": 0.6, "parents": 0.4}
"""Throughput to NSD's that is asked for, at least; made-up parents are denied at once in zone files alone."""
TO_ECHO, SCALING, SLOWER = 0.7, 1.7, 1.5


@dataclass
class Row:
    """One server under one kind of traffic: a value for each round."""

    kind: str
    server: str
    workers: int
    where: str = ""
    """The vantage point whose address is asked; empty for the zone file."""
    sockets: int = SOCKETS
    """From which it is asked."""
    queries: list[float] = field(default_factory=list)
    """Answers a second."""
    cpu: list[float] = field(default_factory=list)
    """Microseconds a query."""
    busiest: list[float] = field(default_factory=list)
    """Microseconds of the busiest process for each query that all of them answered."""
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    lost: int = 0
    noisy: int = 0
    """Rounds that others disturbed, however often they were repeated."""

    @property
    def load(self) -> tuple[object, ...]:
        """What rows have in common that may be compared."""
        return self.kind, self.where, self.workers, self.sockets, bool(self.p99)


def _peer(rows: list[Row], row: Row, name: str) -> Row | None:
    """Find the row of another server under the same load."""
    same = (each for each in rows if each.server == name)
    return next((each for each in same if each.load == row.load), None)


def _ratio(values: Sequence[float], others: Sequence[float]) -> float:
    """Return the median of the ratios of each round: who is asked one after the other meets the same machine.

    A round in which a server got no turn at all has none.
    """
    return median([value / other for value, other in zip(values, others, strict=True) if other] or [0.0])


def table(rows: list[Row]) -> str:
    """Write the rows as a Markdown table: medians, half the distance of the quartiles, and ratios to NSD."""
    lines = ["| questions | server | workers | 1,000 q/s | ± | µs CPU | to NSD | by CPU | p50 µs | p99 µs | lost |",
             "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|"]  # fmt: skip
    for row in rows:
        peer = _peer(rows, row, PEER)
        speed, cpu = median(row.queries), median(row.cpu)
        spread = 0.0
        if len(row.queries) > 1:
            low, _, high = quantiles(row.queries, n=4)
            spread = (high - low) / 2
        ratio = f"{_ratio(row.queries, peer.queries):.2f} | {_ratio(peer.cpu, row.cpu):.2f}" if peer else "| "
        latency = f"{median(row.p50):.0f} | {median(row.p99):.0f}" if row.p99 else "| "
        kind = row.kind + f", at {row.where}" * bool(row.where) + ", half load" * bool(row.p99)
        kind += f", {row.sockets} sockets" * (row.sockets != SOCKETS)
        mark = "*" * bool(row.noisy)
        lines.append(
            f"| {kind} | {row.server} | {row.workers} | {speed / 1000:.0f}{mark} | {spread / 1000:.0f} | {cpu:.2f} "
            f"| {ratio} | {latency} | {row.lost} |"
        )
    return "\n".join(lines)


def judge(rows: list[Row]) -> list[str]:
    """Say of each limit whether it is kept, with both witnesses."""
    found = []
    for row in rows:
        if row.server not in (OURS, UNCACHED):
            continue
        if row.sockets != SOCKETS:
            found += _scaling(rows, row)
            continue
        peer, echo = _peer(rows, row, PEER), _peer(rows, row, "echo")
        kind = row.kind + f", at {row.where}" * bool(row.where)
        if peer and row.p99:
            found.append(_said(f"{kind}: p99 to NSD's", _ratio(row.p99, peer.p99), SLOWER, most=True))
        elif peer and row.kind in LIMITS and not (row.kind == "parents" and row.where):
            by_cpu = _ratio(peer.cpu, row.cpu)
            text = f"{kind}: throughput to NSD's (by CPU {by_cpu:.2f})"
            found.append(_said(text, _ratio(row.queries, peer.queries), LIMITS[row.kind]))
        if echo and not row.p99:
            text = f"{row.kind}: throughput to the echo's"
            found.append(_said(text, _ratio(row.queries, echo.queries), TO_ECHO))
    return found


def _scaling(rows: list[Row], row: Row) -> list[str]:
    """Hold two workers against one: what the busier one had to do for a query that either of them answered."""
    alone = next(each for each in rows if each.server == row.server and each.load == (*row.load[:2], 1, *row.load[3:]))
    if row is alone:
        return []
    return [_said(f"{row.kind}: two workers to one", _ratio(alone.busiest, row.busiest), SCALING)]


def _said(what: str, value: float, limit: float, *, most: bool = False) -> str:
    kept = value <= limit if most else value >= limit
    return f"{what}: {value:.2f}, {'at most' if most else 'at least'} {limit:g}: {'kept' if kept else 'not kept'}"
