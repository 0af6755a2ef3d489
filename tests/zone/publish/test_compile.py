"""What a topology publishes: the public zones of the three clouds, and the private zones."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from acrdns import names
from acrdns.azure import CLOUDS
from acrdns.check.estate.matrix import matrix
from acrdns.record import Type, rdata_text, type_text
from acrdns.resolve.world import World
from acrdns.topology.amend import amend
from acrdns.topology.load import loads
from acrdns.topology.text.edit import Drop, Put
from acrdns.zone.publish import derive
from acrdns.zone.publish.compile import compile as publish
from acrdns.zone.publish.compile import compile_edited
from acrdns.zone.publish.routed import as_routed
from acrdns.zone.zone import find
from tests.examples import examples
from tests.topologies import topologies

if TYPE_CHECKING:
    from acrdns.topology.model import Topology
    from acrdns.topology.text.edit import Edit
    from acrdns.zone.zone import Zone

few = examples(1 / 4)
"""Random topologies take long to make, and these laws are simple."""

DOCUMENTATION = [ipaddress.ip_network(text) for text in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")]

ONE = """
version: 1
cloud: %s
registries:
  contoso: {location: %s, data_endpoint_enabled: %s, replications: [%s]}
"""
HOMES = {
    "AzureCloud": ("eastus", "westus"),
    "AzureChinaCloud": ("chinaeast2", "chinanorth3"),
    "AzureUSGovernment": ("usgovvirginia", "usgovtexas"),
}


def one(cloud: str = "AzureCloud", *, data: str = "true") -> Topology:
    """Load a registry with a replica, in a cloud."""
    home, replica = HOMES[cloud]
    return loads(ONE % (cloud, home, data, replica), "one.yaml")


def public(topology: Topology) -> dict[str, Zone]:
    """Return the public zones by apex."""
    return {names.show(zone.apex): zone for zone in publish(topology).public}


def dump(zone: Zone, *leave_out: Type) -> set[str]:
    """Write a zone's records as lines."""
    return {
        f"{names.show(rrset.name)} {rrset.ttl} {type_text(rrset.type)} {rdata_text(rrset.type, rdata)}"
        for node in zone.nodes.values()
        for rrset in node
        if rrset.type not in leave_out
        for rdata in rrset.rdatas
    }


def owners(topology: Topology) -> set[str]:
    """Return every public name that has an address or an alias."""
    return {line.split()[0] for zone in public(topology).values() for line in dump(zone, Type.SOA, Type.NS)}


# --- public zones ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cloud", "apexes"),
    [
        (
            "AzureCloud",
            "azurecr.io privatelink.azurecr.io azcr.io trafficmanager.net cloudapp.azure.com blob.core.windows.net",
        ),
        (
            "AzureChinaCloud",
            "azurecr.cn privatelink.azurecr.cn azcr.cn trafficmanager.cn cloudapp.chinacloudapi.cn blob.core.chinacloudapi.cn",
        ),
        (
            "AzureUSGovernment",
            (
                "azurecr.us privatelink.azurecr.us azcr.us"
                " usgovtrafficmanager.net cloudapp.usgovcloudapi.net blob.core.usgovcloudapi.net"
            ),
        ),
    ],
)
def test_public_zones_of_the_clouds(cloud: str, apexes: str) -> None:
    """Each cloud has its own suffixes, and nothing of another cloud's."""
    assert set(public(one(cloud))) == set(apexes.split())
    suffixes = tuple(apexes.split())
    assert all(owner.endswith(suffixes) for owner in owners(one(cloud)))


@pytest.mark.parametrize("cloud", list(CLOUDS))
def test_public_zones_have_soa_and_name_servers(cloud: str) -> None:
    """A zone without them is none (RFC 1034 section 4.2.1)."""
    for apex, zone in public(one(cloud)).items():
        soa = zone.soa
        servers = find(zone.nodes[zone.apex], Type.NS)
        assert soa is not None
        assert names.show(soa.name) == apex
        assert len(soa.rdatas) == 1
        assert servers is not None
        assert len(servers.rdatas) >= 2


def test_a_zone_below_another_is_delegated() -> None:
    """privatelink.azurecr.io is a zone of its own, which azurecr.io says by its NS records."""
    zones = public(one())
    child = zones["privatelink.azurecr.io"]
    delegation = find(zones["azurecr.io"].nodes[child.apex], Type.NS)
    assert delegation == find(child.nodes[child.apex], Type.NS)
    assert child.apex in zones["azurecr.io"].cuts


