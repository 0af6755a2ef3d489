"""Reading a response with dnspython."""

from __future__ import annotations

from typing import TYPE_CHECKING

import dns.message
import dns.name
import dns.rdatatype
import pytest

from acrdns.probe.observation import Outcome
from acrdns.probe.response.careful import read
from tests.probe.scripted import reply

if TYPE_CHECKING:
    from acrdns.probe.response.reading import Reading

ALIAS = "contoso.azurecr.io. 3600 IN CNAME contoso.privatelink.azurecr.io."
SECOND = "contoso.privatelink.azurecr.io. 3600 IN CNAME eus.azcr.io."
ADDRESS = "eus.azcr.io. 10 IN A 20.45.122.144"
CHAIN = ("contoso.azurecr.io", "contoso.privatelink.azurecr.io", "eus.azcr.io")


def a(response: dns.message.Message) -> Reading:
    """Read a response off the wire, as the answer to the A question for contoso.azurecr.io."""
    parsed = dns.message.from_wire(response.to_wire())
    return read(parsed, dns.name.from_text("contoso.azurecr.io"), dns.rdatatype.A)


def question() -> dns.message.Message:
    """Ask as the probe does."""
    return dns.message.make_query("contoso.azurecr.io.", "A", use_edns=0)


def test_the_chain_is_followed_whatever_the_order_of_records() -> None:
    """RFC 1034 section 3.6: a section has no order."""
    for records in ((ALIAS, SECOND, ADDRESS), (ADDRESS, SECOND, ALIAS), (SECOND, ALIAS, ADDRESS)):
        reading = a(reply(question(), *records))
        assert (reading.chain, reading.addresses, reading.ttl) == (CHAIN, ("20.45.122.144",), 10)


def test_letter_case_is_no_difference() -> None:
    """RFC 4343; resolvers that mix the case of questions are common."""
    records = ("CONTOSO.azurecr.io. 60 IN CNAME Eus.AZCR.io.", ADDRESS)
    reading = a(reply(question(), *records))
    assert (reading.chain, reading.addresses) == (("contoso.azurecr.io", "eus.azcr.io"), ("20.45.122.144",))


def test_addresses_of_other_names_do_not_count() -> None:
    """An address that the chain does not lead to is no answer."""
    reading = a(reply(question(), ALIAS, ADDRESS))
    assert (reading.outcome, reading.addresses) == (Outcome.NODATA, ())


def test_an_alias_loop_ends() -> None:
    """The name that closes it is shown once more."""
    loop = (ALIAS, "contoso.privatelink.azurecr.io. 60 IN CNAME contoso.azurecr.io.")
    reading = a(reply(question(), *loop))
    assert reading.outcome is Outcome.NODATA
    assert reading.chain == ("contoso.azurecr.io", "contoso.privatelink.azurecr.io", "contoso.azurecr.io")


@pytest.mark.parametrize(
    ("response", "detail"),
    [
        (reply(question(), ALIAS, SECOND, ADDRESS), ""),
        (reply(question(), ALIAS, SECOND, ADDRESS, recursive=False), ""),
        (reply(question(), rcode="NOTAUTH"), "rcode NOTAUTH"),
        (
            reply(question(), ALIAS, recursive=False),
            "the server does not resolve for others (RA is not set): nobody looked up contoso.privatelink.azurecr.io",
        ),
        (
            reply(question(), ALIAS, rcode="NXDOMAIN", ede="zone has no record"),
            "EDE 23 (Network Error): zone has no record",
        ),
    ],
)
def test_details_say_what_the_outcome_does_not(response: dns.message.Message, detail: str) -> None:
    """Extended DNS Errors (RFC 8914), other rcodes, and servers that do not recurse."""
    assert a(response).detail == detail
