"""A rule of a DNS forwarding ruleset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.exchange.imports.azure_object import AzureObject, children, flag_of, number_of, text_of
from acrdns.exchange.imports.estate.found import FoundObject, FoundRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.exchange.imports.notes import Notes

PORT = 53


def read(found: AzureObject, notes: Notes) -> Iterator[FoundObject]:
    """Return the rule; a topology's servers are asked at port 53."""
    fields = found.fields
    targets = []
    for each in children(fields, "targetDnsServers"):
        address = text_of(each, "ipAddress")
        if address is None:
            continue
        targets.append(address)
        port = number_of(each, "port")
        if port not in (None, PORT):
            what = f"its target {address} is asked at port {port}, which a topology cannot say"
            notes.add(found.origin, f"rule {found.id.name}", what, "port 53 is taken")
    domain = text_of(fields, "domainName")
    yield FoundRule(
        **found.who,
        domain=(domain.strip().rstrip(".").lower() or ".") if domain else None,
        targets=tuple(dict.fromkeys(targets)),
        enabled=flag_of(fields, "forwardingRuleState"),
    )
