"""`acrdns schema`: the JSON Schema of the topology file, and of each document that a command writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Mapping

TOPOLOGY = "topology"
_PACKAGE = Path(__file__).parents[1]
_WRITTEN_AS = {
    **dict.fromkeys(("lint", "diagnose", "findings", "diagnosis"), "check"),
    "learn": "lessons",
    "ips": "addresses",
}
"""Commands and parts whose document has another name."""


def files() -> dict[str, Path]:
    """Return the schemas that come with the package, by name: the topology file's, then those of JSON documents."""
    found = [
        path for folder in (TOPOLOGY, "report", "teach") for path in sorted((_PACKAGE / folder).glob("*.schema.json"))
    ]
    return {path.name.partition(".")[0]: path for path in found}


def begun(incomplete: str) -> list[str]:
    """Return schemas for completion."""
    return [name for name in files() if name.startswith(incomplete)]


def command(
    name: Annotated[
        str,
        typer.Argument(metavar="NAME", help="The topology file, or a document.", autocompletion=begun),
    ] = TOPOLOGY,
    *,
    list_: Annotated[bool, typer.Option("--list", help="List the documents that have a schema.")] = False,
) -> None:
    """Print the JSON Schema of the topology file, so that an editor completes and checks it while you write.

    Or that of a document that a command writes with --format json. check is that of lint and diagnose, too.
    """
    known = files()
    if list_:
        _list(known)
        return
    chosen = _WRITTEN_AS.get(name, name)
    if chosen not in known:
        from acrdns.suggest import remedy

        message = f"there is no schema {name!r}; {remedy(name, [*known, *_WRITTEN_AS])}"
        raise typer.BadParameter(message, param_hint="NAME")
    print(known[chosen].read_text(encoding="utf-8"), end="")


def _list(known: Mapping[str, Path]) -> None:
    said = {TOPOLOGY: "The topology file.", "lessons": "The list of `acrdns learn --format json`."}
    said["lab-connected"] = "The list of `acrdns lab connected --format json`."
    said["saved"] = "A line of the file that `acrdns check --save FILE` writes, and `acrdns observe`."
    for name, path in known.items():
        described = said.get(name) or json.loads(path.read_text(encoding="utf-8"))["description"]
        print(f"{name:13} {described.partition(chr(10))[0]}")
