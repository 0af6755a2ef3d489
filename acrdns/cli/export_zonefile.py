"""`acrdns export zonefile`: the zones of a topology as master files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from acrdns.cli import completion
from acrdns.cli.arguments import AssumeOption, TopologyArgument, assumed, vantage_of

FromOption = Annotated[
    str,
    typer.Option(
        "--from",
        metavar="VANTAGE",
        help="The zones that this vantage point sees, instead of all.",
        autocompletion=completion.vantages,
    ),
]
ZoneOption = Annotated[str, typer.Option("--zone", metavar="KEY", help="Only this zone: its key, or its name.")]
OutputOption = Annotated[
    Path | None, typer.Option("--output", metavar="DIR", help="Write a file for each zone into this directory.")
]


def zonefile(
    topology: TopologyArgument,
    *,
    from_: FromOption = "",
    zone: ZoneOption = "",
    output: OutputOption = None,
    assume: AssumeOption = None,
) -> None:
    """Write the public and private zones as master files (RFC 1035), or one of them to stdout."""
    from acrdns.cli.target import read_topology
    from acrdns.exchange.exports.zonefile import files, select, zones_of
    from acrdns.resolve.world import World

    world = World(read_topology(topology, assumed(assume)))
    zones = zones_of(world, vantage_of(world.topology, from_) if from_ else "")
    if zone:
        try:
            zones = select(zones, zone)
        except KeyError:
            known = ", ".join(zones)
            raise typer.BadParameter(f"there is no zone {zone!r}; there are {known}", param_hint="--zone") from None
    if output is None and len(zones) != 1:
        known = ", ".join(zones)
        raise typer.BadParameter(
            f"there are {len(zones)} zones; choose one with --zone, or write all with --output DIR: {known}"
        )
    for path, text in files(zones).items():
        if output is None:
            print(text, end="")
        else:
            _write(output / path, text)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    print(path)
