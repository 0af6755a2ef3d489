"""What should be seen: by hand for the estate, and as laws over any topology."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.azure import CLOUDS, LOGIN, Member
from acrdns.check.expectation import expect
from acrdns.topology.model import Network, PrivateEndpoint, Registry, Topology
from tests.check.situations import estate

# vantage, registry, member, kind, addresses
ROWS = [
    ("internet", "contoso", "registry", "public", ("20.45.122.144",)),
    ("internet", "contoso", "registry_data_westus", "public", ()),
    ("hub", "contoso", "registry", "private", ("10.0.0.7",)),
    ("hub", "contoso", "registry_data_eastus", "private", ("10.0.0.8",)),
    ("spoke", "contoso", "registry_data_westus", "private", ("10.0.0.9",)),
    ("office", "fabrikam", "registry", "private", ("10.0.0.20",)),
    ("west", "contoso", "registry", "private", ("10.2.0.7",)),
    ("west", "contoso", "registry_data_westus", "private", ()),
    ("west", "fabrikam", "registry", "public", ()),
    ("island", "contoso", "registry", "public", ("20.45.122.144",)),
    ("hub", "tailspin", "registry", "public", ()),
]


@pytest.mark.parametrize(("vantage", "registry", "member", "kind", "addresses"), ROWS)
def test_own_network_first_then_direct_peerings_else_public(
    vantage: str, registry: str, member: str, kind: str, addresses: tuple[str, ...]
) -> None:
    """A disconnected endpoint counts for nothing, and a peering reaches one network far."""
    parsed = Member.parse(member)
    assert parsed is not None
    expectation = expect(estate(), vantage, estate().registries[registry], parsed)
    assert (expectation.kind, expectation.addresses) == (kind, addresses)
    assert expectation.why


NETWORKS = ("one", "two", "three")
MEMBERS = (LOGIN, Member("data", "eastus"), Member("data", "westus"))


@st.composite
def topologies(draw: st.DrawFn) -> Topology:
    """Two registries, three networks peered at will, and endpoints in any state with any of the addresses."""
    pairs = draw(st.sets(st.sampled_from([("one", "two"), ("two", "three"), ("one", "three")])))
    networks = {
        name: Network(
            name,
            "virtual_network",
            (),
            (),
            frozenset(o for pair in pairs if name in pair for o in pair if o != name),
            None,
        )
        for name in NETWORKS
    }
    endpoints = {
        f"pe{number}": PrivateEndpoint(
            f"pe{number}",
            draw(st.sampled_from(("contoso", "fabrikam"))),
            draw(st.sampled_from(NETWORKS)),
            draw(st.sampled_from(("Approved", "Pending", "Rejected", "Disconnected"))),
            {member: f"10.{number}.0.{7 + last}" for last, member in enumerate(MEMBERS) if draw(st.booleans())},
            (),
        )
        for number in range(draw(st.integers(0, 4)))
    }
    registries = {name: _registry(name, draw) for name in ("contoso", "fabrikam")}
    return Topology("t.yaml", CLOUDS["AzureCloud"], "documented", registries, networks, endpoints)


def _registry(name: str, draw: st.DrawFn) -> Registry:
    public = {member: (f"203.0.113.{last}",) for last, member in enumerate(MEMBERS) if draw(st.booleans())}
    return Registry(
        name=name,
        sku="Premium",
        location="eastus",
        replications=(),
        dns_label=name,
        data_endpoint_enabled=True,
        regional_endpoints_enabled=False,
        public_network_access_enabled=True,
        ip_rules=(),
        frontend=None,
        traffic_manager=None,
        public_addresses=public,
        connected_registries={},
    )


QUESTIONS = (
    st.sampled_from(("internet", *NETWORKS)),
    st.sampled_from(("contoso", "fabrikam")),
    st.sampled_from(MEMBERS),
)


@given(topologies(), *QUESTIONS)
def test_there_is_always_exactly_one_expectation(
    topology: Topology, vantage: str, registry: str, member: Member
) -> None:
    """It is private where an approved endpoint is at hand, else public, and holds no address but the fitting ones."""
    expectation = expect(topology, vantage, topology.registries[registry], member)
    near = {vantage} | (topology.networks[vantage].peerings if vantage in topology.networks else set())
    at_hand = [e for e in topology.approved_endpoints(registry) if e.network in near]
    assert expectation.kind == ("private" if at_hand else "public")
    if at_hand:
        assert set(expectation.addresses) <= {e.addresses.get(member) for e in at_hand}
    else:
        assert expectation.addresses == topology.registries[registry].public_addresses.get(member, ())


@given(topologies(), *QUESTIONS)
def test_an_endpoint_in_the_own_network_decides_alone(
    topology: Topology, vantage: str, registry: str, member: Member
) -> None:
    """What other networks have plays no part then."""
    own = {n: e for n, e in topology.private_endpoints.items() if e.network == vantage}
    alone = Topology(
        topology.file, topology.cloud, topology.chains, topology.registries, topology.networks, private_endpoints=own
    )
    if alone.has_private_link(registry):
        whole = expect(topology, vantage, topology.registries[registry], member)
        assert whole == expect(alone, vantage, topology.registries[registry], member)


@given(topologies(), *QUESTIONS)
def test_endpoints_that_are_not_approved_change_nothing(
    topology: Topology, vantage: str, registry: str, member: Member
) -> None:
    """Pending, rejected and disconnected endpoints are as good as none."""
    approved = {n: e for n, e in topology.private_endpoints.items() if e.approved}
    without = Topology(
        topology.file,
        topology.cloud,
        topology.chains,
        topology.registries,
        topology.networks,
        private_endpoints=approved,
    )
    whole = expect(topology, vantage, topology.registries[registry], member)
    assert whole == expect(without, vantage, topology.registries[registry], member)


def test_a_vantage_point_that_does_not_exist_is_an_error() -> None:
    """The command line catches it before; nothing is made up here."""
    with pytest.raises(KeyError):
        expect(estate(), "nowhere", estate().registries["contoso"], LOGIN)
