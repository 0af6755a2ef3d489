"""DNS servers that people run themselves."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from pydantic_core import PydanticCustomError

from acrdns.azure import AZURE_DNS
from acrdns.names import name
from acrdns.topology.schema.fields import DOMAIN, address, domain_complaint
from acrdns.topology.verify.references import refers
from acrdns.topology.verify.zones import verify_records

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acrdns.errors import Path
    from acrdns.topology.schema.draft import Draft


def verify(draft: Draft) -> None:
    """Report what is wrong with DNS servers."""
    seen: dict[str, str] = {}
    for key, server in draft.file.dns_servers.items():
        path = ("dns_servers", key)
        _address(draft, key, seen)
        refers(draft, (*path, "network"), server.network, "networks")
        verify_domains(draft, (*path, "conditional_forwarders"), server.conditional_forwarders)
        verify_domains(draft, (*path, "zones"), server.zones)
        for zone, records in server.zones.items():
            apex = "" if domain_complaint(zone) else zone
            verify_records(draft, (*path, "zones", zone), records, apex)


def _address(draft: Draft, key: str, seen: dict[str, str]) -> None:
    path = ("dns_servers", key)
    try:
        canonical = address(key)
    except PydanticCustomError:
        draft.report_key(path, f"{key!r} is no IP address", "allowed: the server's IPv4 or IPv6 address as its key")
        return
    if canonical == AZURE_DNS:
        draft.report_key(path, "this is Azure-provided DNS, which nobody runs themselves", "allowed: any other address")
    elif ipaddress.ip_address(canonical).is_unspecified:
        draft.report_key(path, f"{key} is nobody's address", "allowed: the server's own address")
    elif (other := seen.setdefault(canonical, key)) != key:
        draft.report_key(path, f"this is {other!r} in another spelling", "allowed: each address once")


def verify_domains(draft: Draft, path: Path, domains: Iterable[str]) -> None:
    """Report keys that are no domain names, or one that stands there twice. The root (`.`) is one."""
    seen: dict[bytes, str] = {}
    for text in domains:
        if complaint := domain_complaint(text) if text != "." else "":
            draft.report_key((*path, text), complaint, DOMAIN)
            continue
        other = seen.setdefault(name(text), text)
        if other != text:
            draft.report_key((*path, text), f"this is {other!r} in another spelling", "allowed: each name once")
