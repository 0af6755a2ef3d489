"""A hosts file: what people pin by hand where a machine has no DNS of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.exchange.exports.pin import STALE

if TYPE_CHECKING:
    from acrdns.exchange.exports.pin import ClientExport

HELP = "Write lines for a hosts file: the login server and every data endpoint, with their private addresses."
PINS, FORWARDS = True, False


def pinned(export: ClientExport) -> str:
    """Return lines for a hosts file. It has no aliases, and no TTL."""
    lines = [f"{address}\t{pin.fqdn}\t# {pin.endpoint}\n" for pin in export.pins() for address in pin.addresses[:1]]
    return export.head("#", *STALE) + "".join(lines)
