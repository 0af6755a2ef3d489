"""The lessons of the package, or of a folder of a trainer's own: each a file `.md`, in the order of their names."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from acrdns.errors import InputError, Place, Problem
from acrdns.teach.lessons.proof import unusable
from acrdns.teach.lessons.reading import read
from acrdns.topology.load import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from acrdns.check.faults.fault import Fault
    from acrdns.teach.lessons.lesson import Lesson

LARGEST = 256 * 1024
"""Octets of a lesson."""
PACKAGED = Path(__file__).parent
NO_LESSON = "readme.md"
"""A file that explains the folder, in any letter case."""


def lessons(folder: str | None = None) -> tuple[Lesson, ...]:
    """Return the lessons of the package, or of a folder, in their order. Raises InputError with every problem."""
    return _packaged() if folder is None else _of(folder)


@cache
def _packaged() -> tuple[Lesson, ...]:
    """Return the lessons of the package, which its tests prove."""
    return tuple(readable()[0])


def _of(folder: str) -> tuple[Lesson, ...]:
    found, problems = readable(folder)
    problems += (problem for lesson in found for problem in unusable(lesson))
    if problems:
        raise InputError(problems)
    return tuple(found)


def of_fault(fault: Fault) -> tuple[Lesson, ...]:
    """Return the lessons of the package about a fault, by its name or by its entries in the facts."""
    entries = {fault.name, *(text.removeprefix("facts ") for text in fault.references)}
    return tuple(lesson for lesson in _packaged() if not entries.isdisjoint(lesson.faults))


def readable(folder: str | None = None) -> tuple[list[Lesson], list[Problem]]:
    """Return the lessons that can be read, and the problems of the others. Raises InputError for a missing folder."""
    root = PACKAGED if folder is None else Path(folder)
    if not root.is_dir():
        raise InputError([Problem(Place(str(root), 1, 1), "", "is no folder", "name a folder with lessons in it")])
    found: list[Lesson] = []
    problems: list[Problem] = []
    for path in _files(root):
        try:
            found.append(read(_text(path, root), str(path)))
        except InputError as error:
            problems += error.problems
    problems += _twice(found)
    if not found and not problems:
        problems.append(
            Problem(Place(str(root), 1, 1), "", "has no lesson in it", "a lesson is a file such as 01-my.md")
        )
    return found, problems


def _files(root: Path) -> Iterable[Path]:
    names = sorted(path.name for path in root.iterdir() if path.suffix == ".md")
    return (root / name for name in names if name.lower() != NO_LESSON and not name.startswith("."))


def _text(path: Path, root: Path) -> str:
    if not path.resolve().is_relative_to(root.resolve()):
        raise _unreadable(path, "is a link out of the folder", "put the file itself there")
    if not path.is_file():
        raise _unreadable(path, "is no file", "a lesson is a text file")
    try:
        with path.open("rb") as file:
            octets = file.read(LARGEST + 1)
    except OSError as error:
        raise _unreadable(path, f"cannot be read: {str(error.strerror).lower()}") from None
    if len(octets) > LARGEST:
        raise _unreadable(path, f"is larger than {LARGEST} octets", "a lesson takes two minutes")
    return decode(octets, str(path))


def _unreadable(path: Path, message: str, allowed: str = "") -> InputError:
    return InputError([Problem(Place(str(path), 1, 1), "", message, allowed)])


def _twice(found: Iterable[Lesson]) -> Iterator[Problem]:
    first: dict[str, Lesson] = {}
    for lesson in found:
        if lesson.id in first:
            message = f"{lesson.id!r} is the id of {first[lesson.id].file}, too"
            yield Problem(lesson.place("id"), "id", message, "each lesson has an id of its own")
        first.setdefault(lesson.id, lesson)
