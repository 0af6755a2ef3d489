"""Faults of the file itself: the diagnosis names the fault that the broken sample is about."""

from __future__ import annotations

from pathlib import Path

import pytest

from acrdns.check.diagnosis.diagnose import diagnose
from acrdns.check.facts import Facts
from acrdns.check.judge import judge
from acrdns.check.rules import rules
from acrdns.resolve.world import World
from acrdns.topology.load import load
from tests.check.diagnosis.observing import observed

BROKEN = Path(__file__).parents[3] / "zones/broken"
ZONE = "privatelink.azurecr.io"
FAULTS = {
    "azure-dns-from-on-premises": ("azure-dns-from-on-premises", "192.168.0.53"),
    "branch-outside-the-wan": ("unreachable-dns-server", "branch"),
    "builds-ask-public-dns": ("bypassed-azure-dns", "aks/builds"),
    "bypassed-azure-dns": ("bypassed-azure-dns", "spoke-aks"),
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
    "replica-without-record": ("replica-without-record", f"{ZONE}/contoso.westus.data"),
    "resolver-network-without-zone-link": ("resolver-network-without-zone-link", "hub"),
    "ruleset-loop": ("forwarding-loop", "corp"),
    "server-network-without-zone-link": ("resolver-network-without-zone-link", "hub"),
    "shadowed-private-zone": ("shadowed-private-zone", f"eastus.data.{ZONE} @ hub"),
    "stale-private-ip": ("stale-private-ip", f"{ZONE}/contoso"),
    "survivor-without-records": ("shared-record-deleted", "west-zone"),
    "third-party-hidden": ("third-party-hidden", "fabrikam"),
    "wrong-zone-linked": ("wrong-zone-linked", "hub"),
    "zone-of-another-cloud": ("misspelt-private-zone", "privatelink.azurecr.cn"),
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
