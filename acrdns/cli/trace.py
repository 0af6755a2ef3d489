"""`acrdns trace`: the chain, step by step, and why each step went there."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from acrdns.cli.arguments import AssumeOption, assumed, question, vantage_of


class Format(StrEnum):
    """How a trace is written."""

    TEXT = "text"
    JSON = "json"


def command(  # noqa: PLR0913 -- one argument an option
    topology: Annotated[str, typer.Argument(metavar="TOPOLOGY", help="The topology file.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name to ask for, e.g. contoso.azurecr.io.")],
    type_: Annotated[str, typer.Argument(metavar="[TYPE]", help="The record type.")] = "A",
    *,
    vantage: Annotated[str, typer.Option("--from", metavar="VANTAGE", help="Where the client stands.")] = "internet",
    repeat: Annotated[
        int, typer.Option("--repeat", metavar="N", min=1, max=10_000, help="Ask N times, with servers that remember.")
    ] = 1,
    interval: Annotated[
        float,
        typer.Option("--interval", metavar="SECONDS", min=0, help="With --repeat: simulated time between two times."),
    ] = 5.0,
    assume: AssumeOption = None,
    format_: Annotated[Format, typer.Option("--format", help="How to write it.")] = Format.TEXT,
) -> None:
    """Show how a name resolves from one vantage point: every server that was asked, and why.

    Nothing is sent anywhere: the answer is simulated from the topology file. With --repeat, the DNS servers that people
    run cache what they are told, by TTL: an answer that is private at first and public later shows.
    """
    from importlib import import_module

    from acrdns.check.estate.repeat import ask_again
    from acrdns.resolve.world import World
    from acrdns.topology.load import load

    asked = question(name, type_)
    loaded = load(topology, assumed(assume))
    first, *later = ask_again(World(loaded), vantage_of(loaded, vantage), asked, repeat, interval)
    report = import_module(f"acrdns.report.trace.{format_.value}")
    typer.echo(report.render(first.resolution, later), nl=False)
