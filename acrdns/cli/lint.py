"""`acrdns lint`: findings from topology files alone."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from acrdns.cli import completion
from acrdns.cli.arguments import FORMAT, AssumeOption, assumed
from acrdns.cli.output import Output, OutputOption
from acrdns.cli.target import STDIN, topology_files
from acrdns.report.formats import FindingsFormat

if TYPE_CHECKING:
    from acrdns.check.finding import Finding
    from acrdns.errors import Problem
    from acrdns.report.report import Report
    from acrdns.topology.assumptions import Assumptions
    from acrdns.topology.model import Topology


def command(
    topologies: Annotated[
        list[str],
        typer.Argument(
            metavar="TOPOLOGY...",
            help="Topology files, samples by name, directories; - for stdin.",
            autocompletion=completion.topologies,
        ),
    ],
    *,
    assume: AssumeOption = None,
    format_: Annotated[FindingsFormat, FORMAT] = "text",
    outputs: OutputOption = None,
) -> int:
    """Find what is wrong in topology files, without a server and without asking any resolver.

    Of a directory, all files count that have a version and a section of a topology, but for hidden folders.

    Every finding names the line that causes it and the command that mends it. `acrdns rule CODE` explains it.

    Exit codes: 0 nothing found, or information only; 1 errors or warnings; 2 a file that does not load.
    """
    from acrdns.errors import InputError

    output = Output("lint", format_, outputs)
    report = _linted(topologies, assume)
    output.write(report, text=bool(report.judgement.findings or not report.problems))
    if report.problems:
        raise InputError(report.problems)
    return 0 if report.judgement.clean else 1


def _linted(targets: list[str], assume: list[str] | None) -> Report:
    """Return the findings of the files that load, and the problems of the others."""
    from acrdns.check.judge import Judgement
    from acrdns.check.lint import lint
    from acrdns.errors import InputError
    from acrdns.report.report import Report

    assumptions = assumed(assume)
    findings: list[Finding] = []
    problems: list[Problem] = []
    clean: list[str] = []
    files = topology_files(targets)
    for file in files:
        try:
            found = lint(_load(file, assumptions))
        except InputError as error:
            problems += error.problems
        else:
            findings += found
            clean += [] if found else [file]
    named = files[0] if len(files) == 1 else f"{len(files)} files"
    return Report(Judgement((), tuple(findings)), named, problems=tuple(problems), clean_files=tuple(clean))


def _load(file: str, assumptions: Assumptions) -> Topology:
    from acrdns.topology.load import load, load_octets

    if file == STDIN:
        return load_octets(sys.stdin.buffer.read(), STDIN, assumptions)
    return load(file, assumptions)
