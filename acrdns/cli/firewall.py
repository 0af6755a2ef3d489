"""`acrdns firewall`: the allow-list that a network needs, and one that somebody has held against it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, get_args

import typer

from acrdns.cli import completion
from acrdns.cli.arguments import FORMAT, OperationOption, TopologyArgument, operations_of, vantage_of
from acrdns.report.formats import FirewallFormat, PlainFormat, renderer


def command(
    topology: TopologyArgument,
    *,
    vantage: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="VANTAGE",
            help="What clients here need. Default: all vantage points together.",
            autocompletion=completion.vantages,
        ),
    ] = None,
    operation: OperationOption = None,
    check: Annotated[
        list[str] | None,
        typer.Option(
            "--check",
            metavar="LIST",
            help="Judge a list: lines HOST[:PORT], JSON or CSV of this command, Squid's or Azure's rules.",
        ),
    ] = None,
    format_: Annotated[FirewallFormat, FORMAT] = "text",
) -> int:
    """Write which hosts a firewall has to let through, and for which operations; or judge a list that there is.

    The text and the JSON are lists that --check and `lab run --firewall` read. With --check, the
    exit code is 1 where the list lacks a host of a registry, or allows more than is needed.
    """
    from acrdns.check.firewall.rules import firewall
    from acrdns.cli.target import read_topology

    if check and len(check) > 1:
        raise typer.BadParameter(
            "judge one list at a time; to judge them as one, join them: --check -", param_hint="--check"
        )
    loaded = read_topology(topology)
    from_ = None if vantage is None else vantage_of(loaded, vantage)
    found = firewall(loaded, from_, operations_of(operation))
    if not check:
        sys.stdout.write(renderer("firewall", format_)(found))
        return 0
    if format_ not in get_args(PlainFormat):
        raise typer.BadParameter(f"a list is judged as {' or '.join(get_args(PlainFormat))}", param_hint="--format")
    from acrdns.check.firewall.allow_list import read, read_file
    from acrdns.check.firewall.compare import compare
    from acrdns.check.firewall.entries import CLIENTS_OF
    from acrdns.report.escape import visible
    from acrdns.resolve.world import World

    (file,) = check
    name = "<stdin>" if file == "-" else file
    allowed = read(sys.stdin.read(), name, found.sources) if file == "-" else read_file(Path(file), found.sources)
    for each in allowed.ignored:
        why = "not in the list: its rules count as for all" if each.startswith(CLIENTS_OF) else "not judged"
        print(f"acrdns firewall: {name}: {visible(each)}: {why}", file=sys.stderr)
    judged = compare(World(loaded), found.rules, allowed)
    sys.stdout.write(renderer("comparison", format_)(judged, name, from_))
    return 0 if judged.clean else 1
