"""`acrdns init`: a topology file to start from."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

STDOUT = "-"


def command(
    file: Annotated[str, typer.Argument(help="File to write; - prints it.", metavar="FILE")] = "topology.yaml",
    *,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that exists.")] = False,
) -> None:
    """Write a commented topology to start from: a geo-replicated registry with a private endpoint in a hub."""
    from acrdns.topology.starter import STARTER

    if file == STDOUT:
        print(STARTER, end="")
        return
    _write(Path(file), STARTER, overwrite=force)
    print(f"wrote {file}; next: acrdns lint {file}", file=sys.stderr)


def _write(path: Path, text: str, *, overwrite: bool) -> None:
    try:
        with path.open("w" if overwrite else "x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        remedy = "is a directory; name a file in it" if path.is_dir() else "exists; --force overwrites it"
        raise typer.BadParameter(f"{path} {remedy}", param_hint="FILE") from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise typer.BadParameter(f"{path} cannot be written: {reason}", param_hint="FILE") from None
