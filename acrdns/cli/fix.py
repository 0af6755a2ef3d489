"""`acrdns fix`: the smallest edits of a topology file that make every vantage point right."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from acrdns.cli import completion
from acrdns.cli.arguments import FORMAT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.check.finding import Finding
    from acrdns.check.repair.search import Repair
    from acrdns.topology.model import Topology


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

    The exit code is 0 where nothing is wrong or --write mended it, 1 where something is left to be done.
    """
    from acrdns.check.repair.search import errors, is_wrong, repairs
    from acrdns.cli.target import STDIN
    from acrdns.errors import AcrdnsError
    from acrdns.topology.load import decode, encoding_of, loads, octets_of
    from acrdns.topology.samples import located

    if write and topology == "-":
        raise typer.BadParameter("standard input cannot be written; leave --write out", param_hint="--write")
    file = STDIN if topology == "-" else located(topology)
    if write and topology not in ("-", file):
        message = f"{topology} is a sample, which stays as it is; copy {file}, and mend the copy"
        raise typer.BadParameter(message, param_hint="--write")
    octets = sys.stdin.buffer.read() if topology == "-" else octets_of(file)
    text = decode(octets, file)
    before = loads(text, file)
    found = repairs(before, text)
    if not found and is_wrong(before):
        message = f"{file}: something is wrong, but no edit that acrdns knows mends it; acrdns lint says what is"
        raise AcrdnsError(message)
    left = () if found else errors(before)
    chosen = _chosen(found, take) if write and found else None
    print(_json(before, text, found, left) if format_ == "json" else _text(before, text, found, left), end="")
    if chosen is None:
        return 1 if found or left else 0
    Path(file).write_bytes(chosen.text.encode(encoding_of(octets)))
    print(f"{file}: {chosen.edits} edit{'' if chosen.edits == 1 else 's'} written", file=sys.stderr)
    return 1 if chosen.left else 0


def _chosen(found: Sequence[Repair], take: int | None) -> Repair:
    if take is not None and take > len(found):
        raise typer.BadParameter(f"there is no repair {take}; there are {len(found)}", param_hint="--take")
    if take is None and len(found) > 1:
        raise typer.BadParameter(f"{len(found)} repairs are equally small; choose with --take N", param_hint="--write")
    return found[(take or 1) - 1]


def _text(before: Topology, text: str, found: Sequence[Repair], left: Sequence[Finding]) -> str:
    """Return each repair as a unified diff, the answers that it changes, and its commands."""
    from acrdns.report.escape import log, visible

    lines: list[str] = [] if found or left else [f"{before.file}: nothing is wrong"]
    for number, repair in enumerate(found, 1):
        if len(found) > 1:
            lines += [f"repair {number} of {len(found)}, equally small:", ""]
        lines += [*_unified(before.file, text, repair), ""]
        lines += [f"{vantage}  {fqdn}  {was} -> {now}" for vantage, fqdn, was, now in _cells(before, repair)]
        lines += ["", *(f"fix: {fix.text}" for fix in repair.fixes), "", *_unmended(repair.left)]
    return log("\n".join(map(visible, (*lines, *_unmended(left)))) + "\n")


def _unmended(left: Sequence[Finding]) -> list[str]:
    """Return the errors that no edit of the file mends, each with its fix."""
    lines = ["no edit of the file mends:"] if left else []
    return [*lines, *(line for each in left for line in (f"{each.code} {each.message}", f"  fix: {each.fix}"))]


def _unified(file: str, text: str, repair: Repair) -> list[str]:
    from difflib import unified_diff

    return list(unified_diff(text.splitlines(), repair.text.splitlines(), file, file, n=2, lineterm=""))


def _cells(before: Topology, repair: Repair) -> list[tuple[str, str, str, str]]:
    """Return vantage point, endpoint, and the answer before and after, where more than its TTL changes."""
    from acrdns.check.estate.diff import diff
    from acrdns.report.diff.text import answers, endpoint
    from acrdns.resolve.world import World

    changes = diff(World(before), World(repair.topology)).changes
    changed = (
        c for c in changes if not (c.before and c.after and c.before._replace(ttl=None) == c.after._replace(ttl=None))
    )
    return [(change.vantage, endpoint(change), *answers(change)) for change in changed]


def _json(before: Topology, text: str, found: Sequence[Repair], left: Sequence[Finding]) -> str:
    """Return the document of `fix --format json`, version 1; fields are added, never renamed or removed."""
    import json

    proposals = [
        {
            "edits": repair.edits,
            "diff": "\n".join(_unified(before.file, text, repair)) + "\n",
            "changes": [
                dict(zip(("vantage", "endpoint", "before", "after"), cell, strict=True))
                for cell in _cells(before, repair)
            ],
            "fixes": [
                {"text": fix.text, "az": list(fix.az), "terraform": fix.terraform, "bicep": fix.bicep}
                for fix in repair.fixes
            ],
            "left": _errors(repair.left),
        }
        for repair in found
    ]
    document = {"version": 1, "file": before.file, "proposals": proposals, "left": _errors(left)}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _errors(left: Sequence[Finding]) -> list[dict[str, str]]:
    return [{"code": each.code, "fqdn": each.fqdn, "message": each.message, "fix": each.fix} for each in left]
