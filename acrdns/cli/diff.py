"""`acrdns diff`: the answers that a change of the topology changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from acrdns.cli import completion
from acrdns.cli.arguments import FORMAT, AssumeOption, assumed
from acrdns.report.formats import TableFormat, renderer

if TYPE_CHECKING:
    from acrdns.errors import Problem
    from acrdns.topology.assumptions import Assumptions
    from acrdns.topology.model import Topology


def command(
    before: Annotated[
        str | None,
        typer.Argument(metavar="BEFORE", help="The topology file as it is.", autocompletion=completion.topologies),
    ] = None,
    after: Annotated[
        str | None,
        typer.Argument(metavar="AFTER", help="The topology file as it would be.", autocompletion=completion.topologies),
    ] = None,
    *,
    terraform: Annotated[
        str | None,
        typer.Option(
            metavar="PLAN.json",
            help="Instead of AFTER: a plan (terraform show -json PLANFILE). BEFORE is then the state it starts from.",
        ),
    ] = None,
    assume: AssumeOption = None,
    format_: Annotated[TableFormat, FORMAT] = "text",
) -> int:
    """Show which answers change from one topology to another, by vantage point and endpoint.

    The exit code is 1 when anything that was as expected no longer is.
    """
    from acrdns.check.estate.diff import diff
    from acrdns.resolve.world import World

    assumptions = assumed(assume)
    if terraform is not None:
        if after is not None:
            raise typer.BadParameter("a plan takes the place of AFTER; leave one out", param_hint="--terraform")
        pair, names = _planned(terraform, before, assumptions)
    elif before is None or after is None:
        raise typer.BadParameter("name two topologies, or one plan with --terraform", param_hint="BEFORE AFTER")
    else:
        pair, names = both(before, after, assumptions), (before, after)
    found = diff(World(pair[0]), World(pair[1]), names=names)
    print(renderer("diff", format_)(found), end="")
    return 1 if found.breaks else 0


def both(before: str, after: str, assumptions: Assumptions) -> list[Topology]:
    """Return both topologies. Raises InputError with the problems of both."""
    from acrdns.errors import InputError
    from acrdns.topology.load import load

    loaded: list[Topology] = []
    problems: list[Problem] = []
    for path in (before, after):
        try:
            loaded.append(load(path, assumptions))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return loaded


def _planned(plan: str, before: str | None, assumptions: Assumptions) -> tuple[list[Topology], tuple[str, str]]:
    """Return the topology before a plan and after it, and their names. Notes go to stderr."""
    import sys

    from acrdns.exchange.imports.files import inputs
    from acrdns.exchange.imports.importing import imported
    from acrdns.exchange.imports.merge.merge import changed
    from acrdns.report.escape import log
    from acrdns.topology.load import decode, load, load_octets, octets_of
    from acrdns.topology.samples import located

    base = load(before, assumptions) if before else None
    spaces = {key: [str(space) for space in each.address_space] for key, each in base.networks.items()} if base else {}
    files = list(inputs([plan], sys.stdin.buffer))
    was, will = imported(files, before=True), imported(files, spaces=spaces)
    for note in will.notes.notes:
        print(log(str(note)), file=sys.stderr)
    if not will.text:
        message = (
            f"{plan} has no registry, private endpoint, private zone or network in planned_values; "
            "terraform show -json PLANFILE writes them, and prior_state"
        )
        raise typer.BadParameter(message, param_hint="--terraform")
    old, new, names = was.text or "version: 1\n", will.text, (f"{plan} before", f"{plan} after")
    if before:
        path = located(before)
        old = decode(octets_of(path), path)
        new, names = changed(old, was.text, will.text, path), (before, f"{before} with {plan}")
    pair = [load_octets(text.encode(), name, assumptions) for text, name in ((old, names[0]), (new, names[1]))]
    return pair, names
