"""`acrdns lint`: findings from topology files alone."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from acrdns.cli import completion
from acrdns.cli.arguments import FORMAT, AssumeOption, assumed
from acrdns.cli.style import report_style
from acrdns.report.formats import FindingsFormat, renderer

if TYPE_CHECKING:
    from acrdns.check.finding import Finding
    from acrdns.errors import Problem
    from acrdns.report.report import Report


def command(
    topologies: Annotated[
        list[str],
        typer.Argument(
            metavar="TOPOLOGY...", help="Topology files, or samples by name.", autocompletion=completion.topologies
        ),
    ],
    *,
    assume: AssumeOption = None,
    format_: Annotated[FindingsFormat, FORMAT] = "text",
) -> int:
    """Find what is wrong in topology files, without a server and without asking any resolver.

    Every finding names the line that causes it and the command that mends it. `acrdns rule CODE` explains it.

    Exit codes: 0 nothing found, or information only; 1 errors or warnings; 2 a file that does not load.
    """
    from acrdns.errors import InputError

    findings, problems = _lint(topologies, assume)
    report = _report(topologies, findings)
    if findings or not problems:
        print(_render(report, format_), end="")
    if problems:
        raise InputError(problems)
    return 0 if report.judgement.clean else 1


def _lint(files: list[str], assume: list[str] | None) -> tuple[list[Finding], list[Problem]]:
    """Return the findings of the files that load, and the problems of the others."""
    from acrdns.check.lint import lint
    from acrdns.errors import InputError
    from acrdns.topology.load import load

    assumptions = assumed(assume)
    findings: list[Finding] = []
    problems: list[Problem] = []
    for file in files:
        try:
            findings += lint(load(file, assumptions))
        except InputError as error:
            problems += error.problems
    return findings, problems


def _report(files: list[str], findings: list[Finding]) -> Report:
    from acrdns.check.judge import Judgement
    from acrdns.report.report import Report

    return Report(Judgement((), tuple(findings)), files[0] if len(files) == 1 else f"{len(files)} files")


def _render(report: Report, format_: FindingsFormat) -> str:
    style = report_style(width_elsewhere=sys.maxsize)  # editors and grep want a finding in one line
    text: str = renderer("lint" if format_ == "text" else "findings", format_)(report, style)
    return text
