from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from acrdns.names import name, show
from acrdns.record import RRset, Type
from acrdns.resolve.as_zones.transferable import Transferable
from acrdns.resolve.chain import Question
from acrdns.resolve.world import World
from acrdns.topology.load import load, loads
from acrdns.zone.lookup import lookup
from acrdns.zone.view import view
from acrdns.zone.zone import find

if TYPE_CHECKING:
    from pathlib import Path

    from acrdns.zone.zone import Zone

_SAMPLES = sorted((__import__("pathlib").Path(__file__).parents[3] / "zones").glob("*.yaml"))


def _names(world: World) -> list[tuple[Question, ...]]:
    zones = (*world.published.public, *world.published.private.values())
    owners = dict.fromkeys(owner for zone in zones for owner in zone.nodes)
    return [(Question(owner, Type.A), Question(owner, Type.AAAA)) for owner in owners]


@pytest.mark.parametrize("path", _SAMPLES, ids=lambda path: path.stem)
def test_the_zones_answer_as_the_vantage_point_does(path: Path) -> None:
    """Followed name by name through the zones, every address question has the vantage point's answer and rcode."""
    world = World(load(str(path)))
    transferable = Transferable(world)
    for vantage in world.vantages:
        zones = view(transferable.zones(vantage))
        for question in (each for pair in _names(world) for each in pair):
            ours = world.resolve(vantage, question).response
            theirs = zones.answer(question)
            assert (vantage, question, theirs.rcode, theirs.answer) == (vantage, question, ours.rcode, ours.answer)


@pytest.mark.parametrize("path", _SAMPLES, ids=lambda path: path.stem)
def test_the_zones_are_whole(path: Path) -> None:
    """Each has one SOA and an NS set, aliases stand alone, and a zone delegates to those below it."""
    world = World(load(str(path)))
    for vantage in world.vantages:
        zones = Transferable(world).zones(vantage)
        for zone in zones:
            assert zone.soa is not None
            assert find(zone.nodes[zone.apex], Type.NS) is not None
            assert all(len(node) == 1 for node in zone.nodes.values() if find(node, Type.CNAME))
            above = view(other for other in zones if other is not zone).zone_of(zone.apex)
            assert above is None or zone.apex in above.cuts


LINKED = """
version: 1
registries:
  contoso: {location: eastus, replications: [westeurope]}
  fabrikam: {location: eastus, data_endpoint_enabled: true}
networks:
  hub: {address_space: [10.0.0.0/16]}
  spoke: {address_space: [10.1.0.0/16]}
  waiting: {address_space: [10.2.0.0/16]}
  redirected: {address_space: [10.3.0.0/16], location: westeurope}
private_endpoints:
  pe:
    registry: contoso
    network: hub
    addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8, registry_data_westeurope: 10.0.0.9}
    dns_zone_group: [privatelink.azurecr.io]
  other:
    registry: fabrikam
    network: spoke
    addresses: {registry: 10.1.0.7, registry_data_eastus: 10.1.0.8}
private_dns_zones:
  privatelink.azurecr.io:
    virtual_network_links:
      hub: {}
      waiting: {state: InProgress}
      redirected: {resolution_policy: NxDomainRedirect}
"""


@pytest.fixture(scope="module")
def transferable() -> Transferable:
    """Return the views of a topology with links of every kind."""
    return Transferable(World(loads(LINKED.replace("version: 1", "version: 1\nchains: observed"), "linked.yaml")))


def _zone(transferable: Transferable, vantage: str, apex: str) -> Zone:
    return next(zone for zone in transferable.zones(vantage) if zone.apex == name(apex))


def _said(zone: Zone, owner: str) -> str:
    answer = lookup(zone, name(owner), Type.A).answer
    return answer[0].texts()[0] if answer else ""


def _target(rrset: RRset | None) -> str:
    assert rrset is not None
    return show(rrset.target)


@pytest.mark.parametrize(
    ("vantage", "kind", "contoso", "fabrikam"),
    [
        ("internet", "public", "CNAME", "CNAME"),
        ("hub", "private", "10.0.0.7", ""),
        ("spoke", "public", "CNAME", "CNAME"),
        ("waiting", "public", "CNAME", "CNAME"),
        ("redirected", "private", "10.0.0.7", "CNAME"),
    ],
)
def test_which_privatelink_zone_is_seen(
    vantage: str, kind: str, contoso: str, fabrikam: str, transferable: Transferable
) -> None:
    """The private one where a link is active, with the public names in it where that redirects; else the public one."""
    zone = _zone(transferable, vantage, "privatelink.azurecr.io")
    soa = zone.soa
    assert soa is not None
    assert ("azureprivatedns" in soa.texts()[0]) == (kind == "private")
    for registry, said in (("contoso", contoso), ("fabrikam", fabrikam)):
        found = _said(zone, f"{registry}.privatelink.azurecr.io")
        assert (found == said) or (said == "CNAME" and found.endswith((".azcr.io", ".trafficmanager.net")))


def test_a_geo_routed_name_is_fixed_by_the_networks_location(transferable: Transferable) -> None:
    """From western Europe the profile leads to the replica there."""

    def profile(vantage: str) -> str:
        zone = _zone(transferable, vantage, "trafficmanager.net")
        world = transferable._world
        (routed,) = world.published.routes
        return _target(find(zone.nodes[routed], Type.CNAME))

    assert profile("redirected").startswith("weu")
    assert profile("internet").startswith("eus")


