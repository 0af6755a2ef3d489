"""`acrdns plan ips` and `acrdns plan cutover`: addresses, and the order of changes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from acrdns.cli import completion
from acrdns.cli.arguments import FORMAT, AssumeOption, TopologyArgument, assumed, registry_of
from acrdns.cli.diff import both
from acrdns.report.formats import PlainFormat, renderer

if TYPE_CHECKING:
    from acrdns.topology.model import Topology

HELP = "Plan addresses of private endpoints, and changes."
app = typer.Typer(rich_markup_mode=None, no_args_is_help=True, help=HELP)


@app.command()
def ips(
    topology: TopologyArgument,
    *,
    add_region: Annotated[
        list[str] | None,
        typer.Option("--add-region", metavar="REGION", help="Add a replica in this region; may be repeated."),
    ] = None,
    regional_endpoints: Annotated[
        bool, typer.Option("--regional-endpoints", help="Enable regional endpoints: one more address a region.")
    ] = False,
    registry: Annotated[
        list[str] | None,
        typer.Option(
            "--registry",
            metavar="NAME",
            help="Change only this registry; may be repeated.",
            autocompletion=completion.registries,
        ),
    ] = None,
    format_: Annotated[PlainFormat, FORMAT] = "text",
) -> int:
    """Count the addresses that private endpoints need, now and after a change: 1 + regions, + regions if regional.

    The exit code is 1 where a subnet of the file has no room for them.
    """
    from acrdns.check.plan.address_plan import address_plan
    from acrdns.cli.target import read_topology

    loaded = read_topology(topology)
    changed = [registry_of(loaded, name) for name in registry] if registry else list(loaded.registries)
    regions = _regions(add_region or [], loaded.cloud.name)
    if registry and (regions or regional_endpoints):
        _premium(loaded, changed)
    plan = address_plan(loaded, regions, regional=regional_endpoints, registries=changed)
    for region in regions:
        if all(region in loaded.registries[key].regions for key in changed):
            print(f"acrdns plan ips: {region} is there already: {', '.join(changed)}", file=sys.stderr)
    for key in changed:
        if (regions or regional_endpoints) and loaded.registries[key].sku != "Premium":
            print(f"acrdns plan ips: {key} is {loaded.registries[key].sku}; replicas need Premium", file=sys.stderr)
    sys.stdout.write(renderer("addresses", format_)(plan))
    return 0 if plan.fits else 1


def _premium(topology: Topology, registries: list[str]) -> None:
    """Raise a usage error for registries whose SKU has neither replicas nor regional endpoints (facts.md section 1)."""
    others = [topology.registries[key] for key in registries if topology.registries[key].sku != "Premium"]
    if others:
        named = "; ".join(
            f"{each.name} is {each.sku}: replicas, private endpoints and regional endpoints need Premium; "
            f"az acr update -n {each.name} --sku Premium, and sku: Premium in the file"
            for each in others
        )
        raise typer.BadParameter(named, param_hint="--registry")


def _regions(texts: list[str], cloud: str) -> list[str]:
    """Return the regions that `--add-region` names. A usage error says all that is wrong with them."""
    from acrdns.regions import complaint, normalize

    regions = [normalize(text) for text in texts]
    problems = ["; ".join(filter(None, found)) for region in regions if (found := complaint(region, cloud))]
    if problems:
        raise typer.BadParameter("; ".join(problems), param_hint="--add-region")
    return list(dict.fromkeys(regions))


@app.command()
def cutover(
    before: Annotated[
        str, typer.Argument(metavar="BEFORE", help="The topology file as it is.", autocompletion=completion.topologies)
    ],
    after: Annotated[
        str, typer.Argument(metavar="AFTER", help="As it is to be.", autocompletion=completion.topologies)
    ],
    *,
    assume: AssumeOption = None,
    format_: Annotated[PlainFormat, FORMAT] = "text",
) -> int:
    """Show the steps from one topology to another in an order without an outage, and how long to wait after each.

    Each step is simulated: an endpoint breaks where a client at a vantage point no longer reaches it by the new answer,
    or by the old one, which caches hold. The exit code is 1 where no order without an outage is found.
    """
    from acrdns.check.plan.cutover import cutover as plan_of

    first, last = both(before, after, assumed(assume))
    if first.cloud != last.cloud:
        message = f"it is in {last.cloud.name}, another cloud than {before}: no registry moves there"
        raise typer.BadParameter(message, param_hint="AFTER")
    plan = plan_of(first, last)
    sys.stdout.write(renderer("cutover", format_)(plan, (before, after)))
    return 1 if plan.outage else 0