@few
@given(topologies())
def test_names_are_in_the_deepest_zone(topology: Topology) -> None:
    """No public zone holds a name that belongs to a zone below it, but for the delegation."""
    zones = publish(topology).public
    for zone in zones:
        below = [other.apex for other in zones if other.apex != zone.apex and names.is_under(other.apex, zone.apex)]
        for owner, node in zone.nodes.items():
            held = [rrset for rrset in node if rrset.type != Type.NS]
            assert not held or not any(names.is_under(owner, apex) for apex in below)


@few
@given(topologies())
def test_aliases_stand_alone(topology: Topology) -> None:
    """Nothing stands beside a CNAME, and it has one record (RFC 1034 section 3.6.2), in every zone."""
    published = publish(topology)
    for zone in (*published.public, *published.private.values()):
        for node in zone.nodes.values():
            alias = find(node, Type.CNAME)
            assert alias is None or (len(node) == 1 and len(alias.rdatas) == 1)


@few
@given(topologies())
def test_privatelink_names_need_an_approved_endpoint(topology: Topology) -> None:
    """No label `privatelink` anywhere in public for a registry without one (facts.md section 1.2, behaviour 2)."""
    zone = next(zone for zone in publish(topology).public if zone.key == topology.cloud.privatelink)
    for registry in topology.registries.values():
        apex = names.name(f"{registry.dns_label}.{topology.cloud.privatelink}")
        approved = any(e.registry == registry.name and e.approved for e in topology.private_endpoints.values())
        assert approved is any(names.is_under(owner, apex) for owner in zone.nodes)


# --- without dedicated data endpoints ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cloud", "suffix"),
    [
        ("AzureCloud", "blob.core.windows.net"),
        ("AzureChinaCloud", "blob.core.chinacloudapi.cn"),
        ("AzureUSGovernment", "blob.core.usgovcloudapi.net"),
    ],
)
def test_layers_come_from_blob_storage(cloud: str, suffix: str) -> None:
    """Without dedicated data endpoints their names do not exist; each region has a storage account instead."""
    topology = one(cloud, data="false")
    found = owners(topology)
    assert len([owner for owner in found if owner.endswith(f".{suffix}")]) == 2
    assert not any(f".data.{topology.cloud.registry}" in owner for owner in found)


@pytest.mark.parametrize("cloud", list(CLOUDS))
def test_no_blob_storage_beside_data_endpoints(cloud: str) -> None:
    """With them, the registry has no public name under the storage suffix."""
    topology = one(cloud)
    found = owners(topology)
    assert not any(owner.endswith(topology.cloud.blob) for owner in found)
    assert {f"contoso.{region}.data.{topology.cloud.registry}" for region in HOMES[cloud]} <= found


# --- derived names and addresses ---------------------------------------------------------------------------------------


@few
@given(topologies())
def test_publishing_is_deterministic(topology: Topology) -> None:
    """The same topology publishes the same, always."""
    assert publish(topology) == publish(topology)


@few
@given(topologies())
def test_derived_addresses_are_documentation_addresses(topology: Topology) -> None:
    """Made-up addresses are nobody's (RFC 5737), and no two endpoints of one registry have the same."""
    for registry in topology.registries.values():
        derived = [
            address
            for member in registry.members()
            if member not in registry.public_addresses
            for address in derive.public_addresses(registry, member)
        ]
        derived += [derive.blob_address(registry, region) for region in registry.regions]
        assert all(any(ipaddress.ip_address(text) in space for space in DOCUMENTATION) for text in derived)
        assert len(set(derived)) == len(derived)


def test_derived_addresses_are_those_of_yesterday() -> None:
    """Saved expectations rely on them: a change of how they are made up is a change that users see."""
    topology = one()
    registry = topology.registries["contoso"]
    assert [derive.public_addresses(registry, member) for member in registry.members()] == [
        ("198.51.100.3",),
        ("198.51.100.4",),
        ("198.51.100.5",),
    ]
    assert derive.frontend(registry, topology.cloud) == "11f0b04e.eus.azcr.io"
    assert derive.traffic_manager(registry, topology.cloud) == "11f0b04e-eus-reg.trafficmanager.net"
    assert derive.geo_profile(registry, topology.cloud) == "11f0b04eda61baebd5646fde72b0058e.trafficmanager.net"


@few
@given(topologies())
def test_what_the_file_gives_is_published(topology: Topology) -> None:
    """Addresses that people give are answered as they are, to the last one."""
    published = {
        line.split()[-1] for zone in publish(topology).public for line in dump(zone) if line.split()[2] in ("A", "AAAA")
    }
    for registry in topology.registries.values():
        for member in registry.members():
            assert set(registry.public_addresses.get(member, ())) <= published


