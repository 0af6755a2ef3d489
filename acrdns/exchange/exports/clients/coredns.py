"""CoreDNS: in AKS, a key of the ConfigMap coredns-custom that ends in `.server`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.exchange.exports.pin import STALE, TTL

if TYPE_CHECKING:
    from acrdns.exchange.exports.pin import ClientExport

HELP = "Write a server block of a Corefile: pins of single names, or with --forward a forwarder for the domain."
PINS, FORWARDS = True, True


def pinned(export: ClientExport) -> str:
    """Return a block for each name; a block for the domain would have to answer for all other registries."""
    blocks = [
        f"# {pin.endpoint}\n{pin.fqdn}:53 {{\n    errors\n    hosts {{\n"
        + "".join(f"        {address} {pin.fqdn}\n" for address in pin.addresses)
        + f"        ttl {TTL}\n    }}\n}}\n"
        for pin in export.pins()
    ]
    return export.head("#", *STALE) + "".join(blocks)


def forwarded(export: ClientExport) -> str:
    """Return a block that forwards the public domain (facts.md F13)."""
    servers = " ".join(export.servers())
    block = f"{export.domain}:53 {{\n    errors\n    cache {TTL}\n    forward . {servers}\n}}\n"
    return export.head("#") + block
