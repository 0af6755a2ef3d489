"""Options that save observations, or judge saved ones: `--save`, `--redact`, `--restore`."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from acrdns.probe.answer import ObservedAnswer, ReadFile
    from acrdns.probe.saved.write import Saver

SaveOption = Annotated[
    str | None,
    typer.Option("--save", metavar="FILE", help="Keep every answer as JSON lines, to judge it again with --restore."),
]
RestoreOption = Annotated[
    list[str] | None,
    typer.Option(
        "--restore",
        metavar="[VANTAGE=]FILE",
        help="Judge saved answers, or what observe reads, and ask nobody; may be repeated.",
    ),
]
RedactOption = Annotated[bool, typer.Option("--redact", help="With --save: replace names and addresses, consistently.")]


@contextmanager
def saving(path: str | None, *, redact: bool, restored: Sequence[str] = ()) -> Iterator[Saver | None]:
    """Open the file of `--save`; a file that is restored as well is appended to. Raises OSError."""
    if redact and not path:
        raise typer.BadParameter("there is nothing to redact without --save FILE", param_hint="--redact")
    if not path:
        yield None
        return
    from acrdns.probe.saved.redact import Redaction
    from acrdns.probe.saved.write import Saver

    same = any(Path(path).exists() and Path(split(text)[1]).resolve() == Path(path).resolve() for text in restored)
    with Path(path).open("ab" if same else "wb") as file:
        if same and file.tell():
            file.write(b"\n")  # ends a torn line; an empty line is skipped
        yield Saver(file, Redaction() if redact else None)


def split(text: str) -> tuple[str, str]:
    """Return vantage point and file of `[VANTAGE=]FILE`; the vantage point is empty where none is said."""
    vantage, equals, file = text.partition("=")
    return (vantage, file) if equals and not Path(text).exists() else ("", text)


def restored(texts: Sequence[str], default: str) -> Mapping[str, list[ObservedAnswer]]:
    """Return the answers of `--restore` by vantage point, each in the order of the files.

    The vantage point is that of the option, else that of the file, else `default`. Ignored lines are named on stderr.
    """
    from acrdns.probe.collected import read

    by_vantage: dict[str, list[ObservedAnswer]] = {}
    for text in texts:
        vantage, path = split(text)
        found = read(Path(path).read_bytes(), path)
        say_ignored(found, path)
        for answer in found.answers:
            by_vantage.setdefault(vantage or answer.vantage or default, []).append(answer)
    return by_vantage


def say_ignored(found: ReadFile, path: str) -> None:
    """Say on stderr which lines of a file were not used, and why."""
    if found.torn:
        _say(f"{path}: the last line is cut off and left out")
    for line in found.ignored:
        _say(f"{line.file}:{line.line}: ignored, {line.because}: {line.text}")


def _say(text: str) -> None:
    from acrdns.report.escape import log, visible

    print(log(visible(f"acrdns: {text}")), file=sys.stderr)
