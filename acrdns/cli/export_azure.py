"""`acrdns export az|terraform|bicep`: the private zones of a topology as code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from acrdns.cli import completion
from acrdns.cli.arguments import TopologyArgument

if TYPE_CHECKING:
    from collections.abc import Callable

LANGUAGES = ("az", "terraform", "bicep")


def command(language: str) -> Callable[..., None]:
    """Return the command that writes a language."""
    from acrdns.exchange.exports.azure import language as module_of

    module = module_of(language)

    def write(
        topology: TopologyArgument,
        *,
        base: Annotated[
            str,
            typer.Option(
                metavar="TOPOLOGY",
                help="Only what this topology does not have just so: the way from there to here.",
                autocompletion=completion.topologies,
            ),
        ] = "",
        zone: Annotated[str, typer.Option("--zone", metavar="KEY", help="Only this zone: its key, or its name.")] = "",
    ) -> None:
        from acrdns.cli.target import read_topology
        from acrdns.exchange.exports.private_dns import exported
        from acrdns.names import show

        loaded, other = read_topology(topology), read_topology(base) if base else None
        zones = loaded.private_dns_zones
        if zone and zone not in (*zones, *(show(each.apex) for each in zones.values())):
            known = ", ".join(zones) or "none"
            raise typer.BadParameter(f"there is no zone {zone!r}; there are {known}", param_hint="--zone")
        print(module.render(exported(loaded, other, zone)), end="")

    write.__doc__ = module.HELP
    return write
