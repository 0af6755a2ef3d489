"""The counters as metrics for Prometheus. Imported only with `--metrics`.

`acrdns_queries_total` has every query once; those answered from upstream also make `acrdns_upstream_answers_total`. The
histogram, too: from when a query is looked at to when its answer is ready to send, without the way upstream. Answers of
UDP that the cache has are ready with their batch, and each of them counts with the time of the batch.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from acrdns.record import rcode_text
from acrdns.serve.observe import counters
from acrdns.serve.observe.counters import OUTCOMES, RCODES, TYPES, UNANSWERED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prometheus_client.metrics_core import Metric

    from acrdns.serve.observe.counters import Key, Ledger

_SECOND = 1_000_000_000

Totals = dict["Key", list[int]]


def registry(ledger: Ledger) -> CollectorRegistry:
    """Return the registry of one server: its counters, and what the system says of its parent process."""
    made = CollectorRegistry()
    made.register(Counted(ledger))
    ProcessCollector(registry=made)
    return made


class Counted(Collector):
    """Reads the ledger each time it is asked."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def describe(self) -> Iterable[Metric]:
        """Return nothing: the metrics are known once something has counted."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Return every metric."""
        totals = self._ledger.totals()
        yield _queries(totals)
        yield _upstream(totals)
        yield _cache(totals)
        yield _limited(totals)
        yield _transfers(totals)
        yield _latency(totals)
        reloads = CounterMetricFamily("acrdns_reloads", "Reloads of the files, by how they ended.", labels=["result"])
        for result, count in self._ledger.reloads.items():
            reloads.add_metric([result], count)
        yield reloads


def _queries(totals: Totals) -> Metric:
    labels = ["vantage", "transport", "type", "rcode"]
    family = CounterMetricFamily("acrdns_queries", "Queries, by what they asked for and were answered.", labels=labels)
    sums: dict[tuple[str, str, str, str], int] = {}
    for (vantage, transport, _), cells in totals.items():
        for at, count in enumerate(cells[: counters.HITS]):
            if count:
                key = (vantage, transport, TYPES[at // RCODES], _rcode(at % RCODES))
                sums[key] = sums.get(key, 0) + count
    for key, count in sums.items():
        family.add_metric(key, count)
    return family


def _upstream(totals: Totals) -> Metric:
    labels = ["vantage", "transport", "rcode"]
    family = CounterMetricFamily("acrdns_upstream_answers", "Queries that were answered from upstream.", labels=labels)
    for (vantage, transport, late), cells in totals.items():
        for rcode in range(RCODES if late else 0):
            count = sum(cells[rcode : counters.HITS : RCODES])
            if count:
                family.add_metric([vantage, transport, _rcode(rcode)], count)
    return family


def _cache(totals: Totals) -> Metric:
    labels = ["vantage", "result"]
    family = CounterMetricFamily("acrdns_cache_lookups", "Look-ups in the cache of UDP answers.", labels=labels)
    for vantage, cells in _of(totals, "udp"):
        family.add_metric([vantage, "hit"], cells[counters.HITS])
        family.add_metric([vantage, "miss"], cells[counters.MISSES])
    return family


def _limited(totals: Totals) -> Metric:
    labels = ["vantage", "action"]
    family = CounterMetricFamily("acrdns_rate_limited", "Responses that --rate-limit held back.", labels=labels)
    sums: dict[tuple[str, str], int] = {}
    for (vantage, transport, _), cells in totals.items():
        if transport == "udp":
            for action, at in (("slip", counters.SLIPPED), ("drop", counters.DROPPED)):
                sums[vantage, action] = sums.get((vantage, action), 0) + cells[at]
    for key, count in sums.items():
        family.add_metric(key, count)
    return family


def _transfers(totals: Totals) -> Metric:
    labels = ["vantage", "type", "result"]
    family = CounterMetricFamily("acrdns_transfers", "Zone transfers over TCP, by how they ended.", labels=labels)
    for vantage, cells in _of(totals, "tcp"):
        for number, kind in enumerate(("AXFR", "IXFR")):
            for at, outcome in enumerate(OUTCOMES):
                count = cells[counters.TRANSFERS + number * len(OUTCOMES) + at]
                family.add_metric([vantage, kind, outcome], count)
    return family


def _latency(totals: Totals) -> Metric:
    family = HistogramMetricFamily(
        "acrdns_answer_seconds",
        "Time from looking at a query to its answer, without the way upstream.",
        labels=["transport"],
    )
    for transport in ("udp", "tcp"):
        rows = [cells[counters.LATENCY :] for (_, name, _), cells in totals.items() if name == transport]
        cells = [sum(column) for column in zip(*rows, strict=True)] or [0] * (len(counters.BOUNDS) + 2)
        ends = [*(str(bound / _SECOND) for bound in counters.BOUNDS), "+Inf"]
        counts = accumulate(cells[: len(ends)])
        buckets = [(end, float(count)) for end, count in zip(ends, counts, strict=True)]
        family.add_metric([transport], buckets=buckets, sum_value=cells[len(ends)] / _SECOND)
    return family


def _of(totals: Totals, transport: str) -> Iterator[tuple[str, list[int]]]:
    return ((vantage, cells) for (vantage, name, late), cells in totals.items() if name == transport and not late)


def _rcode(number: int) -> str:
    return "none" if number == UNANSWERED else rcode_text(number)
