"""Names that never leave."""

from __future__ import annotations

import pytest

from acrdns.names import name, show
from acrdns.record import Type, type_number
from acrdns.wire.upstream.special import answer
from acrdns.zone.answer import Question


@pytest.mark.parametrize(
    ("asked", "kind", "rcode", "data"),
    [
        ("localhost", "A", "NOERROR", ["127.0.0.1"]),
        ("foo.localhost", "AAAA", "NOERROR", ["::1"]),
        ("localhost", "MX", "NOERROR", []),
        ("1.0.0.127.in-addr.arpa", "PTR", "NOERROR", ["localhost"]),
        ("7.0.0.10.in-addr.arpa", "PTR", "NXDOMAIN", []),
        ("1.20.172.in-addr.arpa", "PTR", "NXDOMAIN", []),
        ("5.1.168.192.in-addr.arpa", "PTR", "NXDOMAIN", []),
        ("1.100.100.in-addr.arpa", "PTR", "NXDOMAIN", []),
        ("10.in-addr.arpa", "SOA", "NOERROR", []),
        ("1.0.d.f.ip6.arpa", "PTR", "NXDOMAIN", []),
        ("x.onion", "A", "NXDOMAIN", []),
        ("a.test", "A", "NXDOMAIN", []),
        ("a.invalid", "TXT", "NXDOMAIN", []),
        ("printer.local", "A", "NXDOMAIN", []),
        ("nas.home.arpa", "A", "NXDOMAIN", []),
        ("_dns.resolver.arpa", "TYPE64", "NOERROR", []),
        ("printer", "A", "NOERROR", []),
        ("printer", "AAAA", "NOERROR", []),
        ("printer", "TYPE65", "NOERROR", []),
    ],
)
def test_a_special_name_is_answered_here(asked: str, kind: str, rcode: str, data: list[str]) -> None:
    """With the SOA of RFC 6303 section 3 where there is nothing, so that the answer can be remembered."""
    response = answer(Question(name(asked), type_number(kind)))
    assert response is not None
    assert response.rcode.name == rcode
    assert [text for rrset in response.answer for text in rrset.texts()] == data
    assert [(rrset.type, asked.endswith(show(rrset.name))) for rrset in response.authority] == (
        [] if data or ("." not in asked and asked != "localhost") else [(Type.SOA, True)]
    )


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ("www.example", "A"),
        ("localhost.example", "A"),
        ("7.0.0.11.in-addr.arpa", "PTR"),
        ("1.15.172.in-addr.arpa", "PTR"),
        ("1.32.172.in-addr.arpa", "PTR"),
        ("home.arpa", "DS"),
        ("10.in-addr.arpa", "DS"),
        ("io", "DS"),
        ("io", "NS"),
        (".", "NS"),
        (".", "A"),
    ],
)
def test_other_names_are_not(asked: str, kind: str) -> None:
    """Nor are questions about the zone above: a validator in front has to learn that nothing below is signed."""
    assert answer(Question(name(asked), type_number(kind))) is None
