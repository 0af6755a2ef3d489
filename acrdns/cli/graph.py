"""`acrdns graph`: a topology, and the way of a question through it, as a picture."""

from __future__ import annotations

import sys
from typing import Annotated, Literal

import typer

from acrdns.azure import INTERNET
from acrdns.cli import completion
from acrdns.cli.arguments import FORMAT, AssumeOption, TopologyArgument, TypeArgument, assumed, question, vantage_of
from acrdns.cli.target import without_image
from acrdns.cli.trace import no_registry


def command(
    topology: TopologyArgument,
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="The name to ask for; without one, no question is drawn.")
    ] = "",
    type_: TypeArgument = "A",
    *,
    vantage: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="VANTAGE",
            help="Where the client stands. Default: internet.",
            autocompletion=completion.vantages,
        ),
    ] = None,
    theme: Annotated[
        Literal["system", "light", "dark"], typer.Option("--theme", help="The colours of an SVG; system: the reader's.")
    ] = "system",
    assume: AssumeOption = None,
    format_: Annotated[Literal["svg", "mermaid", "dot"], FORMAT] = "svg",
) -> None:
    """Draw networks, DNS servers, private zones and links, and the way of a question.

    With NAME, the lines are numbered as the steps of `acrdns explain`. The same input gives the same picture.
    """
    from importlib import import_module

    from acrdns.cli.target import read_topology
    from acrdns.resolve.world import World

    if vantage is not None and not name:
        raise typer.BadParameter("say which name is asked for, e.g. contoso.azurecr.io", param_hint="NAME")
    asked = question(without_image(name), type_) if name else None
    loaded = read_topology(topology, assumed(assume))
    world = World(loaded)
    resolution = world.resolve(vantage_of(loaded, vantage or INTERNET), asked) if asked else None
    if format_ == "svg":
        from acrdns.teach.drawing.picture import draw

        print(draw(world, resolution, theme=theme))
    else:
        from acrdns.teach.graph.diagram import diagram

        print(import_module(f"acrdns.teach.graph.{format_}").render(diagram(world, resolution)), end="")
    if name and (note := no_registry(loaded, without_image(name))):
        print(f"acrdns graph: {note}", file=sys.stderr)
