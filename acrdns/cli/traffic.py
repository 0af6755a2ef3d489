"""`acrdns traffic`: who talks to whom, by operation."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from acrdns.cli import completion
from acrdns.cli.arguments import FORMAT, OperationOption, TopologyArgument, operations_of, vantage_of
from acrdns.report.formats import PlainFormat, renderer


def command(
    topology: TopologyArgument,
    *,
    operation: OperationOption = None,
    vantage: Annotated[
        str | None,
        typer.Option("--from", metavar="VANTAGE", help="Only from here.", autocompletion=completion.vantages),
    ] = None,
    format_: Annotated[PlainFormat, FORMAT] = "text",
) -> None:
    """Show which hosts each operation talks to, from each vantage point, all at port 443.

    Operations: login, token, manifest, layer-pull, layer-push, referrers, management, sync-auth, sync-messages (of a
    connected registry), tasks.
    """
    from acrdns.check.firewall.flows import flows, flows_of_runs
    from acrdns.cli.target import read_topology

    loaded = read_topology(topology)
    wanted = operations_of(operation)
    vantages = loaded.vantages if vantage is None else (vantage_of(loaded, vantage),)
    found = [flow for each in vantages for flow in flows(loaded, each, wanted)]
    if vantage is None:
        found += flows_of_runs(loaded, wanted)
    sys.stdout.write(renderer("traffic", format_)(found))
