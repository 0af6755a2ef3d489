"""Why a private answer is the wrong one: whose address it is, told in an Extended DNS Error.

The healthy registry answers 10.0.0.7 for its login server and 10.0.0.8 for its data endpoint in the hub; the spoke is
peered with the hub, the island with nobody. Zones are filled by hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from acrdns.check.estate.matrix import matrix
from acrdns.resolve.world import World
from tests.resolve import tangled
from tests.resolve.asking import resolve

if TYPE_CHECKING:
    from acrdns.topology.model import Topology

BASE = """
version: 1
registries:
  contoso: {location: eastus}
  fabrikam: {location: eastus}
networks:
  hub: {address_space: [10.0.0.0/16]}
  spoke: {address_space: [10.1.0.0/16], peerings: [hub]}
  island: {address_space: [10.2.0.0/16]}
  far: {address_space: [10.3.0.0/16]}
private_endpoints:
  pe: {registry: contoso, network: hub, addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}}
  pe-fabrikam: {registry: fabrikam, network: hub, addresses: {registry: 10.0.0.17, registry_data_eastus: 10.0.0.18}}
  pe-island: {registry: contoso, network: island, addresses: {registry: 10.2.0.7, registry_data_eastus: 10.2.0.8}}
  pe-late: {registry: contoso, network: spoke, status: Pending, addresses: {registry: 10.1.0.7, registry_data_eastus: 10.1.0.8}}
private_dns_zones:
  privatelink.azurecr.io:
    virtual_network_links: {hub: {}, spoke: {}, island: {}, far: {}}
    records: {RECORDS}
"""
WITHOUT_ALIAS = """
version: 1
registries:
  contoso: {location: eastus, data_endpoint_enabled: true}
networks:
  hub: {address_space: [10.0.0.0/16]}
  spoke: {address_space: [10.1.0.0/16], peerings: [hub]}
  island: {address_space: [10.2.0.0/16]}
private_endpoints:
  pe: {registry: contoso, network: hub, status: STATUS}
