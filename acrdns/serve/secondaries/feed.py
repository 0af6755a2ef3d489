"""The zones that secondaries transfer: those of each view with their histories, and the catalog that lists them.

The loading thread computes a `Feed` while answers go on. A `Feed` never changes; a reload makes a new one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from acrdns.names import Name, ancestors
from acrdns.record import Rcode, Type
from acrdns.zone.answer import Question, Response
from acrdns.zone.serial import restamped
from acrdns.zone.versions.catalog import catalog, catalog_name
from acrdns.zone.versions.history import advance, begin, digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from acrdns.resolve.world import World
    from acrdns.serve.secondaries.journal import Journal
    from acrdns.wire.responder import Answerer
    from acrdns.zone.versions.history import History
    from acrdns.zone.zone import Zone


@dataclass(frozen=True, slots=True)
class Feed:
    """The zones of every view, by vantage point and apex; the catalogs are among them."""

    views: Mapping[str, Mapping[Name, History]] = field(default_factory=dict)

    def serials(self, vantage: str) -> dict[Name, int]:
        """Return the serial of each zone of a view."""
        return {apex: history.serial for apex, history in self.views.get(vantage, {}).items()}

    def news(self, before: Feed) -> dict[str, tuple[History, ...]]:
        """Return the zones that are new or have another serial than before, by vantage point; catalogs come first.

        A secondary that has just learnt of a zone from the catalog transfers it without NOTIFY.
        """
        found = {}
        for vantage, view in self.views.items():
            old = before.views.get(vantage, {})
            fresh = [each for apex, each in view.items() if apex not in old or old[apex].serial != each.serial]
            found[vantage] = tuple(sorted(fresh, key=lambda each: each.zone.apex != catalog_name(vantage)))
        return {vantage: fresh for vantage, fresh in found.items() if fresh}


class Feeder:
    """Makes one feed after the other, and remembers every zone: one that comes back continues its serials."""

    def __init__(self, journal: Journal | None) -> None:
        self._journal = journal
        self._known: dict[tuple[str, Name], History] = {}
        self._digests: dict[int, tuple[Zone, str]] = {}
        """Of the zones of the feed that is being made; they are kept here so that no other one gets the same id."""

    def feed(self, views: Mapping[str, Iterable[Zone]], now: int) -> Feed:
        """Return the next feed; on return it is in the journal. `now` is in seconds since 1970. Raises InputError."""
        self._digests = {}
        return Feed({vantage: self._view(vantage, zones, now) for vantage, zones in views.items()})

    def _view(self, vantage: str, zones: Iterable[Zone], now: int) -> dict[Name, History]:
        members = {zone.apex: zone for zone in zones}
        everything = (*members.values(), catalog(vantage, members))
        return {zone.apex: self._history(vantage, zone, now) for zone in everything}

    def _digest(self, zone: Zone) -> str:
        """Return the digest of a zone, computed once for all views that share it."""
        if id(zone) not in self._digests:
            self._digests[id(zone)] = (zone, digest(zone))
        return self._digests[id(zone)][1]

    def _history(self, vantage: str, zone: Zone, now: int) -> History:
        key = (vantage, zone.apex)
        old = self._known.get(key)
        past = old.past if old else self._journal.load(vantage, zone.apex) if self._journal else None
        if old and zone is old.zone:
            return old
        content = self._digest(zone)
        history = advance(old, zone, now, content) if old else begin(zone, now, past, content)
        if self._journal is not None and history.past != past:
            self._journal.save(vantage, zone.apex, history.past)
        self._known[key] = history
        return history


def views_of(
    world: World | None, zone_files: Iterable[Zone], vantages: Iterable[str], first: str
) -> dict[str, tuple[Zone, ...]]:
    """Return the zones of each vantage point's view; zone files are in the first one's, before all else.

    Zone files answer all names below their apexes, so a zone of the topology there is left out of that view.
    """
    from acrdns.resolve.as_zones.transferable import Transferable

    own = tuple(zone_files)
    transferable = Transferable(world) if world is not None else None
    known = world.vantages if world is not None else ()
    found = {}
    for vantage in vantages:
        zones = transferable.zones(vantage) if transferable is not None and vantage in known else ()
        found[vantage] = (*own, *_not_below(zones, own)) if vantage == first else zones
    return found


def _not_below(zones: Iterable[Zone], above: Iterable[Zone]) -> tuple[Zone, ...]:
    hidden = {zone.apex for zone in above}
    return tuple(zone for zone in zones if hidden.isdisjoint(ancestors(zone.apex)))


def with_serials(answer: Answerer, histories: Mapping[Name, History]) -> Answerer:
    """Return an answerer that gives every zone the serial that it is transferred with.

    Secondaries ask for the SOA before they transfer, and take it with AA only; so the SOA of a transferred zone is
    answered as an authoritative server does, also at an address that stands for a resolver, and for the catalog.
    """
    serials = {apex: history.serial for apex, history in histories.items()}

    def answer_with_serials(question: Question) -> Response:
        history = histories.get(question.name) if question.type == Type.SOA else None
        if history is not None:
            return Response(Rcode.NOERROR, (history.soa,), authoritative=True)
        return restamped(answer(question), serials)

    return answer_with_serials
