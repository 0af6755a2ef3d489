"""`acrdns matrix`: every endpoint from every vantage point, without a server."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from acrdns.cli import completion
from acrdns.cli.arguments import FORMAT, AssumeOption, TopologyArgument, assumed, registry_of, vantage_of
from acrdns.report.formats import TableFormat, renderer


def command(
    topology: TopologyArgument,
    *,
    vantage: Annotated[
        list[str] | None,
        typer.Option(
            "--from", metavar="VANTAGE", help="Only from here; may be repeated.", autocompletion=completion.vantages
        ),
    ] = None,
    registry: Annotated[
        list[str] | None,
        typer.Option(
            "--registry",
            metavar="NAME",
            help="Only this registry; may be repeated.",
            autocompletion=completion.registries,
        ),
    ] = None,
    assume: AssumeOption = None,
    format_: Annotated[TableFormat, FORMAT] = "text",
) -> int:
    """Show what every endpoint is from every vantage point: private, public or broken.

    A cell that is not what the private endpoints make one expect is marked with `!`; then the exit code is 1.
    """
    from acrdns.check.estate.matrix import matrix
    from acrdns.cli.target import read_topology
    from acrdns.resolve.world import World

    loaded = read_topology(topology, assumed(assume))
    vantages = [vantage_of(loaded, name) for name in vantage] if vantage else None
    registries = [registry_of(loaded, name) for name in registry] if registry else None
    found = matrix(World(loaded), vantages, registries)
    sys.stdout.writelines(renderer("matrix", format_)(found))
    return 0 if found.clean else 1
