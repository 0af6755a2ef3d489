"""The Name Resolution Policy Table of Windows clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from acrdns.exchange.exports.pin import ClientExport

HELP = "Write PowerShell that adds a rule to the Name Resolution Policy Table of a Windows client."
PINS, FORWARDS = False, True


def forwarded(export: ClientExport) -> str:
    """Return a command that sends the public domain to the inbound endpoint; the dot means all names in it."""
    servers = ", ".join(f'"{address}"' for address in export.servers())
    rule = f'Add-DnsClientNrptRule -Namespace ".{export.domain}" -NameServers {servers}\n'
    return export.head("#", "Run it as an administrator; Clear-DnsClientCache makes it count at once.") + rule