HOME = """
version: 1
chains: observed
registries:
  contoso:
    location: westus
    regional_endpoints_enabled: true
    replications: [eastus]
    public: {addresses: {registry: [20.45.1.1], registry_westus: [%s], registry_eastus: [20.45.1.3]}}
"""


@pytest.mark.parametrize(
    ("given", "down", "regional", "login"),
    [
        ("20.45.1.2", (), "20.45.1.2", "20.45.1.1"),
        ("20.45.1.1", (), "20.45.1.1", "20.45.1.1"),
        ("20.45.1.2", ("westus",), "20.45.1.2", "20.45.1.3"),
        ("20.45.1.1", ("westus",), "20.45.1.1", "20.45.1.3"),
    ],
)
def test_the_home_regions_endpoint_has_the_address_that_the_file_gives(
    given: str, down: tuple[str, ...], regional: str, login: str
) -> None:
    """Also where it is another than the login server's, in whose stamp it is otherwise, and while the region is down."""
    rows = matrix(World(as_routed(loads(HOME % given, "home.yaml"), down))).rows
    seen = {row.fqdn: row.cells[0].addresses for row in rows}
    assert seen["contoso.westus.geo.azurecr.io"] == (regional,)
    assert seen["contoso.azurecr.io"] == (login,)


# --- private zones -----------------------------------------------------------------------------------------------------

SOA = "privatelink.azurecr.io 3600 SOA azureprivatedns.net. azureprivatedns-host.microsoft.com. 1 3600 300 2419200 10"

PRIVATE = """
version: 1
registries:
  contoso: {location: eastus, regional_endpoints_enabled: true, dns_label: %s}
networks: {hub: {address_space: [10.0.0.0/16]}, spoke: {address_space: [10.1.0.0/16]}}
private_endpoints:
  first:
    registry: contoso
    network: hub
    status: %s
    addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8, registry_eastus: 10.0.0.9}
    dns_zone_group: [zone]
  second:
    registry: contoso
    network: spoke
    status: %s
    addresses: {registry: 10.1.0.7}
    dns_zone_group: [%s]
private_dns_zones:
  zone: {name: %s, ttl: %s, records: {%s}}
"""


def private(
    *,
    label: str = "contoso",
    first: str = "Approved",
    second: str = "Pending",
    group: str = "zone",
    name: str = "privatelink.azurecr.io",
    ttl: int = 10,
    records: str = "",
) -> set[str]:
    """Return the records of the one private zone."""
    topology = loads(PRIVATE % (label, first, second, group, name, ttl, records), "private.yaml")
    return dump(publish(topology).private["zone"])


def test_a_zone_group_writes_every_member() -> None:
    """Relative names are `<registry>`, `<registry>.<region>.data` and `.geo`; type A, TTL 10 (facts.md section 1.1)."""
    assert private() == {
        SOA,
        "contoso.privatelink.azurecr.io 10 A 10.0.0.7",
        "contoso.eastus.data.privatelink.azurecr.io 10 A 10.0.0.8",
        "contoso.eastus.geo.privatelink.azurecr.io 10 A 10.0.0.9",
    }


@pytest.mark.parametrize("status", ["Pending", "Rejected", "Disconnected"])
def test_an_unapproved_endpoint_writes_nothing(status: str) -> None:
    """Its zone group has nothing to write (F22); the SOA is there nevertheless."""
    assert private(first=status) == {SOA}


def test_the_host_label_is_the_record_name() -> None:
    """A registry with a domain name label is written under `<name>-<hash>` (facts.md section 2.2)."""
    assert "contoso-hash.eastus.data.privatelink.azurecr.io 10 A 10.0.0.8" in private(label="contoso-hash")


def test_the_last_writer_wins() -> None:
    """Of two endpoints in one zone the later in the file wins, record set by record set (F07)."""
    assert private(second="Approved") == {
        SOA,
        "contoso.privatelink.azurecr.io 10 A 10.1.0.7",
        "contoso.eastus.data.privatelink.azurecr.io 10 A 10.0.0.8",
        "contoso.eastus.geo.privatelink.azurecr.io 10 A 10.0.0.9",
    }


def test_an_endpoint_writes_only_into_its_zone_group() -> None:
    """Without a zone group nothing is written (F08)."""
    assert private(second="Approved", group="") == private()


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ("contoso: {A: [10.0.0.99]}", "contoso.privatelink.azurecr.io 3600 A 10.0.0.99"),
        ("CONTOSO: {ttl: 60, A: [10.0.0.99]}", "contoso.privatelink.azurecr.io 60 A 10.0.0.99"),
        ("contoso: {CNAME: www.example.org}", "contoso.privatelink.azurecr.io 3600 CNAME www.example.org"),
    ],
)
def test_what_is_made_by_hand_replaces(records: str, expected: str) -> None:
    """A record set under `records` replaces the one that a zone group would write; an alias leaves nothing beside it."""
    assert {line for line in private(records=records) if line.startswith("contoso.privatelink")} == {expected}


