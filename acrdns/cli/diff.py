"""`acrdns diff`: the answers that a change of the topology changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from acrdns.cli import completion
from acrdns.cli.arguments import FORMAT, AssumeOption, assumed
from acrdns.report.formats import TableFormat, renderer

if TYPE_CHECKING:
    from acrdns.check.estate.diff import Change, Diff
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
    allow_gaps: Annotated[
        bool,
        typer.Option(
            "--allow-gaps", help="Do not fail for what breaks only while a plan replaces it: deleted, then created."
        ),
    ] = False,
    allow_removal: Annotated[
        bool, typer.Option("--allow-removal", help="Do not fail for the registries that a plan deletes.")
    ] = False,
    assume: AssumeOption = None,
    format_: Annotated[TableFormat, FORMAT] = "text",
) -> int:
    """Show which answers change from one topology to another, by vantage point and endpoint.

    The exit code is 1 when anything that was as expected no longer is; with --terraform also while the plan is carried
    out, and when it deletes a registry.
    """
    from acrdns.check.estate.diff import diff
    from acrdns.resolve.world import World

    assumptions, planned = assumed(assume), None
    if terraform is not None:
        if after is not None:
            raise typer.BadParameter("a plan takes the place of AFTER; leave one out", param_hint="--terraform")
        planned = _planned(terraform, before, assumptions)
        pair, names = planned.pair, planned.names
    elif before is None or after is None:
        raise typer.BadParameter("name two topologies, or one plan with --terraform", param_hint="BEFORE AFTER")
    else:
        pair, names = both(before, after, assumptions), (before, after)
    found = diff(World(pair[0]), World(pair[1]), names=names)
    print(renderer("diff", format_)(found), end="")
    failed = found.breaks
    if planned is not None:
        failed |= bool(_removed(found, pair[1])) and not allow_removal
        failed |= _has_gaps(pair[0], planned, found) and not allow_gaps
    return 1 if failed else 0


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


@dataclass(frozen=True, slots=True)
class _Planned:
    pair: list[Topology]
    """Before the plan and after it."""
    names: tuple[str, str]
    during: Topology | None
    """While the plan is carried out, where it deletes something before it creates it again."""
    dangling: tuple[str, ...] = ()
    """Parts of the topology that refer to what is gone then."""


def _removed(found: Diff, after: Topology) -> list[Change]:
    """Return what was as expected for somebody who is left, and goes with its registry."""
    return [
        change
        for change in found.changes
        if change.before is not None
        and change.before.expected
        and change.after is None
        and change.registry not in after.registries
        and change.vantage in after.vantages
    ]


def _has_gaps(before: Topology, planned: _Planned, found: Diff) -> bool:
    """Return whether names break while the plan is carried out that do not break in the end; stderr lists them."""
    import sys

    from acrdns.check.estate.diff import Effect, diff
    from acrdns.report.escape import log
    from acrdns.resolve.world import World

    for problem in planned.dangling:
        print(log(f"while the plan is carried out: {problem}"), file=sys.stderr)
    during = planned.during
    if during is None:
        return bool(planned.dangling)
    gap = diff(World(before), World(during))
    known = {(each.fqdn, each.vantage) for each in found.changes if each.effect == Effect.BREAKS}
    known |= {(each.fqdn, each.vantage) for each in found.changes if each.effect == Effect.REMOVED}
    breaks = (each for each in gap.changes if each.effect == Effect.BREAKS)
    gaps = dict.fromkeys((each.vantage, each.fqdn) for each in (*breaks, *_removed(gap, during)))
    left = [each for each in gaps if each[::-1] not in known]
    for vantage, fqdn in left:
        said = f"while the plan is carried out: {fqdn} breaks at {vantage}, until what it needs is created again"
        print(log(said), file=sys.stderr)
    return bool(left)


def _planned(plan: str, before: str | None, assumptions: Assumptions) -> _Planned:
    """Return the topologies before a plan, after it and meanwhile, with their names. Notes go to stderr."""
    import sys

    from acrdns.errors import InputError
    from acrdns.exchange.imports.files import inputs
    from acrdns.exchange.imports.importing import imported
    from acrdns.exchange.imports.merge.merge import changed
    from acrdns.report.escape import log
    from acrdns.topology.load import decode, load, load_octets, octets_of
    from acrdns.topology.samples import located

    base = load(before, assumptions) if before else None
    spaces = {key: [str(space) for space in each.address_space] for key, each in base.networks.items()} if base else {}
    files = list(inputs([plan], sys.stdin.buffer))
    was, will = imported(files, moment="before"), imported(files, spaces=spaces)
    for note in will.notes.notes:
        print(log(str(note)), file=sys.stderr)
    if not (will.text or was.text):
        message = (
            f"{plan} has no registry, private endpoint, private zone or network in planned_values; "
            "terraform show -json PLANFILE writes them, and prior_state"
        )
        raise typer.BadParameter(message, param_hint="--terraform")
    texts = [was.text, will.text]
    texts += [imported(files, moment="during").text] if will.replaces else []
    texts = [text or "version: 1\n" for text in texts]
    names = (f"{plan} before", f"{plan} after")
    if before:
        path = located(before)
        old = decode(octets_of(path), path)
        texts = [old, *(changed(old, texts[0], text, path) for text in texts[1:])]
        names = (before, f"{before} with {plan}")
    first, last = (load_octets(text.encode(), name, assumptions) for text, name in zip(texts[:2], names, strict=True))
    try:
        during = [load_octets(text.encode(), f"{names[1]}, meanwhile", assumptions) for text in texts[2:]]
    except InputError as error:
        return _Planned([first, last], names, None, tuple(map(str, error.problems)))
    return _Planned([first, last], names, during[0] if during else None)
