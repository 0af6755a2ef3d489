"""Topologies into files: what a person wrote is not overwritten in silence."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

STDOUT = "-"
ForceOption = Annotated[bool, typer.Option("--force", help="Overwrite a file that exists.")]


def write(file: str | None, octets: bytes, *, may: Callable[[bytes], bool], remedy: str = "") -> None:
    """Write a topology; `-` and None are stdout. Raises BadParameter for a file that `may` does not give up.

    Devices and pipes take what they get, and so do empty files and files that have these octets already.
    """
    if file in (None, STDOUT):
        sys.stdout.buffer.write(octets)
        sys.stdout.buffer.flush()
        return
    path = Path(str(file))
    try:
        there = path.read_bytes() if path.is_file() else b""
        if there and there != octets and not may(there):
            raise typer.BadParameter(f"{path} exists; {remedy}--force overwrites it", param_hint="-o")
        path.write_bytes(octets)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise typer.BadParameter(f"{path} cannot be written: {reason}", param_hint="-o") from None


def is_same_file(file: str | None, other: str) -> bool:
    """Return whether two names are of one file that exists."""
    try:
        return file is not None and Path(file).samefile(other)
    except OSError:
        return False
