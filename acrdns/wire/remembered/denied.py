"""Names denied at once: below a parent that was never asked for, in a zone file that decides by its nodes alone.

In a zone without cuts and DNAMEs a name does not exist if its closest encloser has no wildcard. The reply is then the
same for all names of one length, but for the question, so it is resolved once for each length and shape of a query.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from acrdns.names import MAX_LABEL, MAX_NAME, ROOT, Name, ancestors
from acrdns.record import Rcode
from acrdns.resolve.chain import Question
from acrdns.resolve.walk import Walk
from acrdns.wire.message import reply
from acrdns.wire.message.compress import soa_names
from acrdns.wire.message.query import HEADER, TC, read
from acrdns.wire.remembered.doorkeeper import Doorkeeper
from acrdns.wire.shapes import NO_LOOKUP
from acrdns.zone.packed import kept

if TYPE_CHECKING:
    from collections.abc import Callable, Container

    from acrdns.resolve.chain import Response
    from acrdns.zone.view import View
    from acrdns.zone.zone import Zone

_MOST = 4096
"""Denials that are kept of one zone; then all are forgotten."""
_NAME = HEADER - 2
"""Where the name begins, in a packet without its ID."""


class _PlainZone(NamedTuple):
    """A zone without cuts and DNAMEs, and with an SOA."""

    nodes: Container[bytes]
    shared: tuple[bytes, ...]
    """Names right below the apex that lead to names in the SOA: names below them compress in another way."""
    denials: dict[bytes, tuple[bytes, bytes] | None]
    """By length and shape: what stands before and after the question; None for what is no denial."""


class Denials:
    """Denials from the zones of a view."""

    __slots__ = ("_ask", "_seen", "_zones")

    def __init__(self, view: View, ask: Callable[[Question, Walk], Response]) -> None:
        self._ask = ask
        self._zones: dict[bytes, _PlainZone | None] = {zone.apex: _plain(zone) for zone in view.zones.values()}
        self._seen = Doorkeeper()

    def reply(self, packet: bytes, lowered: bytes) -> bytes | None:
        """Return the denial of a name, or None; the packet and the reply have no ID."""
        end = lowered.find(0, _NAME) + 1
        name = lowered[_NAME:end]
        apex = _deepest(name, self._zones)
        zone = None if apex is None else self._zones[apex]
        if zone is None or len(name) > MAX_NAME or name in zone.nodes:
            return None
        encloser = _deepest(name, zone.nodes)
        if encloser is None or b"\x01*" + encloser in zone.nodes or name.endswith(zone.shared):
            return None
        key = bytes((len(name),)) + packet[:_NAME] + packet[end:]
        known = zone.denials.get(key)
        if known is None:
            self._learn(zone.denials, key, packet, name)
            return None
        return b"".join((known[0], packet[_NAME : end + 4], known[1]))

    def _learn(self, denials: dict[bytes, tuple[bytes, bytes] | None], key: bytes, packet: bytes, name: bytes) -> None:
        """Resolve a denial the second time that its kind is wanted."""
        if key in denials or not self._seen.before(key):
            return
        if len(denials) >= _MOST:
            denials.clear()
        denials[key] = None
        query = read(b"\0\0" + packet)
        if query is None or not query.is_ordinary or query.type in NO_LOOKUP:
            return
        try:
            response = self._ask(Question(Name(name), query.type), Walk(recording=False))
        except Exception:  # noqa: BLE001 -- resolving meets it again, and reports it
            return
        if response.rcode != Rcode.NXDOMAIN or response.answer:
            return
        made = reply.answer(query, response, (), authoritative=True, limit=query.size_limit(tcp=False))
        if not made[2] << 8 & TC:
            denials[key] = made[2:HEADER], made[HEADER + len(query.question) :]


def _deepest(name: bytes, known: Container[bytes]) -> bytes | None:
    """Return the deepest known name at or above a name, whatever its octets are."""
    while name not in known:
        length = name[0] if name else 0
        if not 0 < length <= MAX_LABEL or length + 1 >= len(name):
            return None
        name = name[1 + length :]
    return name


def _plain(zone: Zone) -> _PlainZone | None:
    if zone.cuts or zone.dnames or len(zone.denial) != 1:
        return None
    shared: set[Name] = set()
    for name in soa_names(zone.denial[0].rdatas[0].lower()):
        above = (each for each in ancestors(name) if each != ROOT)
        shared.update(each for each in above if each[1 + each[0] :] == zone.apex)
    return _PlainZone(kept(zone.nodes), tuple(shared), {})
