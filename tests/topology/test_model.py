"""What a topology says about addresses and reach: one derivation for everybody who asks."""

from __future__ import annotations

import pytest

from acrdns.azure import LOGIN, Member
from acrdns.topology.load import loads

ESTATE = loads(
    """
registries:
  contoso: {location: eastus}
networks:
  hub: {address_space: [10.0.0.0/16, "2001:db8::/32"], peerings: [spoke]}
  spoke: {address_space: [10.1.0.0/16], peerings: [far]}
  far: {address_space: [10.0.0.0/16]}
private_endpoints:
  rejected: {registry: contoso, network: far, status: Rejected, addresses: {registry: 10.0.0.7}}
  pe: {registry: contoso, network: hub, addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}}
""",
    "estate.yaml",
)


def test_an_address_may_have_several_owners() -> None:
    """Networks that are not peered may have equal addresses; an approved endpoint explains an address best."""
    assert [(o.endpoint.name, o.member) for o in ESTATE.owners_of("10.0.0.7")] == [("pe", LOGIN), ("rejected", LOGIN)]
    owner = ESTATE.owner_of("10.0.0.7")
    assert owner is not None
    assert owner.endpoint.name == "pe"


def test_an_owner_says_for_which_member() -> None:
    """Each member has its own address."""
    owner = ESTATE.owner_of("10.0.0.8")
    assert owner is not None
    assert owner.member == Member("data", "eastus")
    assert ESTATE.owner_of("10.0.0.9") is None


@pytest.mark.parametrize(
    ("address", "inside"),
    [("10.0.255.1", True), ("10.2.0.1", False), ("2001:db8::1", True), ("2001:db9::1", False)],
)
def test_an_address_is_in_some_network(address: str, *, inside: bool) -> None:
    """Address spaces may be public ranges, too; IPv4 and IPv6 are not compared."""
    assert ESTATE.in_a_network(address) is inside


@pytest.mark.parametrize(("vantage", "found"), [("hub", ["pe"]), ("spoke", ["pe"]), ("far", []), ("internet", [])])
def test_reach_is_the_network_and_its_peers(vantage: str, found: list[str]) -> None:
    """Peering is not transitive, an endpoint that is not approved is none, and the internet reaches none."""
    assert [endpoint.name for endpoint in ESTATE.endpoints_in_reach(vantage, "contoso")] == found
