"""`acrdns assumptions`: what the simulator takes to be so where Azure's documentation does not say."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Format(StrEnum):
    """How the list is written."""

    TEXT = "text"
    JSON = "json"


def command(*, format_: Annotated[Format, typer.Option("--format", help="How to write it.")] = Format.TEXT) -> None:
    """List what is assumed where Azure's behaviour is unknown or only inferred, and where in the program it is."""
    from dataclasses import asdict

    from acrdns.resolve.assumptions import ASSUMPTIONS

    if format_ == Format.JSON:
        import json

        typer.echo(json.dumps({"version": 1, "assumptions": [asdict(each) for each in ASSUMPTIONS]}, indent=2))
        return
    for each in ASSUMPTIONS:
        typer.echo(f"{each.name} ({each.mark}, facts {each.source})\n  {each.says}\n  decided in {each.where}\n")
