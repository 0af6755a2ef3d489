"""BIND with a response policy zone: one rule a name, so that no other registry is hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.exchange.exports.pin import STALE, TTL

if TYPE_CHECKING:
    from acrdns.exchange.exports.pin import ClientExport

HELP = "Write a response policy zone for BIND and other resolvers that read one: one rule a name."
PINS, FORWARDS = True, False
ZONE = "acrdns.rpz"
_USE = (
    'named.conf: options {{ response-policy {{ zone "{zone}"; }} qname-wait-recurse no; }};',
    '            zone "{zone}" {{ type primary; file "{zone}.db"; allow-query {{ none; }}; }};',
)


def pinned(export: ClientExport) -> str:
    """Return the zone. Types that a name does not have are answered as absent."""
    notes = (*STALE, *(line.format(zone=ZONE) for line in _USE))
    rules = "".join(f"{pin.fqdn} A {address} ; {pin.endpoint}\n" for pin in export.pins() for address in pin.addresses)
    soa = f"@ SOA localhost. hostmaster.localhost. 1 3600 300 2419200 {TTL}\n@ NS localhost.\n"
    return f"{export.head(';', *notes)}$ORIGIN {ZONE}.\n$TTL {TTL}\n{soa}{rules}"
