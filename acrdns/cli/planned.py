"""The endpoints that `acrdns check` asks for, and the vantage point that it judges from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import typer

from acrdns.azure import INTERNET
from acrdns.cli.target import login_server, regions_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.check.endpoints import PlannedEndpoint
    from acrdns.topology.model import Topology


@dataclass(frozen=True, slots=True)
class Plan:
    """The endpoints to ask for, and the vantage point to judge from."""

    topology: Topology | None
    vantage: str
    endpoints: Sequence[PlannedEndpoint]
    notes: tuple[str, ...] = ()


def plan_of_topology(target: str, vantage: str | None, registries: Sequence[str] | None, regions: str) -> Plan:
    """Return the endpoints of a topology file at a vantage point. A usage error says what is wrong with the options."""
    from acrdns.check.endpoints import of_topology
    from acrdns.cli.arguments import registry_of, vantage_of
    from acrdns.topology.load import load

    if regions:
        raise typer.BadParameter("the topology says which regions there are", param_hint="--regions")
    topology = load(target)
    stand = vantage_of(topology, vantage or INTERNET)
    keys = [registry_of(topology, name) for name in registries or ()]
    if not topology.registries:
        raise typer.BadParameter(f"{target} has no registries; there is nothing to check", param_hint="TARGET")
    notes = () if vantage or not topology.networks else (_default_vantage(topology),)
    return Plan(topology, stand, of_topology(topology, stand, keys), notes)


def _default_vantage(topology: Topology) -> str:
    known = "|".join(topology.vantages[1:])
    return f"judged as from the internet; for a resolver inside a network, say which: --from {known}"


def plan_of_name(
    target: str,
    vantage: str | None,
    registries: Sequence[str] | None,
    regions: str,
    *,
    regional: bool,
    expect: Literal["private", "public"] | None,
) -> Plan:
    """Return the endpoints of a registry of which only the name is known; a usage error as above."""
    from acrdns.check.endpoints import of_name

    for given, option in ((vantage, "--from"), (registries, "--registry")):
        if given:
            raise typer.BadParameter(
                f"this needs a topology file, and {target} is none; {option} cannot be used with a login server",
                param_hint=option,
            )
    if regional and not regions:
        raise typer.BadParameter("say in which regions: --regions eastus,westus", param_hint="--regional-endpoints")
    label, cloud = login_server(target)
    notes: list[str] = []
    if "." not in target:
        notes.append(f"{target} is taken for {label}.{cloud.registry}; write the login server in full")
    if not regions:
        notes.append(
            "only the login server was checked; name the regions to check data endpoints: --regions eastus,westus"
        )
    named, unknown = regions_of(regions)
    endpoints = of_name(label, cloud, named, regional=regional, expect=expect or "unknown")
    return Plan(None, "", endpoints, (*notes, *unknown))
