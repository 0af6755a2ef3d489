"""`acrdns import`: a topology from what Azure, Terraform and shells leave on disk."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from acrdns.exchange.imports.notes import Notes


def command(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(metavar="FILE_OR_DIR...", help="Files, directories with all that is below them; - for stdin."),
    ] = None,
    *,
    format_: Annotated[
        Literal["auto", "az", "terraform", "arm", "zone"],
        typer.Option("--format", help="What the inputs are, where their contents leave it open."),
    ] = "auto",
    out: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="OUT.yaml", help="Write here instead of to stdout.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 where there is anything to report.")] = False,
) -> int:
    """Make one topology of output of az, Azure Resource Manager, Resource Graph and Terraform, and of zone files.

    No credentials, no network: it reads files. All that is missing, contradictory or not understood is reported on
    stderr, and stands as a comment in the topology.

    Exit codes: 0 a topology was written; 1 with --strict, where there was anything to report; 2 nothing to judge.
    """
    from acrdns.errors import AcrdnsError
    from acrdns.exchange.imports import files
    from acrdns.exchange.imports.importing import imported

    if not inputs:
        raise typer.BadParameter("name files or directories, or - for stdin", param_hint="FILE_OR_DIR")
    result = imported(files.inputs(inputs, sys.stdin.buffer), format_)
    _report(result.notes)
    if not result.text:
        message = "there is no registry, private endpoint, private zone or network in any input"
        raise AcrdnsError(message)
    if out is None:
        print(result.text, end="")
    else:
        out.write_text(result.text, encoding="utf-8")
    return 1 if strict and result.notes.notes else 0


def _report(notes: Notes) -> None:
    from acrdns.report.escape import log

    for note in notes.notes:
        print(log(str(note)), file=sys.stderr)
    print(log(f"acrdns import: {notes.counts()}"), file=sys.stderr)
