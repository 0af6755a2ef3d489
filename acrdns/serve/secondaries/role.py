"""The primary: serials, journal and NOTIFY for all views."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from acrdns.serve.secondaries.feed import Feeder, views_of
from acrdns.serve.secondaries.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from acrdns.resolve.world import World
    from acrdns.serve.secondaries.feed import Feed
    from acrdns.serve.secondaries.notify import Notifier
    from acrdns.serve.secondaries.options import Transfers
    from acrdns.zone.view import View


class PrimaryRole:
    """Keeps the histories of all views, and notifies secondaries."""

    def __init__(self, transfers: Transfers, first: str, report: Callable[[str], None]) -> None:
        """Open the journal; `first` is the vantage point with the zone files. Raises InputError."""
        self.access = transfers.access
        self._secondaries = transfers.secondaries
        self._first = first
        self._report = report
        self._feeder = Feeder(Journal(transfers.journal) if transfers.journal else None)
        self._notifier: Notifier | None = None

    def feed(self, world: World | None, zone_files: View | None, vantages: Iterable[str]) -> Feed:
        """Return the zones of these vantage points with new serials, which the journal then has. Raises InputError."""
        files = zone_files.zones.values() if zone_files else ()
        views = views_of(world, files, vantages, self._first)
        return self._feeder.feed(views, int(time.time()))

    def notify(self, feed: Feed, before: Feed, sources: Mapping[str, str]) -> None:
        """Notify secondaries of changed zones, each view from its own address. Needs a running asyncio loop."""
        if not self._secondaries:
            return
        if self._notifier is None:
            from acrdns.serve.secondaries.notify import Notifier

            key = next(iter(self.access.keys.values()), None)
            self._notifier = Notifier(self._secondaries, key, self._report)
        for vantage, fresh in feed.news(before).items():
            if vantage in sources:
                self._notifier.notify(vantage, sources[vantage], fresh)

    async def close(self) -> None:
        """Stop notifying."""
        if self._notifier is not None:
            await self._notifier.close()
