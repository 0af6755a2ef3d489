"""Networks and the clients in them: who reaches whom, and what each vantage point resolves by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from acrdns.topology.amend import amend
from acrdns.topology.load import loads
from acrdns.topology.text.edit import Put
from acrdns.topology.text.rewrite import edited

if TYPE_CHECKING:
    from acrdns.topology.model import Topology


def topology(networks: str, rest: str = "") -> Topology:
    """Load networks, written as YAML in braces."""
    return loads(f"networks: {networks}\n{rest}", "x.yaml")


CHAIN = "{a: {peerings: [h]}, h: {%s peerings: [b, k]}, b: {}, k: {%s peerings: [c]}, c: {}, on: {kind: on_premises}}"
TRANSIT, HUB = "transit: true,", "kind: virtual_hub,"


@pytest.mark.parametrize(
    ("first", "second", "reached"),
    [
        ("", "", "h"),
        (TRANSIT, "", "b h k"),
        (TRANSIT, TRANSIT, "b h k"),  # what is peered with h reaches k, and not what is peered with k
        (HUB, "", "b h k"),
        (HUB, HUB, "b c h k"),  # hubs of a virtual WAN, in a row
        (HUB, TRANSIT, "b h k"),
    ],
)
def test_reach_goes_through_hubs(first: str, second: str, reached: str) -> None:
    """A transit hub joins what is peered with it; the hubs of a virtual WAN do so in any number."""
    assert sorted(topology(CHAIN % (first, second)).reach("a")) == reached.split()


@pytest.mark.parametrize("hubs", [("", ""), (TRANSIT, ""), (HUB, HUB), (TRANSIT, HUB), (HUB, TRANSIT)])
def test_reach_is_symmetric(hubs: tuple[str, str]) -> None:
    """If packets get there, answers get back; nobody reaches itself through others."""
    made = topology(CHAIN % hubs)
    pairs = {(one, other) for one in made.networks for other in made.reach(one)}
    assert pairs == {(other, one) for one, other in pairs}
    assert all(one != other for one, other in pairs)


def test_what_would_join_two_networks_is_said() -> None:
    """A hub that both are peered with would, as a transit hub."""
    made = topology(CHAIN % ("", ""))
    said = "b, which is not peered with a; both are peered with h, which passes nothing on between them"
    assert made.out_of_reach("a", "b") == f"{said} (no `transit: true`)"
    assert made.out_of_reach("a", "on") == "on, which is not peered with a"


CLIENTS = topology(
    """
  aks:
    dns_servers: [10.0.0.4, 10.0.0.5]
    selection: fastest
    hosts: {a.example: 10.0.0.1}
    clients:
      nodes: {}
      pods: {dns_servers: [169.254.10.10], selection: order}
      bare: {dns_servers: [], hosts: {}}
  wan: {kind: virtual_hub, clients: {vpn: {}}}
""",
    """dns_servers:
  node-local: {network: aks, client: pods, address: 169.254.10.10}
  dns: {network: aks, address: 10.0.0.4}
""",
)


def test_clients_follow_their_network() -> None:
    """In file order; the hub of a virtual WAN is no vantage point, but its clients are."""
    assert CLIENTS.vantages == ("internet", "aks", "aks/nodes", "aks/pods", "aks/bare", "wan/vpn")
    with pytest.raises(KeyError):
        CLIENTS.vantage("wan")


@pytest.mark.parametrize(
    ("vantage", "servers", "selection", "hosts", "path"),
    [
        ("aks", 2, "fastest", 1, "networks aks dns_servers"),
        ("aks/nodes", 2, "fastest", 1, "networks aks dns_servers"),
        ("aks/pods", 1, "order", 1, "networks aks clients pods dns_servers"),
        ("aks/bare", 0, "fastest", 0, "networks aks clients bare dns_servers"),
    ],
)
def test_what_a_client_leaves_out_is_the_networks(
    vantage: str, servers: int, selection: str, hosts: int, path: str
) -> None:
    """An empty list or mapping is not left out. The path is that of the list in force."""
    seen = CLIENTS.vantage(vantage)
    assert (len(seen.dns_servers), seen.selection, len(seen.hosts)) == (servers, selection, hosts)
    assert CLIENTS.dns_path_of(vantage) == tuple(path.split())


def test_a_server_of_a_client_is_found_by_that_client() -> None:
    """By any other asker the address belongs to nobody; a named server is found by its address."""
    pods, nodes = CLIENTS.vantage("aks/pods"), CLIENTS.vantage("aks/nodes")
    found = CLIENTS.server_at(pods, "169.254.10.10")
    assert found is not None
    assert found.key == "node-local"
    assert CLIENTS.server_at(nodes, "169.254.10.10") is None
    assert CLIENTS.server_at(nodes, "10.0.0.4") is CLIENTS.dns_servers["10.0.0.4"]


NAMED = """networks: {office: {kind: on_premises, address_space: [192.168.0.0/16]}}
dns_servers:
  office-dns: {network: office, address: 192.168.0.53, forwarders: [192.168.0.54]}
  192.168.0.54: {network: office}
"""


@pytest.mark.parametrize(("server", "line"), [("192.168.0.53", 3), ("192.168.0.54", 4)])
def test_a_named_server_has_its_place(server: str, line: int) -> None:
    """By its address, which everything but the file knows it by."""
    assert loads(NAMED, "x.yaml").place("dns_servers", server, "forwarders").line == line


@pytest.mark.parametrize("written", ["office-dns", "192.168.0.54"])
def test_a_named_server_is_amended(written: str) -> None:
    """An edit of the file and the same edit of the topology come to the same."""
    edit = Put(("dns_servers", written, "conditional_forwarders", "azurecr.io"), ["10.0.0.4"])
    assert amend(loads(NAMED, "x.yaml"), [edit]) == loads(edited(NAMED, [edit], "x.yaml"), "x.yaml")
