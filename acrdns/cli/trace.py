"""`acrdns trace`: how a name resolves, step by step, and why."""

from __future__ import annotations

from typing import Annotated

import typer

from acrdns.cli import completion
from acrdns.cli.arguments import FORMAT, AssumeOption, TopologyArgument, assumed, question, vantage_of
from acrdns.report.formats import PlainFormat, renderer


def command(  # noqa: PLR0913 -- one argument an option
    topology: TopologyArgument,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name to ask for, e.g. contoso.azurecr.io.")],
    type_: Annotated[str, typer.Argument(metavar="[TYPE]", help="The record type.")] = "A",
    *,
    vantage: Annotated[
        str,
        typer.Option("--from", metavar="VANTAGE", help="Where the client stands.", autocompletion=completion.vantages),
    ] = "internet",
    repeat: Annotated[
        int, typer.Option("--repeat", metavar="N", min=1, max=10_000, help="Ask N times, with servers that remember.")
    ] = 1,
    interval: Annotated[
        float,
        typer.Option("--interval", metavar="SECONDS", min=0, help="With --repeat: simulated time between two times."),
    ] = 5.0,
    assume: AssumeOption = None,
    format_: Annotated[PlainFormat, FORMAT] = "text",
) -> None:
    """Show how a name resolves from one vantage point: every server that was asked, and why.

    Nothing is sent anywhere: the answer is simulated from the topology file. With --repeat, the DNS servers that people
    run cache answers by TTL: an answer that is private at first and public later shows.
    """
    from acrdns.check.estate.repeat import ask_again
    from acrdns.resolve.world import World
    from acrdns.topology.load import load

    asked = question(name, type_)
    loaded = load(topology, assumed(assume))
    first, *later = ask_again(World(loaded), vantage_of(loaded, vantage), asked, repeat, interval)
    print(renderer("trace", format_)(first.resolution, later), end="")
