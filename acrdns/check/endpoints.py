"""The endpoints to resolve, and the expectation of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from acrdns.azure import INTERNET, LOGIN, Member
from acrdns.check.evidence import Case, Expectation, Kind
from acrdns.check.expectation import expect_all
from acrdns.record import is_private

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from acrdns.azure import Cloud
    from acrdns.probe.observation import Observation
    from acrdns.topology.model import Registry, Topology


class PlannedEndpoint(NamedTuple):
    """One endpoint to resolve."""

    registry: str
    member: Member
    fqdn: str
    expectation: Expectation

    def observed(self, observation: Observation) -> Case:
        """Return the case of this endpoint and what was observed."""
        return Case(*self, observation)


def of_topology(topology: Topology, vantage: str, registries: Iterable[str] = ()) -> list[PlannedEndpoint]:
    """Return every endpoint of the given registries, or of all, with the expectation at `vantage`.

    The local names of connected registries in that network are among them.

    Raises KeyError for a vantage point or a registry that the topology does not have.
    """
    tails: dict[tuple[Member, ...], list[str]] = {}
    endpoints: list[PlannedEndpoint] = []
    for key in tuple(registries) or topology.registries:
        registry = topology.registries[key]
        label, members = registry.dns_label, registry.members()
        # Registries in the same regions have the same names but for the label.
        if members not in tails:
            tails[members] = [member.fqdn("", topology.cloud) for member in members]
        expectations = expect_all(topology, vantage, registry, members)
        for member, tail, expectation in zip(members, tails[members], expectations, strict=True):
            endpoints.append(PlannedEndpoint(key, member, label + tail, expectation))
        if registry.connected_registries and vantage != INTERNET:
            endpoints += local_names(registry, topology.vantage(vantage).name)
    return endpoints


def local_names(registry: Registry, network: str) -> Iterator[PlannedEndpoint]:
    """Return the local names of the registry's connected registries in a network, each with its address."""
    for name, connected in registry.connected_registries.items():
        if connected.network == network and connected.login_server and connected.address:
            kind: Kind = "private" if is_private(connected.address) else "public"
            expectation = Expectation(kind, (connected.address,), f"the connected registry {name} in {network}")
            yield PlannedEndpoint(registry.name, Member("connected", name), connected.login_server, expectation)


def names_by_vantage(topology: Topology) -> dict[str, frozenset[str]]:
    """Return the names that are evidence at each vantage point.

    They are all endpoints with their names under privatelink, and local names in their network alone.
    """
    every = topology.registries.values()
    aliases = (m.privatelink(registry.dns_label, topology.cloud) for registry in every for m in registry.members())
    everywhere = frozenset((*(endpoint.fqdn for endpoint in of_topology(topology, INTERNET)), *aliases))
    registries = [registry for registry in topology.registries.values() if registry.connected_registries]
    found = {INTERNET: everywhere}
    for vantage in topology.vantages[1:]:
        network = topology.vantage(vantage).name
        local = {endpoint.fqdn for registry in registries for endpoint in local_names(registry, network)}
        found[vantage] = everywhere | local if local else everywhere
    return found


def of_name(
    label: str, cloud: Cloud, regions: Sequence[str] = (), *, regional: bool = False, expect: Kind = "unknown"
) -> list[PlannedEndpoint]:
    """Return the endpoints of a registry, given its name and regions alone.

    `regional` adds the regional login servers to the data endpoints. `expect` is the kind of address that the user
    expects.
    """
    members = [LOGIN, *(Member("data", region) for region in regions)]
    if regional:
        members += [Member("regional", region) for region in regions]
    expectation = Expectation(expect, (), _WHY[expect], any_private=expect == "private")
    return [PlannedEndpoint(label, member, member.fqdn(label, cloud), expectation) for member in members]


_WHY: Mapping[Kind, str] = {
    "private": "--expect private",
    "public": "--expect public",
    "unknown": "without a topology nothing says which address is right",
}
