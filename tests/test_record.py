"""Record data, TTLs and codes."""

from __future__ import annotations

import ipaddress

import dns.rdata
import dns.rdataclass
import dns.rdatatype
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns import names, record
from acrdns.names import show
from acrdns.record import RRset, Soa, Type

OWNER = names.name("contoso.privatelink.azurecr.io")

hosts = st.lists(st.from_regex(r"[a-zA-Z0-9_][a-zA-Z0-9_-]{0,8}", fullmatch=True), min_size=1, max_size=4).map(".".join)
number16 = st.integers(0, 65535)
strings = st.lists(st.text(st.characters(codec="ascii", exclude_categories=["C"]), max_size=40), min_size=1, max_size=3)


def quoted(text: str) -> str:
    """Write a character string as master files do (RFC 1035 section 5.1)."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


data = st.one_of(
    st.tuples(st.just(Type.A), st.ip_addresses(v=4).map(str)),
    st.tuples(st.just(Type.AAAA), st.ip_addresses(v=6).map(str)),
    st.tuples(st.sampled_from([Type.CNAME, Type.NS, Type.PTR, Type.DNAME]), hosts),
    st.tuples(st.just(Type.MX), st.builds("{} {}.".format, number16, hosts)),
    st.tuples(st.just(Type.SRV), st.builds("{} {} {} {}.".format, number16, number16, number16, hosts)),
    st.tuples(st.just(Type.TXT), strings.map(lambda texts: " ".join(map(quoted, texts)))),
    st.tuples(
        st.just(Type.CAA),
        st.builds('{} {} "{}"'.format, st.integers(0, 255), st.sampled_from(["issue", "iodef"]), hosts),
    ),
)


@given(data)
def test_rdata_reads_back(pair: tuple[Type, str]) -> None:
    """Text to wire to text to wire is the same wire."""
    number, text = pair
    wire = record.rdata(number, text)
    assert wire == record.rdata(number, record.rdata_text(number, wire))


@given(data)
def test_rdata_is_what_dnspython_makes_of_it(pair: tuple[Type, str]) -> None:
    """The types written by hand here have the same wire form in another implementation."""
    number, text = pair
    absolute = f"{text}." if number in (Type.CNAME, Type.NS, Type.PTR, Type.DNAME) else text
    theirs = dns.rdata.from_text(dns.rdataclass.IN, dns.rdatatype.RdataType.make(number), absolute)
    assert theirs.to_wire() == record.rdata(number, text)


@given(st.binary(max_size=60), st.integers(60000, 65000))
def test_unknown_types_are_octets(octets: bytes, number: int) -> None:
    r"""A type that nobody knows goes through as \# and hexadecimal digits (RFC 3597)."""
    assert octets == record.rdata(number, record.rdata_text(number, octets))


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Type.A, "10.0.0"),
        (Type.A, "10.0.0.256"),
        (Type.A, "fd00::1"),
        (Type.AAAA, "10.0.0.1"),
        (Type.CNAME, "a..b"),
        (Type.MX, "mail.example."),
        (Type.MX, "70000 mail.example."),
        (Type.SRV, "1 2 mail.example."),
        (Type.CAA, "issue"),
    ],
)
def test_what_is_no_rdata(number: int, text: str) -> None:
    """It is a ValueError, whoever read it."""
    with pytest.raises(ValueError, match=r"."):
        record.rdata(number, text)


@pytest.mark.parametrize(
    ("number", "text"),
    [(1, "A"), (28, "AAAA"), (257, "CAA"), (64, "SVCB"), (65280, "TYPE65280")],
)
def test_types_by_number_and_name(number: int, text: str) -> None:
    """Mnemonics where there is one, TYPE12345 otherwise; read without letter case."""
    assert record.type_text(number) == text
    assert record.type_number(text.lower()) == number


def test_what_is_no_type() -> None:
    """A word that is no type is a ValueError."""
    with pytest.raises(ValueError, match="no record type"):
        record.type_number("AAAAA")


@given(st.lists(st.ip_addresses().map(str), max_size=6))
def test_addresses_go_into_one_set_for_each_family(texts: list[str]) -> None:
    """Addresses keep their order, A before AAAA, and an empty set is none."""
    found = record.addresses(OWNER, 10, texts)
    by_type = {rrset.type: list(rrset.texts()) for rrset in found}
    expected = {
        number: [text for text in texts if ipaddress.ip_address(text).version == version]
        for number, version in ((Type.A, 4), (Type.AAAA, 6))
    }
    assert by_type == {number: listed for number, listed in expected.items() if listed}
    assert list(by_type) == sorted(by_type)


def test_a_cname_keeps_its_letter_case_and_compares_without() -> None:
    """What is sent is what was written; what is looked up is lower case."""
    alias = record.cname(OWNER, 300, "Xxxx.AzCR.io")
    assert alias.texts() == ("Xxxx.AzCR.io",)
    assert alias.target == names.name("xxxx.azcr.io")


def test_renamed_changes_the_owner_only() -> None:
    """The records of a wildcard under the name that was asked for (RFC 4592)."""
    other = names.name("a.example")
    rrset = record.addresses(OWNER, 10, ["10.0.0.7"])[0]
    assert rrset.renamed(other) == RRset(other, rrset.type, rrset.ttl, rrset.rdatas)


@pytest.mark.parametrize(
    ("ttl", "minimum", "expected"), [(3600, 10, 10), (10, 3600, 10), (0, 300, 0), (300, 0, 0), (60, 60, 60)]
)
def test_negative_ttl(ttl: int, minimum: int, expected: int) -> None:
    """The smaller of the SOA's TTL and its minimum field (RFC 2308 section 5)."""
    soa = Soa("azureprivatedns.net", "azureprivatedns-host.microsoft.com", 1, 3600, 300, 2419200, minimum)
    assert record.negative_ttl(soa.rrset(OWNER, ttl)) == expected


@given(st.lists(st.integers(0, 2**32 - 1), min_size=5, max_size=5))
def test_soa_is_what_dnspython_reads(numbers: list[int]) -> None:
    """The fields stand in the order of RFC 1035 section 3.3.13."""
    serial, refresh, retry, expire, minimum = numbers
    rrset = Soa("ns.example", "host.example", serial, refresh, retry, expire, minimum).rrset(OWNER, 3600)
    parsed = dns.rdata.from_wire(dns.rdataclass.IN, dns.rdatatype.SOA, rrset.rdatas[0], 0, len(rrset.rdatas[0]))
    assert f"ns.example. host.example. {serial} {refresh} {retry} {expire} {minimum}" == parsed.to_text()
    assert show(rrset.name) == "contoso.privatelink.azurecr.io"


@pytest.mark.parametrize(
    ("address", "private"),
    [
        ("10.0.0.7", True),
        ("172.16.0.1", True),
        ("172.32.0.1", False),
        ("192.168.255.255", True),
        ("100.64.0.1", True),
        ("169.254.169.254", True),
        ("127.0.0.1", True),
        ("fd00::7", True),
        ("::1", True),
        ("168.63.129.16", False),
        ("20.45.122.144", False),
        ("192.0.2.1", False),
        ("198.51.100.1", False),
        ("203.0.113.1", False),
        ("2001:db8::1", False),
        ("8.8.8.8", False),
    ],
)
def test_which_addresses_are_private(address: str, private: bool) -> None:
    """The ranges of RFC 1918, 6598 and 4193 are; the documentation ranges stand for public ones."""
    assert record.is_private(address) is private
