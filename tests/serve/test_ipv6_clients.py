"""Who may ask and who may transfer, for clients that come over IPv6 sockets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest

from tests.serve.running import SECONDS, ZONE, Running

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def zone(tmp_path: Path) -> Path:
    """Return a zone file."""
    path = tmp_path / "example.zone"
    path.write_text(ZONE)
    return path


@pytest.mark.parametrize(
    ("listen", "client", "allow", "allow_transfer", "answered", "transferred"),
    [
        # listens, asks from, --allow, --allow-transfer, is answered, gets the zone
        ("[::1]:0", "::1", "::1", "::1", True, True),
        ("[::1]:0", "::1", "::/64", "0:0::/16", True, True),
        ("[::]:0", "::1", "::1/128", "::1/128", True, True),
        ("[::1]:0", "::1", "::1", "2001:db8::/32", True, False),
        ("[::1]:0", "::1", "0.0.0.0/0", "::1", False, False),
        ("127.0.0.1:0", "127.0.0.1", "127.0.0.1", "::/0", True, False),
    ],
)
def test_clients_over_ipv6(
    zone: Path, listen: str, client: str, allow: str, allow_transfer: str, *, answered: bool, transferred: bool
) -> None:
    """Networks of IPv4 say nothing about clients of IPv6, nor the other way; the same over UDP and TCP."""
    arguments = (f"--listen={listen}", "--workers=2", f"--allow={allow}", f"--allow-transfer={allow_transfer}")
    with Running(f"--zone-file={zone}", *arguments) as server:
        port = server.places[0][1][1]
        query = dns.message.make_query("www.example", "AAAA")
        replies = (
            dns.query.udp(query, client, SECONDS, port, source=client),
            dns.query.tcp(query, client, SECONDS, port, source=client),
        )
        assert [(reply.rcode(), bool(reply.answer)) for reply in replies] == [(_rcode(answered), answered)] * 2
        axfr, udp_ixfr = dns.message.make_query("example", "AXFR"), dns.message.make_query("example", "IXFR")
        udp_ixfr.authority.append(dns.rrset.from_text("example.", 0, "IN", "SOA", ". . 1 0 0 0 0"))
        whole = dns.query.tcp(axfr, client, SECONDS, port, source=client, one_rr_per_rrset=True)
        single = dns.query.udp(udp_ixfr, client, SECONDS, port, source=client)
    assert (whole.rcode(), single.rcode()) == (_rcode(transferred), _rcode(transferred))
    assert [rrset.rdtype for rrset in (*whole.answer[:1], *whole.answer[-1:])] == [dns.rdatatype.SOA] * 2 * transferred
    assert [rrset.rdtype for rrset in single.answer[:1]] == [dns.rdatatype.SOA] * transferred


def _rcode(passed: bool) -> dns.rcode.Rcode:
    return dns.rcode.NOERROR if passed else dns.rcode.REFUSED
