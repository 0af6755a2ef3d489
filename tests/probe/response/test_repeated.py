"""The shapes of responses: what is compared is what would be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.probe.question import question
from acrdns.probe.response import fast, repeated
from acrdns.probe.response.careful import read_unusual
from tests.probe.response.test_fast import message, uncompressed

if TYPE_CHECKING:
    from collections.abc import Iterator

    import dns.message

    from acrdns.probe.question import ProbeQuestion
    from acrdns.probe.response.reading import Reading

SOA = "azurecr.io. 60 IN SOA ns.azurecr.io. admin.azurecr.io. 1 2 3 4 5"
NS = "azurecr.io. 60 IN NS ns.azurecr.io."
GLUE = "ns.azurecr.io. 60 IN A 192.0.2.53"


@pytest.fixture(autouse=True)
def _nothing_learnt() -> Iterator[None]:
    repeated.forget()
    yield
    repeated.forget()


@pytest.fixture
def by_hand(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names whose responses were read, and not compared."""
    names: list[str] = []

    def read(octets: bytes, asked: ProbeQuestion) -> Reading | None:
        names.append(asked.text)
        return known(octets, asked)

    known = fast.read
    monkeypatch.setattr(fast, "read", read)
    return names


def of(label: str, *records: str, rdtype: str = "A", tail: str = "azurecr.io", **more: object) -> dns.message.Message:
    """Make the response about LABEL.azurecr.io; `@` stands for the label in the records."""
    answer = [record.replace("@", label) for record in records]
    return message(answer, name=f"{label}.{tail}", rdtype=rdtype, **more)  # type: ignore[arg-type]


ALIAS = "@.azurecr.io. {} IN CNAME @.privatelink.azurecr.io."
REPEATED: dict[str, tuple[dns.message.Message, dns.message.Message]] = {
    "alias and address, with other TTLs": (
        of("contoso", ALIAS.format(60), "@.privatelink.azurecr.io. 10 IN A 10.0.0.8"),
        of("fabrika", ALIAS.format(59), "@.privatelink.azurecr.io. 9 IN A 10.0.1.77"),
    ),
    "with what an authoritative server adds": (
        of("contoso", "@.azurecr.io. 5 IN A 10.0.0.8", authority=[NS], additional=[GLUE]),
        of("fabrika", "@.azurecr.io. 5 IN A 10.0.0.9", authority=[NS], additional=[GLUE]),
    ),
    "an address of IPv6": (
        of("contoso", "@.azurecr.io. 5 IN AAAA 2001:db8::8", rdtype="AAAA"),
        of("fabrika", "@.azurecr.io. 5 IN AAAA 2001:db8:0:1::9", rdtype="AAAA"),
    ),
    "nodata behind an alias": (
        of("contoso", ALIAS.format(60), rdtype="AAAA", authority=[SOA]),
        of("fabrika", ALIAS.format(60), rdtype="AAAA", authority=[SOA]),
    ),
    "nxdomain": (of("contoso", rcode="NXDOMAIN", authority=[SOA]), of("fabrika", rcode="NXDOMAIN", authority=[SOA])),
}
OTHER: dict[str, tuple[dns.message.Message, dns.message.Message]] = {
    "a longer label": (of("contoso", "@.azurecr.io. 5 IN A 10.0.0.8"), of("fabrikam", "@.azurecr.io. 5 IN A 10.0.0.8")),
    "another tail": (
        of("contoso", rcode="NXDOMAIN", tail="eastus.data.azurecr.io"),
        of("fabrika", rcode="NXDOMAIN", tail="westus.data.azurecr.io"),
    ),
    "another alias": (
        of("contoso", "@.azurecr.io. 5 IN CNAME @.privatelink.azurecr.io."),
        of("fabrika", "@.azurecr.io. 5 IN CNAME @.private1ink.azurecr.io."),
    ),
    "an alias that has no more than its end in common": (
        of("contoso", "@.azurecr.io. 5 IN CNAME fabrika.azurecr.io."),
        of("fabrika", "@.azurecr.io. 5 IN CNAME fabrika.azurecr.io."),
    ),
    "an alias that belongs to another name": (
        of("contoso", ALIAS.format(5), "@.privatelink.azurecr.io. 10 IN A 10.0.0.8"),
        of("fabrika", ALIAS.format(5), "contoso.privatelink.azurecr.io. 10 IN A 10.0.0.8"),
    ),
    "two addresses": (
        of("contoso", "@.azurecr.io. 5 IN A 10.0.0.8", "@.azurecr.io. 5 IN A 10.0.0.9"),
        of("fabrika", "@.azurecr.io. 5 IN A 10.0.0.8", "@.azurecr.io. 5 IN A 10.0.0.9"),
    ),
    "an alias to itself, as a pointer": (
        of("contoso", "@.azurecr.io. 5 IN CNAME @.azurecr.io."),
        of("fabrika", "@.azurecr.io. 5 IN CNAME @.azurecr.io."),
    ),
    "nxdomain from a zone of the name's own": (
        of("contoso", rcode="NXDOMAIN", authority=[SOA.replace("azurecr.io. 60", "contoso.azurecr.io. 60")]),
        of("fabrika", rcode="NXDOMAIN", authority=[SOA.replace("azurecr.io. 60", "fabrika.azurecr.io. 60")]),
    ),
    "another rcode": (of("contoso", rcode="SERVFAIL"), of("fabrika", rcode="REFUSED")),
}


