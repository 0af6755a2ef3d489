"""`acrdns fix`: the smallest edits of a topology file that make every vantage point right."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from acrdns.cli import completion
from acrdns.cli.arguments import FORMAT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.check.repair.search import Repair


def command(
    topology: Annotated[
        str,
        typer.Argument(
            metavar="TOPOLOGY", help="The file, a sample's name, or - for stdin.", autocompletion=completion.topologies
        ),
    ],
    *,
    write: Annotated[bool, typer.Option("--write", help="Write the repair into the file.")] = False,
    take: Annotated[int | None, typer.Option(metavar="N", min=1, help="Which repair to write, of several.")] = None,
    format_: Annotated[Literal["text", "json"], FORMAT] = "text",
) -> int:
    """Propose the smallest edits after which every answer is as expected, each proven by simulation.

    Where no edit of the file mends an error, as for an endpoint that is to be created, the command is shown.

    The exit code is 0 if nothing is wrong or --write mended it, 1 if something is left to be done, and 2 if answers are
    wrong that no edit mends.
    """
    from acrdns.check.lint import lint
    from acrdns.check.policy.accepting import excuse
    from acrdns.check.profile import Profile
    from acrdns.check.repair.search import is_error, is_wrong, repairs
    from acrdns.cli.policy import today
    from acrdns.cli.progress import progress_word
    from acrdns.cli.target import STDIN
    from acrdns.errors import AcrdnsError
    from acrdns.topology.load import decode, encoding_of, loads, octets_of
    from acrdns.topology.samples import located

    if take is not None and not write:
        raise typer.BadParameter("nothing is written without --write", param_hint="--take")
    if write and topology == "-":
        raise typer.BadParameter("standard input cannot be written; leave --write out", param_hint="--write")
    file = STDIN if topology == "-" else located(topology)
    if write and topology not in ("-", file):
        message = f"{topology} is a sample, which stays as it is; copy {file}, and mend the copy"
        raise typer.BadParameter(message, param_hint="--write")
    octets = sys.stdin.buffer.read() if topology == "-" else octets_of(file)
    text = decode(octets, file)
    before = loads(text, file)
    with progress_word("looking for the smallest repair"):
        found = repairs(before, text)
    findings = () if found else lint(before)
    left = tuple(filter(is_error, findings))
    chosen = _chosen(found, take) if write and found else None
    report = import_module(f"acrdns.report.repair.{format_}")
    helpless = not found and is_wrong(before)
    shown = () if found or left or helpless else excuse(before, findings, today()).findings
    warned = [each.code for each in shown if Profile().severity(each.code) == "warning"]
    if warned and format_ == "text":
        codes = ", ".join(dict.fromkeys(warned))
        print(f"{file}: every answer is as expected; what acrdns lint warns of ({codes}) is left as it is")
    elif left or not helpless or format_ == "json":
        print(report.render(before, text, found, left), end="")
    if helpless:
        message = f"{file}: something is wrong, but no edit that acrdns knows mends it; acrdns lint says what is"
        raise AcrdnsError(message)
    if chosen is None:
        return 1 if found or left else 0
    Path(file).write_bytes(chosen.text.encode(encoding_of(octets)))
    print(f"{file}: {chosen.edits} edit{'' if chosen.edits == 1 else 's'} written", file=sys.stderr)
    return 1 if chosen.left else 0


def _chosen(found: Sequence[Repair], take: int | None) -> Repair:
    if take is not None and take > len(found):
        raise typer.BadParameter(
            f"there is no repair {take}; there {'is' if len(found) == 1 else 'are'} {len(found)}", param_hint="--take"
        )
    if take is None and len(found) > 1:
        raise typer.BadParameter(f"{len(found)} repairs are equally small; choose with --take N", param_hint="--write")
    return found[(take or 1) - 1]
