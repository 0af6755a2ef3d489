"""`acrdns export nsd|knot|bind`: the configuration of the secondaries that `acrdns serve` feeds."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from acrdns.cli.arguments import AssumeOption, assumed, vantage_of

if TYPE_CHECKING:
    from acrdns.exchange.exports.secondaries.secondary import SecondaryConfig
    from acrdns.resolve.world import World

DEFAULT_STATE = "/var/lib/acrdns"

TopologyArgument = Annotated[str, typer.Argument(metavar="TOPOLOGY", help="The topology file.")]
PrimaryOption = Annotated[
    list[str] | None,
    typer.Option(
        "--primary", metavar="[VANTAGE=]ADDR[:PORT]", help="Where acrdns serve listens, as its --listen; repeatable."
    ),
]
ListenOption = Annotated[
    list[str] | None,
    typer.Option(
        "--listen", metavar="[VANTAGE=]ADDR[:PORT]", help="Where a secondary answers; default 127.0.0.2:53 and on."
    ),
]
FromOption = Annotated[str, typer.Option("--from", metavar="VANTAGE", help="Only the view of this vantage point.")]
KeyOption = Annotated[
    str | None, typer.Option("--tsig-key", metavar="FILE", help="The key file that acrdns serve has.")
]
ZoneFileOption = Annotated[
    list[str] | None,
    typer.Option("--zone-file", metavar="FILE", help="A zone file that acrdns serve has, too; may be repeated."),
]
StateOption = Annotated[
    str, typer.Option("--state", metavar="DIR", help="Where secondaries keep zones: DIR/VANTAGE has to be there.")
]
OutputOption = Annotated[
    Path | None, typer.Option("--output", metavar="DIR", help="Write a file for each view into this directory.")
]


def nsd(  # noqa: PLR0913 -- one argument an option
    topology: TopologyArgument,
    *,
    primary: PrimaryOption = None,
    listen: ListenOption = None,
    from_: FromOption = "",
    tsig_key: KeyOption = None,
    zone_file: ZoneFileOption = None,
    state: StateOption = DEFAULT_STATE,
    output: OutputOption = None,
    assume: AssumeOption = None,
) -> None:
    """Write nsd.conf for a secondary of one view. It lists the zones: write it anew when zones come or go."""
    from acrdns.exchange.exports.secondaries.nsd import render

    world = _world(topology, assume)
    found = _secondaries(world, primary, listen, from_, tsig_key, state, zone_file)
    _write({f"nsd-{each.label}.conf": render(each) for each in found}, output, private=tsig_key is not None)


def knot(  # noqa: PLR0913 -- one argument an option
    topology: TopologyArgument,
    *,
    primary: PrimaryOption = None,
    listen: ListenOption = None,
    from_: FromOption = "",
    tsig_key: KeyOption = None,
    state: StateOption = DEFAULT_STATE,
    output: OutputOption = None,
    assume: AssumeOption = None,
) -> None:
    """Write knot.conf for a secondary of one view, its zones by catalog."""
    from acrdns.exchange.exports.secondaries.knot import render

    found = _secondaries(_world(topology, assume), primary, listen, from_, tsig_key, state)
    _write({f"knot-{each.label}.conf": render(each) for each in found}, output, private=tsig_key is not None)


def bind(  # noqa: PLR0913 -- one argument an option
    topology: TopologyArgument,
    *,
    primary: PrimaryOption = None,
    listen: ListenOption = None,
    from_: FromOption = "",
    tsig_key: KeyOption = None,
    state: StateOption = DEFAULT_STATE,
    output: OutputOption = None,
    assume: AssumeOption = None,
) -> None:
    """Write named.conf for a secondary with a view for each of ours, told apart by the address that is asked."""
    from acrdns.exchange.exports.secondaries.bind import render

    found = _secondaries(_world(topology, assume), primary, listen, from_, tsig_key, state)
    _write({"named.conf": render(found, state)}, output, private=tsig_key is not None)


def _world(topology: str, assume: list[str] | None) -> World:
    from acrdns.resolve.world import World
    from acrdns.topology.load import load

    return World(load(topology, assumed(assume)))


def _secondaries(
    world: World,
    primary: list[str] | None,
    listen: list[str] | None,
    vantage: str,
    tsig_key: str | None,
    state: str,
    zone_file: list[str] | None = None,
) -> tuple[SecondaryConfig, ...]:
    from acrdns.exchange.exports.secondaries.secondary import secondaries
    from acrdns.serve.secondaries.options import read_keys
    from acrdns.zone.master.zonefile import load_zone

    if vantage:
        vantage_of(world.topology, vantage)
    key = read_keys(tsig_key)[0] if tsig_key else None
    files = [load_zone(path).apex for path in zone_file or ()]
    return secondaries(world, primary or (), listen or (), vantage=vantage, key=key, state=state, zone_files=files)


def _write(files: dict[str, str], output: Path | None, *, private: bool) -> None:
    """Write the files, or the only one to stdout. What holds a secret is for its owner's eyes."""
    if output is None:
        if len(files) > 1:
            views = f"there are {len(files)} views, and each needs a server of its own"
            raise typer.BadParameter(f"{views}; choose one with --from, or write all with --output DIR")
        print(next(iter(files.values())), end="")
        return
    output.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        path = output / name
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600 if private else 0o644)
        with os.fdopen(descriptor, "w") as stream:
            stream.write(text)
        print(path)
