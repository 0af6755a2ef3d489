"""`acrdns import`: a topology from what Azure, Terraform and shells leave on disk."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from acrdns.cli import completion
from acrdns.cli.overwrite import STDOUT, ForceOption, is_same_file, write

if TYPE_CHECKING:
    from acrdns.exchange.imports.notes import Notes


def command(  # noqa: PLR0913 -- one argument an option
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
        str | None, typer.Option("-o", "--output", metavar="OUT.yaml", help="Write here instead of to stdout.")
    ] = None,
    force: ForceOption = False,
    merge: Annotated[
        str | None,
        typer.Option(
            metavar="OLD.yaml",
            help="Keep what a person added to an imported file: comments, networks on premises, accepted findings.",
            autocompletion=completion.topologies,
        ),
    ] = None,
    lint: Annotated[
        bool, typer.Option("--lint", help="Go on to the findings, on stdout, with the exit code of lint.")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 where there is anything to report.")] = False,
    commands: Annotated[
        bool,
        typer.Option("--commands", help="Print read-only commands that collect inputs: az, resource-graph, terraform."),
    ] = False,
    shell: Annotated[Literal["bash", "powershell"], typer.Option("--shell", help="For --commands.")] = "bash",
) -> int:
    """Make one topology of output of az, Azure Resource Manager, Resource Graph and Terraform, and of zone files.

    No credentials, no network: it reads files. All that is missing, contradictory or not understood is reported on
    stderr, and stands as a comment in the topology. A file that exists is overwritten where it is an earlier import, as
    it was written; where a person has changed it, --merge keeps what is theirs, and --force overwrites it.

    Exit codes: 0 a topology was written; 1 with --strict, where there was anything to report; 2 nothing to judge.
    """
    from acrdns.errors import AcrdnsError
    from acrdns.exchange.imports import files
    from acrdns.exchange.imports.importing import imported
    from acrdns.exchange.imports.writer import is_untouched

    if commands:
        print(_script(inputs or [], shell), end="")
        return 0
    if not inputs:
        raise typer.BadParameter("name files or directories, or - for stdin", param_hint="FILE_OR_DIR")
    old = _old(merge) if merge else None
    result = imported(files.inputs(inputs, sys.stdin.buffer), format_)
    _report(result.notes)
    if not result.text:
        message = "there is no registry, private endpoint, private zone or network in any input"
        raise AcrdnsError(message)
    text = result.text if old is None or merge is None else _merged(result.text, old, merge)
    if out is not None or not lint:
        anew = force or (merge is not None and is_same_file(out, merge))
        remedy = "" if merge else f"--merge {out} keeps what was changed in it, "
        write(out, text.encode(), may=lambda there: anew or is_untouched(there.decode(errors="replace")), remedy=remedy)
    code = _lint(text, out if out and out != STDOUT else "<import>") if lint else 0
    return code or (1 if strict and result.notes.notes else 0)


def _script(chosen: list[str], shell: Literal["bash", "powershell"]) -> str:
    from acrdns.exchange.imports.commands import SOURCES, script

    unknown = [each for each in chosen if each not in SOURCES]
    if unknown:
        raise typer.BadParameter(f"{unknown[0]!r} is none of {', '.join(SOURCES)}", param_hint="--commands")
    return script(tuple(source for source in SOURCES if source in chosen) or SOURCES, shell)


def _report(notes: Notes) -> None:
    from acrdns.report.escape import log

    for note in notes.notes:
        print(log(str(note)), file=sys.stderr)
    print(log(f"acrdns import: {notes.counts()}"), file=sys.stderr)


def _old(path: str) -> str:
    """Return the file to merge into, before anything else is read. Raises InputError where it does not load."""
    from acrdns.topology.load import decode, loads, octets_of

    text = decode(octets_of(path), path)
    loads(text, path)
    return text


def _merged(text: str, old: str, path: str) -> str:
    from acrdns.exchange.imports.merge.merge import merged
    from acrdns.topology.load import loads

    found = merged(text, old, path)
    loads(found, f"{path} merged")
    return found


def _lint(text: str, file: str) -> int:
    from acrdns.check.judge import Judgement
    from acrdns.check.lint import lint
    from acrdns.cli.output import Output
    from acrdns.report.report import Report
    from acrdns.topology.load import loads

    findings = lint(loads(text, file))
    report = Report(Judgement((), tuple(findings)), file, clean_files=() if findings else (file,))
    Output("lint", "text", None).write(report)
    return 0 if report.judgement.clean else 1
