"""Where a DNS server that people run sends the names of registries, and in how many ways other servers may be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from acrdns.check.fixes.set_forwarder import SetForwarder
from acrdns.check.fixes.set_forwarders import SetForwarders
from acrdns.names import is_under, name, show
from acrdns.topology.text.edit import Drop, Put

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.fixes.fix import Fix
    from acrdns.topology.model import DnsServer, Topology
    from acrdns.topology.text.edit import Edit


@dataclass(frozen=True, slots=True)
class Forwarding:
    """Some of what a DNS server forwards, for which other servers are asked."""

    key: str
    server: DnsServer
    domains: tuple[str, ...] = ()
    """Its conditional forwarders that are concerned."""
    general: bool = False
    """Whether its forwarders for all other names are."""
    gone: bool = False
    """Whether the conditional forwarders are deleted, so that the forwarders for all other names are asked."""
    what: str = ""
    """The names that it sends, in words."""
    included: str = ""
    """Words about names that are sent as well, to follow; or empty."""
    likelihood: float = 1.0

    def sent_to(self, address: str) -> tuple[Edit, ...]:
        """Return the edits after which it asks one server."""
        path = ("dns_servers", self.key)
        paths = ((*path, "conditional_forwarders", domain) for domain in self.domains)
        general = (Put((*path, "forwarders"), [address]),) if self.general else ()
        return (*(Drop(each) if self.gone else Put(each, [address]) for each in paths), *general)

    def restored(self, registry: str) -> tuple[Fix, ...]:
        """Return the fixes that let it forward as it does, of a suffix of registries at least."""
        known = self.server.conditional_forwarders
        fixes = (SetForwarder(self.key, domain, known[name(domain)]) for domain in self.domains)
        if not self.general:
            return tuple(fixes)
        if self.server.forwarders and self.server.recursion == "forward" and not self.domains:
            return (SetForwarder(self.key, registry, self.server.forwarders),)
        return (*fixes, SetForwarders(self.key, self.server.forwarders))


def forwardings(topology: Topology, key: str) -> Iterator[Forwarding]:
    """Return what a DNS server forwards that other servers may be asked for, the likeliest first.

    Names of registries are sent by a conditional forwarder for them, or by the forwarders for all names; those below,
    such as a region's, by conditional forwarders of their own. Aliases lead to names that one for registries does not
    cover: a server that resolves them itself asks for them separately.
    """
    server, suffix = topology.dns_servers[key], name(topology.cloud.registry)
    conditional = tuple(server.conditional_forwarders)
    domains = tuple(show(domain) for domain in conditional if is_under(suffix, domain))
    below = tuple(show(domain) for domain in conditional if domain != suffix and is_under(domain, suffix))
    included = f" ({', '.join(below)} included)"
    by_itself = server.recursion != "forward"
    if domains:
        yield Forwarding(key, server, domains, what=domains[0])
    else:
        yield Forwarding(key, server, general=True, what="all names", likelihood=1 if server.forwarders else 0.5)
    if below:
        yield Forwarding(key, server, (*domains, *below), what=(*domains, *below)[0], included=included)
    for domain in below if len(below) > 1 or domains else ():
        yield Forwarding(key, server, (domain,), what=domain, likelihood=0.5)
    every = (*domains, *below)
    if every and (by_itself or server.fallback == "public" or not domains):
        what = "all names, without a conditional forwarder for registries,"
        yield Forwarding(key, server, every, general=True, gone=True, what=what, likelihood=0.5)
    if domains and by_itself:
        yield Forwarding(key, server, general=True, what="all other names", likelihood=0.3)
        yield Forwarding(key, server, every, general=True, what=f"{domains[0]} and all other names", likelihood=0.3)
