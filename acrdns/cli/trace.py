"""`acrdns trace`: how a name resolves, step by step, and why."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

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
from acrdns.cli.style import terminal_width
from acrdns.cli.target import read_topology, without_image
from acrdns.report.formats import PlainFormat, renderer

if TYPE_CHECKING:
    from acrdns.topology.model import Topology


def command(  # noqa: PLR0913 -- one argument an option
    topology: TopologyArgument,
    name: NameArgument = "",
    type_: TypeArgument = "A",
    *,
    vantage: ClientOption = "internet",
    repeat: Annotated[
        int, typer.Option("--repeat", metavar="N", min=1, max=10_000, help="Ask N times, with servers that remember.")
    ] = 1,
    interval: Annotated[
        float | None,
        typer.Option(
            "--interval",
            metavar="SECONDS",
            min=0,
            help="With --repeat: simulated time between two times, by default 5.",
        ),
    ] = None,
    pull: Annotated[
        bool, typer.Option("--pull", help="Tell a whole pull of the image NAME: every request, and its chain.")
    ] = False,
    down: Annotated[
        list[str] | None,
        typer.Option("--down", metavar="REGION", help="As if this region were down; may be repeated."),
    ] = None,
    assume: AssumeOption = None,
    format_: Annotated[PlainFormat, FORMAT] = "text",
) -> None:
    """Show how a name resolves from one vantage point: every server that was asked, and why.

    Nothing is sent anywhere: the answer is simulated from the topology file. With --repeat, the DNS servers that people
    run cache answers by TTL: an answer that is private at first and public later shows.

    With --pull, NAME is an image or a login server, and may be left out where the file has one registry: login, token,
    manifest and layer are told, each with the chain of its name and what answers there.

    Exit codes: 0 whatever the answer is; 2 bad input.
    """
    from acrdns.check.estate.repeat import ask_again
    from acrdns.record import Rcode
    from acrdns.resolve.world import World
    from acrdns.zone.publish.routed import as_routed

    if interval is not None and repeat == 1:
        raise typer.BadParameter("there is one time only; say how many with --repeat N", param_hint="--interval")
    if pull:
        from acrdns.cli.check_pull import tell_pull

        loaded = read_topology(topology, assumed(assume))
        regions = _regions(loaded, down)
        tell_pull(World(as_routed(loaded, regions)), vantage, name, format_, regions)
        return
    if not name:
        raise typer.BadParameter("say which name to ask for, e.g. contoso.azurecr.io", param_hint="NAME")
    name = without_image(name)
    asked = question(name, type_)
    loaded = read_topology(topology, assumed(assume))
    loaded = as_routed(loaded, _regions(loaded, down))
    pause = 5.0 if interval is None else interval
    first, *later = ask_again(World(loaded), vantage_of(loaded, vantage), asked, repeat, pause)
    width = {"width": terminal_width()} if format_ == "text" else {}
    print(renderer("trace", format_)(first.resolution, later, **width), end="")
    if first.resolution.response.rcode == Rcode.NXDOMAIN and (note := no_registry(loaded, name)):
        print(f"acrdns trace: {note}", file=sys.stderr)


def _regions(topology: Topology, texts: list[str] | None) -> frozenset[str]:
    """Return the regions that `--down` names; a usage error lists those of the topology."""
    from acrdns.regions import normalize

    known = {region for registry in topology.registries.values() for region in registry.regions}
    named = {normalize(text): text for text in texts or ()}
    if unknown := [repr(text) for region, text in named.items() if region not in known]:
        words = f"no registry is in region {', '.join(unknown)}; there are {', '.join(sorted(known))}"
        raise typer.BadParameter(words, param_hint="--down")
    return frozenset(named)


def no_registry(topology: Topology, name: str) -> str:
    """Return that a name of Azure's registries is under none that the file has, and which is close; else empty."""
    from acrdns.suggest import remedy

    suffix = f".{topology.cloud.registry}"
    text = name.lower().removesuffix(".")
    label = text.partition(".")[0]
    known = [registry.dns_label for registry in topology.registries.values()]
    if not text.endswith(suffix) or label in known:
        return ""
    return "; ".join(filter(None, (f"{topology.file} has no registry {label}{suffix}", remedy(label, known))))
