"""Options that save observations, or judge saved ones: `--save`, `--redact`, `--restore`."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from acrdns.cli.check_endpoints import AskedPlace, with_servers
from acrdns.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from acrdns.probe.answer import ObservedAnswer, ReadFile
    from acrdns.probe.saved.write import Saver
    from acrdns.topology.model import Topology

SaveOption = Annotated[
    str | None,
    typer.Option("--save", metavar="FILE", help="Keep every answer as JSON lines, to judge it again with --restore."),
]
RestoreOption = Annotated[
    list[str] | None,
    typer.Option(
        "--restore",
        metavar="[VANTAGE=]FILE",
        help="Judge saved answers, what observe reads, or lines of VANTAGE NAME ADDRESS..., and ask nobody; may be "
        "repeated.",
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


def streamed() -> Saver:
    """Return what writes each answer to stdout as soon as it is known, as a line of `--format jsonl`."""
    from acrdns.probe.saved.write import Saver
    from acrdns.report.document import write

    sys.stdout.flush()
    return Saver(sys.stdout.buffer, encode=lambda line: write(line, indent=None))


def split(text: str) -> tuple[str, str]:
    """Return vantage point and file of `[VANTAGE=]FILE`; the vantage point is empty where none is said."""
    vantage, equals, file = text.partition("=")
    return (vantage, file) if equals and not Path(text).exists() else ("", text)


def restored(texts: Sequence[str], default: str, *, placed: bool = True) -> Mapping[str, list[ObservedAnswer]]:
    """Return the answers of `--restore` by vantage point, each in the order of the files.

    The vantage point is that of the option, else that of the file, else `default`. Ignored lines are named on stderr.
    With `placed` vantage points matter: stderr says where one is missing or given twice, and a usage error which file
    is redacted.
    Raises InputError where a line of a list has no answer, or answers contradict each other that are not placed.
    """
    from acrdns.probe.collected import read_any

    by_vantage: dict[str, list[ObservedAnswer]] = {}
    for text in texts:
        vantage, path = split(text)
        found = read_any(Path(path).read_bytes(), path)
        say_ignored(found, path)
        if found.problems:
            raise InputError(found.problems)
        if placed:
            _say_where(found, path, vantage, default)
        for answer in found.answers:
            by_vantage.setdefault(vantage or answer.vantage or default, []).append(answer)
    return by_vantage if placed else _agreeing(by_vantage)


def _agreeing(by_vantage: Mapping[str, list[ObservedAnswer]]) -> Mapping[str, list[ObservedAnswer]]:
    """Return the answers as they are. Raises InputError where those of one vantage point contradict each other."""
    from acrdns.probe.collected import contradictions

    if problems := [problem for answers in by_vantage.values() for problem in contradictions(answers)]:
        raise InputError(problems)
    return by_vantage


def witnessed(
    topology: Topology, by_vantage: Mapping[str, list[ObservedAnswer]], places: list[AskedPlace]
) -> tuple[Topology, Mapping[str, list[ObservedAnswer]], list[AskedPlace]]:
    """Return what is judged, and where: servers that contradict each other are clients, as they are for `diagnose`.

    Raises InputError where other answers of one vantage point contradict each other.
    """
    from acrdns.check.diagnosis.witness import server_in, with_clients, with_witnesses
    from acrdns.probe.answer import ReadFile
    from acrdns.probe.collected import contradictions

    topology = with_clients(topology, (*(place.vantage or "" for place in places), *by_vantage))
    places = [
        place
        if place.server or place.vantage in by_vantage
        else replace(place, server=server_in(topology, place.vantage or ""))
        for place in places
    ]
    if any(place.server for place in places) or not any(map(any, map(contradictions, by_vantage.values()))):
        return topology, _agreeing(by_vantage), with_servers(places, by_vantage)
    every = tuple(replace(each, vantage=at or None) for at, answers in by_vantage.items() for each in answers)
    topology, found = with_witnesses(topology, ReadFile(every), None)
    placed: dict[str, list[ObservedAnswer]] = {}
    for answer in found.answers:
        placed.setdefault(answer.vantage or "", []).append(answer)
    networks = {place.vantage.partition("/")[0] for place in places if place.vantage}
    added = [at for at in placed if at not in by_vantage and at.partition("/")[0] in networks]
    kept = [place for place in places if place.vantage in placed or place.vantage not in by_vantage]
    return topology, _agreeing(placed), with_servers([*kept, *(AskedPlace(at, None) for at in added)], placed)


def _say_where(found: ReadFile, path: str, vantage: str, default: str) -> None:
    if found.redacted:
        message = (
            f"{path} is redacted: its names and vantage points are not those of a topology; restore the file that was "
            "saved without --redact, or judge it without a topology, by a login server that is in it"
        )
        raise typer.BadParameter(message, param_hint="--restore")
    said = dict.fromkeys(answer.vantage or "" for answer in found.answers)
    others = ", ".join(filter(None, said))
    if vantage and others not in ("", vantage):
        _say(f"{path} was saved at {others}, and is judged as from {vantage}, as --restore says")
    elif default and not vantage and others and default not in said:
        _say(f"{path} was saved at {others}; to judge it as from {default}, write --restore {default}={path}")
    elif "" in said and not vantage and not default:
        _say(f"{path} does not say where it was saved, and is judged as from the internet; say it with --from VANTAGE")


def say_ignored(found: ReadFile, path: str) -> None:
    """Say on stderr which lines of a file were not used, and why."""
    if found.torn:
        _say(f"{path}: the last line is cut off and left out")
    for line in found.ignored:
        _say(f"{line.file}:{line.line}: ignored, {line.because}: {line.text}")


def _say(text: str) -> None:
    from acrdns.report.escape import log, visible

    print(log(visible(f"acrdns: {text}")), file=sys.stderr)
