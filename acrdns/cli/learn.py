"""`acrdns learn`: lessons on broken topologies, which the learner mends in an editor of their own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from acrdns.cli import completion
from acrdns.cli.arguments import FORMAT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from acrdns.teach.lessons.lesson import Lesson
    from acrdns.teach.lessons.progress import Progress


def command(  # noqa: PLR0913 -- one argument an option
    lesson: Annotated[
        str | None,
        typer.Argument(metavar="LESSON", help="A lesson. Default: list them.", autocompletion=completion.lessons),
    ] = None,
    *,
    list_: Annotated[bool, typer.Option("--list", help="List the lessons, with progress.")] = False,
    quiz: Annotated[bool, typer.Option("--quiz", help="Show the trace, and ask for the cause.")] = False,
    hints: Annotated[
        int | None, typer.Option("--hints", metavar="N", min=1, max=3, help="Show the first N hints.")
    ] = None,
    solution: Annotated[bool, typer.Option("--solution", help="Show the solution.")] = False,
    file: Annotated[
        str | None, typer.Option("--file", metavar="FILE", help="The file to mend. Default: LESSON.yaml, here.")
    ] = None,
    reset: Annotated[bool, typer.Option("--reset", help="Write the broken file anew, over an edited one.")] = False,
    folder: Annotated[
        str | None, typer.Option("--lessons", metavar="DIR", help="Lessons of your own, in place of those here.")
    ] = None,
    check: Annotated[str | None, typer.Option("--check", metavar="DIR", help="Prove the lessons in a folder.")] = None,
    format_: Annotated[Literal["text", "json"], FORMAT] = "text",
) -> int:
    """Learn Private Link DNS by mending: acrdns writes a broken topology, and judges after each save.

    Edit the file in your own editor. In a terminal acrdns watches it, and keys give hints, the solution and the trace.
    Elsewhere it judges once: 0 solved, 1 not solved, 2 no topology. A quiz ends with 0 right, 1 wrong, 2 no answer.
    """
    if format_ == "json" and (lesson is not None or check is not None):
        raise typer.BadParameter("only the list of lessons is written as JSON", param_hint="--format")
    if check is not None:
        if lesson is not None or folder is not None:
            raise typer.BadParameter("it takes a folder alone", param_hint="--check")
        return _prove(check)
    from acrdns.cli.learn_watch import complain
    from acrdns.teach.lessons import lines
    from acrdns.teach.lessons.curriculum import lessons
    from acrdns.teach.lessons.progress import Progress, state_folder

    known = lessons(folder)
    progress = Progress(state_folder(os.environ), folder)
    if lesson is None:
        if quiz or hints or solution or file or reset:
            raise typer.BadParameter("say which lesson; acrdns learn lists them", param_hint="LESSON")
        if format_ == "json":
            print(_as_json(known, progress))
        else:
            _show(lines.listing(known, progress))
        complain(progress)
        return 0
    chosen = _chosen(lesson, known)
    if list_:
        raise typer.BadParameter("it takes no lesson", param_hint="--list")
    if quiz:
        from acrdns.cli.learn_quiz import ask

        return ask(chosen)
    if hints or solution:
        _help(chosen, progress, hints or 0, shown=solution)
        return 0
    return _learn(chosen, known, progress, file, reset=reset)


def _learn(chosen: Lesson, known: Sequence[Lesson], progress: Progress, file: str | None, *, reset: bool) -> int:
    from acrdns.cli.learn_watch import Learner, watches

    learner = Learner(known, progress, chosen, file)
    learner.open(reset=reset)
    return learner.watch() if watches() else learner.judge_once()


def _chosen(text: str, known: Sequence[Lesson]) -> Lesson:
    from acrdns.suggest import close, either

    by_id = {each.id: each for each in known}
    if text in by_id:
        return by_id[text]
    near = close(text, by_id, cutoff=0)
    raise typer.BadParameter(f"there is no lesson {text!r}; did you mean {either(near)}?", param_hint="LESSON")


def _as_json(known: Iterable[Lesson], progress: Progress) -> str:
    from acrdns.report.document import write
    from acrdns.report.listings import LessonRow

    return write([LessonRow(each.id, each.title, each.part, progress.of(each.id).solved) for each in known])


def _help(chosen: Lesson, progress: Progress, hints: int, *, shown: bool) -> None:
    from acrdns.cli.learn_watch import complain
    from acrdns.teach.lessons.lines import solution

    if hints:
        _show(f"hint {number} of {len(chosen.hints)}: {hint}" for number, hint in enumerate(chosen.hints[:hints], 1))
        progress.hinted(chosen.id, hints)
    if shown:
        _show(solution(chosen))
        progress.shown(chosen.id)
    complain(progress)


def _prove(folder: str) -> int:
    """Print every defect of a folder's lessons, and return 0 where there is none."""
    from acrdns.teach.lessons.curriculum import readable
    from acrdns.teach.lessons.proof import defects

    if not Path(folder).is_dir():
        raise typer.BadParameter(f"there is no folder {folder!r}", param_hint="--check")
    found, problems = readable(folder)
    problems += (each for lesson in found for each in defects(lesson))
    _show(map(str, problems))
    if not problems:
        _show([f"{folder}: {len(found)} {'lesson holds' if len(found) == 1 else 'lessons hold'}"])
    return 1 if problems else 0


def _show(lines: Iterable[str]) -> None:
    from acrdns.report.escape import log, visible

    for line in lines:
        print(log(visible(line, most=len(line))))
