"""A fault in the file has one name: that of `acrdns break` is that of the finding."""

from __future__ import annotations

import pytest

from acrdns.check.faults import named
from acrdns.check.faults.site import Site
from acrdns.check.lint import lint
from acrdns.check.rules import TABLE
from acrdns.topology.load import loads
from acrdns.topology.text.rewrite import edited

ESTATE = """
version: 1
registries:
  contoso: {location: eastus, data_endpoint_enabled: false}
networks:
  hub: {address_space: [10.0.0.0/16], HUB}
  OTHER
private_endpoints:
  contoso-pe: {registry: contoso, network: hub, addresses: {registry: 10.0.0.7}, dns_zone_group: [zone]}
private_dns_zones:
  zone: {name: privatelink.azurecr.io, virtual_network_links: {hub: {}}}
dns_servers:
  10.0.0.53: {network: hub, forwarders: [168.63.129.16]}
"""
SPOKE = "spoke: {address_space: [10.1.0.0/16], peerings: [hub], dns_servers: [10.0.0.53]}"
OWN, OTHERS = "vnet-without-zone-link", "resolver-network-without-zone-link"
ESTATES = {
    "clients that ask Azure": ("dns_servers: []", "", OWN),
    "clients that ask a server of their network": ("dns_servers: [10.0.0.53]", "", OWN),
    "clients of which some ask it": ("clients: {pods: {dns_servers: [10.0.0.53]}}", "", OWN),
    "clients of another network, too": ("dns_servers: [10.0.0.53]", SPOKE, OTHERS),
    "clients of another network alone ask the server": ("dns_servers: []", SPOKE, OTHERS),
}


@pytest.mark.parametrize("case", ESTATES)
def test_a_missing_link_is_named_by_whose_questions_are_answered_there(case: str) -> None:
    """Another network's questions make it the link of a resolver's network; a network's own clients do not."""
    hub, other, fault = ESTATES[case]
    text = ESTATE.replace("HUB", hub).replace("OTHER", other)
    (candidate,) = (each for each in named(fault).find(Site(loads(text, "it.yaml")), None) if each.subject == "hub")
    found = lint(loads(edited(text, candidate.edits, "it.yaml"), "it.yaml"))
    assert [(TABLE[each.code], each.fqdn) for each in found] == [(fault, "hub")]
