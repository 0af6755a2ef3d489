"""When a connected registry syncs: at the times of its cron expression, each time for as long as its window is open.

`* * * * *` is continuous. Times are UTC, by the lab's clock. A window that has passed while nothing ran is missed, and
the next one does; without a window a sync that is late is made up for once.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cronsim import CronSim, CronSimError

from acrdns.topology.schema.times import duration

if TYPE_CHECKING:
    from acrdns.topology.model import ConnectedRegistry

CONTINUOUS = "* * * * *"
NEVER = float("inf")


def is_continuous(connected: ConnectedRegistry) -> bool:
    """Return whether a connected registry syncs all the time."""
    return connected.sync_schedule == CONTINUOUS


def next_after(connected: ConnectedRegistry, after: float) -> float:
    """Return the first time of the schedule behind a time; NEVER for one like 30 February."""
    try:
        found = next(iter(CronSim(connected.sync_schedule, datetime.fromtimestamp(after, UTC))), None)
    except CronSimError:  # the topology has checked the expression: its day is in none of its months
        return NEVER
    return found.timestamp() if found else NEVER


def due(connected: ConnectedRegistry, since: float, now: float) -> float | None:
    """Return when the sync that is due now has to end, or None; `since` is when the last one began.

    Without a window it is one pass, whose end is now.
    """
    if is_continuous(connected):
        return NEVER
    length = duration(connected.sync_window or "")
    window = length.total_seconds() if length else 0.0
    start = next_after(connected, since)
    if window:
        while start + window <= now:
            start = next_after(connected, start)
    return None if start > now else max(start + window, now)
