"""`acrdns break`: put a fault into a topology file, and leave all other lines as they are."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from acrdns.cli import completion
from acrdns.cli.overwrite import ForceOption, is_same_file, write

if TYPE_CHECKING:
    from acrdns.check.estate.diff import Diff
    from acrdns.check.faults.fault import Candidate
    from acrdns.topology.model import Topology


def command(
    fault: Annotated[
        str,
        typer.Argument(
            metavar="FAULT", help="A fault's name; acrdns faults lists them.", autocompletion=completion.faults
        ),
    ],
    topology: Annotated[
        str,
        typer.Argument(
            metavar="TOPOLOGY", help="The file, a sample's name, or - for stdin.", autocompletion=completion.topologies
        ),
    ],
    *,
    at: Annotated[
        str | None,
        typer.Option(
            metavar="SUBJECT",
            help="Where: a network, zone, record or server. Default: the first that breaks.",
            autocompletion=completion.subjects,
        ),
    ] = None,
    output: Annotated[
        str | None, typer.Option("-o", "--output", metavar="FILE", help="Write it there. Default: standard output.")
    ] = None,
    force: ForceOption = False,
) -> int:
    """Write the topology with a fault in it, and say what was changed and whom it breaks.

    Faults are combined by running it on its own output. No other file that exists is overwritten without --force.
    """
    from acrdns.cli.target import STDIN
    from acrdns.topology.load import decode, encoding_of, loads, octets_of
    from acrdns.topology.samples import located
    from acrdns.topology.text.rewrite import edited

    file = STDIN if topology == "-" else located(topology)
    octets = sys.stdin.buffer.read() if topology == "-" else octets_of(file)
    text = decode(octets, file)
    chosen, change = _chosen(fault, loads(text, file), at)
    broken = edited(text, chosen.edits, file)
    after = loads(broken, file)
    written = broken.encode(encoding_of(octets))
    in_place = is_same_file(output, file)
    write(output, written, may=lambda _there: force or in_place)
    _explain(fault, chosen, change, after)
    return 0


def _chosen(fault: str, topology: Topology, at: str | None) -> tuple[Candidate, Diff]:
    """Return the first candidate that changes an answer, at the subject where there is one, and what it changes."""
    from acrdns.check.estate.diff import diff
    from acrdns.check.repair.breaking import breaking
    from acrdns.resolve.world import World

    try:
        candidate = breaking(fault, topology, at)
    except ValueError as error:
        text = str(error)
        raise typer.BadParameter(text, param_hint="--at" if " cannot be at " in text else "FAULT") from None
    return candidate, diff(World(topology), World(candidate.apply(topology)))


def _explain(fault: str, chosen: Candidate, change: Diff, broken: Topology) -> None:
    """Say on standard error what was changed, whom it breaks, and what mends it."""
    from acrdns.check.fixes.advice import Advice
    from acrdns.check.fixes.fix import joined
    from acrdns.check.lint import lint
    from acrdns.check.rules import TABLE
    from acrdns.report.escape import log, visible
    from acrdns.report.formats import renderer

    fixes = chosen.fixes
    if all(isinstance(fix, Advice) for fix in fixes):
        # The file shows what answers do not, such as the name of a misspelt zone.
        fixes = next((finding.fixes for finding in lint(broken) if TABLE[finding.code] == fault), fixes)
    print(log(visible(f"{fault} at {chosen.subject}: {chosen.message}")), file=sys.stderr)
    print(renderer("diff", "text")(change), end="", file=sys.stderr)
    text = joined(fixes)
    print(log(visible(f"mended by: {text}", most=len(text) + 20)), file=sys.stderr)
