"""`acrdns learn LESSON --quiz`: a broken trace, four causes, and what would be seen if a wrong one were right."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from acrdns.report.terminal import wrapped
from acrdns.resolve.world import World
from acrdns.teach.lessons import lines
from acrdns.teach.lessons.judge import look
from acrdns.topology.load import loads

if TYPE_CHECKING:
    from acrdns.teach.lessons.lesson import Choice, Lesson, Quiz

RIGHT, WRONG, NO_ANSWER = 0, 1, 2


def ask(lesson: Lesson) -> int:
    """Show the trace, ask, and return the exit code."""
    from acrdns.report.escape import log

    quiz = lesson.quiz
    if quiz is None:
        raise typer.BadParameter(f"{lesson.id} has no quiz", param_hint="--quiz")
    world = World(loads(lesson.start, lesson.file))
    resolution = look(world, lesson.sees).resolution
    if resolution is None:
        raise typer.BadParameter(f"{lesson.id} opens with a network that it does not have", param_hint="LESSON")
    print(log("\n".join([*lines.trace(world.topology, resolution), ""])))
    choices = quiz.choices(lesson.id)
    shown = [*wrapped(quiz.question, lines.WIDTH), ""]
    for number, choice in enumerate(choices, 1):
        shown += wrapped(f"{number}. {choice.says}", lines.WIDTH, hanging="   ")
    print(log("\n".join(shown)))
    answer = _answered(len(choices))
    if answer is None:
        print(f"acrdns learn: no answer; write a number from 1 to {len(choices)}", file=sys.stderr)
        return NO_ANSWER
    return _judged(lesson, quiz, choices[answer - 1])


def _judged(lesson: Lesson, quiz: Quiz, choice: Choice) -> int:
    if choice is quiz.right:
        print("right")
        return RIGHT
    said = [f"wrong: {choice.why}"]
    if consequence := lines.consequence(lesson, choice):
        said.append(consequence)
    for line in (*said, f"right is: {quiz.right.says}"):
        print("\n".join(wrapped(line, lines.WIDTH, hanging="  ")))
    return WRONG


def _answered(most: int) -> int | None:
    """Return the number that was typed, or None at the end of the input."""
    if sys.stdin.isatty():
        from acrdns.cli.learn_watch import END, QUIT, keys

        print(f"your answer, 1 to {most}, or q: ", flush=True)
        with keys() as read:
            while (key := read(None)) not in (QUIT, END):
                if key in map(str, range(1, most + 1)):
                    return int(key)
        return None
    for line in sys.stdin:
        if line.strip() in map(str, range(1, most + 1)):
            return int(line)
    return None
