"""`acrdns explain`: a chain in plain words, with a picture."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from acrdns.cli import completion
from acrdns.cli.arguments import (
    FORMAT,
    AssumeOption,
    ClientOption,
    NameArgument,
    TopologyArgument,
    TypeArgument,
    assumed,
    question,
    vantage_of,
)
from acrdns.cli.check_pull import simulated_pull
from acrdns.cli.style import terminal_width
from acrdns.cli.target import without_image
from acrdns.cli.trace import no_registry

if TYPE_CHECKING:
    from acrdns.resolve.world import World
    from acrdns.teach.explain.explained import Explained


def command(  # noqa: PLR0913 -- one argument an option
    topology: TopologyArgument,
    name: NameArgument = "",
    type_: TypeArgument = "A",
    *,
    vantage: ClientOption = "internet",
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            metavar="VANTAGE",
            help="Compare with the answer at this vantage point.",
            autocompletion=completion.vantages,
        ),
    ] = None,
    pull: Annotated[
        bool, typer.Option("--pull", help="Explain a whole pull of the image NAME: every request, and its chain.")
    ] = False,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write one HTML file with the picture, too.")
    ] = None,
    assume: AssumeOption = None,
    format_: Annotated[Literal["text", "markdown", "json"], FORMAT] = "text",
) -> None:
    """Explain how a name resolves from one vantage point, in plain words.

    For each step: who runs the server, why the question came to it, what it did, and what would have changed it. Every
    sentence is simulated from the topology file; nothing is sent anywhere. Then come the answer, and the table of the
    chain.

    With --against, the steps at two vantage points stand beside each other, and the first that differs is marked.
    """
    from importlib import import_module

    from acrdns.cli.target import read_topology
    from acrdns.resolve.world import World
    from acrdns.teach.explain.explained import explained, explained_pull

    if pull and against is not None:
        raise typer.BadParameter("a pull is explained from one vantage point; leave out --pull or --against")
    if not name and not pull:
        raise typer.BadParameter("say which name to ask for, e.g. contoso.azurecr.io", param_hint="NAME")
    asked = None if pull else question(without_image(name), type_)
    loaded = read_topology(topology, assumed(assume))
    world = World(loaded)
    if asked is None:
        _, image, requests = simulated_pull(world, vantage, name)
        found = explained_pull(world, image, vantage, requests)
    else:
        first = world.resolve(vantage_of(loaded, vantage), asked)
        second = world.resolve(vantage_of(loaded, against, "--against"), asked) if against is not None else None
        found = explained(world, first, second)
    render = import_module(f"acrdns.teach.explain.{format_}").render
    print(render(found, terminal_width()) if format_ == "text" else render(found), end="")
    if html:
        _write(html, world, found)
    if asked is not None and (note := no_registry(loaded, without_image(name))):
        print(f"acrdns explain: {note}", file=sys.stderr)


def _write(path: Path, world: World, found: Explained) -> None:
    from acrdns.teach.explain.page import render

    path.write_text(render(world, found), encoding="utf-8")
