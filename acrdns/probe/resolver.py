"""The resolver to ask: servers, timeout and retries."""

from __future__ import annotations

import ipaddress
import re
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from acrdns.address import DNS_PORT, MAX_PORT, parse_address
from acrdns.errors import ProbeError

Transport = Literal["udp", "tcp", "tls", "https"]
_PORTS: dict[str, int] = {"tcp": DNS_PORT, "tls": 853, "https": 443}
_URL = re.compile(
    r"(?P<transport>[a-z]+)://(?P<host>\[[^\]]*\]|[^:/?#\[\]@]+)(?::(?P<port>[^/?#]*))?(?P<path>[/?].*)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class ResolverAddress:
    """One DNS server: an IP address and a port."""

    address: str
    port: int = DNS_PORT
    transport: Transport = "udp"
    """`udp` goes on over TCP where a response is truncated."""
    host: str = ""
    """The name or address that its certificate has to be for; of TLS and HTTPS."""
    path: str = ""
    """Of HTTPS."""

    def __str__(self) -> str:
        if self.transport != "udp":
            host = f"[{self.host}]" if ":" in self.host else self.host
            port = "" if self.port == _PORTS[self.transport] else f":{self.port}"
            return f"{self.transport}://{host}{port}{self.path}"
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
    insecure: bool = False
    """Trust any certificate."""
    rate: float | None = None
    """The most questions to begin in a second; None: as many as the servers take."""

    def __str__(self) -> str:
        return ", ".join(map(str, self.servers))


def parse_server(text: str) -> ResolverAddress:
    """Return the server in `ADDR`, `ADDR:PORT`, `[IPV6]:PORT`, `tcp://ADDR`, `tls://NAME` or `https://NAME/PATH`.

    A name is looked up as programs on this machine do. Raises ProbeError.
    """
    if "://" in text:
        return _of_url(text)
    try:
        read = parse_address(text, lowest_port=1)
    except ValueError as error:
        raise ProbeError(f"--server {text}: {error}") from None
    return ResolverAddress(read.host, read.port)


def _of_url(text: str) -> ResolverAddress:
    found = _URL.fullmatch(text.strip())
    transport = found["transport"].lower() if found else ""
    if found is None or transport not in _PORTS:
        raise ProbeError(
            f"--server {text}: write tcp://ADDR, tls://NAME or https://NAME/dns-query, with :PORT or without"
        )
    host, port = found["host"].strip("[]"), found["port"] or str(_PORTS[transport])
    if not (port.isascii() and port.isdigit() and 0 < int(port) <= MAX_PORT):
        raise ProbeError(f"--server {text}: {port!r} is no port; write a number from 1 to {MAX_PORT}")
    if found["path"] and transport != "https":
        raise ProbeError(f"--server {text}: {transport} has no path; leave out {found['path']}")
    path = (found["path"] or "/dns-query") if transport == "https" else ""
    return ResolverAddress(_address_of(text, host, int(port)), int(port), transport, host, path)  # type: ignore[arg-type]


def _address_of(text: str, host: str, port: int) -> str:
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    try:
        return str(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4][0])
    except (OSError, UnicodeError) as error:
        reason = str(getattr(error, "strerror", "") or error).lower()
        raise ProbeError(f"--server {text}: {host} cannot be looked up ({reason}); write its address") from None


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


def system_hosts(path: str = "/etc/hosts") -> dict[str, tuple[str, ...]]:
    """Return the addresses of this machine's hosts file by name, in lower case; programs ask it before DNS."""
    try:
        lines = Path(path).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for line in lines:
        address, *names = line.partition("#")[0].split() or [""]
        if _is_address(address):
            for name in names:
                found[name.lower()] = (*found.get(name.lower(), ()), address)
    return found


def _is_address(nameserver: object) -> bool:
    try:
        ipaddress.ip_address(str(nameserver))
    except ValueError:
        return False
    return True
