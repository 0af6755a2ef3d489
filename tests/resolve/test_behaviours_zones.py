"""What the simulator must do (facts.md section 6, 10 to 18, 28, 30, 34): private zones, their links and records."""

from __future__ import annotations

import pytest

from tests.resolve.asking import (
    ENDPOINT,
    HUB,
    LINKED,
    PRIVATE_LINK,
    PRIVATE_LOGIN,
    PRIVATE_SOA,
    PUBLIC_DATA,
    PUBLIC_LOGIN,
    REGISTRY,
    addresses,
    ask,
    lines,
    refusal,
)

ONLY_LOGIN = """
private_endpoints:
  contoso-pe: {registry: contoso, network: hub, addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}}
private_dns_zones:
  privatelink.azurecr.io:
    virtual_network_links: {hub: {resolution_policy: %s}}
    records: {contoso: {ttl: 10, A: [10.0.0.7]}}
"""
"""The zone was made by hand, and somebody forgot the data endpoint (F04)."""

MISSING_DATA = f"""
    contoso.eastus.data.azurecr.io 3600 CNAME contoso.eastus.data.privatelink.azurecr.io
    NXDOMAIN
    privatelink.azurecr.io {PRIVATE_SOA}
"""


def test_behaviour_10_missing_record() -> None:
    """Linked zone, missing record: CNAME in answer, rcode NXDOMAIN, SOA azureprivatedns.net in authority, min 10."""
    topology = REGISTRY + ONLY_LOGIN % "Default" + HUB
    assert ask(topology, "hub", "contoso.eastus.data.azurecr.io") == lines(MISSING_DATA)


def test_behaviour_10_asked_by_its_privatelink_name() -> None:
    """The same without the CNAME for whoever asks for the private name itself."""
    topology = REGISTRY + ONLY_LOGIN % "Default" + HUB
    expected = f"NXDOMAIN\nprivatelink.azurecr.io {PRIVATE_SOA}"
    assert ask(topology, "hub", "contoso.eastus.data.privatelink.azurecr.io") == lines(expected)


def test_behaviour_10_soa_minimum_of_the_zone() -> None:
    """An older zone has another minimum (section 1.4): the negative answer's TTL follows it."""
    topology = REGISTRY + ENDPOINT + HUB + LINKED.replace("{virtual", "{soa_minimum: 300, virtual")
    expected = """
        NXDOMAIN
        privatelink.azurecr.io 300 SOA azureprivatedns.net. azureprivatedns-host.microsoft.com. 1 3600 300 2419200 300
    """
    assert ask(topology, "hub", "fabrikam.privatelink.azurecr.io") == lines(expected)


@pytest.mark.parametrize("type_", ["AAAA", "TXT", "MX", "SRV", "TYPE65280"])
def test_behaviour_11_other_types(type_: str) -> None:
    """AAAA/TXT on existing private name: NOERROR, empty, SOA."""
    expected = f"""
        contoso.azurecr.io 3600 CNAME contoso.privatelink.azurecr.io
        NOERROR
        privatelink.azurecr.io {PRIVATE_SOA}
    """
    assert ask(PRIVATE_LINK, "hub", f"contoso.azurecr.io {type_}") == lines(expected)
    assert ask(PRIVATE_LINK, "hub", f"contoso.privatelink.azurecr.io {type_}") == lines(expected)[1:]


def test_behaviour_11_asked_for_the_alias() -> None:
    """Who asks for the CNAME gets it, and nothing behind it (RFC 1034 section 4.3.2)."""
    expected = "contoso.azurecr.io 3600 CNAME contoso.privatelink.azurecr.io\nNOERROR"
    assert ask(PRIVATE_LINK, "hub", "contoso.azurecr.io CNAME") == lines(expected)


REDIRECTED = REGISTRY + ONLY_LOGIN % "NxDomainRedirect" + HUB


def test_behaviour_12_nxdomain_redirect() -> None:
    """NxDomainRedirect link: NXDOMAIN becomes public chain with the privatelink alias kept, for A/AAAA/CNAME only."""
    assert ask(REDIRECTED, "hub", "contoso.eastus.data.azurecr.io") == lines(PUBLIC_DATA)
    assert ask(REDIRECTED, "hub", "contoso.azurecr.io") == lines(PRIVATE_LOGIN)


