"""Whether a lesson holds: broken as it says, unsolved at its start, solved by its solution, wrong ways refused.

`acrdns learn --check` prints what is found here, and the tests of the package ask the same of every lesson in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.errors import InputError, Problem
from acrdns.resolve.world import World
from acrdns.suggest import listed
from acrdns.teach.lessons.judge import judge, look
from acrdns.teach.lessons.lesson import made
from acrdns.topology.load import loads
from acrdns.topology.text.places import dotted, printable

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from acrdns.errors import Path
    from acrdns.resolve.chain import Resolution
    from acrdns.teach.lessons.lesson import Lesson
    from acrdns.topology.text.edit import Edit


def defects(lesson: Lesson) -> list[Problem]:
    """Return everything that does not hold of a lesson, in the order of its file."""
    found = unusable(lesson) or [
        *_start_defects(lesson),
        *_solution_defects(lesson),
        *(each for at in range(len(lesson.refused)) for each in _refused_defects(lesson, at)),
        *_quiz_defects(lesson),
    ]
    return sorted(found, key=lambda each: each.place)


def unusable(lesson: Lesson) -> list[Problem]:
    """Return the parts of a lesson that cannot even be shown: edits that lead to no topology, unknown networks."""
    return list(_unusable(lesson))


def _unusable(lesson: Lesson) -> Iterator[Problem]:
    text = yield from _edited(lesson, lesson.original, lesson.start_edits, ("start", "edits"), "the start")
    if text is None:
        return
    vantages = loads(text, lesson.file).vantages
    paths: list[Path] = [("sees",), *(("checks", at) for at in range(len(lesson.checks)))]
    for path, wanted in zip(paths, (lesson.sees, *lesson.checks), strict=True):
        if wanted.vantage not in vantages:
            message = f"there is no network {wanted.vantage!r} at the start"
            yield _defect(lesson, (*path, "from"), message, listed(vantages))
    solved = yield from _edited(lesson, lesson.start, lesson.solution, ("solution",), "the solution")
    for at, wrong in enumerate(lesson.quiz.wrong if lesson.quiz and solved is not None else ()):
        yield from _edited(lesson, lesson.solved, wrong.edits, ("quiz", "wrong", at, "edits"), "this answer")


def _start_defects(lesson: Lesson) -> Iterator[Problem]:
    seen = look(World(loads(lesson.start, lesson.file)), lesson.sees)
    if not seen.holds:
        yield _defect(lesson, ("sees",), f"at the start {lesson.sees}, as it says, and gets {seen.got}")
    if judge(lesson, lesson.start, lesson.file).solved:
        yield _defect(lesson, ("checks",), "the start is solved already: every check holds, and lint is clean")


def _solution_defects(lesson: Lesson) -> Iterator[Problem]:
    for reason in judge(lesson, lesson.solved, lesson.file).reasons:
        yield _defect(lesson, ("solution",), f"does not solve the lesson: {reason}")


def _refused_defects(lesson: Lesson, at: int) -> Iterator[Problem]:
    """Return that a wrong way solves the lesson; one that leads to no topology is refused by the loader."""
    try:
        text = made(lesson.start, lesson.refused[at], lesson.file)
    except (InputError, KeyError) as error:
        yield _defect(lesson, ("refused", at), f"cannot be made: {_said(error)}")
        return
    try:
        verdict = judge(lesson, text, lesson.file)
    except InputError:
        return
    if verdict.solved:
        yield _defect(lesson, ("refused", at), "solves the lesson, and is said to be wrong")


def _quiz_defects(lesson: Lesson) -> Iterator[Problem]:
    start = looks(sees(lesson, lesson.start))
    for at, wrong in enumerate(lesson.quiz.wrong if lesson.quiz else ()):
        if wrong.edits and looks(sees(lesson, made(lesson.solved, wrong.edits, lesson.file))) == start:
            message = f"looks the same as the start: {lesson.sees.vantage} sees the same trace"
            yield _defect(lesson, ("quiz", "wrong", at, "edits"), message)


def sees(lesson: Lesson, text: str) -> Resolution | None:
    """Return the trace of the question that a lesson opens with; None where the vantage point is gone."""
    return look(World(loads(text, lesson.file)), lesson.sees).resolution


def looks(resolution: Resolution | None) -> object:
    """Return what a trace shows to a person: servers, what matched, and answers."""
    if resolution is None:
        return None
    steps = [(step.server, step.matched, step.rcode, step.records) for step in resolution.steps]
    return steps, resolution.response.rcode, resolution.response.answer


def _edited(
    lesson: Lesson, text: str, edits: Sequence[Edit], path: Path, what: str
) -> Generator[Problem, None, str | None]:
    """Return the edited text (as a generator's value) where it is a topology, after the problems where not."""
    try:
        result = made(text, edits, lesson.file)
        loads(result, lesson.file)
    except (InputError, KeyError) as error:
        yield _defect(lesson, path, f"{what} is no topology: {_said(error)}")
        return None
    return result


def _said(error: InputError | KeyError) -> str:
    if isinstance(error, InputError):
        return "; ".join(each.text for each in error.problems)
    return f"there is nothing at {dotted(error.args[0])}"


def _defect(lesson: Lesson, path: Path, message: str, allowed: str = "") -> Problem:
    return Problem(lesson.place(*path), dotted(path), printable(message), printable(allowed))
