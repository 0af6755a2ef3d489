"""Public addresses, IPv4 and IPv6, that a file names: what they are evidence for."""

from __future__ import annotations

import pytest

from acrdns.check.diagnosis.answer import answers_of
from acrdns.check.diagnosis.diagnose import diagnose
from acrdns.probe.answer import observation
from acrdns.probe.plain import read
from tests.check.situations import loaded

ESTATE = """\
version: 1
registries:
  contoso:
    location: eastus
    public:
      addresses: {registry: [20.45.1.2, "2603:1030:9::2"], registry_data_eastus: [20.45.1.3]}
networks:
  hub: {address_space: [10.0.0.0/16], peerings: [spoke]}
  spoke: {address_space: [10.1.0.0/16]}
  island: {address_space: [10.9.0.0/16]}
private_endpoints:
  contoso-pe:
    registry: contoso
    network: hub
    addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}
    dns_zone_group: [privatelink.azurecr.io]
private_dns_zones:
  privatelink.azurecr.io:
    virtual_network_links:
      hub: {resolution_policy: NxDomainRedirect}
      spoke: {resolution_policy: NxDomainRedirect}
      island: {state: InProgress}
"""
LOGIN, DATA = "contoso.azurecr.io", "contoso.eastus.data.azurecr.io"
HUB = f"hub {LOGIN} 10.0.0.7\nhub {DATA} 10.0.0.8\n"

CASES = {
    "an IPv6 address of the file where A was not asked": (
        HUB + f"island {LOGIN} 2603:1030:9::2\nspoke {LOGIN} 20.45.1.2\nspoke {DATA} 20.45.1.3",
        f"spoke {LOGIN}, spoke {DATA}, island {LOGIN}",
        [("vnet-without-zone-link", "spoke")],
    ),
    "an address that is none of the name's": (
        f"spoke {LOGIN} 20.99.1.2\nspoke {DATA} 10.0.0.7",
        f"spoke {LOGIN}, spoke {DATA}",
        [("hosts-file-pin", "spoke")],
    ),
    "all addresses have changed": (
        HUB + f"spoke {LOGIN} 20.99.1.2\nspoke {DATA} 20.99.1.3",
        f"spoke {LOGIN}, spoke {DATA}",
        [("vnet-without-zone-link", "spoke")],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_first_diagnosis(name: str) -> None:
    """It has no more faults than needed: addresses that the file has are right, and others may be new ones."""
    seen, wrong, expected = CASES[name]
    every = [(a.vantage or "", one) for a in read(seen, "list").answers if (one := observation(a.fqdn, [a]))]
    answers = [part for vantage, one in every for part in answers_of(one, vantage, vantage)]
    pairs = (each.partition(" ") for each in wrong.split(", "))
    found = diagnose(loaded(ESTATE, ""), answers, {(vantage, fqdn) for vantage, _, fqdn in pairs})
    assert [(fault.fault, fault.subject) for fault in found.diagnoses[0].faults] == expected
    assert not found.unexplained
