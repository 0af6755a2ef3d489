"""From a packet to a reply at one address: by the cache, by the responder, or by a resolver upstream, later."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from acrdns.serve.service import Served, Service


def reply(served: Served, packet: bytes, client: bytes, later: Callable[[bytes], None]) -> bytes | None:
    """Return the reply to a datagram; None or nothing, as `make` does."""
    service = served.service
    return service.cache.get(packet) or make(service, packet, client, later)


def make_at(served: Served, packet: bytes, client: bytes, later: Callable[[bytes], None]) -> bytes | None:
    """Return the reply to a datagram that the cache has none for; None or nothing, as `make` does."""
    return make(served.service, packet, client, later)


def make(service: Service, packet: bytes, client: bytes, later: Callable[[bytes], None]) -> bytes | None:
    """Make the reply to a datagram. None: there is none. Nothing (b""): it comes from upstream, and goes to `later`."""
    made = service.responder.reply(packet, tcp=False, client=client, now=int(time.time()))
    if made is None:
        return None
    if service.upstream is not None and service.upstream.takes(packet, made.packet):
        service.upstream.submit(service, packet, client, made.packet, later, tcp=False)
        return b""
    service.cache.put(packet, made)
    return made.packet
