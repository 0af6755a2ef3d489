"""`acrdns lint`: findings from topology files alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from acrdns.cli import completion
from acrdns.cli.arguments import FORMAT, AssumeOption, assumed
from acrdns.cli.output import Output, OutputOption
from acrdns.cli.policy import (
    ExitZeroOption,
    IgnoreOption,
    PolicyOptions,
    ProfileOption,
    SelectOption,
    StrictOption,
    joined,
    today,
)
from acrdns.cli.target import read_topology, topology_files
from acrdns.report.formats import FindingsFormat

if TYPE_CHECKING:
    from acrdns.check.finding import Finding
    from acrdns.check.policy.accepting import Acceptance
    from acrdns.errors import Problem
    from acrdns.report.report import Report
    from acrdns.topology.assumptions import Assumptions


def command(  # noqa: PLR0913 -- one argument an option
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
    select: SelectOption = None,
    ignore: IgnoreOption = None,
    profile: ProfileOption = None,
    strict: StrictOption = False,
    exit_zero: ExitZeroOption = False,
    watch: Annotated[bool, typer.Option("--watch", help="Go on, and show new findings after each change.")] = False,
) -> int:
    """Find what is wrong in topology files, without a server and without asking any resolver.

    Of a directory, all files count that have a version and a section of a topology, but for hidden folders.

    Every finding names the line that causes it and the command that mends it. `acrdns rule CODE` explains it.

    With --watch it goes on until it is interrupted: after each change of a file it shows new findings and those gone.

    Exit codes: 0 nothing found, or information only; 1 errors or warnings; 2 a file that does not load.
    """
    from acrdns.errors import InputError

    output = Output("lint", format_, outputs)
    options = PolicyOptions(select, ignore, profile, strict, exit_zero)
    if watch:
        from acrdns.cli.lint_watch import watch as watch_files

        if format_ != "text" or outputs:
            raise typer.BadParameter("it writes text, to stdout alone", param_hint="--watch")
        return watch_files(topologies, assumed(assume), options)
    report, fails = _linted(topologies, assumed(assume), options)
    output.write(report, text=bool(report.judgement.findings or not report.problems))
    if report.problems:
        raise InputError(report.problems, reported=True)
    return 1 if fails else 0


def _linted(targets: list[str], assumptions: Assumptions, options: PolicyOptions) -> tuple[Report, bool]:
    """Return the findings of the files that load and the problems of the others, and whether a finding fails."""
    from acrdns.check.judge import Judgement
    from acrdns.check.lint import by_place, could_find, lint
    from acrdns.check.policy.accepting import excuse
    from acrdns.errors import InputError
    from acrdns.report.report import Report

    findings: list[Finding] = []
    problems: list[Problem] = []
    clean: list[str] = []
    accepted: list[Acceptance] = []
    files = topology_files(targets)
    policies, fails = [options.policy(file) for file in files], False
    for file, policy in zip(files, policies, strict=True):
        try:
            topology = read_topology(file, assumptions)
        except InputError as error:
            problems += error.problems
            continue
        excused = excuse(topology, lint(topology), today(), could_find)
        found = policy.chosen(excused.findings)
        findings += sorted(found, key=by_place)
        accepted += [each for each in excused.accepted if policy.counts(each.finding.code)]
        clean += [] if found else [file]
        fails = fails or policy.fails(found)
    named = files[0] if len(files) == 1 else f"{len(files)} files"
    judgement = Judgement((), tuple(findings), joined(policies).profile, tuple(accepted))
    return Report(judgement, named, problems=tuple(problems), clean_files=tuple(clean)), fails
