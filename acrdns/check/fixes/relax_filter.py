"""Exempt registries from a filter of a DNS server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from acrdns.check.fixes.fix import Edit, FixOutsideAzure, Topology
from acrdns.topology.text.edit import Drop


@dataclass(frozen=True, slots=True)
class RelaxFilter(FixOutsideAzure):
    """A topology file knows no exemptions, so the edit takes the filter off."""

    filter: Literal["rebind_protection", "dns64"]
    domain: str
    server: str = "the resolver"
    """Address, or words for it."""

    @property
    def text(self) -> str:
        """The change in one line, as reports show it."""
        if self.filter == "dns64":
            left_out = "!10.0.0.0/8; !172.16.0.0/12; !192.168.0.0/16"
            exempt = f"leave private addresses out of DNS64 (BIND: dns64 {{ mapped {{ {left_out}; any; }}; }})"
        else:
            domain = self.domain
            programs = (
                f"dnsmasq: --rebind-domain-ok=/{domain}/; unbound: private-domain: {domain}; BIND: "
                f'except-from {{ "{domain}"; }} behind deny-answer-addresses; FRITZ!Box and other routers: {domain} as '
                "an exception of DNS rebind protection"
            )
            exempt = f"allow private addresses for {domain} ({programs})"
        return f"on {self.server}: {exempt}"

    @property
    def harm(self) -> str:
        """The words for the effect of the filter on answers, to follow a sentence about another cause."""
        if self.filter == "dns64":
            return f"DNS64 of {self.server} makes IPv6 addresses of private ones, too"
        return f"rebinding protection of {self.server} takes private addresses out, too"

    def edits(self, topology: Topology) -> tuple[Edit, ...]:
        server = topology.dns_servers.get(topology.server_key(self.server))
        filters = (server.rebind_protection, server.dns64 is not None) if server else ()
        if server is None or not filters[self.filter == "dns64"]:
            return ()
        path = ("dns_servers", server.key or server.address, "filters")
        return (Drop(path if sum(filters) == 1 else (*path, self.filter)),)
