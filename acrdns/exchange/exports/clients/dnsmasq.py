"""dnsmasq: on laptops, at the edge, in CI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.exchange.exports.pin import STALE, TTL

if TYPE_CHECKING:
    from acrdns.exchange.exports.pin import ClientExport

HELP = "Write a file for /etc/dnsmasq.d: pins of single names, or with --forward a server for the domain."
PINS, FORWARDS = True, True


def pinned(export: ClientExport) -> str:
    """Return pins of single names: a zone for the domain would hide everybody else's registries (facts.md F10)."""
    lines = []
    for pin in export.pins():
        lines += [
            f"# {pin.endpoint}\n",
            f"host-record={pin.fqdn},{pin.addresses[0]},{TTL}\n",
            f"local=/{pin.fqdn}/\n",  # else AAAA and others would be asked upstream
        ]
    return export.head("#", *STALE) + "".join(lines)


def forwarded(export: ClientExport) -> str:
    """Return a forwarder for the public domain (facts.md F13), whose private answers are no rebinding."""
    lines = [f"server=/{export.domain}/{address}\n" for address in export.servers()]
    return export.head("#") + "".join(lines) + f"rebind-domain-ok=/{export.domain}/\n"
