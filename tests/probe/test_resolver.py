from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from acrdns.errors import ProbeError
from acrdns.probe.resolver import Resolver, ResolverAddress, parse_server, system_servers

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "address", "port"),
    [
        ("10.0.0.4", "10.0.0.4", 53),
        ("127.0.0.1:5301", "127.0.0.1", 5301),
        ("::1", "::1", 53),
        ("[::1]", "::1", 53),
        ("[2001:db8::4]:5301", "2001:db8::4", 5301),
        (" 10.0.0.4 ", "10.0.0.4", 53),
    ],
)
def test_servers_are_read(text: str, address: str, port: int) -> None:
    """An address, with a port where it is not 53; IPv6 in brackets then."""
    assert parse_server(text) == ResolverAddress(address, port)


@pytest.mark.parametrize(
    ("text", "address", "shown"),
    [
        ("tcp://10.0.0.4", ResolverAddress("10.0.0.4", 53, "tcp", "10.0.0.4"), "tcp://10.0.0.4"),
        ("tls://10.0.0.4", ResolverAddress("10.0.0.4", 853, "tls", "10.0.0.4"), "tls://10.0.0.4"),
        ("tls://localhost:8853", ResolverAddress("127.0.0.1", 8853, "tls", "localhost"), "tls://localhost:8853"),
        ("TLS://[::1]:8853", ResolverAddress("::1", 8853, "tls", "::1"), "tls://[::1]:8853"),
        ("https://10.0.0.4", ResolverAddress("10.0.0.4", 443, "https", "10.0.0.4", "/dns-query"), "https://10.0.0.4/dns-query"),
        ("https://10.0.0.4:8443/x?y=1", ResolverAddress("10.0.0.4", 8443, "https", "10.0.0.4", "/x?y=1"), "https://10.0.0.4:8443/x?y=1"),
    ],
)  # fmt: skip
def test_servers_with_a_transport_are_read(text: str, address: ResolverAddress, shown: str) -> None:
    """With the port of the transport, and as they were written."""
    assert parse_server(text) == address
    assert str(address) == shown


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("dns.example", "no IP address"),
        ("", "no IP address"),
        ("10.0.0.300", "no IP address"),
        ("10.0.0.4:dns", "'dns' is no port"),
        ("10.0.0.4:0", "'0' is no port"),
        ("10.0.0.4:65536", "'65536' is no port"),
        ("10.0.0.4:", "'' is no port"),
        ("[::1]x53", "'x53' is no port"),
        ("[10.0.0.4", "no IP address"),
        ("quic://10.0.0.4", "write tcp://ADDR"),
        ("tls://", "write tcp://ADDR"),
        ("tls://user@10.0.0.4", "write tcp://ADDR"),
        ("tls://10.0.0.4:0", "'0' is no port"),
        ("tls://10.0.0.4/x", "tls has no path"),
        ("tls://no such host", "cannot be looked up"),
    ],
)
def test_what_is_no_server_is_refused(text: str, said: str) -> None:
    """With what would be right."""
    with pytest.raises(ProbeError, match=said):
        parse_server(text)


def test_the_system_names_its_servers(tmp_path: Path) -> None:
    """All of them, in the order of resolv.conf."""
    (tmp_path / "resolv.conf").write_text("search corp.example\nnameserver 10.0.0.4\nnameserver fd00::4\n")
    servers = system_servers(str(tmp_path / "resolv.conf"))
    assert str(Resolver(servers)) == "10.0.0.4:53, [fd00::4]:53"


@pytest.mark.parametrize("content", ["", "search corp.example\n", None])
def test_a_machine_without_a_resolver_is_told_to_name_one(tmp_path: Path, content: str | None) -> None:
    """An empty file, one without servers, or none."""
    path = tmp_path / "resolv.conf"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ProbeError, match=r"no resolver configured.*--server"):
        system_servers(str(path))