"""
LOGIN, DATA = "contoso.azurecr.io", "contoso.eastus.data.azurecr.io"

# What the zone says, who asks for what, and what the answer says of itself.
ANSWERS = [
    ("contoso: {A: [10.0.0.7]}", "hub", LOGIN, ""),
    ("contoso: {A: [10.0.0.7]}", "spoke", LOGIN, ""),
    ("contoso: {A: [10.0.0.7]}", "spoke", "contoso.privatelink.azurecr.io", ""),
    ("contoso.eastus.data: {A: [10.0.0.8]}", "hub", DATA, ""),
    # F09: the endpoint was made anew, the record was not.
    ("contoso: {A: [10.0.0.99]}", "hub", LOGIN, "10.0.0.99 is no private endpoint's address; pe has 10.0.0.7"),
    ("contoso: {A: [10.0.0.7, 10.0.0.99]}", "hub", LOGIN, "10.0.0.99 is no private endpoint's address; pe has 10.0.0.7"),
    ("contoso: {A: [10.0.0.99]}", "hub", "contoso.privatelink.azurecr.io", "10.0.0.99 is no private endpoint's address; pe has 10.0.0.7"),
    # F32: another registry's record.
    ("contoso: {A: [10.0.0.17]}", "hub", LOGIN, "10.0.0.17 is pe-fabrikam's, which is registry fabrikam's and not contoso's"),
    # Login and data endpoint swapped.
    ("contoso: {A: [10.0.0.8]}", "hub", LOGIN, "10.0.0.8 is pe's address for contoso.eastus.data.azurecr.io"),
    ("contoso.eastus.data: {A: [10.0.0.7]}", "hub", DATA, "10.0.0.7 is pe's address for contoso.azurecr.io"),
    # F07: two endpoints, one zone.
    ("contoso: {A: [10.2.0.7]}", "hub", LOGIN, "10.2.0.7 is pe-island's in island, where pe is in reach"),
    ("contoso: {A: [10.0.0.7]}", "island", LOGIN, "10.0.0.7 is pe's in hub, where pe-island is in reach"),
    # F22: the record is there before anybody has approved the endpoint.
    ("contoso: {A: [10.1.0.7]}", "spoke", LOGIN, "10.1.0.7 is pe-late's, which is Pending"),
    # A pinned public address, and a name without an address.
    ("contoso: {A: [20.0.0.1]}", "hub", LOGIN, "20.0.0.1 is public, and pe is in reach of hub"),
    ("contoso: {TXT: [x]}", "hub", LOGIN, "there is no address, and pe is in reach of hub"),
    # The same where no endpoint is in reach, and the public address should be seen; not for what the registry does not have.
    ("contoso: {AAAA: ['2001:db8::1']}", "far", LOGIN, "there is no address, private or public"),
    ("contoso.eastus.data: {TXT: [x]}", "far", DATA, "there is no address, private or public"),
    ("contoso.westus.data: {TXT: [x]}", "far", "contoso.westus.data.privatelink.azurecr.io", ""),
    ("contoso: {AAAA: ['2001:db8::1']}", "far", f"{LOGIN} AAAA", ""),
    # A record that leads nowhere.
    ("'*.data': {CNAME: missing.azurecr.io}", "hub", DATA, "an alias leads to a name that does not exist"),
    ("contoso: {CNAME: missing.azurecr.io}", "far", LOGIN, "an alias leads to a name that does not exist"),
    ("contoso: {CNAME: missing.privatelink.azurecr.io}", "hub", LOGIN, "zone privatelink.azurecr.io, linked to hub, has no record missing"),
    ("contoso: {A: [10.0.0.7]}", "hub", "missing.azurecr.io", ""),
    # F31: private endpoints have no IPv6.
    ("contoso: {A: [10.0.0.7], AAAA: ['2001:db8::1']}", "hub", f"{LOGIN} AAAA", "pe has no IPv6 address, and 2001:db8::1 goes round it"),
    ("contoso: {A: [10.0.0.7]}", "hub", f"{LOGIN} AAAA", ""),
    # What is no endpoint's name, no question for addresses, or not there at all.
    ("other: {A: [10.0.0.99]}", "hub", "other.privatelink.azurecr.io", ""),
    ("contoso.x.y: {A: [10.0.0.99]}", "hub", "contoso.x.y.privatelink.azurecr.io", ""),
    ("contoso: {A: [10.0.0.99]}", "hub", f"{LOGIN} TXT", ""),
    ("other: {A: [10.0.0.99]}", "hub", LOGIN, "zone privatelink.azurecr.io, linked to hub, has no record contoso"),
    ("contoso: {A: [10.0.0.99]}", "internet", LOGIN, ""),
    # A label that has the octets of the suffix in it.
    ("other: {A: [10.0.0.99]}", "hub", "contoso.ab\\007azurecr\\002io", "outside the simulated zones"),
]  # fmt: skip


@pytest.mark.parametrize(("record", "vantage", "question", "cause"), ANSWERS)
def test_an_answer_says_whose_address_it_is(record: str, vantage: str, question: str, cause: str) -> None:
    """Where it is not the one of the private endpoint in reach; the right one has nothing to say (DESIGN.md)."""
    assert resolve(BASE.replace("RECORDS", record), vantage, question).response.cause == cause


@pytest.mark.parametrize("status", ["Pending", "Rejected", "Disconnected"])
@pytest.mark.parametrize(("vantage", "told"), [("hub", True), ("spoke", True), ("island", False), ("internet", False)])
def test_a_public_answer_says_that_the_endpoint_is_not_approved(status: str, vantage: str, told: bool) -> None:
    """F22: without an approved endpoint there is no privatelink name, and nothing else shows why."""
    cause = resolve(WITHOUT_ALIAS.replace("STATUS", status), vantage, LOGIN).response.cause
    assert cause == (f"pe is {status}, so it has no part in this" if told else "")


@pytest.mark.parametrize(("member", "told"), [("registry_data_westus", False), ("registry", True)])
def test_an_endpoint_without_an_address_for_a_member_says_so(member: str, told: bool) -> None:
    """A replica that the endpoint has no address for (F30): whatever is answered, it is not the endpoint's."""
    topology = """
    version: 1
    registries:
      contoso: {location: eastus, replications: [{region: westus}]}
    networks:
      hub: {address_space: [10.0.0.0/16]}
    private_endpoints:
      pe: {registry: contoso, network: hub, addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}}
    private_dns_zones:
      azurecr.io:
        virtual_network_links: {hub: {}}
        records: {contoso: {A: [20.0.0.1]}, contoso.westus.data: {A: [20.0.0.1]}}
    """
    fqdn = LOGIN if member == "registry" else "contoso.westus.data.azurecr.io"
    cause = resolve(topology, "hub", fqdn).response.cause
    expected = "is in reach of hub" if told else "pe has no address for registry_data_westus"
    assert expected in cause


@given(topology=tangled.topologies())
def test_every_wrong_answer_says_why(topology: Topology) -> None:
    """Whatever the topology: what `matrix` marks comes with its cause. Only a public address for another may not."""
    found = matrix(World(topology))
    for row, vantage, cell in found.surprises():
        public = cell.state == "public" and not topology.endpoints_in_reach(vantage, row.registry)
        assert public or found.cause(row, vantage), (row.fqdn, vantage)
