"""What the simulator must do (facts.md section 6, 31 to 33): clouds, labels, letter case and the size of answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import dns.flags
import dns.message
import pytest

from tests.resolve.asking import (
    PRIVATE_DATA,
    PRIVATE_LINK,
    PRIVATE_LOGIN,
    ask,
    lines,
    world,
)
from tests.wire.exchange import ask as exchange
from tests.wire.exchange import responder, section

if TYPE_CHECKING:
    from acrdns.wire.responder import Responder

OBSERVED = "chains: observed\n"


@pytest.mark.parametrize(
    ("cloud", "location", "suffix", "frontend", "profile"),
    [
        ("AzureCloud", "eastus", "azurecr.io", "azcr.io", "trafficmanager.net"),
        ("AzureUSGovernment", "usgovvirginia", "azurecr.us", "azcr.us", "usgovtrafficmanager.net"),
        ("AzureChinaCloud", "chinaeast2", "azurecr.cn", "azcr.cn", "trafficmanager.cn"),
    ],
)
def test_behaviour_31_clouds(cloud: str, location: str, suffix: str, frontend: str, profile: str) -> None:
    """Gov/China suffixes produce the same structure."""
    topology = f"""
version: 1
cloud: {cloud}
registries: {{contoso: {{location: {location}}}}}
networks: {{hub: {{}}, spoke: {{}}}}
private_endpoints:
  contoso-pe:
    registry: contoso
    network: hub
    addresses: {{registry: 10.0.0.7, registry_data_{location}: 10.0.0.8}}
    dns_zone_group: [zone]
private_dns_zones: {{zone: {{name: privatelink.{suffix}, virtual_network_links: {{hub: {{}}}}}}}}
"""
    for name, address in (("contoso", "10.0.0.7"), (f"contoso.{location}.data", "10.0.0.8")):
        expected = f"""
            {name}.{suffix} 3600 CNAME {name}.privatelink.{suffix}
            {name}.privatelink.{suffix} 10 A {address}
            NOERROR
        """
        assert ask(topology, "hub", f"{name}.{suffix}") == lines(expected)
    owners = [line.split()[0] for line in ask(topology, "spoke", f"contoso.{suffix}")]
    assert owners[:2] == [f"contoso.{suffix}", f"contoso.privatelink.{suffix}"]
    assert owners[2].endswith(f".{frontend}")
    assert owners[3].endswith(f"-reg.{profile}")
    assert owners[4:] == ["NOERROR"]


@pytest.mark.parametrize("chains", ["", OBSERVED], ids=["documented", "observed"])
def test_behaviour_32_domain_name_label(chains: str) -> None:
    """DNL label `contoso-hash` used in every name."""
    topology = (
        PRIVATE_LINK.replace("location: eastus", "location: eastus\n    dns_label: contoso-exfrbuffaye7ceag") + chains
    )
    for name, address in (
        ("contoso-exfrbuffaye7ceag", "10.0.0.7"),
        ("contoso-exfrbuffaye7ceag.eastus.data", "10.0.0.8"),
    ):
        expected = f"""
            {name}.azurecr.io 3600 CNAME {name}.privatelink.azurecr.io
            {name}.privatelink.azurecr.io 10 A {address}
            NOERROR
        """
        assert ask(topology, "hub", f"{name}.azurecr.io") == lines(expected)
    assert ask(topology, "hub", "contoso.azurecr.io")[0] == "NXDOMAIN"


@pytest.mark.parametrize(
    ("name", "expected"),
    [("CONTOSO.AzureCR.io", PRIVATE_LOGIN), ("cOnToSo.EastUS.DATA.azurecr.IO", PRIVATE_DATA)],
)
def test_behaviour_33_letter_case(name: str, expected: str) -> None:
    """Names case-insensitive (0x20): the records are the same. The transport keeps the asker's case in the answer."""
    assert ask(PRIVATE_LINK, "hub", name) == lines(expected)


def on_the_wire(text: str, vantage: str) -> Responder:
    """Return a server for one vantage point of a topology, without sockets."""
    served = world(text)
    return responder(lambda question: served.resolve(vantage, question).response, authoritative=False)


def test_behaviour_33_letter_case_on_the_wire() -> None:
    """...and preserved in the answer: the owner of the first record is spelt as the question was."""
    answer = exchange(on_the_wire(PRIVATE_LINK, "hub"), dns.message.make_query("cOnToSo.AzureCR.io", "A"))
    found = section(answer.answer)
    assert found[0].split()[0] == "cOnToSo.AzureCR.io."
    # Compression lets the asker's spelling show in names further on, which are the same names (RFC 4343).
    assert [line.lower() for line in found] == [
        "contoso.azurecr.io. 3600 in cname contoso.privatelink.azurecr.io.",
        "contoso.privatelink.azurecr.io. 10 in a 10.0.0.7",
    ]


@pytest.mark.parametrize(
    ("edns", "tcp", "truncated"),
    [(False, False, True), (1232, False, False), (4096, False, False), (False, True, False)],
)
def test_behaviour_33_truncation(edns: int | bool, tcp: bool, truncated: bool) -> None:
    """UDP truncation -> TCP: an answer of more than 512 octets needs EDNS or TCP."""
    texts = ", ".join(f"{letter * 200}" for letter in "abcd")
    topology = PRIVATE_LINK.replace("{hub: {}}}", f"{{hub: {{}}}}, records: {{big: {{TXT: [{texts}]}}}}}}")
    query = dns.message.make_query("big.privatelink.azurecr.io", "TXT", use_edns=bool(edns), payload=int(edns) or 1232)
    answer = exchange(on_the_wire(topology, "hub"), query, tcp=tcp)
    assert truncated is bool(answer.flags & dns.flags.TC)
    assert truncated is (len(section(answer.answer)) < 4)


@pytest.mark.parametrize("payload", [1232, 4096])
def test_behaviour_33_edns_1232(payload: int) -> None:
    """EDNS 1232: no larger answer goes over UDP, whatever the client offers."""
    texts = ", ".join(f"{letter * 250}" for letter in "abcdef")
    topology = PRIVATE_LINK.replace("{hub: {}}}", f"{{hub: {{}}}}, records: {{big: {{TXT: [{texts}]}}}}}}")
    query = dns.message.make_query("big.privatelink.azurecr.io", "TXT", use_edns=True, payload=payload)
    answer = exchange(on_the_wire(topology, "hub"), query)
    assert answer.flags & dns.flags.TC
    assert len(answer.to_wire()) <= 1232
    assert answer.payload == 1232
