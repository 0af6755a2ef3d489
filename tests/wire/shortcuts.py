"""Servers in pairs: one that learns, and one that reads and resolves each query by itself."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from acrdns.resolve.as_zones.transferable import Transferable
from acrdns.serve.secondaries.feed import Feeder, with_serials
from acrdns.wire.answering import Answering
from acrdns.wire.remembered.cache import AnswerCache
from acrdns.wire.remembered.learnt import Learnt
from acrdns.wire.responder import Responder, always
from acrdns.zone.view import view
from acrdns.zone.zone import build
from tests.wire.exchange import CLIENT, NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from acrdns.resolve.chain import Question, Response
    from acrdns.resolve.world import World
    from acrdns.wire.message.reply import Reply
    from acrdns.zone.view import View
    from acrdns.zone.zone import Zone


class Pair(NamedTuple):
    """Two servers of the same."""

    learnt: Learnt
    learning: Answering
    plain: Responder

    @classmethod
    def of(cls, responder: Responder, learnt: Learnt) -> Pair:
        """Make the pair of a server without a memo."""
        learning = Answering(Responder(responder.answer, responder.authoritative), AnswerCache(0), learnt.reply)
        return cls(learnt, learning, responder)

    def resolve(self, packet: bytes) -> Reply | None:
        """Return the reply without any shortcut."""
        return self.plain.reply(packet, tcp=False, client=CLIENT, now=NOW)

    def hold_together(self, packet: bytes) -> bytes | None:
        """Ask both, and return the reply if it was learnt."""
        expected = self.resolve(packet)
        known = self.learning.known(packet)
        found = known or self.learning.resolve(packet, CLIENT, NOW)
        assert (found and found.packet) == (expected and expected.packet)
        assert known is not None or (found and found.keep) == (expected and expected.keep)
        return known.packet if known is not None else None


def of_zones(served: View) -> Pair:
    """Serve zone files."""
    learnt = Learnt(lambda name: served.zone_of(name) is not None, zones=served)
    # Names outside the zones are a vantage point's there; this one refuses them.
    return Pair.of(Responder(served.answer, lambda name: served.zone_of(name) is not None, memo=None), learnt)


def of_transferred_zones(served: list[Zone]) -> Pair:
    """Serve zone files that secondaries take, loaded for the second time: the serial is not the file's any more."""
    zones, feeder = view(served), Feeder(None)
    transferred = [zone for zone in zones.zones.values() if zone.denial]
    feeder.feed({"": [build(zone.apex, "file", "before", zone.denial) for zone in transferred]}, NOW)
    feed = feeder.feed({"": transferred}, NOW)

    def authoritative(name: bytes) -> bool:
        return zones.zone_of(name) is not None  # type: ignore[arg-type]

    learnt = Learnt(authoritative, zones=zones, serials=feed.serials(""))
    return Pair.of(Responder(with_serials(zones.answer, feed.views[""]), authoritative, memo=None), learnt)


def at_vantage(world: World, vantage: str, *, refuses: bool = True, transferred: bool = False) -> Pair:
    """Serve a vantage point, with secondaries that take its zones or without."""
    no = always(authoritative=False)
    ask: Callable[[Question], Response] = partial(world.answer, vantage)
    serials = None
    if transferred:
        feed = Feeder(None).feed({vantage: Transferable(world).zones(vantage)}, NOW)
        serials = feed.serials(vantage)
        ask = with_serials(ask, feed.views[vantage])
    learnt = Learnt(no, world=world, vantage=vantage, refuses=refuses, serials=serials)
    return Pair.of(Responder(ask, no, memo=None), learnt)
