"""`acrdns diff`: which answers a change of the topology changes, and whom it breaks."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from acrdns.cli.arguments import AssumeOption, assumed

if TYPE_CHECKING:
    from acrdns.errors import Problem
    from acrdns.topology.model import Topology


class Format(StrEnum):
    """How a diff is written."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"


def command(
    before: Annotated[str, typer.Argument(metavar="BEFORE", help="The topology file as it is.")],
    after: Annotated[str, typer.Argument(metavar="AFTER", help="The topology file as it would be.")],
    *,
    assume: AssumeOption = None,
    format_: Annotated[Format, typer.Option("--format", help="How to write it.")] = Format.TEXT,
) -> int:
    """Show which answers change from one topology to another, by vantage point and endpoint.

    The exit code is 1 when anything that was as expected no longer is.
    """
    from importlib import import_module

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
    report = import_module(f"acrdns.report.diff.{format_.value}")
    typer.echo(report.render(found), nl=False)
    return 1 if found.breaks else 0
