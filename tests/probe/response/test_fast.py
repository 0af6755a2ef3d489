"""The ordinary response, read by hand: as dnspython reads it, or not at all."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from acrdns.probe.observation import Outcome
from acrdns.probe.question import ProbeQuestion, question
from acrdns.probe.response import fast
from acrdns.probe.response.careful import read_unusual
from acrdns.probe.response.reading import Reading
from acrdns.record import Type
from tests.probe.scripted import reply

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME = "contoso.eastus.data.azurecr.io"
ALIAS = f"{NAME}. 60 IN CNAME contoso.eastus.data.privatelink.azurecr.io."
ADDRESS = "contoso.eastus.data.privatelink.azurecr.io. 10 IN A 10.0.0.8"
DENIED_BY = ("privatelink.azurecr.io", "azureprivatedns.net")
SOA = (
    "privatelink.azurecr.io. 3600 IN SOA azureprivatedns.net. azureprivatedns-host.microsoft.com. 1 3600 300 2419200 10"
)
NS = "azurecr.io. 60 IN NS ns1.azurecr.io."
GLUE = "ns1.azurecr.io. 60 IN A 192.0.2.53"

Section = list[str]


def message(
    answer: Sequence[str] = (),
    authority: Sequence[str] = (),
    additional: Sequence[str] = (),
    *,
    name: str = NAME,
    rdtype: str = "A",
    rcode: str = "NOERROR",
    options: Sequence[dns.edns.Option] = (),
    edns: bool = True,
) -> dns.message.Message:
    """Make a response; records are lines of a zone file with absolute names."""
    response = reply(dns.message.make_query(name, rdtype, use_edns=0 if edns else -1), rcode=rcode)
    for section, records in zip(response.sections[1:], (answer, authority, additional), strict=True):
        for record in records:
            owner, ttl, _, kind, data = record.split(maxsplit=4)
            section.append(dns.rrset.from_text(owner, int(ttl), "IN", kind, data))
    if options:
        response.use_edns(0, options=list(options))
    return response


def uncompressed(response: dns.message.Message) -> bytes:
    """Write a response without pointers."""
    plain = [
        bytes(response.to_wire() or b"")[:12],
        b"".join(bytes(q.name.to_wire() or b"") + struct.pack("!HH", q.rdtype, 1) for q in response.question),
    ]
    for section in response.sections[1:]:
        for rrset in section:
            for rdata in rrset:
                octets = rdata.to_wire() or b""
                plain += [
                    bytes(rrset.name.to_wire() or b""),
                    struct.pack("!HHIH", rrset.rdtype, 1, rrset.ttl, len(octets)),
                    octets,
                ]
    if response.opt:
        octets = response.opt[0].to_wire() or b""
        plain += [b"\x00", struct.pack("!HHIH", 41, response.payload, response.ednsflags, len(octets)), octets]
    return b"".join(plain)


# what a response holds, and what is read of it
ORDINARY: dict[str, tuple[dns.message.Message, Reading]] = {
    "alias and address": (
        message([ALIAS, ADDRESS]),
        Reading(Outcome.ANSWER, ("10.0.0.8",), (NAME, "contoso.eastus.data.privatelink.azurecr.io"), 10),
    ),
    "address alone": (message([f"{NAME}. 5 IN A 10.0.0.8"]), Reading(Outcome.ANSWER, ("10.0.0.8",), (NAME,), 5)),
    "several addresses, the smallest ttl": (
        message([f"{NAME}. 9 IN A 10.0.0.8", f"{NAME}. 5 IN A 10.0.0.9"]),
        Reading(Outcome.ANSWER, ("10.0.0.8", "10.0.0.9"), (NAME,), 5),
    ),
    "an address twice": (
        message([f"{NAME}. 9 IN A 10.0.0.8", f"{NAME}. 5 IN A 10.0.0.8"]),
        Reading(Outcome.ANSWER, ("10.0.0.8",), (NAME,), 5),
    ),
    "any order": (
        message([ADDRESS, ALIAS]),
        Reading(Outcome.ANSWER, ("10.0.0.8",), (NAME, "contoso.eastus.data.privatelink.azurecr.io"), 10),
    ),
    "mixed letter case": (
        message([ALIAS.upper().replace("PRIVATELINK", "pRiVaTeLiNk"), ADDRESS], name=NAME.title()),
        Reading(Outcome.ANSWER, ("10.0.0.8",), (NAME, "contoso.eastus.data.privatelink.azurecr.io"), 10),
    ),
    "as an authoritative server adds": (
        message([ALIAS, ADDRESS], [NS], [GLUE]),
        Reading(Outcome.ANSWER, ("10.0.0.8",), (NAME, "contoso.eastus.data.privatelink.azurecr.io"), 10),
    ),
    "nodata": (
        message([ALIAS], [SOA], rdtype="AAAA"),
        Reading(Outcome.NODATA, (), (NAME, "contoso.eastus.data.privatelink.azurecr.io"), denied_by=DENIED_BY),
    ),
    "ipv6": (
        message([f"{NAME}. 5 IN AAAA 2001:db8::8", f"{NAME}. 5 IN A 10.0.0.8"], rdtype="AAAA"),
        Reading(Outcome.ANSWER, ("2001:db8::8",), (NAME,), 5),
    ),
    "nxdomain behind an alias": (
        message([ALIAS], [SOA], rcode="NXDOMAIN"),
        Reading(Outcome.NXDOMAIN, (), (NAME, "contoso.eastus.data.privatelink.azurecr.io"), denied_by=DENIED_BY),
    ),
    "servfail": (message(rcode="SERVFAIL"), Reading(Outcome.SERVFAIL, (), (NAME,))),
    "refused without edns": (message(rcode="REFUSED", edns=False), Reading(Outcome.REFUSED, (), (NAME,))),
    "extended errors": (
        message(
            rcode="SERVFAIL",
            options=[
                dns.edns.EDEOption(dns.edns.EDECode(22)),
                dns.edns.EDEOption(dns.edns.EDECode(23), "no way to 10.0.0.4"),
            ],
        ),
        Reading(
            Outcome.SERVFAIL,
            (),
            (NAME,),
            None,
            "EDE 22 (No Reachable Authority); EDE 23 (Network Error): no way to 10.0.0.4",
            errors=("EDE 22 (No Reachable Authority)", "EDE 23 (Network Error): no way to 10.0.0.4"),
        ),
    ),
    "an alias loop": (
        message([ALIAS, f"contoso.eastus.data.privatelink.azurecr.io. 9 IN CNAME {NAME}."]),
        Reading(Outcome.NODATA, (), (NAME, "contoso.eastus.data.privatelink.azurecr.io", NAME)),
    ),
}


def asked(response: dns.message.Message) -> ProbeQuestion:
    """Return the question that a response is for."""
    (rrset,) = response.question
    return question(rrset.name.to_text(), rrset.rdtype)


@pytest.mark.parametrize(("response", "reading"), ORDINARY.values(), ids=ORDINARY)
@pytest.mark.parametrize("write", [dns.message.Message.to_wire, uncompressed], ids=["compressed", "uncompressed"])
def test_ordinary_responses_are_read(response: dns.message.Message, reading: Reading, write: object) -> None:
    """By hand, and alike by dnspython."""
    octets = uncompressed(response) if write is uncompressed else response.to_wire()
    assert fast.read(octets, asked(response)) == reading
    assert read_unusual(octets, asked(response)) == reading


def flagged(flags: int) -> dns.message.Message:
    """Make a response with some flags turned over."""
    response = message([ALIAS, ADDRESS])
    response.flags ^= flags
    return response


REFUSED: dict[str, dns.message.Message] = {
    "truncated": flagged(dns.flags.TC),
    "a query": flagged(dns.flags.QR),
    "another opcode": flagged(0x2000),
    "another rcode": message(rcode="NOTAUTH"),
    "an extended rcode": message(rcode="BADVERS"),
    "a type that is no alias or address": message([f"{NAME}. 5 IN TXT hello"]),
    "a dname": message(["azurecr.io. 5 IN DNAME example.com."]),
    "a name that has to be escaped": message([f"{NAME}. 5 IN CNAME con\\046toso.example."]),
    "an alias to the root": message([f"{NAME}. 5 IN CNAME ."]),
    "another option": message(
        [ALIAS, ADDRESS], options=[dns.edns.GenericOption(dns.edns.OptionType.COOKIE, b"12345678")]
    ),
    "two aliases of one name": message([ALIAS, f"{NAME}. 60 IN CNAME other.example."]),
    "a very long name": message([f"{NAME}. 5 IN CNAME {'a.' * 20}example."]),
}


@pytest.mark.parametrize("response", REFUSED.values(), ids=REFUSED)
def test_what_is_out_of_the_ordinary_is_left_to_dnspython(response: dns.message.Message) -> None:
    """Refused, never misread."""
    assert fast.read(response.to_wire(), asked(response)) is None


def test_another_question_is_refused() -> None:
    """By name or by type."""
    octets = message([ALIAS, ADDRESS]).to_wire()
    assert fast.read(octets, question(NAME, Type.A)) is not None
    assert fast.read(octets, question("fabrikam.azurecr.io", Type.A)) is None
    assert fast.read(octets, question(NAME, Type.AAAA)) is None


@pytest.mark.parametrize("cut", range(1, 60))
def test_a_response_cut_short_is_refused(cut: int) -> None:
    """However little is missing; and so is one with more behind it."""
    octets = message([ALIAS, ADDRESS], [NS], [GLUE]).to_wire()
    assert fast.read(octets[:-cut], question(NAME, Type.A)) is None
    assert fast.read(octets + bytes(cut), question(NAME, Type.A)) is None


# --- the law ----------------------------------------------------------------------------------------------------------

NAMES = (
    f"{NAME}.",
    "contoso.eastus.data.privatelink.azurecr.io.",
    "cOnToSo.Azurecr.IO.",
    "privatelink.azurecr.io.",
    "azurecr.io.",
    "io.",
    ".",
    "ns1.azurecr.io.",
    "*.azurecr.io.",
    "a\\046b.azurecr.io.",
    "\\255\\000.example.",
    f"{'x' * 63}.{'y' * 63}.{'z' * 63}.{'w' * 61}.",
    f"{'a.' * 14}",
    f"{'a.' * 16}",
)
names = st.sampled_from(NAMES)
ttls = st.sampled_from((0, 5, 10, 3600, 2**31 - 1))
records = st.one_of(
    st.builds("{} {} IN CNAME {}".format, names, ttls, names),
    st.builds("{} {} IN A {}".format, names, ttls, st.sampled_from(("10.0.0.7", "10.0.0.8", "192.0.2.1"))),
    st.builds("{} {} IN AAAA {}".format, names, ttls, st.sampled_from(("2001:db8::7", "::ffff:192.0.2.1", "::"))),
    st.builds("{} {} IN NS {}".format, names, ttls, names),
    st.builds("{} {} IN SOA {} {} 1 2 3 4 5".format, names, ttls, names, names),
    st.builds("{} {} IN TXT x".format, names, ttls),
)
sections = st.lists(records, max_size=4)
options = st.lists(
    st.one_of(
        st.builds(dns.edns.EDEOption, st.integers(0, 65535), st.none() | st.text(max_size=20)),
        st.builds(dns.edns.GenericOption, st.integers(0, 20), st.binary(max_size=9)),
    ),
    max_size=2,
)
responses = st.builds(
    message,
    sections,
    sections,
    sections,
    name=st.sampled_from((NAMES[0], NAMES[0].upper(), "azurecr.io.", "*.azurecr.io.")),
    rdtype=st.sampled_from(("A", "AAAA")),
    rcode=st.sampled_from(("NOERROR", "NXDOMAIN", "SERVFAIL", "REFUSED", "FORMERR", "BADVERS")),
    options=options,
    edns=st.booleans(),
)


@st.composite
def mangled(draw: st.DrawFn) -> tuple[bytes, ProbeQuestion]:
    """Write a response in either way, and put up to three octets wrong, drop some or add some."""
    response = draw(responses)
    octets = bytearray(uncompressed(response) if draw(st.booleans()) else response.to_wire(max_size=65535))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(2, len(octets) - 1))
        change = draw(st.sampled_from(("set", "point", "drop", "add")))
        if change == "set":
            octets[at] = draw(st.integers(0, 255))
        elif change == "point":
            octets[at : at + 2] = struct.pack("!H", 0xC000 + draw(st.integers(0, len(octets))))
        elif change == "drop":
            del octets[at : at + draw(st.integers(1, 4))]
        else:
            octets[at:at] = draw(st.binary(min_size=1, max_size=4))
    return bytes(octets), asked(response)


@given(mangled())
@example((message([ALIAS, ADDRESS], [SOA], [GLUE]).to_wire(), question(NAME, Type.A)))
@example((message([], [". 60 IN SOA . . 1 2 3 4 5"], []).to_wire(), question(NAME, Type.A)))
@example((message([], [f"{NAME}. 60 IN SOA . . 1 2 3 4 5"], []).to_wire(), question(NAME, Type.A)))
def test_what_is_read_by_hand_is_read_alike_by_dnspython(case: tuple[bytes, ProbeQuestion]) -> None:
    """Whatever comes: the same reading, or none. Read twice, since what is behind an answer is remembered."""
    octets, asked = case
    for _ in range(2):
        reading = fast.read(octets, asked)
        assert reading is None or reading == read_unusual(octets, asked)
