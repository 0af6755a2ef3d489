"""A conditional forwarder for privatelink names that is never used (facts.md F13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.causes.route import covering
from acrdns.names import is_under, name

if TYPE_CHECKING:
    from acrdns.check.causes.route import Route
    from acrdns.names import Name
    from acrdns.topology.model import Topology


def forwarder_for_alias(topology: Topology, way: Route, alias: Name) -> tuple[str, Name] | None:
    """Return the server on a way whose conditional forwarder covers the alias and is never used, and its domain.

    It hands out the chain that it gets, so it never asks about the alias itself (facts.md F13).
    """
    suffix = name(topology.cloud.privatelink)
    for address in way.servers:
        server = topology.dns_servers.get(address)
        domain = covering(alias, server.conditional_forwarders) if server else None
        if server and domain is not None and server.recursion == "forward" and is_under(domain, suffix):
            return address, domain
    return None