def test_networks_share_the_zones_that_are_the_same(transferable: Transferable) -> None:
    """Estates have many networks, and few zones that differ."""
    spoke, waiting = transferable.zones("spoke"), transferable.zones("waiting")
    assert all(left is right for left, right in zip(spoke, waiting, strict=True))
    assert _zone(transferable, "hub", "azurecr.io") is _zone(transferable, "spoke", "azurecr.io")
    assert _zone(transferable, "hub", "trafficmanager.net") is not _zone(
        transferable, "redirected", "trafficmanager.net"
    )


SHADOWED = """
version: 1
registries:
  contoso: {location: eastus, replications: [westeurope], regional_endpoints_enabled: true}
  fabrikam: {location: eastus, data_endpoint_enabled: true}
networks:
  all: {address_space: [10.0.0.0/16]}
  none: {address_space: [10.1.0.0/16]}
  plant:
    address_space: [192.168.0.0/24]
    kind: on_premises
private_endpoints:
  pe:
    registry: contoso
    network: all
    addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8, registry_data_westeurope: 10.0.0.9}
    dns_zone_group: [ZONES]
private_dns_zones:
  ZONE:
    virtual_network_links: {all: {resolution_policy: POLICY}}
    records: {"@": {A: [10.0.0.30]}, other: {TXT: [text]}, "*.deep": {A: [10.0.0.31]}}
  eastus.data.privatelink.azurecr.io:
    virtual_network_links: {all: {resolution_policy: NxDomainRedirect}}
"""


@pytest.mark.parametrize(
    ("zone", "policy"),
    [
        ("privatelink.azurecr.io", "Default"),
        ("privatelink.azurecr.io", "NxDomainRedirect"),
        ("data.privatelink.azurecr.io", "Default"),
        ("data.privatelink.azurecr.io", "NxDomainRedirect"),
        ("azurecr.io", "Default"),
        ("corp.example", "Default"),
    ],
)
@pytest.mark.parametrize("chains", ["documented", "observed"])
def test_what_is_seen_is_what_asking_finds(zone: str, policy: str, chains: str) -> None:
    """The two ways to the zones of a view agree, wherever private zones stand between the public ones."""
    text = SHADOWED.replace("ZONES", zone).replace("ZONE", zone).replace("POLICY", policy)
    transferable = Transferable(
        World(loads(text.replace("version: 1", f"version: 1\nchains: {chains}"), "shadowed.yaml"))
    )
    for vantage in ("internet", "all", "none", "plant"):
        assert _contents(transferable.zones(vantage)) == _contents(transferable.written(vantage))


@pytest.mark.parametrize("path", _SAMPLES, ids=lambda path: path.stem)
def test_in_the_samples_too(path: Path) -> None:
    """The same, for all sample topologies."""
    world = World(load(str(path)))
    transferable = Transferable(world)
    for vantage in world.vantages:
        assert _contents(transferable.zones(vantage)) == _contents(transferable.written(vantage))


def _contents(zones: tuple[Zone, ...]) -> dict[str, object]:
    """Return zones as records; at a cut only that there is one, as either side of it may name the servers."""
    return {
        show(zone.apex): (
            sorted(map(show, zone.cuts)),
            {
                (show(rrset.name), rrset.type, rrset.ttl, rrset.rdatas)
                for owner, node in zone.nodes.items()
                for rrset in node
                if owner not in zone.cuts
            },
        )
        for zone in zones
    }


def test_a_private_zone_gets_a_name_server(transferable: Transferable) -> None:
    """Azure's has none, and no secondary takes a zone without."""
    zone = _zone(transferable, "hub", "privatelink.azurecr.io")
    assert _target(find(zone.nodes[zone.apex], Type.NS)) == "ns.acrdns.invalid"


FORWARDED = """
version: 1
registries: {contoso: {location: eastus}}
networks:
  hub: {address_space: [10.0.0.0/16]}
  plant: {address_space: [192.168.0.0/24], dns_servers: [192.168.0.53], peerings: [hub], kind: on_premises}
  lost: {address_space: [172.16.0.0/24], dns_servers: [172.16.0.53]}
private_endpoints:
  pe:
    registry: contoso
    network: hub
    addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}
    dns_zone_group: [privatelink.azurecr.io]
private_dns_zones:
  privatelink.azurecr.io: {virtual_network_links: {hub: {}}}
private_resolvers:
  hub-resolver: {network: hub, inbound_endpoints: [10.0.0.4]}
dns_servers:
  192.168.0.53:
    network: plant
    conditional_forwarders: {DOMAIN: [10.0.0.4]}
    zones: {corp.example: {www: {A: [192.168.0.80]}}}
"""


@pytest.mark.parametrize(
    ("domain", "login"), [("azurecr.io", "10.0.0.7"), ("privatelink.azurecr.io", "20.")], ids=["right", "F13"]
)
def test_behind_forwarders_a_network_sees_what_they_show_it(domain: str, login: str) -> None:
    """Also its servers' own zones; a chain that they trust decides what a privatelink name is."""
    world = World(loads(FORWARDED.replace("DOMAIN", domain), "forwarded.yaml"))
    zones = view(Transferable(world).zones("plant"))
    question = Question(name("contoso.azurecr.io"), Type.A)
    assert zones.answer(question).answer == world.resolve("plant", question).response.answer
    local = zones.answer(Question(name("www.corp.example"), Type.A))
    assert local.answer[0].texts() == ("192.168.0.80",)


def test_where_nobody_answers_there_are_no_zones() -> None:
    """A secondary says REFUSED there, where the vantage point says SERVFAIL."""
    world = World(loads(FORWARDED.replace("DOMAIN", "azurecr.io"), "forwarded.yaml"))
    assert Transferable(world).zones("lost") == ()
