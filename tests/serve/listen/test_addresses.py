from __future__ import annotations

import pytest

from acrdns.address import Address
from acrdns.errors import ListenError
from acrdns.serve.listen.addresses import ZONE_FILES, parse, plan

VANTAGES = ("internet", "hub", "spoke")


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("127.0.0.1", "127.0.0.1", 53),
        ("127.0.0.1:5300", "127.0.0.1", 5300),
        ("0.0.0.0:0", "0.0.0.0", 0),
        ("::1", "::1", 53),
        ("[::1]", "::1", 53),
        ("[::1]:5300", "::1", 5300),
        ("[::]:65535", "::", 65535),
        ("2001:DB8:0::1", "2001:db8::1", 53),
        ("fe80::1%eth0", "fe80::1%eth0", 53),
    ],
)
def test_addresses_are_read(text: str, host: str, port: int) -> None:
    """IPv4 and IPv6, with and without a port."""
    assert parse(text) == Address(host, port)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "'' is no IP address"),
        ("localhost:53", "'localhost' is no IP address"),
        ("127.0.0.1:", "'' is no port"),
        ("127.0.0.1:dns", "'dns' is no port"),
        ("127.0.0.1:65536", "'65536' is no port"),
        ("127.0.0.1:-1", "'-1' is no port"),
        ("127.0.0.1:\u0663", "is no port"),
        ("127.0.0.256:53", "'127.0.0.256' is no IP address"),
        ("[::1:53", "bracket"),
        ("[::1]53", "bracket"),
        ("[127.0.0.1:53", "bracket"),
        ("1.2.3.4:5:6", "is no IP address"),
        (":53", "'' is no IP address"),
    ],
)
def test_what_is_no_address(text: str, message: str) -> None:
    """The message names the text and what is wrong with it."""
    with pytest.raises(ListenError, match="--listen") as caught:
        parse(text)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("listens", "expected"),
    [
        pytest.param([], "internet=127.0.0.1:5300 hub=127.0.0.1:5301 spoke=127.0.0.1:5302", id="defaults"),
        pytest.param(["127.0.0.1:1"], "internet=127.0.0.1:1", id="one, the rest is not served"),
        pytest.param(["127.0.0.1:1", "127.0.0.1:2"], "internet=127.0.0.1:1 hub=127.0.0.1:2", id="in order"),
        pytest.param(["hub=127.0.0.1:1"], "hub=127.0.0.1:1", id="named"),
        pytest.param(["127.0.0.1:1", "internet=127.0.0.1:2"], "hub=127.0.0.1:1 internet=127.0.0.1:2", id="named later"),
        pytest.param(["hub=127.0.0.1:1", "hub=[::1]:1"], "hub=127.0.0.1:1 hub=[::1]:1", id="IPv4 and IPv6"),
        pytest.param(["hub=::1", "127.0.0.1"], "hub=[::1]:53 internet=127.0.0.1:53", id="port 53"),
    ],
)
def test_who_is_served_where(listens: list[str], expected: str) -> None:
    """The rules of --listen."""
    assert " ".join(f"{place.vantage}={place.address}" for place in plan(listens, VANTAGES)) == expected


@pytest.mark.parametrize(
    ("listens", "expected"),
    [([], ["127.0.0.1:5300"]), (["127.0.0.1:1", "[::1]:1"], ["127.0.0.1:1", "[::1]:1"])],
)
def test_zone_files_alone_are_served_everywhere(listens: list[str], expected: list[str]) -> None:
    """Without a topology there are no vantage points."""
    places = plan(listens, ())
    assert {place.vantage for place in places} == {ZONE_FILES}
    assert [str(place.address) for place in places] == expected


@pytest.mark.parametrize(
    ("listens", "vantages", "message"),
    [
        (["hubb=127.0.0.1"], VANTAGES, "there is no vantage point 'hubb'; did you mean hub?"),
        (["nowhere=127.0.0.1"], VANTAGES, "internet, hub, spoke"),
        (["=127.0.0.1"], VANTAGES, "there is no vantage point ''"),
        (["hub"], VANTAGES, "--listen hub: this is a vantage point without an address; write hub=ADDR:PORT"),
        (["hub=5310"], VANTAGES, "--listen hub=5310: '5310' is no IP address"),
        (["hub=5310"], VANTAGES, "write hub=ADDR:PORT"),
        (["hub=127.0.0.1:1", "internet=127.0.0.1:1"], VANTAGES, "127.0.0.1:1 is given to both hub and internet; choose"),
        (["127.0.0.1:1", "127.0.0.1:1"], VANTAGES, "given to both internet and hub; choose another port for one, or let --by-client"),
        (["hub=127.0.0.1"], (), "zone files are not bound to a vantage point"),
        (["127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3", "127.0.0.1:4"], VANTAGES, "each of the 3 vantage points has an address"),
    ],
)  # fmt: skip
def test_what_cannot_be_served(listens: list[str], vantages: tuple[str, ...], message: str) -> None:
    """A name that is not in the file gets a suggestion; one address too many is said."""
    with pytest.raises(ListenError) as caught:
        plan(listens, vantages)
    assert message in str(caught.value)
