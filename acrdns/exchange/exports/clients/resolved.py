"""systemd-resolved: on Linux clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from acrdns.exchange.exports.pin import ClientExport

HELP = "Write a drop-in for /etc/systemd/resolved.conf.d: the inbound endpoint, and the domain that goes there."
PINS, FORWARDS = False, True


def forwarded(export: ClientExport) -> str:
    """Return a drop-in with a routing domain: other names go where they went before."""
    servers = " ".join(export.servers())
    return export.head("#") + f"[Resolve]\nDNS={servers}\nDomains=~{export.domain}\n"
