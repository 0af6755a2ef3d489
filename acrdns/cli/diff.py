"""`acrdns diff`: the answers that a change of the topology changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from acrdns.cli import completion
from acrdns.cli.arguments import FORMAT, AssumeOption, assumed
from acrdns.report.formats import TableFormat, renderer

if TYPE_CHECKING:
    from acrdns.errors import Problem
    from acrdns.topology.model import Topology


def command(
    before: Annotated[
        str, typer.Argument(metavar="BEFORE", help="The topology file as it is.", autocompletion=completion.topologies)
    ],
    after: Annotated[
        str,
        typer.Argument(metavar="AFTER", help="The topology file as it would be.", autocompletion=completion.topologies),
    ],
    *,
    assume: AssumeOption = None,
    format_: Annotated[TableFormat, FORMAT] = "text",
) -> int:
    """Show which answers change from one topology to another, by vantage point and endpoint.

    The exit code is 1 when anything that was as expected no longer is.
    """
    from acrdns.check.estate.diff import diff
    from acrdns.errors import InputError
    from acrdns.resolve.world import World
    from acrdns.topology.load import load

    assumptions = assumed(assume)
    loaded: list[Topology] = []
    problems: list[Problem] = []
    for path in (before, after):
        try:
            loaded.append(load(path, assumptions))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    found = diff(World(loaded[0]), World(loaded[1]), names=(before, after))
    print(renderer("diff", format_)(found), end="")
    return 1 if found.breaks else 0
