"""The resolver to ask: servers, timeout and retries."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from acrdns.address import DNS_PORT, parse_address
from acrdns.errors import ProbeError


@dataclass(frozen=True, slots=True)
class ResolverAddress:
    """One DNS server: an IP address and a port."""

    address: str
    port: int = DNS_PORT

    def __str__(self) -> str:
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"


@dataclass(frozen=True, slots=True)
class Resolver:
    """One or more servers, asked in order as a stub resolver does: the next one if a server fails or is silent."""

    servers: tuple[ResolverAddress, ...]
    timeout: float = 2.0
    """Seconds to wait for each response in the first round; each further round doubles it."""
    retries: int = 2
    """How often all servers are asked again about a question that none answered."""
    tcp: bool = False
    """Use TCP from the start, instead of UDP with TCP after a truncated response."""

    def __str__(self) -> str:
        return ", ".join(map(str, self.servers))


def parse_server(text: str) -> ResolverAddress:
    """Return the address in `ADDR`, `ADDR:PORT`, `IPV6` or `[IPV6]:PORT`. Raises ProbeError."""
    try:
        read = parse_address(text, lowest_port=1)
    except ValueError as error:
        raise ProbeError(f"--server {text}: {error}") from None
    return ResolverAddress(read.host, read.port)


def system_servers(path: str = "/etc/resolv.conf") -> tuple[ResolverAddress, ...]:
    """Return this machine's own resolvers, from resolv.conf or from Windows. Raises ProbeError."""
    import dns.resolver

    try:
        stub = dns.resolver.Resolver(path)
    except (dns.resolver.NoResolverConfiguration, OSError) as error:
        raise ProbeError(f"this machine has no resolver configured ({error}); name one with --server ADDR") from error
    servers = tuple(ResolverAddress(str(address), stub.port) for address in stub.nameservers if _is_address(address))
    if not servers:
        raise ProbeError("this machine has no resolver configured; name one with --server ADDR")
    return servers


def _is_address(nameserver: object) -> bool:
    try:
        ipaddress.ip_address(str(nameserver))
    except ValueError:
        return False
    return True
