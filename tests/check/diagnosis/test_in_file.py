"""Faults of the file itself: the diagnosis names the fault that the broken sample is about."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from acrdns.check.diagnosis.diagnose import diagnose
from acrdns.check.diagnosis.in_file import in_words_of_lint
from acrdns.check.facts import Facts
from acrdns.check.judge import judge
from acrdns.check.lint import CausesInFile
from acrdns.check.rules import rules
from acrdns.record import Type
from acrdns.resolve.world import World
from acrdns.topology.load import load, loads
from tests.check.diagnosis.observing import observed

BROKEN = Path(__file__).parents[3] / "zones/broken"
ZONE = "privatelink.azurecr.io"
FAULTS = {
    "azure-dns-from-on-premises": ("azure-dns-from-on-premises", "192.168.0.53"),
    "branch-outside-the-wan": ("unreachable-dns-server", "branch"),
    "builds-ask-public-dns": ("bypassed-azure-dns", "aks/builds"),
    "bypassed-azure-dns": ("bypassed-azure-dns", "spoke-aks"),
    "dnl-record-without-hash": ("dnl-record-without-hash", f"{ZONE}/tailspin-fre2bbgcdmbdg8fz"),
    "endpoint-records-collide": ("endpoint-records-collide", "east-zone"),
    "ipv6-bypass": ("ipv6-bypass", f"{ZONE}/contoso"),
    "link-in-progress": ("link-in-progress", "hub"),
    "missing-data-record": ("missing-record", f"{ZONE}/contoso.eastus.data"),
    "misspelt-private-zone": ("misspelt-private-zone", "privatelink.eastus.data.azurecr.io"),
    "network-without-zone-link": ("vnet-without-zone-link", "hub"),
    "other-registrys-address": ("other-registrys-address", f"{ZONE}/contoso"),
    "peered-network-without-zone-link": ("vnet-without-zone-link", "spoke-build"),
    "privatelink-only-forwarding": ("privatelink-only-forwarding", "192.168.0.53"),
    "redirect-masks-missing-record": ("redirect-masks-missing-record", f"{ZONE}/contoso.eastus.data"),
    "replica-without-address": ("replica-without-address", "contoso-pe/registry_data_westus"),
    "replica-without-record": ("replica-without-record", f"{ZONE}/contoso.westus.data"),
    "resolver-network-without-zone-link": ("resolver-network-without-zone-link", "hub"),
    "ruleset-loop": ("forwarding-loop", "corp"),
    "server-network-without-zone-link": ("resolver-network-without-zone-link", "hub"),
    "shadowed-private-zone": ("shadowed-private-zone", f"eastus.data.{ZONE} @ hub"),
    "stale-private-ip": ("stale-private-ip", f"{ZONE}/contoso"),
    "survivor-without-records": ("shared-record-deleted", "west-zone"),
    "third-party-hidden": ("third-party-hidden", "fabrikam"),
    "wrong-zone-linked": ("wrong-zone-linked", "hub"),
    "zone-of-another-cloud": ("misspelt-private-zone", "privatelink.azurecr.io"),
    "zone-of-public-name": ("zone-of-public-name", "hub"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_the_file_itself_has_the_fault(name: str) -> None:
    """Where the answers observed are those of the file, the one diagnosis is that of the sample's name."""
    topology = load(str(BROKEN / f"{name}.yaml"))
    world = World(topology)
    judged = {vantage: judge(Facts.simulated(world, vantage), rules("ACR3")) for vantage in world.vantages}
    wrong = {(vantage, fqdn) for vantage, judgement in judged.items() for fqdn in judgement.wrong}
    (diagnosis,) = diagnose(topology, observed(topology), wrong).diagnoses
    (fault,) = diagnosis.faults
    assert (fault.fault, fault.subject) == FAULTS[name]
    assert (diagnosis.in_file, diagnosis.explains) == (True, diagnosis.of)
    assert fault.place is not None
    assert fault.place.file == topology.file


KEYED = """\
version: 1
registries:
  contoso: {location: eastus}
networks:
  hub: {address_space: [10.0.0.0/16], peerings: [spoke]}
  spoke: {address_space: [10.1.0.0/16], dns_servers: [10.0.1.4]}
private_endpoints:
  contoso-pe:
    registry: contoso
    network: hub
    addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}
    GROUP
private_dns_zones:
  KEY:
    NAME
    virtual_network_links: {hub: {}}
    RECORDS
private_resolvers: {hub-resolver: {network: hub, inbound_endpoints: [10.0.1.4]}}
"""
NAMED = "name: privatlink.azurecr.io"
BY_HAND = {"GROUP": "", "RECORDS": "records: {contoso: {A: [10.0.0.7]}, contoso.eastus.data: {A: [10.0.0.8]}}"}
BY_GROUP = {"GROUP": "dns_zone_group: [KEY]", "RECORDS": ""}


