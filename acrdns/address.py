"""Read addresses and networks as options name them: `ADDR[:PORT]` and `ADDR[/BITS]`.

Those who listen, ask upstream, ask a resolver or send NOTIFY all read the same texts. Each caller puts the option and
the text before the message of a ValueError.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

DNS_PORT = 53
"""The port of an address that names none."""
MAX_PORT = 65535
_WRITE = "write ADDR, ADDR:PORT or [IPV6]:PORT, as 10.0.0.4 or [::1]:5300"


@dataclass(frozen=True, slots=True)
class Address:
    """An IP address and a port, the same for UDP and TCP."""

    host: str
    port: int

    @property
    def is_ipv6(self) -> bool:
        """Return whether the address is an IPv6 address."""
        return ":" in self.host

    @property
    def is_wildcard(self) -> bool:
        """Return whether it stands for all addresses of the machine."""
        return ipaddress.ip_address(self.host).is_unspecified

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if self.is_ipv6 else f"{self.host}:{self.port}"


def parse_address(text: str, lowest_port: int = 0) -> Address:
    """Read `ADDR[:PORT]`; an IPv6 address with a port stands in brackets. Raises ValueError."""
    host, port = _split(text.strip())
    try:
        read = ipaddress.ip_address(host)
    except ValueError:
        raise ValueError(f"{host!r} is no IP address; {_WRITE}") from None
    if port is None:
        return Address(str(read), DNS_PORT)
    if not (port.isascii() and port.isdigit() and lowest_port <= int(port) <= MAX_PORT):
        raise ValueError(f"{port!r} is no port; write a number from {lowest_port} to {MAX_PORT}")
    return Address(str(read), int(port))


def _split(text: str) -> tuple[str, str | None]:
    if text.startswith("["):
        host, bracket, rest = text[1:].partition("]")
        if not bracket:
            raise ValueError(f"{text!r} is no IP address: its bracket is not closed; {_WRITE}")
        if rest and not rest.startswith(":"):
            raise ValueError(f"{rest!r} is no port after a bracket; {_WRITE}")
        return host, rest[1:] if rest else None
    if text.count(":") == 1:
        host, _, port = text.partition(":")
        return host, port
    return text, None


def parse_network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    """Read `ADDR[/BITS]`; bits behind the prefix do not matter. Raises ValueError."""
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError as error:
        raise ValueError(f"{error}; write ADDR or ADDR/BITS") from None
