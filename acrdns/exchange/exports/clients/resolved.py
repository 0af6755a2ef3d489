"""systemd-resolved: on Linux clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from acrdns.exchange.exports.pin import ClientExport

HELP = "Write a drop-in for /etc/systemd/resolved.conf.d: the inbound endpoint, and the domain that goes there."
PINS, FORWARDS = False, True

_OTHERS = (
    "systemd-resolved asks this server for other names, too, beside the servers of links; the first answer counts.",
    "To keep other names from it, give it to a link instead: acrdns help resolver-recipes",
)


def forwarded(export: ClientExport) -> str:
    """Return a drop-in with a routing domain. A server of no link is asked for other names, too (resolved.conf(5))."""
    servers = " ".join(export.servers())
    return export.head("#", *_OTHERS) + f"[Resolve]\nDNS={servers}\nDomains=~{export.domain}\n"