@pytest.mark.parametrize("key", [ZONE, "corp", "privatlink.azurecr.io"])
@pytest.mark.parametrize("records", [BY_HAND, BY_GROUP], ids=["by hand", "by a zone group"])
def test_a_misspelt_zone_of_the_file_has_its_key_in_the_file(key: str, records: dict[str, str]) -> None:
    """Also where the key is another text than the name, and one of the zone's networks answers for another one."""
    text = KEYED
    for each, value in {**records, "KEY": key, "NAME": "" if key[:4] == "priv" and key != ZONE else NAMED}.items():
        text = text.replace(each, value)
    topology = loads(text, "estate.yaml")
    world = World(topology)
    judged = {vantage: judge(Facts.simulated(world, vantage), rules("ACR3")) for vantage in ("hub", "spoke")}
    wrong = {(vantage, fqdn) for vantage, judgement in judged.items() for fqdn in judgement.wrong}
    found = diagnose(topology, observed(topology, judged), wrong)
    told = in_words_of_lint(found, topology, CausesInFile(topology))
    assert [[(f.fault, f.subject) for f in each.faults] for each in told.diagnoses] == [
        [("misspelt-private-zone", key)]
    ]
    assert all(each.in_file for each in told.diagnoses)


FORWARD = "on 10.1.255.10: forward all other names to 10.0.0.4"
BEHIND = """\
version: 1
registries: {contoso: {location: eastus}}
networks:
  hub: {address_space: [10.0.0.0/16]}
  aks:
    address_space: [10.1.0.0/16]
    peerings: [hub]
    dns_servers: [10.0.0.4]
    clients: {CLIENTS}
private_resolvers: {r: {network: hub, inbound_endpoints: [10.0.0.4]}}
dns_servers: {10.1.255.10: {network: aks, forwarders: [10.0.0.68]}}
private_endpoints:
  pe:
    registry: contoso
    network: hub
    addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}
    dns_zone_group: [privatelink.azurecr.io]
private_dns_zones: {privatelink.azurecr.io: {virtual_network_links: {hub: {}}}}
"""


@pytest.mark.parametrize(
    ("clients", "expected"),
    [
        (
            "nodes: {dns_servers: [10.0.0.68]}, pods: {dns_servers: [10.1.255.10]}",
            {"aks/nodes": "on aks/nodes: ask 10.0.0.4", "10.1.255.10": FORWARD},
        ),
        ("pods: {dns_servers: [10.1.255.10]}", {"10.1.255.10": FORWARD}),
        (
            "nodes: {dns_servers: [10.0.0.68]}, builds: {dns_servers: [10.0.0.68]}",
            {"aks/nodes": "on aks/nodes: ask 10.0.0.4", "aks/builds": "on aks/builds: ask 10.0.0.4"},
        ),
    ],
    ids=["one directly, one by a server", "by a server", "two directly"],
)
def test_silent_servers_of_the_file_are_those_of_lint(clients: str, expected: dict[str, str]) -> None:
    """Clients that ask the right server already are not told to: where it forwards is what the file has wrong."""
    topology = loads(BEHIND.replace("CLIENTS", clients), "estate.yaml")
    world = World(topology)
    judged = {vantage: judge(Facts.simulated(world, vantage), rules("ACR3")) for vantage in world.vantages}
    wrong = {(vantage, fqdn) for vantage, judgement in judged.items() for fqdn in judgement.wrong}
    found = diagnose(topology, observed(topology), wrong)
    told = in_words_of_lint(found, topology, CausesInFile(topology))
    (first,) = told.diagnoses
    assert {fault.subject: "; then ".join(fix.text for fix in fault.fixes) for fault in first.faults} == expected
    assert first.in_file


UNLINKED = """\
version: 1
registries: {contoso: {location: eastus, replications: [westus]}}
networks: {hub: {address_space: [10.0.0.0/16]}}
private_endpoints:
  pe:
    registry: contoso
    network: hub
    addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8, registry_data_westus: 10.0.0.9}
    dns_zone_group: [privatelink.azurecr.io]
private_dns_zones: {privatelink.azurecr.io: {virtual_network_links: {}}PUBLIC}
"""
OWN_EAST = ", eastus.data.azurecr.io: {virtual_network_links: {hub: {}}, records: {contoso: {A: [10.0.0.8]}}}"


def test_what_keeps_an_answer_right_is_named_beside_the_fault_of_the_file() -> None:
    """A cache or a hosts file could hold all that is wrong as well; they come last."""
    topology, real = (loads(UNLINKED.replace("PUBLIC", more), "estate.yaml") for more in ("", OWN_EAST))
    world = World(real)
    judged = {vantage: judge(Facts.simulated(world, vantage), rules("ACR3")) for vantage in world.vantages}
    wrong = {(vantage, fqdn) for vantage, judgement in judged.items() for fqdn in judgement.wrong}
    # No tool has shown aliases, so that a cache may have the answers that are wrong.
    answers = [replace(a, chain=(), shown=()) for a in observed(real, ("hub",)) if a.asked.type is Type.A]
    first, *others = diagnose(topology, answers, wrong).diagnoses
    assert {(each.fault, each.subject) for each in first.faults} == {
        ("vnet-without-zone-link", "hub"),
        ("zone-of-public-name", "hub"),
    }
    assert {other.faults[0].fault for other in others} <= {"stale-cache", "hosts-file-pin"}
