"""DNS servers that people run themselves."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from pydantic_core import PydanticCustomError

from acrdns.azure import AZURE_DNS
from acrdns.suggest import remedy
from acrdns.topology.schema.fields import address, domain_complaint
from acrdns.topology.verify.references import refers, verify_domains
from acrdns.topology.verify.zones import verify_records

if TYPE_CHECKING:
    from acrdns.errors import Path
    from acrdns.topology.schema.draft import Draft
    from acrdns.topology.schema.schema import DnsServer


def verify(draft: Draft) -> None:
    """Report what is wrong with DNS servers."""
    seen: dict[tuple[str, ...], str] = {}
    for key, server in draft.file.dns_servers.items():
        path = ("dns_servers", key)
        _address(draft, key, server, seen)
        exists = refers(draft, (*path, "network"), server.network, "networks")
        if exists and server.client is not None:
            _client(draft, path, server)
        verify_domains(draft, (*path, "conditional_forwarders"), server.conditional_forwarders)
        verify_domains(draft, (*path, "zones"), server.zones)
        for zone, records in server.zones.items():
            apex = "" if domain_complaint(zone) else zone
            verify_records(draft, (*path, "zones", zone), records, apex)


def _address(draft: Draft, key: str, server: DnsServer, seen: dict[tuple[str, ...], str]) -> None:
    path = ("dns_servers", key)
    try:
        canonical = server.address or address(key)
    except PydanticCustomError:
        allowed = "allowed: the server's IPv4 or IPv6 address as its key, or any text with `address`"
        if draft.sound(*path, "address"):
            draft.report_key(path, f"{key!r} is no IP address", allowed)
        return
    holder = (server.network, server.client, canonical) if server.client else (canonical,)
    if canonical == AZURE_DNS:
        draft.report_key(path, "this is Azure-provided DNS, which nobody runs themselves", "allowed: any other address")
    elif ipaddress.ip_address(canonical).is_unspecified:
        draft.report_key(path, f"{canonical} is nobody's address", "allowed: the server's own address")
    elif (other := seen.setdefault(holder, key)) != key:
        what = f"this is {other!r} in another spelling" if server.address is None else f"{other!r} has {canonical}"
        draft.report_key(path, what, "allowed: each address once")


def _client(draft: Draft, path: Path, server: DnsServer) -> None:
    """Report a client that the network does not have, and an address that others can reach."""
    within = ("networks", server.network, "clients")
    if server.client not in draft.keys(*within):
        message = f"{server.network} has no client {server.client!r}"
        draft.report((*path, "client"), message, remedy(server.client or "", draft.keys(*within), "it has no clients"))
    text = server.address or str(path[-1])
    if draft.sound(*path, "address") and not _is_local(text):
        message = f"{text} is no loopback or link-local address, so that other hosts can reach it"
        draft.report((*path, "client"), message, "allowed: without client; or an address such as 169.254.10.10")


def _is_local(text: str) -> bool:
    try:
        parsed = ipaddress.ip_address(text)
    except ValueError:
        return True
    return parsed.is_loopback or parsed.is_link_local
