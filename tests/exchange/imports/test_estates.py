"""Whole estates as az prints them: the answers that clients get there, and what is said to be missing.

Each was written down from what Azure does (facts.md), before the import was asked.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from acrdns.exchange.imports.estate.estate import FoundEstate
from acrdns.names import name
from acrdns.record import Type, is_private
from acrdns.resolve.chain import Question
from acrdns.resolve.world import World
from tests.exchange.imports import az_objects as az
from tests.exchange.imports.importing import of, said, topology

if TYPE_CHECKING:
    from acrdns.topology.model import Topology

LOGIN, EAST, WEST = "contoso.azurecr.io", "contoso.eastus.data.azurecr.io", "contoso.westus.data.azurecr.io"
ADDRESSES = {"registry": "10.0.0.5", "registry_data_eastus": "10.0.0.4"}
RECORDS = {"contoso": "10.0.0.5", "contoso.eastus.data": "10.0.0.4"}
PRIVATE, PUBLIC, NXDOMAIN, SILENT = "10.0.0.5", "public", "NXDOMAIN", "SERVFAIL"
HUB = az.vnet("hub", "10.0.0.0/16", peers=("spoke",))
SPOKE = az.vnet("spoke", "10.1.0.0/16", peers=("hub",))
FIXED = [az.registry(), *az.endpoint("hub", ADDRESSES)]
LINKED = az.zone("hub", records=RECORDS)
REPLICAS = [{"id": f"{az.registry()['id']}/replications/westus", "name": "westus", "location": "West US", "type": "Microsoft.ContainerRegistry/registries/replications"}]  # fmt: skip
GOVERNMENT = [az.registry(suffix="azurecr.us", location="usgovvirginia"), *az.endpoint("hub", {"registry": "10.0.0.5", "registry_data_usgovvirginia": "10.0.0.4"}, zone="privatelink.azurecr.us"),
              *az.zone("hub", name="privatelink.azurecr.us", records={"contoso": "10.0.0.5", "contoso.usgovvirginia.data": "10.0.0.4"})]  # fmt: skip


def spoke(*servers: str) -> dict[str, Any]:
    """Return the spoke with DNS servers of its own."""
    return az.vnet("spoke", "10.1.0.0/16", *servers, peers=("hub",))


ESTATES: dict[str, tuple[list[Any], dict[tuple[str, str], str], list[str]]] = {
    "one network": ([*FIXED, HUB, *LINKED], {("hub", LOGIN): PRIVATE, ("hub", EAST): "10.0.0.4"}, ["leads to spoke, which is not in the input"]),
    "no link": ([*FIXED, HUB, SPOKE, *az.zone(records=RECORDS)], {("hub", LOGIN): PUBLIC}, []),
    "a link for the spoke": ([*FIXED, HUB, SPOKE, *az.zone("hub", "spoke", records=RECORDS)], {("spoke", LOGIN): PRIVATE}, []),
    "no link for the spoke": ([*FIXED, HUB, SPOKE, *LINKED], {("hub", LOGIN): PRIVATE, ("spoke", LOGIN): PUBLIC}, []),
    "a machine as DNS server": ([*FIXED, HUB, spoke("10.0.0.53"), *LINKED, az.machine("hub", "10.0.0.53")], {("spoke", LOGIN): PRIVATE}, ["the network interface dns-nic; that it forwards to Azure-provided DNS is assumed"]),
    "a public resolver": ([*FIXED, HUB, spoke("8.8.8.8"), *LINKED], {("spoke", LOGIN): PUBLIC}, []),
    "a server nobody knows": ([*FIXED, HUB, spoke("172.31.0.4"), *LINKED], {("spoke", LOGIN): SILENT}, ["the DNS server 172.31.0.4 lies in no network of the input"]),
    "an inbound endpoint": ([*FIXED, HUB, spoke("10.0.1.4"), *LINKED, *az.resolver("hub", "10.0.1.4")], {("spoke", LOGIN): PRIVATE}, []),
    "a ruleset": ([*FIXED, HUB, SPOKE, *LINKED, *az.resolver("hub", "10.0.1.4"), *az.ruleset("spoke", "10.0.1.4")], {("spoke", LOGIN): PRIVATE, ("spoke", EAST): "10.0.0.4"}, []),
    "a rule that is off": ([*FIXED, HUB, SPOKE, *LINKED, *az.resolver("hub", "10.0.1.4"), *az.ruleset("spoke", "10.0.1.4", "Disabled")], {("spoke", LOGIN): PUBLIC}, []),
    "a firewall's proxy": ([*FIXED, HUB, spoke("10.0.2.4"), *LINKED, az.firewall("hub", "10.0.2.4", "p"), az.policy("p")], {("spoke", LOGIN): PRIVATE}, []),
    "a proxy that is off": ([*FIXED, HUB, spoke("10.0.2.4"), *LINKED, az.firewall("hub", "10.0.2.4", "p"), az.policy("p", proxy=False)], {("spoke", LOGIN): SILENT}, ["the DNS server 10.0.2.4 is the firewall fw, which has no DNS proxy: nobody answers there"]),
    "a proxy before a resolver": ([*FIXED, HUB, spoke("10.0.2.4"), *LINKED, *az.resolver("hub", "10.0.1.4"), az.firewall("hub", "10.0.2.4", "p"), az.policy("p", "10.0.1.4")], {("spoke", LOGIN): PRIVATE}, []),
    "a proxy before a public resolver": ([*FIXED, HUB, spoke("10.0.2.4"), *LINKED, az.firewall("hub", "10.0.2.4", "p"), az.policy("p", "8.8.8.8")], {("spoke", LOGIN): PUBLIC}, []),
    "a policy based on another": ([*FIXED, HUB, spoke("10.0.2.4"), *LINKED, az.firewall("hub", "10.0.2.4", "p"), az.policy("p", proxy=None, based_on="q"), az.policy("q")], {("spoke", LOGIN): PRIVATE}, []),
    "a policy of another subscription": ([*FIXED, HUB, spoke("10.0.2.4"), *LINKED, az.firewall("hub", "10.0.2.4", "p")], {("spoke", LOGIN): PRIVATE}, [f"the policy of the firewall fw is not in the input; its DNS proxy is assumed; add az network firewall policy show -g rg-hub -n p --subscription {az.SUBSCRIPTION}"]),
    "a firewall without a policy": ([*FIXED, HUB, spoke("10.0.2.4"), *LINKED, az.firewall("hub", "10.0.2.4", additionalProperties={"Network.DNS.EnableProxy": "true", "Network.DNS.Servers": "8.8.8.8,1.1.1.1"})], {("spoke", LOGIN): PUBLIC}, []),
    "a virtual WAN": ([*FIXED, az.vnet("hub", "10.0.0.0/16", hub="wan-east"), az.vnet("aks", "10.2.0.0/16", hub="wan-west"), az.cluster("aks"), *az.virtual_hub("wan-east", "10.9.0.0/24", "hub"), *az.virtual_hub("wan-west", "10.9.1.0/24", "aks"), *az.zone("hub", "aks", records=RECORDS)],
        {("aks", LOGIN): PRIVATE, ("hub", LOGIN): PRIVATE}, ["the cluster aks1 is in this network; its CoreDNS (10.250.0.10) is assumed to forward"]),
    "a virtual WAN without its hubs": ([*FIXED, az.vnet("hub", "10.0.0.0/16", hub="wan-east"), *LINKED], {("hub", LOGIN): PRIVATE}, ["it is the hub of a virtual WAN: add az network vhub list"]),
    "an endpoint that waits": ([az.registry(), *az.endpoint("hub", ADDRESSES, "Pending"), HUB, SPOKE, *az.zone("hub")], {("hub", LOGIN): PUBLIC}, []),
    "a stale record": ([az.registry(publicNetworkAccess="Enabled", privateEndpointConnections=[]), HUB, SPOKE, *az.zone("hub", records={"contoso": "10.0.0.99"}, creator="gone")], {("hub", LOGIN): PUBLIC, ("hub", "contoso.privatelink.azurecr.io"): "10.0.0.99"}, ["created by the private endpoint gone, which is not in the input"]),
    "a record that is gone": ([*FIXED, HUB, SPOKE, *az.zone("hub", records={"contoso": "10.0.0.5"})], {("hub", LOGIN): PRIVATE, ("hub", EAST): NXDOMAIN}, ["are deleted"]),
    "a record that is gone, with a fallback": ([*FIXED, HUB, SPOKE, *az.zone("hub", records={"contoso": "10.0.0.5"}, hub="NxDomainRedirect")], {("hub", EAST): PUBLIC}, ["are deleted"]),
    "a replica without a record": ([*FIXED, HUB, SPOKE, *LINKED, *REPLICAS], {("hub", LOGIN): PRIVATE, ("hub", WEST): NXDOMAIN}, []),
    "no zone in the input": ([*FIXED[:-1], HUB, SPOKE], {("hub", LOGIN): PUBLIC}, ["no private zone is in the input", "whether it has a zone group is not in the input"]),
    "a government cloud": ([*GOVERNMENT, HUB, SPOKE], {("hub", "contoso.azurecr.us"): PRIVATE}, []),
    "a network of another subscription": ([*FIXED, *LINKED], {("hub", LOGIN): PRIVATE}, [f"add az network vnet show -g rg-hub -n hub --subscription {az.SUBSCRIPTION}"]),
}  # fmt: skip


def answer(loaded: Topology, vantage: str, fqdn: str) -> str:
    """Return the address where it is private, `public`, or the rcode."""
    found = World(loaded).resolve(vantage, Question(name(fqdn), Type.A)).response
    if not found.answer or found.answer[-1].type != Type.A:
        return found.rcode.name
    address = found.answer[-1].texts()[0]
    return address if is_private(address) else PUBLIC


@pytest.mark.parametrize(("objects", "answers", "notes"), ESTATES.values(), ids=list(ESTATES))
def test_an_estate_gives_the_answers_of_azure(
    objects: list[Any], answers: dict[tuple[str, str], str], notes: list[str]
) -> None:
    """And nothing else is said to be missing, in any order of the objects."""
    for order in (objects, list(reversed(objects))):
        result = of(order)
        loaded = topology(result)
        assert {key: answer(loaded, *key) for key in answers} == answers
        assert len(said(result)) == len(notes), said(result)
        assert all(any(note in line for line in said(result)) for note in notes), said(result)


def test_hubs_of_a_virtual_wan_join_networks() -> None:
    """What is connected to either reaches the other; a network's own side of the connection is not missing."""
    loaded = topology(of(ESTATES["a virtual WAN"][0]))
    assert loaded.networks["wan-east"].kind == "virtual_hub"
    assert loaded.reach("aks") == {"wan-east", "wan-west", "hub"}


def test_no_registry_makes_the_import_look_through_the_estate(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of registries, each with an endpoint and a replica, take no more rounds over the estate than two."""
    rounds = 0
    found = FoundEstate.all

    def counted(estate: FoundEstate, kind: type[Any]) -> Any:
        nonlocal rounds
        rounds += 1
        return found(estate, kind)

    monkeypatch.setattr(FoundEstate, "all", counted)
    text = json.dumps([*FIXED, *REPLICAS])
    numbers = []
    for registries in (2, 12):
        rounds = 0
        names = (text.replace("contoso", f"contoso{at}").replace("10.0.0.", f"10.0.{at}.") for at in range(registries))
        result = of(*(re.sub(r"\bpe\b", f"pe{at}", each) for at, each in enumerate(names)), HUB)
        assert len(topology(result).registries) == len(topology(result).private_endpoints) == registries
        numbers.append(rounds)
    assert numbers[0] == numbers[1]