def test_what_is_made_by_hand_beside() -> None:
    """Another type or another name leaves the zone group's record sets alone."""
    added = private(records="contoso: {TXT: [hello]}, other: {A: [10.0.0.98, 10.0.0.99]}") - private()
    assert added == {
        'contoso.privatelink.azurecr.io 3600 TXT "hello"',
        "other.privatelink.azurecr.io 3600 A 10.0.0.98",
        "other.privatelink.azurecr.io 3600 A 10.0.0.99",
    }


def test_the_ttl_of_a_zone() -> None:
    """`ttl` is for what zone groups write; what is made by hand has its own."""
    found = private(ttl=60, records="other: {A: [10.0.0.99]}")
    assert "contoso.privatelink.azurecr.io 60 A 10.0.0.7" in found
    assert "other.privatelink.azurecr.io 3600 A 10.0.0.99" in found


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("azurecr.io", {"contoso.azurecr.io", "contoso.eastus.data.azurecr.io", "contoso.eastus.geo.azurecr.io"}),
        ("eastus.data.privatelink.azurecr.io", {"contoso.eastus.data.privatelink.azurecr.io"}),
        ("data.privatelink.azurecr.io", {"contoso.eastus.data.privatelink.azurecr.io"}),
        ("privatelink.eastus.data.azurecr.io", set()),
        ("privatelink.azurecr.us", set()),
    ],
)
def test_a_zone_group_with_another_zone(name: str, expected: set[str]) -> None:
    """A zone gets the records that its name can hold (F10, F11, F12; what Azure does here is UNKNOWN)."""
    assert {line.split()[0] for line in private(name=name) if " A " in line} == expected


def test_private_zones_have_no_name_servers() -> None:
    """`@` has an SOA and nothing else (facts.md section 1.1)."""
    assert {line for line in private() if line.startswith("privatelink.azurecr.io ")} == {SOA}


def test_zones_of_one_name_are_kept_apart() -> None:
    """Zones in other resource groups may share a name; each has its own records."""
    text = PRIVATE % ("contoso", "Approved", "Approved", "other", "privatelink.azurecr.io", 10, "")
    zones = publish(loads(text + "  other: {name: privatelink.azurecr.io}\n", "private.yaml")).private
    assert "contoso.privatelink.azurecr.io 10 A 10.0.0.7" in dump(zones["zone"])
    assert dump(zones["other"]) == {SOA, "contoso.privatelink.azurecr.io 10 A 10.1.0.7"}


SHARED = """
version: 1
registries:
  contoso: {location: eastus}
  fabrikam: {location: eastus, replications: [westus]}
networks:
  hub: {address_space: [10.0.0.0/16]}
private_endpoints:
  one: {registry: contoso, network: hub, addresses: {registry: 10.0.0.4}, dns_zone_group: [privatelink.azurecr.io]}
  two: {registry: fabrikam, network: hub, addresses: {registry: 10.0.0.6}, dns_zone_group: [privatelink.azurecr.io]}
private_dns_zones:
  privatelink.azurecr.io: {virtual_network_links: {hub: {}}}
"""


@pytest.mark.parametrize(
    ("edit", "is_shared"),
    [
        (Drop(("private_endpoints", "one")), True),
        (Put(("private_endpoints", "one", "status"), "Pending"), True),
        (Put(("private_endpoints", "one", "addresses", "registry"), "10.0.0.9"), True),
        (Put(("registries", "contoso", "replications"), ["westus"]), True),
        (Put(("registries", "contoso", "location"), "westus"), True),
        (Put(("registries", "fabrikam", "location"), "northeurope"), False),
        (Put(("private_endpoints", "two", "addresses", "registry"), "10.0.0.9"), False),
        (Put(("private_dns_zones", "privatelink.azurecr.io", "ttl"), 60), False),
    ],
)
def test_an_edited_topology_shares_what_no_edit_concerns(edit: Edit, *, is_shared: bool) -> None:
    """It publishes what it publishes by itself; record sets of which nothing changes are those from before."""
    before = loads(SHARED, "shared.yaml")
    edited, first = amend(before, (edit,)), publish(before)
    after = compile_edited(edited, before, first)
    assert after == publish(edited)
    login = names.name("fabrikam.privatelink.azurecr.io")
    one, other = (find(each.private["privatelink.azurecr.io"].nodes[login], Type.A) for each in (first, after))
    assert (one is other) == is_shared
