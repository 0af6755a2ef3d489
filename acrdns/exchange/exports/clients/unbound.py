"""unbound: on laptops, at the edge, as a central resolver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.exchange.exports.pin import STALE, TTL

if TYPE_CHECKING:
    from acrdns.exchange.exports.pin import ClientExport

HELP = "Write a file for /etc/unbound/unbound.conf.d: pins of single names, or with --forward a forward zone."
PINS, FORWARDS = True, True


def pinned(export: ClientExport) -> str:
    """Return pins of single names; the zone of each is its name alone, and other types have no data there."""
    lines = ["server:\n"]
    for pin in export.pins():
        lines.append(f"    # {pin.endpoint}\n")
        lines += [f'    local-data: "{pin.fqdn}. {TTL} IN A {address}"\n' for address in pin.addresses]
    return export.head("#", *STALE) + "".join(lines)


def forwarded(export: ClientExport) -> str:
    """Return a forward zone for the public domain (facts.md F13). Private zones of Azure are not signed."""
    servers = "".join(f"    forward-addr: {address}\n" for address in export.servers())
    return (
        f'{export.head("#")}server:\n    domain-insecure: "{export.domain}."\n    private-domain: "{export.domain}."\n'
        f'forward-zone:\n    name: "{export.domain}."\n{servers}'
    )
