from __future__ import annotations

import dns.message
import pytest

from acrdns.errors import NameSyntaxError
from acrdns.probe.question import question
from acrdns.record import Type

NAMES = (
    "contoso.azurecr.io",
    "Contoso.EastUS.data.azurecr.io.",
    "*.azurecr.io",
    "a\\.b\\255.example",
    "io",
    ".",
    f"{'x' * 63}.{'y' * 63}.{'z' * 63}.{'w' * 61}",
)


@pytest.mark.parametrize("edns", [True, False])
@pytest.mark.parametrize("type_", [Type.A, Type.AAAA])
@pytest.mark.parametrize("fqdn", NAMES)
def test_a_query_is_the_one_that_dnspython_writes(fqdn: str, type_: Type, *, edns: bool) -> None:
    """One question in lower case, RD, and EDNS with a payload of 1232 octets where it is wanted."""
    expected = dns.message.make_query(fqdn.lower(), type_.name, use_edns=0 if edns else False, payload=1232, id=0x1234)
    assert question(fqdn, type_).query(b"\x12\x34", edns=edns) == expected.to_wire()


@pytest.mark.parametrize("fqdn", NAMES)
def test_the_same_name_is_asked_for_another_type(fqdn: str) -> None:
    """With the same key."""
    assert question(fqdn, Type.A, 7).of_type(Type.AAAA) == question(fqdn, Type.AAAA, 7)


@pytest.mark.parametrize("fqdn", ["a..b", f"{'x' * 64}.io", f"{'x.' * 127}io", ".io", "contoso..", "café.io"])
def test_what_is_no_name_is_refused(fqdn: str) -> None:
    """Before it is asked."""
    with pytest.raises(NameSyntaxError):
        question(fqdn, Type.A)
