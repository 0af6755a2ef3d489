"""Local zones: what people's own DNS servers are authoritative for, connected registries among it."""

from __future__ import annotations

from acrdns import names
from acrdns.check.lint import lint
from acrdns.record import Type, rdata_text, type_text
from acrdns.topology.load import loads
from acrdns.zone.publish.local import local_zones

PLANT = """
version: 1
registries:
  contoso:
    location: eastus
    data_endpoint_enabled: true
    connected_registries:
      factory: {network: plant, login_server: factory.plant.example, address: 192.168.0.20}
      nested: {network: plant, login_server: nested.factory.plant.example, address: 192.168.0.21, parent: factory}
      modern: {network: plant, login_server: modern.plant.example, address: "fd00::22"}
      elsewhere: {network: other, login_server: elsewhere.plant.example, address: 192.168.0.23}
networks:
  plant: {kind: on_premises}
  other: {kind: on_premises}
dns_servers:
  192.168.0.53: {network: plant, zones: {%s}}
"""


def zones(text: str) -> dict[str, set[str]]:
    """Return the addresses in each zone of the server."""
    topology = loads(PLANT % text, "plant.yaml")
    return {
        names.show(zone.apex): {
            f"{names.show(rrset.name)} {type_text(rrset.type)} {rdata_text(rrset.type, rdata)}"
            for node in zone.nodes.values()
            for rrset in node
            if rrset.type != Type.SOA
            for rdata in rrset.rdatas
        }
        for zone in local_zones(topology.dns_servers["192.168.0.53"], topology)
    }


def test_connected_registries_without_a_zone() -> None:
    """A name that no zone of the server holds is a zone of its own; one below it is in it."""
    assert zones("") == {
        "factory.plant.example": {
            "factory.plant.example A 192.168.0.20",
            "nested.factory.plant.example A 192.168.0.21",
        },
        "modern.plant.example": {"modern.plant.example AAAA fd00::22"},
    }


def test_connected_registries_inside_a_zone() -> None:
    """All names inside a zone of the server are added to it, of whatever family."""
    assert zones("plant.example: {www: {A: [192.168.0.80]}}") == {
        "plant.example": {
            "www.plant.example A 192.168.0.80",
            "factory.plant.example A 192.168.0.20",
            "nested.factory.plant.example A 192.168.0.21",
            "modern.plant.example AAAA fd00::22",
        }
    }


def test_what_the_zone_says_itself_counts() -> None:
    """A name that the zone has is not touched."""
    found = zones("plant.example: {factory: {A: [192.168.0.99]}, x.modern: {A: [192.168.0.98]}}")
    assert "factory.plant.example A 192.168.0.99" in found["plant.example"]
    assert "factory.plant.example A 192.168.0.20" not in found["plant.example"]
    assert "modern.plant.example AAAA fd00::22" not in found["plant.example"]


def test_zones_have_a_soa() -> None:
    """A negative answer needs one."""
    topology = loads(PLANT % "plant.example: {}", "plant.yaml")
    (zone,) = local_zones(topology.dns_servers["192.168.0.53"], topology)
    assert zone.soa is not None
    assert names.show(zone.soa.name) == "plant.example"


def test_a_server_may_have_a_root_of_its_own() -> None:
    """As companies have that resolve no name outside: with records at the root, too."""
    root = "'.': {'@': {A: [192.168.0.1]}, contoso.azurecr.io: {A: [192.168.0.2]}}"
    assert {". A 192.168.0.1", "contoso.azurecr.io A 192.168.0.2"} <= zones(root)["."]
    assert [each.code for each in lint(loads(PLANT % root, "plant.yaml"))] == ["ACR316"]  # factory has no record
