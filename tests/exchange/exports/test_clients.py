"""Pins and forwarders for one vantage point: which names, which servers, and where there is nothing to write."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from acrdns.errors import AcrdnsError
from acrdns.exchange.exports.clients import PROGRAMS, program
from acrdns.exchange.exports.pin import ClientExport
from acrdns.topology.load import load, loads

if TYPE_CHECKING:
    from acrdns.topology.model import Topology

NAMES = {"contoso.azurecr.io": "10.0.0.7", "contoso.eastus.data.azurecr.io": "10.0.0.8"}
PINNING = [name for name in PROGRAMS if program(name).PINS]
FORWARDING = [name for name in PROGRAMS if program(name).FORWARDS]
COMMENT = {"bind-rpz": ";"}
# A line of each format, whole. Windows and CoreDNS are in no Debian and on no PyPI: their grammar is all that is tested.
GRAMMAR = {
    "hosts": r"[\d.]+\t[a-z0-9.-]+\t# .+",
    "dnsmasq": r"host-record=[a-z0-9.-]+,[\d.]+,\d+|local=/[a-z0-9.-]+/|server=/[a-z.]+/[\d.]+|rebind-domain-ok=/[a-z.]+/",
    "unbound": r'server:|    local-data: "[a-z0-9.-]+\. \d+ IN A [\d.]+"|    (?:domain-insecure|private-domain|name): "[a-z.]+\."|forward-zone:|    forward-addr: [\d.]+|    # .+',
    "coredns": r"[a-z0-9.-]+:53 \{|    errors|    hosts \{|        [\d.]+ [a-z0-9.-]+|        ttl \d+|    \}|\}|    cache \d+|    forward \.(?: [\d.]+)+",
    "bind-rpz": r"\$ORIGIN \S+\.|\$TTL \d+|@ SOA .+|@ NS localhost\.|[a-z0-9.-]+ A [\d.]+ ; .+",
    "resolved": r"\[Resolve\]|DNS=[\d.]+(?: [\d.]+)*|Domains=~[a-z.]+",
    "windows-nrpt": r'Add-DnsClientNrptRule -Namespace "\.[a-z.]+" -NameServers "[\d.]+"(?:, "[\d.]+")*',
    "windows-dns": r'Add-DnsServerConditionalForwarderZone -Name "[a-z.]+" -MasterServers [\d.]+(?:, [\d.]+)*',
}


@pytest.fixture(scope="module")
def topology() -> Topology:
    """Return an office that forwards to a private resolver."""
    return load("on-premises-forwarding")


def lines(name: str, text: str) -> list[str]:
    """Return the lines of a file but for comments."""
    return [line for line in text.splitlines() if line and not line.startswith(COMMENT.get(name, "#"))]


@pytest.mark.parametrize("name", PINNING)
def test_pins_are_single_names(topology: Topology, name: str) -> None:
    """Every endpoint with its own address, and never a zone for the domain, which would hide other registries."""
    text = program(name).pinned(ClientExport(topology, "office"))
    for fqdn, address in NAMES.items():
        assert re.search(rf"\b{re.escape(fqdn)}\b.*\b{re.escape(address)}\b|\b{re.escape(address)}\s+{fqdn}", text)
    assert not re.search(r"(?<![a-z.])azurecr\.io", "\n".join(lines(name, text)))
    assert "go stale" in text
    assert all(re.fullmatch(GRAMMAR[name], line) for line in lines(name, text))


@pytest.mark.parametrize("name", FORWARDING)
def test_the_public_domain_is_forwarded(topology: Topology, name: str) -> None:
    """To the inbound endpoint; forwarding the privatelink domain alone would give public answers (facts.md F13)."""
    text = program(name).forwarded(ClientExport(topology, "office"))
    assert "10.0.1.4" in text
    assert "azurecr.io" in text
    assert "privatelink" not in text
    assert all(re.fullmatch(GRAMMAR[name], line) for line in lines(name, text))


def test_systemd_resolved_asks_for_other_names_too(topology: Topology) -> None:
    """The program itself does so (`interop/test_recipes.py`), and the file says it."""
    assert "asks this server for other names, too" in program("resolved").forwarded(ClientExport(topology, "office"))


def test_a_server_that_answers_wrong_is_not_offered(topology: Topology) -> None:
    """The network of the inbound endpoint has to be linked."""
    zones = {key: replace(zone, links={}) for key, zone in topology.private_dns_zones.items()}
    unlinked = replace(topology, private_dns_zones=zones)
    with pytest.raises(AcrdnsError, match=r"office reaches no inbound endpoint .* and --pins writes the names"):
        ClientExport(unlinked, "office").servers()
    assert {pin.fqdn: pin.addresses[0] for pin in ClientExport(unlinked, "office").pins()} == NAMES


PROXY = """\
version: 1
registries: {contoso: {location: eastus, replications: [westus]}}
networks:
  hub: {address_space: [10.0.0.0/16], peerings: [spoke]}
  far: {address_space: [10.2.0.0/16], peerings: [spoke]}
  spoke: {address_space: [10.1.0.0/16], dns_servers: [10.0.2.4]}
private_endpoints:
  pe-far: &pe
    registry: contoso
    network: far
    addresses: {registry: 10.2.0.5, registry_data_eastus: 10.2.0.6, registry_data_westus: 10.2.0.7}
    dns_zone_group: [privatelink.azurecr.io@far]
  pe-hub:
    registry: contoso
    network: hub
    addresses: {registry: 10.0.0.5, registry_data_eastus: 10.0.0.6, registry_data_westus: 10.0.0.7}
    dns_zone_group: [privatelink.azurecr.io]
private_dns_zones:
  privatelink.azurecr.io: {virtual_network_links: {hub: {}}}
  privatelink.azurecr.io@far: {name: privatelink.azurecr.io, virtual_network_links: {far: {}}}
dns_servers:
  10.0.2.4: {network: hub, forwarders: [168.63.129.16]}
"""


def test_a_firewall_that_answers_right_is_a_server() -> None:
    """There is no inbound endpoint; pins are those of the endpoint that its answers lead to."""
    export = ClientExport(loads(PROXY, "T"), "spoke")
    assert export.servers() == ["10.0.2.4"]
    assert [pin.addresses for pin in export.pins()] == [("10.0.0.5",), ("10.0.0.6",), ("10.0.0.7",)]


@pytest.mark.parametrize("vantage", ["internet"])
def test_nothing_is_private_on_the_internet(topology: Topology, vantage: str) -> None:
    """There is nothing to pin, and no server to name."""
    with pytest.raises(AcrdnsError, match="reaches no private endpoint"):
        ClientExport(topology, vantage).pins()
    with pytest.raises(AcrdnsError, match="reaches no inbound endpoint"):
        ClientExport(topology, vantage).servers()


def test_names_of_others_stay_in_their_comment() -> None:
    """A topology of a stranger cannot add a line, or a command of a terminal."""
    text = """\
version: 1
registries: {contoso: {location: eastus}}
networks: {hub: {address_space: [10.0.0.0/16]}}
private_endpoints:
  "pe\\u2028server=/evil/6.6.6.6\\u202e":
    registry: contoso
    network: hub
    addresses: {registry: 10.0.0.7}
"""
    hostile = loads(text, "T")
    for name in PINNING:
        written = program(name).pinned(ClientExport(hostile, "hub"))
        assert all(letter.isprintable() or letter in "\n\t" for letter in written)
        assert not any("evil" in line for line in lines(name, written) if "#" not in line and ";" not in line)