@pytest.mark.parametrize(
    ("type_", "rcode"), [("A", "NOERROR"), ("AAAA", "NOERROR"), ("CNAME", "NOERROR"), ("TXT", "NXDOMAIN")]
)
def test_behaviour_12_types(type_: str, rcode: str) -> None:
    """The public name exists: NODATA for AAAA, and NXDOMAIN stays for a type that is not redirected."""
    assert rcode in ask(REDIRECTED, "hub", f"contoso.eastus.data.privatelink.azurecr.io {type_}")


def test_behaviour_12_nobody_has_the_name() -> None:
    """A name that is not public either stays NXDOMAIN."""
    answer = ask(REDIRECTED, "hub", "fabrikam.privatelink.azurecr.io")
    assert answer[0] == "NXDOMAIN"
    assert answer[1].startswith("privatelink.azurecr.io ")


def test_behaviour_13_nodata_is_not_redirected() -> None:
    """Redirect never applies to NODATA: AAAA of a name that has an A in the zone stays empty, whatever is public."""
    dual_stack = REDIRECTED.replace("registry: [20.45.122.144]", 'registry: [20.45.122.144, "2603:1030::7"]')
    expected = f"NOERROR\nprivatelink.azurecr.io {PRIVATE_SOA}"
    assert ask(dual_stack, "hub", "contoso.privatelink.azurecr.io AAAA") == lines(expected)
    assert addresses(dual_stack, "internet", "contoso.azurecr.io AAAA") == ["2603:1030::7"]


def test_behaviour_13_only_for_privatelink_zones() -> None:
    """Nor to non-privatelink zones (reject config)."""
    zone = "private_dns_zones: {corp.example: {virtual_network_links: {hub: {resolution_policy: NxDomainRedirect}}}}\n"
    problem = refusal(REGISTRY + HUB + zone)
    assert "private_dns_zones.corp.example.virtual_network_links.hub.resolution_policy" in problem
    assert "privatelink" in problem


TWO_ZONES = """
private_dns_zones:
  privatelink.azurecr.io:
    virtual_network_links: {hub: {}}
    records: {contoso: {A: [10.0.0.7]}}
  other-subscription:
    name: privatelink.azurecr.io
    virtual_network_links: {%s: {}}
    records: {contoso: {A: [10.1.0.7]}}
"""


def test_behaviour_14_overlapping_namespaces() -> None:
    """Two same-name zones on one VNet: config error with Azure's "overlapping namespaces" text."""
    problem = refusal(REGISTRY + HUB + TWO_ZONES % "hub")
    assert "test.yaml:20:29: private_dns_zones.other-subscription.virtual_network_links.hub: " in problem
    assert "overlapping namespaces" in problem


def test_behaviour_15_same_name_on_different_networks() -> None:
    """Same-name zones on different VNets allowed, answers differ."""
    topology = (
        REGISTRY + ENDPOINT.replace("[privatelink.azurecr.io]", "[]") + HUB + "  spoke: {}\n" + TWO_ZONES % "spoke"
    )
    assert addresses(topology, "hub", "contoso.azurecr.io") == ["10.0.0.7"]
    assert addresses(topology, "spoke", "contoso.azurecr.io") == ["10.1.0.7"]


PARENT_AND_CHILD = """
private_dns_zones:
  privatelink.azurecr.io: {virtual_network_links: {hub: {}}}
  eastus.data.privatelink.azurecr.io: {virtual_network_links: {hub: {}}, records: {%s}}
"""


def test_behaviour_16_the_most_specific_zone_wins() -> None:
    """Parent+child linked: most specific wins."""
    topology = REGISTRY + ENDPOINT + HUB + PARENT_AND_CHILD % "contoso: {A: [10.0.0.88]}"
    expected = """
        contoso.eastus.data.azurecr.io 3600 CNAME contoso.eastus.data.privatelink.azurecr.io
        contoso.eastus.data.privatelink.azurecr.io 3600 A 10.0.0.88
        NOERROR
    """
    assert ask(topology, "hub", "contoso.eastus.data.azurecr.io") == lines(expected)
    assert ask(topology, "hub", "contoso.azurecr.io") == lines(PRIVATE_LOGIN)


