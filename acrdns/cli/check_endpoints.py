"""The endpoints that `acrdns check` asks for, and the vantage point that it judges from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import typer

from acrdns.azure import INTERNET
from acrdns.cli.target import login_server, regions_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from acrdns.check.endpoints import PlannedEndpoint
    from acrdns.probe.answer import ObservedAnswer
    from acrdns.topology.model import Topology


@dataclass(frozen=True, slots=True)
class Plan:
    """The endpoints to ask for, and the vantage point to judge from."""

    topology: Topology | None
    vantage: str
    endpoints: Sequence[PlannedEndpoint]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AskedPlace:
    """A vantage point of one run, and the server that is asked there."""

    vantage: str | None
    """None where nobody said."""
    server: str | None
    """None for this machine's own resolvers, or where saved answers are judged."""


def places_of(texts: Sequence[str], server: str | None) -> list[AskedPlace]:
    """Return the vantage points of `--from VANTAGE[=SERVER]`, with the server of `--server` for one that has none.

    A usage error says where it is not clear who asks whom.
    """
    places = []
    for text in texts:
        vantage, equals, own = text.partition("=")
        if equals and not own:
            raise typer.BadParameter(f"{text!r} has no server; write {vantage}=10.0.0.4", param_hint="--from")
        if server and (equals or len(texts) > 1):
            raise typer.BadParameter(
                "with several vantage points each has a server of its own: --from hub=10.0.0.4", param_hint="--server"
            )
        places.append(AskedPlace(vantage, own or server))
    names = [place.vantage for place in places]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise typer.BadParameter(f"{twice} is there twice", param_hint="--from")
    return places or [AskedPlace(None, server)]


def with_servers(places: list[AskedPlace], answers: Mapping[str, Sequence[ObservedAnswer]]) -> list[AskedPlace]:
    """Return the vantage points to judge from: those of `--from`, else those of saved answers.

    A usage error says so where one of several has neither a server nor saved answers.
    """
    if places == [AskedPlace(None, None)] and any(answers):
        return [AskedPlace(vantage or None, None) for vantage in answers]
    for place in places if len(places) > 1 else ():
        if place.server is None and place.vantage not in answers:
            raise typer.BadParameter(
                f"which server is asked at {place.vantage}? write {place.vantage}=10.0.0.4", param_hint="--from"
            )
    return places


def plan_of_topology(topology: Topology, vantage: str | None, registries: Sequence[str] | None, regions: str) -> Plan:
    """Return the endpoints of a topology at a vantage point. A usage error says what is wrong with the options."""
    from acrdns.check.endpoints import of_topology
    from acrdns.cli.arguments import registry_of, vantage_of

    if regions:
        raise typer.BadParameter("the topology says which regions there are", param_hint="--regions")
    stand = vantage_of(topology, vantage or INTERNET)
    keys = [registry_of(topology, name) for name in registries or ()]
    if not topology.registries:
        raise typer.BadParameter(f"{topology.file} has no registries; there is nothing to check", param_hint="TARGET")
    notes = () if vantage or not topology.networks else (_default_vantage(topology),)
    return Plan(topology, stand, of_topology(topology, stand, keys), notes)


def _default_vantage(topology: Topology) -> str:
    known = "|".join(topology.vantages[1:])
    return f"judged as from the internet; for a resolver inside a network, say which: --from {known}"


def regions_observed(target: str, answers: Iterable[ObservedAnswer]) -> str:
    """Return the regions of a registry's data endpoints that answers are about, as --regions takes them."""
    label, cloud = login_server(target)
    head, tail = f"{label}.", f".data.{cloud.registry}"
    names = (answer.fqdn for answer in answers)
    regions = (name[len(head) : -len(tail)] for name in names if name.startswith(head) and name.endswith(tail))
    return ",".join(dict.fromkeys(regions))


def plan_of_name(
    target: str,
    vantages: Sequence[str] | None,
    registries: Sequence[str] | None,
    regions: str,
    *,
    regional: bool,
    expect: Literal["private", "public"] | None,
) -> Plan:
    """Return the endpoints of a registry of which only the name is known; a usage error as above."""
    from acrdns.check.endpoints import of_name

    for given, option in ((vantages, "--from"), (registries, "--registry")):
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
    named, unknown = regions_of(regions, cloud)
    endpoints = of_name(label, cloud, named, regional=regional, expect=expect or "unknown")
    return Plan(None, "", endpoints, (*notes, *unknown))
