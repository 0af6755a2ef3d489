"""Set-ups of real DNS servers beside those of `test_self_hosted`: node-local DNS, stub and auth zones, an order."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from acrdns.resolve.world import World
from acrdns.topology.load import loads
from tests.interop.self_hosted import refusing, running, setup_of
from tests.interop.test_self_hosted import RECURSION, SITUATIONS, Situation, differences, vantage_listeners

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.interop.self_hosted import Address

pytestmark = pytest.mark.interop


@pytest.fixture(scope="module")
def listeners(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Address]]:
    """Return the vantage listeners that stand behind the servers."""
    with ExitStack() as stack:
        yield vantage_listeners("documented", tmp_path_factory.mktemp("azure"), stack)


@pytest.fixture
def compared(
    listeners: dict[str, Address], program: Callable[[str], str], tmp_path: Path
) -> Callable[..., list[tuple[object, ...]]]:
    """Run a program as a server of a topology, in a way of its own, and return where it differs from the simulation."""

    def compare(
        product: str, text: str, key: str = "192.168.0.53", vantage: str = "clients", **ways: Any
    ) -> list[tuple[object, ...]]:
        topology = loads(text, "estate.yaml")
        with refusing() as nobody:
            setup = setup_of(topology.dns_servers[key], topology, listeners, nobody, minimise=False)
            with running(product, program, replace(setup, **ways), tmp_path) as where:
                return differences(World(topology), where, " ".join((product, *ways)), vantage=vantage)

    return compare


NODE_LOCAL = """
  node-local:
    {{network: hub, client: nodes, address: 169.254.10.10, recursion: {}, forwarders: [{}], conditional_forwarders: {{{}}}}}
"""
NODES = {
    "to Azure-provided DNS": ("168.63.129.16", ""),
    "to public DNS": ("8.8.8.8", ""),
    "privatelink alone to Azure-provided DNS": ("8.8.8.8", "privatelink.azurecr.io: [168.63.129.16]"),
}


@pytest.mark.parametrize(("forwarder", "conditional"), NODES.values(), ids=NODES)
@pytest.mark.parametrize("product", RECURSION)
def test_node_local_dns(
    product: str, forwarder: str, conditional: str, compared: Callable[..., list[tuple[object, ...]]]
) -> None:
    """A server at a link-local address belongs to the client that names it, and asks from that client's network."""
    text = SITUATIONS["azurecr-to-inbound"].topology("forward")
    hub = "hub: {address_space: [10.0.0.0/16]"
    text = text.replace(hub, f"{hub}, clients: {{nodes: {{dns_servers: [169.254.10.10]}}}}")
    text += NODE_LOCAL.format(RECURSION[product], forwarder, conditional)
    assert compared(product, text, "node-local", "hub/nodes") == []


@pytest.mark.parametrize("situation", ["azurecr-to-inbound", "privatelink-to-inbound", "two-zones", "empty-zone"])
@pytest.mark.parametrize("product", ["unbound", "kresd"])
def test_a_stub_zone_is_a_conditional_forwarder(
    product: str, situation: str, compared: Callable[..., list[tuple[object, ...]]]
) -> None:
    """topology.md: a forward zone or stub zone for privatelink makes the names private in unbound."""
    assert compared(product, SITUATIONS[situation].topology(RECURSION[product]), stub=True) == []


@pytest.mark.parametrize("situation", ["local-privatelink-zone", "local-login-name"])
def test_an_auth_zone_of_unbound_is_a_zone_of_its_own(
    situation: str, compared: Callable[..., list[tuple[object, ...]]]
) -> None:
    """topology.md: it does not count for an alias target."""
    assert compared("unbound", SITUATIONS[situation].topology("unbound"), auth=True) == []


ORDERS = ["8.8.8.8, 10.0.0.4", "10.0.0.4, 8.8.8.8", "10.2.0.4, 10.0.0.4"]


@pytest.mark.parametrize("targets", ORDERS)
def test_dnsmasq_asks_in_order(targets: str, compared: Callable[..., list[tuple[object, ...]]]) -> None:
    """`strict-order` is `selection: order`: the first answers; a silent one is passed over when the client asks again."""
    situation = Situation(f"forwarders: [{targets}]", "", "", "")
    assert compared("dnsmasq", situation.topology("forward"), strict=True) == []


@pytest.mark.parametrize("product", ["dnsmasq", "named", "unbound"])
def test_the_fix_of_rebinding_protection_lets_registries_pass(
    product: str, compared: Callable[..., list[tuple[object, ...]]]
) -> None:
    """With the exception that the fix names, each program answers as one without the filter."""
    text = SITUATIONS["azurecr-to-inbound"].topology(RECURSION[product])
    assert compared(product, text, rebind_protection=True, exempt="azurecr.io") == []
