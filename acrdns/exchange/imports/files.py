"""Paths to inputs: the one step of an import that reads files."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from acrdns.exchange.imports.reading import Input
from acrdns.exchange.imports.text import MAX_OCTETS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO

STDIN = "<stdin>"


def inputs(paths: Iterable[str], stdin: BinaryIO) -> Iterator[Input]:
    """Return the inputs one by one: files, all files below directories by name, `-` for standard input."""
    seen: set[str] = set()
    for path in paths:
        if path == "-":
            yield Input(STDIN, stdin.read())
            continue
        for file in _below(path) if Path(path).is_dir() else (path,):
            real = os.path.realpath(file)
            if real not in seen:
                seen.add(real)
                yield _input(file)


def _below(directory: str) -> Iterator[str]:
    """Return the files below a directory, but for hidden ones such as `.git` and `.terraform`."""
    for folder, folders, names in os.walk(directory):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (str(Path(folder) / name) for name in sorted(names) if not name.startswith("."))


def _input(file: str) -> Input:
    try:
        # A pipe without a writer, opened in the usual way, would wait for ever.
        with os.fdopen(os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as stream:
            found = os.fstat(stream.fileno())
            if not (stat.S_ISREG(found.st_mode) or stat.S_ISFIFO(found.st_mode)):
                return Input(file, problem="it is no regular file")
            if stat.S_ISFIFO(found.st_mode):
                os.set_blocking(stream.fileno(), True)
            octets = stream.read(MAX_OCTETS + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return Input(file, problem=f"it cannot be read: {reason.lower()}")
    return Input(file, octets) if len(octets) <= MAX_OCTETS else Input(file, problem="it has more than 256 MiB")
