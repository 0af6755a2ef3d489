"""`acrdns export nsd|knot|bind`: the configuration of the secondaries that `acrdns serve` feeds."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from acrdns.cli import completion
from acrdns.cli.arguments import AssumeOption, TopologyArgument, assumed, vantage_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from acrdns.exchange.exports.secondaries.secondary import SecondaryConfig
    from acrdns.names import Name
    from acrdns.resolve.world import World

DEFAULT_STATE = "/var/lib/acrdns"

HELP = {
    "nsd": "Write nsd.conf for a secondary of one view. It lists the zones: write it again when zones come or go.",
    "knot": "Write knot.conf for a secondary of one view, its zones by catalog.",
    "bind": "Write named.conf for a secondary with a view for each of ours, selected by the address that is asked.",
}
"""By program; the module of each writes its configuration."""


def command(program: str) -> Callable[..., None]:
    """Return the command that writes the configuration of a program."""

    def write(  # noqa: PLR0913 -- one argument an option
        topology: TopologyArgument,
        *,
        primary: Annotated[
            list[str] | None,
            typer.Option(
                "--primary",
                metavar="[VANTAGE=]ADDR[:PORT]",
                help="Where acrdns serve listens, as its --listen; repeatable.",
            ),
        ] = None,
        listen: Annotated[
            list[str] | None,
            typer.Option(
                "--listen",
                metavar="[VANTAGE=]ADDR[:PORT]",
                help="Where a secondary answers; default 127.0.0.2:53 and on.",
            ),
        ] = None,
        from_: Annotated[
            str,
            typer.Option(
                "--from",
                metavar="VANTAGE",
                help="Only the view of this vantage point.",
                autocompletion=completion.vantages,
            ),
        ] = "",
        tsig_key: Annotated[
            str | None, typer.Option("--tsig-key", metavar="FILE", help="The key file that acrdns serve has.")
        ] = None,
        zone_file: Annotated[
            list[str] | None,
            typer.Option(
                "--zone-file", metavar="FILE", help="A zone file that acrdns serve has, too; may be repeated."
            ),
        ] = None,
        include_from: Annotated[
            list[str] | None,
            typer.Option("--include-from", metavar="DIR", help="As acrdns serve has it; may be repeated."),
        ] = None,
        state: Annotated[
            str,
            typer.Option("--state", metavar="DIR", help="Where secondaries keep zones: DIR/VANTAGE has to be there."),
        ] = DEFAULT_STATE,
        output: Annotated[
            Path | None, typer.Option("--output", metavar="DIR", help="Write a file for each view into this directory.")
        ] = None,
        assume: AssumeOption = None,
    ) -> None:
        apexes = _apexes(zone_file or (), include_from or ())
        found = _secondaries(_world(topology, assume), primary, listen, from_, tsig_key, state, apexes)
        _write(_files(program, found, state), output, private=tsig_key is not None)

    write.__doc__ = HELP[program]
    return write


def _files(program: str, found: tuple[SecondaryConfig, ...], state: str) -> dict[str, str]:
    """Return the configurations by file name. BIND serves all views in one process, the others one each."""
    module: Any = import_module(f"acrdns.exchange.exports.secondaries.{program}")
    if program == "bind":
        return {"named.conf": module.render(found, state)}
    return {f"{program}-{each.label}.conf": module.render(each) for each in found}


def _world(topology: str, assume: list[str] | None) -> World:
    from acrdns.cli.target import read_topology
    from acrdns.resolve.world import World

    return World(read_topology(topology, assumed(assume)))


def _apexes(zone_files: Sequence[str], folders: Sequence[str]) -> list[Name]:
    """Return the apex of each zone file; includes are looked for as `acrdns serve` does. Raises ZoneFileError."""
    if not zone_files:
        return []
    from acrdns.zone.master.zonefile import load_zone

    return [load_zone(path, folders=folders).apex for path in zone_files]


def _secondaries(
    world: World,
    primary: list[str] | None,
    listen: list[str] | None,
    vantage: str,
    tsig_key: str | None,
    state: str,
    apexes: list[Name],
) -> tuple[SecondaryConfig, ...]:
    from acrdns.exchange.exports.secondaries.secondary import secondaries
    from acrdns.serve.secondaries.options import read_keys

    if vantage:
        vantage_of(world.topology, vantage)
    key = read_keys(tsig_key)[0] if tsig_key else None
    return secondaries(world, primary or (), listen or (), vantage=vantage, key=key, state=state, zone_files=apexes)


def _write(files: dict[str, str], output: Path | None, *, private: bool) -> None:
    """Write the files, or the only one to stdout. Only its owner may read a file with a secret."""
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