def asked(response: dns.message.Message) -> ProbeQuestion:
    """Return the question that a response is for."""
    (rrset,) = response.question
    return question(rrset.name.to_text(), rrset.rdtype)


@pytest.mark.parametrize(("first", "second"), REPEATED.values(), ids=REPEATED)
def test_what_repeats_itself_is_compared(
    first: dns.message.Message, second: dns.message.Message, by_hand: list[str]
) -> None:
    """The second response is not read, and says what dnspython says of it."""
    for response in (first, second):
        assert repeated.read(response.to_wire(), asked(response)) == read_unusual(response.to_wire(), asked(response))
    assert by_hand == ["contoso.azurecr.io"]


@pytest.mark.parametrize(("first", "second"), OTHER.values(), ids=OTHER)
@pytest.mark.parametrize("write", [lambda response: response.to_wire(), uncompressed], ids=["compressed", "plain"])
def test_what_differs_is_read(
    first: dns.message.Message, second: dns.message.Message, write: object, by_hand: list[str]
) -> None:
    """And not taken for what came before."""
    for response in (first, second):
        octets = write(response)  # type: ignore[operator]
        assert repeated.read(octets, asked(response)) == read_unusual(octets, asked(response))
    assert len(by_hand) == 2


def test_an_impossible_ttl_is_left_to_dnspython() -> None:
    """It is below 2^31 (RFC 2181 section 8)."""
    good, bad = of("contoso", "@.azurecr.io. 5 IN A 10.0.0.8"), of("fabrika", "@.azurecr.io. 5 IN A 10.0.0.8")
    octets = bad.to_wire().replace(b"\x00\x00\x00\x05", b"\x80\x00\x00\x00")
    assert repeated.read(good.to_wire(), asked(good)) is not None
    assert repeated.read(octets, asked(bad)) is None


def test_what_never_repeats_itself_is_not_learnt_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four shapes of one length, then no more."""
    learnt: list[str] = []
    learn = repeated._learn

    def learning(octets: bytes, asked: ProbeQuestion, reading: Reading) -> object:
        learnt.append(asked.text)
        return learn(octets, asked, reading)

    monkeypatch.setattr(repeated, "_learn", learning)
    for number in range(20):
        soa = f"azurecr.io. {number} IN SOA ns.azurecr.io. admin.azurecr.io. 1 2 3 4 5"
        response = of("contoso", rcode="NXDOMAIN", authority=[soa])
        assert repeated.read(response.to_wire(), asked(response)) == read_unusual(response.to_wire(), asked(response))
    assert len(learnt) == 4


# --- the law ----------------------------------------------------------------------------------------------------------

LABELS = ("contoso", "fabrika", "privatelink", "privatelinl", "a")
names = st.sampled_from(
    ("@.azurecr.io.", "@.privatelink.azurecr.io.", "contoso.privatelink.azurecr.io.", "azurecr.io.")
)
ttls = st.sampled_from((0, 10, 2**31 - 1))
aliases = st.builds("{} {} IN CNAME {}".format, st.just("@.azurecr.io.") | names, ttls, names)
addresses = st.builds("{} {} IN {}".format, names, ttls, st.sampled_from(("A 10.0.0.8", "A 10.0.0.9", "AAAA ::8")))


@st.composite
def series(draw: st.DrawFn) -> list[tuple[bytes, ProbeQuestion]]:
    """Write responses that are alike but for the label, the last ones with an octet wrong."""
    answer = [*draw(st.lists(aliases, max_size=2)), *draw(st.lists(addresses, max_size=2))]
    rdtype, edns = draw(st.sampled_from(("A", "AAAA"))), draw(st.booleans())
    rcode = draw(st.sampled_from(("NOERROR", "NXDOMAIN", "SERVFAIL")))
    authority = draw(st.sampled_from(([], [NS], [SOA])))
    write = draw(st.sampled_from((uncompressed, lambda response: response.to_wire())))
    responses = []
    for label in draw(st.lists(st.sampled_from(LABELS), min_size=2, max_size=4)):
        response = of(label, *answer, rdtype=rdtype, rcode=rcode, authority=authority, edns=edns)
        octets = bytearray(write(response))
        responses.append((bytes(octets), asked(response)))
        octets[draw(st.integers(2, len(octets) - 1))] ^= draw(st.integers(1, 255))
        responses.append((bytes(octets), asked(response)))
    return responses


@given(series())
def test_what_is_compared_is_what_would_be_read(responses: list[tuple[bytes, ProbeQuestion]]) -> None:
    """By hand, and by dnspython where there is a reading at all, whatever was learnt before."""
    repeated.forget()
    for octets, asked in responses:
        reading = repeated.read(octets, asked)
        assert reading == fast.read(octets, asked)
        assert reading is None or reading == read_unusual(octets, asked)
