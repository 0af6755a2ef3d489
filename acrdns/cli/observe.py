"""`acrdns observe`: read what other tools printed elsewhere."""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from acrdns.cli.arguments import FORMAT
from acrdns.cli.saved import RedactOption, saving
from acrdns.cli.style import report_style
from acrdns.cli.target import STDIN

if TYPE_CHECKING:
    from acrdns.probe.answer import IgnoredLine, ObservedAnswer, ReadFile
    from acrdns.probe.transcripts.recipes import RecipeName


def command(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE...", help="What the tools printed; - for stdin. With --recipe: a topology file."),
    ],
    *,
    at: Annotated[str | None, typer.Option("--at", metavar="VANTAGE", help="Where the tools ran.")] = None,
    save: Annotated[
        str | None, typer.Option("--save", metavar="FILE", help="Keep the answers for check --restore.")
    ] = None,
    redact: RedactOption = False,
    recipe: Annotated[
        Literal["dig", "powershell", "kubectl", "az-vm"] | None,
        typer.Option("--recipe", help="Print a command that asks for every name of the topology, to run elsewhere."),
    ] = None,
    format_: Annotated[Literal["text", "json", "jsonl"], FORMAT] = "text",
) -> int:
    """Read what dig, kdig, delv, drill, nslookup, host, getent, resolvectl, Resolve-DnsName, az acr check-health print.

    Lines that are not understood are listed. The answers can be judged: acrdns check TOPOLOGY --restore FILE.

    Exit codes: 0 something was read; 2 nothing was, or a file cannot be read.

    \b
    Examples:
      acrdns observe --recipe kubectl estate.yaml
      kubectl logs job/dns | acrdns observe - --at aks --save aks.jsonl
    """  # noqa: D301 -- \b keeps the lines below it from being joined
    if recipe:
        unused = {"--at": at, "--save": save, "--redact": redact, "--format": format_ != "text"}
        if given := [option for option, value in unused.items() if value]:
            raise typer.BadParameter(
                f"nothing is read with --recipe; leave out {' and '.join(given)}", param_hint=given[0]
            )
        print(_recipe(recipe, files), end="")
        return 0
    read, unreadable = _read(files, at)
    with saving(save if read.answers else None, redact=redact and bool(read.answers)) as saver:
        for answer in read.answers if saver else ():
            assert saver is not None
            saver.save(answer)
    from acrdns.report.formats import renderer

    if read.answers or read.ignored or format_ != "text" or not unreadable:
        print(renderer("observations", format_)(read, report_style()), end="")
    if not read.answers and not unreadable:
        print("acrdns observe: there is no answer of a DNS tool in what was given", file=sys.stderr)
    return 0 if read.answers and not unreadable else 2


def _recipe(name: RecipeName, topologies: list[str]) -> str:
    from acrdns.probe.transcripts.recipes import recipe
    from acrdns.topology.load import load

    fqdns: dict[str, None] = {}
    for file in topologies:
        topology = load(file)
        for registry in topology.registries.values():
            fqdns |= dict.fromkeys(member.fqdn(registry.dns_label, topology.cloud) for member in registry.members())
    if not fqdns:
        raise typer.BadParameter(f"{', '.join(topologies)} has no registries; there is nothing to ask for")
    return recipe(name, list(fqdns))


def _read(files: list[str], at: str | None) -> tuple[ReadFile, bool]:
    """Return what all files hold together, and whether one of them cannot be read, which stderr says."""
    from acrdns.probe.answer import ReadFile
    from acrdns.probe.collected import read
    from acrdns.report.escape import log, visible

    answers: list[ObservedAnswer] = []
    ignored: list[IgnoredLine] = []
    unreadable = False
    for file in files:
        try:
            octets = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        except OSError as error:
            with suppress(OSError):
                print(log(visible(f"acrdns: {file}: {(error.strerror or 'unreadable').lower()}")), file=sys.stderr)
            unreadable = True
            continue
        found = read(octets, STDIN if file == "-" else file)
        answers += [replace(answer, vantage=at) if at else answer for answer in found.answers]
        ignored += found.ignored
    return ReadFile(tuple(answers), tuple(ignored)), unreadable
