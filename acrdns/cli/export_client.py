"""`acrdns export hosts` and others: pins of names and forwarders, for the clients of one vantage point."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Annotated

import typer

from acrdns.cli import completion
from acrdns.cli.arguments import AssumeOption, TopologyArgument, assumed, vantage_of

if TYPE_CHECKING:
    from collections.abc import Callable

FromOption = Annotated[
    str,
    typer.Option(
        "--from", metavar="VANTAGE", help="The network whose clients it is for.", autocompletion=completion.vantages
    ),
]


def names() -> tuple[str, ...]:
    """Return the programs."""
    programs: tuple[str, ...] = import_module("acrdns.exchange.exports.clients").PROGRAMS
    return programs


def command(program: str) -> Callable[..., None]:
    """Return the command that writes for a program."""
    from acrdns.exchange.exports.clients import program as module_of

    module = module_of(program)

    def write(topology: TopologyArgument, *, from_: FromOption, assume: AssumeOption = None) -> None:
        made = module.pinned if module.PINS else module.forwarded
        print(_exported(topology, from_, assume, made, "acrdns export hosts pins the names themselves"), end="")

    def write_either(
        topology: TopologyArgument,
        *,
        from_: FromOption,
        forward: Annotated[
            bool,
            typer.Option("--forward/--pins", help="Forward the domain to the inbound endpoint in reach, or pin names."),
        ] = False,
        assume: AssumeOption = None,
    ) -> None:
        made = module.forwarded if forward else module.pinned
        print(_exported(topology, from_, assume, made, "--pins writes the names themselves"), end="")

    found = write_either if module.PINS and module.FORWARDS else write
    found.__doc__ = module.HELP
    return found


def _exported(topology: str, vantage: str, assume: list[str] | None, made: Callable[..., str], instead: str) -> str:
    from acrdns.cli.target import read_topology
    from acrdns.exchange.exports.pin import ClientExport

    loaded = read_topology(topology, assumed(assume))
    return made(ClientExport(loaded, vantage_of(loaded, vantage), instead))
