"""DNS servers of Active Directory on premises."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from acrdns.exchange.exports.pin import ClientExport

HELP = "Write PowerShell that adds a conditional forwarder to a Windows DNS server."
PINS, FORWARDS = False, True


def forwarded(export: ClientExport) -> str:
    """Return a command that forwards the public domain, and not the privatelink one (facts.md F13)."""
    servers = ", ".join(export.servers())
    command = f'Add-DnsServerConditionalForwarderZone -Name "{export.domain}" -MasterServers {servers}\n'
    return export.head("#", 'In Active Directory, add -ReplicationScope "Forest".') + command