def test_behaviour_16_an_empty_child_shadows() -> None:
    """Empty child shadows (F12): the parent's record is not seen."""
    topology = REGISTRY + ENDPOINT + HUB + PARENT_AND_CHILD % ""
    expected = f"""
        contoso.eastus.data.azurecr.io 3600 CNAME contoso.eastus.data.privatelink.azurecr.io
        NXDOMAIN
        eastus.data.privatelink.azurecr.io {PRIVATE_SOA}
    """
    assert ask(topology, "hub", "contoso.eastus.data.azurecr.io") == lines(expected)


def test_behaviour_17_third_party_registries() -> None:
    """Third-party PE registry in linked VNet: NXDOMAIN (F17); third-party without PE: resolves."""
    topology = """
version: 1
registries:
  partner: {location: westeurope}
  public1: {location: westeurope, public: {addresses: {registry: [203.0.113.80]}}}
networks: {hub: {}, theirs: {address_space: [10.9.0.0/16]}}
private_endpoints: {partner-pe: {registry: partner, network: theirs, addresses: {registry: 10.9.0.4}}}
private_dns_zones: {privatelink.azurecr.io: {virtual_network_links: {hub: {}}}}
"""
    expected = f"""
        partner.azurecr.io 3600 CNAME partner.privatelink.azurecr.io
        NXDOMAIN
        privatelink.azurecr.io {PRIVATE_SOA}
    """
    assert ask(topology, "hub", "partner.azurecr.io") == lines(expected)
    assert addresses(topology, "hub", "public1.azurecr.io") == ["203.0.113.80"]


def test_behaviour_18_zone_of_the_public_suffix() -> None:
    """Zone `azurecr.io` linked: unrelated registries NXDOMAIN (F10)."""
    topology = (
        REGISTRY
        + "  fabrikam: {location: westus}\n"
        + HUB
        + "private_dns_zones: {azurecr.io: {virtual_network_links: {hub: {}}, records: {contoso: {A: [10.0.0.7]}}}}\n"
    )
    assert ask(topology, "hub", "contoso.azurecr.io") == ["contoso.azurecr.io 3600 A 10.0.0.7", "NOERROR"]
    assert ask(topology, "hub", "fabrikam.azurecr.io") == ["NXDOMAIN", f"azurecr.io {PRIVATE_SOA}"]


def test_behaviour_28_peering_changes_nothing() -> None:
    """Peering changes nothing: the zones of a peered network are not seen."""
    topology = REGISTRY + ENDPOINT + LINKED + HUB + "  spoke: {peerings: [hub]}\n"
    assert ask(topology, "spoke", "contoso.azurecr.io") == lines(PUBLIC_LOGIN)
    assert ask(topology, "hub", "contoso.azurecr.io") == lines(PRIVATE_LOGIN)


NEW_REPLICA = PRIVATE_LINK.replace("location: eastus", "location: eastus\n    replications: [westus]").replace(
    "registry_data_eastus: 10.0.0.8}", "registry_data_eastus: 10.0.0.8, registry_data_westus: 10.0.0.9}"
)


def test_behaviour_30_zone_group_and_a_new_replica() -> None:
    """Zone group add-replica adds the record; manual zone does not (F05)."""
    assert addresses(NEW_REPLICA, "hub", "contoso.westus.data.azurecr.io") == ["10.0.0.9"]
    by_hand = NEW_REPLICA.replace("    dns_zone_group: [privatelink.azurecr.io]\n", "").replace(
        "{hub: {}}}", "{hub: {}}, records: {contoso: {A: [10.0.0.7]}, contoso.eastus.data: {A: [10.0.0.8]}}}"
    )
    assert addresses(by_hand, "hub", "contoso.eastus.data.azurecr.io") == ["10.0.0.8"]
    assert addresses(by_hand, "hub", "contoso.westus.data.azurecr.io") == ["NXDOMAIN"]


def test_behaviour_34_link_in_progress() -> None:
    """Link state InProgress behaves as unlinked."""
    topology = PRIVATE_LINK.replace("{hub: {}}", "{hub: {state: InProgress}}")
    assert ask(topology, "hub", "contoso.azurecr.io") == lines(PUBLIC_LOGIN)
    assert ask(topology, "hub", "contoso.eastus.data.azurecr.io") == lines(PUBLIC_DATA)
