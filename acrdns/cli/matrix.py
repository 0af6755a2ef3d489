"""`acrdns matrix`: every endpoint from every vantage point, without a server."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from acrdns.cli.arguments import AssumeOption, assumed, registry_of, vantage_of


class Format(StrEnum):
    """How a matrix is written."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"


def command(
    topology: Annotated[str, typer.Argument(metavar="TOPOLOGY", help="The topology file.")],
    *,
    vantage: Annotated[
        list[str] | None, typer.Option("--from", metavar="VANTAGE", help="Only from here; may be repeated.")
    ] = None,
    registry: Annotated[
        list[str] | None, typer.Option("--registry", metavar="NAME", help="Only this registry; may be repeated.")
    ] = None,
    assume: AssumeOption = None,
    format_: Annotated[Format, typer.Option("--format", help="How to write it.")] = Format.TEXT,
) -> int:
    """Show what every endpoint is from every vantage point: private, public or broken.

    A cell that is not what the private endpoints make one expect is marked with `!`; then the exit code is 1.
    """
    from importlib import import_module

    from acrdns.check.estate.matrix import matrix
    from acrdns.resolve.world import World
    from acrdns.topology.load import load

    loaded = load(topology, assumed(assume))
    vantages = [vantage_of(loaded, name) for name in vantage] if vantage else None
    registries = [registry_of(loaded, name) for name in registry] if registry else None
    found = matrix(World(loaded), vantages, registries)
    report = import_module(f"acrdns.report.matrix.{format_.value}")
    sys.stdout.writelines(report.render(found))
    return 0 if found.clean else 1
