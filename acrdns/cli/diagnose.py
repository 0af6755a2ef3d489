"""`acrdns diagnose`: say which misconfigurations explain answers that were observed elsewhere."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from acrdns.check.endpoints import names_by_vantage
from acrdns.cli import completion
from acrdns.cli.arguments import FORMAT, vantage_of
from acrdns.cli.check_endpoints import plan_of_topology
from acrdns.cli.judging import causes_of, judge_place, known, report_of
from acrdns.cli.output import Output, OutputOption
from acrdns.cli.saved import say_ignored
from acrdns.cli.target import STDIN, read_topology
from acrdns.errors import AcrdnsError
from acrdns.report.formats import FindingsFormat

if TYPE_CHECKING:
    from acrdns.check.lint import CausesInFile
    from acrdns.cli.check_endpoints import Plan
    from acrdns.cli.judging import JudgedPlace
    from acrdns.probe.observation import Observation


def command(
    topology: Annotated[
        str,
        typer.Argument(
            metavar="TOPOLOGY", help="A topology file, or a sample's name.", autocompletion=completion.topologies
        ),
    ],
    observations: Annotated[
        str,
        typer.Argument(
            metavar="OBSERVATIONS",
            help="Lines of VANTAGE NAME ADDRESS..., what --save wrote, or what observe reads; - for stdin.",
        ),
    ],
    *,
    vantage: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="VANTAGE",
            autocompletion=completion.vantages,
            help="Where answers were observed that do not say it.",
        ),
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show the answers that each diagnosis predicts, after those observed.")
    ] = False,
    format_: Annotated[FindingsFormat, FORMAT] = "text",
    outputs: OutputOption = None,
) -> int:
    """Say which misconfigurations explain answers that were observed elsewhere, and ask nobody.

    A line of a list is a vantage point, a name and its addresses, or how the question ended: NODATA, NXDOMAIN,
    SERVFAIL, REFUSED, TIMEOUT. Report and exit codes are those of check.

    \b
    Examples:
      acrdns diagnose estate.yaml ticket.txt
      echo hub contoso.azurecr.io 20.45.122.144 | acrdns diagnose estate.yaml -
    """  # noqa: D301 -- \b keeps the lines below it from being joined
    from acrdns.check.diagnosis.witness import with_witnesses
    from acrdns.probe.collected import by_vantage, located, read_any

    output = Output("findings", format_, outputs)
    if topology == observations == "-":
        raise typer.BadParameter("standard input is one file; name the other", param_hint="TOPOLOGY")
    loaded = read_topology(topology)
    if vantage is not None:
        vantage_of(loaded, vantage)
    file = STDIN if observations == "-" else observations
    octets = sys.stdin.buffer.read() if observations == "-" else Path(observations).read_bytes()
    found = located(loaded, read_any(octets, file, frozenset().union(*names_by_vantage(loaded).values())))
    say_ignored(found, file)
    loaded, found = with_witnesses(loaded, found, vantage)
    answers_at = by_vantage(loaded, found, names_by_vantage(loaded), vantage)
    plans = [plan_of_topology(loaded, place, None, "") for place in answers_at]
    causes = causes_of(plans[0]) if plans else None
    places = [_judged(plan, known(plan, answers_at), causes) for plan in plans]
    if not any(place.plan.endpoints for place in places):
        but = " but answers to privatelink names, which alone are not judged" if plans else ""
        raise AcrdnsError(
            f"{file}: nothing in it is about a registry{but}; write lines such as: hub contoso.azurecr.io NXDOMAIN"
        )
    report = report_of(topology, places, explain=explain)
    output.write(report)
    return 0 if report.judgement.clean else 1


def _judged(plan: Plan, saved: dict[str, Observation], causes: CausesInFile | None) -> JudgedPlace:
    """Return the judgement of what was observed at one vantage point."""
    observed = [endpoint for endpoint in plan.endpoints if endpoint.fqdn in saved]
    return judge_place(replace(plan, endpoints=observed), None, saved, causes=causes)
