"""A lesson in lines of text: its opening, what is judged, what a save changed, what its solution is."""

from __future__ import annotations

import re
from difflib import unified_diff
from itertools import zip_longest
from typing import TYPE_CHECKING

from acrdns.report.escape import visible
from acrdns.report.terminal import wrapped
from acrdns.report.trace.text import ending, news, record_lines
from acrdns.resolve.world import World
from acrdns.teach.lessons.judge import look
from acrdns.teach.lessons.lesson import made
from acrdns.teach.words.explanation import asked, capitalized
from acrdns.topology.load import loads

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from acrdns.resolve.chain import Resolution, Step
    from acrdns.teach.lessons.judge import Judged, LessonResult
    from acrdns.teach.lessons.lesson import Choice, Lesson
    from acrdns.teach.lessons.progress import Progress
    from acrdns.topology.model import Topology

WIDTH = 80
TASK = "## Task"


def listing(known: Sequence[Lesson], progress: Progress) -> list[str]:
    """Return the lessons by part, each with what was achieved in it."""
    widest, longest = max(len(each.id) for each in known), max(len(each.title) for each in known)
    lines: list[str] = []
    part = ""
    for each in known:
        if each.part != part:
            lines += [*([""] if part else []), each.part]
            part = each.part
        lines.append(f"  {each.id:{widest}}  {each.title:{longest}}  {progress.of(each.id).state}".rstrip())
    solved = sum(progress.of(each.id).solved for each in known)
    return [*lines, "", f"{solved} of {len(known)} solved; `acrdns learn LESSON` starts one"]


def opening(lesson: Lesson) -> Iterator[str]:
    """Return what is read before the first edit: the text of the lesson, its task, and what is seen at the start."""
    yield from wrapped(f"Lesson {lesson.id}: {lesson.title}", WIDTH)
    if lesson.goal:
        yield from wrapped(lesson.goal, WIDTH)
    yield ""
    yield from paragraphs(lesson.before)
    if lesson.task and TASK not in lesson.before:
        yield from (*([""] if lesson.before else []), TASK, *paragraph(lesson.task))
    seen = look(World(loads(lesson.start, lesson.file)), lesson.sees)
    yield ""
    yield from wrapped(f"At the start {lesson.sees.vantage} asks for {lesson.sees.asked}, and gets {seen.got}.", WIDTH)


def paragraphs(markdown: str) -> Iterator[str]:
    """Return Markdown as it is, its paragraphs wrapped; code, tables and lists keep their lines."""
    waiting: list[str] = []
    fenced = False
    for line in map(visible, markdown.splitlines()):
        fence = line.lstrip().startswith("```")
        if fenced or fence or not line.strip() or line.startswith(("    ", "#", "|", "- ", "* ", ">")):
            yield from paragraph(" ".join(waiting))
            waiting = []
            keeps = fenced or fence or line.startswith(("    ", "|")) or not line.strip()
            yield from [line] if keeps else paragraph(line, hanging="  " if line[0] in "-*>" else "")
        else:
            waiting.append(line.strip())
        fenced ^= fence
    yield from paragraph(" ".join(waiting))


def paragraph(text: str, hanging: str = "") -> list[str]:
    """Return the lines of a paragraph. A code span that fits a line stays whole, so that it can be copied."""
    joined = re.sub(r"`[^`]{1,78}`", lambda span: span[0].replace(" ", _SPACE), text)
    return [line.replace(_SPACE, " ") for line in wrapped(joined, WIDTH, hanging=hanging)]


_SPACE = "\0"


def checks(verdict: LessonResult) -> Iterator[str]:
    """Return each check with what is seen."""
    for each in verdict.checks:
        yield from _check(each)
    if verdict.answers_hold:
        yield from _lint(verdict)


def _check(each: Judged) -> Iterator[str]:
    yield from wrapped(f"  {'ok ' if each.holds else 'no '} {visible(str(each.expectation))}", WIDTH, hanging=" " * 8)
    if not each.holds:
        yield from wrapped(f"it gets {visible(each.got)}", WIDTH, indent=" " * 8)


def _lint(verdict: LessonResult) -> Iterator[str]:
    """Return what lint says, which counts once all answers are right."""
    for found in verdict.findings:
        yield from wrapped(f"  no  acrdns lint: {found.code}: {visible(found.message)}", WIDTH, hanging=" " * 8)


def changes(lesson: Lesson, before: LessonResult | None, after: LessonResult) -> Iterator[str]:
    """Return what a save has changed: checks that turned, the first step that differs, and new findings."""
    was = {each.expectation: each for each in before.checks} if before else {}
    turned = [each for each in after.checks if (old := was.get(each.expectation)) is None or old.got != each.got]
    for each in turned:
        yield from _check(each)
    if before and (difference := _difference(lesson, before, after)):
        yield from wrapped(f"  first difference: {visible(difference)}", WIDTH, hanging=" " * 8)
    known = {(found.code, found.message) for found in before.findings} if before else set()
    new = [found for found in after.findings if (found.code, found.message) not in known] if before else []
    if after.answers_hold:
        yield from _lint(after)
    else:
        for found in new:
            yield from wrapped(f"  new finding {found.code}: {visible(found.message)}", WIDTH, hanging=" " * 8)
    if not turned and not new:
        yield "  no check has changed"


def _difference(lesson: Lesson, before: LessonResult, after: LessonResult) -> str:
    """Return the first step of the lesson's question that is not as it was; empty where all are."""
    old, new = (look(World(each.topology), lesson.sees).resolution for each in (before, after))
    at = first_difference(old, new)
    if at is None or new is None:
        return ""
    return _step(after.topology, new, at) or f"there is no step {at + 1} any more"


def first_difference(old: Resolution | None, new: Resolution | None) -> int | None:
    """Return the index of the first step in which two traces differ: server, what matched, rcode or records."""
    steps = [[(s.server, s.matched, s.rcode, s.records) for s in each.steps] if each else [] for each in (old, new)]
    pairs = enumerate(zip_longest(*steps))
    return next((at for at, (one, other) in pairs if one != other), None)


def summary(lesson: Lesson, verdict: LessonResult) -> str:
    """Return the state in a line: `solved`, or `not solved` with what is missing and the task."""
    if verdict.solved:
        return "solved"
    failed = sum(not each.holds for each in verdict.checks)
    if failed:
        missing = f"{failed} of {len(verdict.checks)} checks {'fails' if failed == 1 else 'fail'}"
    else:
        missing = "every answer is right, and acrdns lint still finds something"
    task = f". {lesson.task}" if lesson.task else ""
    return f"not solved: {missing}{task}"


def solution(lesson: Lesson) -> Iterator[str]:
    """Return the solution as a unified diff from the start."""
    start, solved = (text.splitlines() for text in (lesson.start, lesson.solved))
    name = f"{lesson.id}.yaml"
    return (
        visible(line)
        for line in unified_diff(start, solved, f"{name} at the start", f"{name} mended", n=2, lineterm="")
    )


def consequence(lesson: Lesson, choice: Choice) -> str:
    """Return what would be seen if a wrong answer of the quiz were right; empty where it is no matter of DNS."""
    if not choice.edits:
        return ""
    mended = World(loads(made(lesson.solved, choice.edits, lesson.file), lesson.file))
    now, then = (look(world, lesson.sees) for world in (World(loads(lesson.start, lesson.file)), mended))
    at = first_difference(now.resolution, then.resolution)
    step = _step(mended.topology, then.resolution, at) if at is not None and then.resolution else ""
    return f"then {lesson.sees.vantage} would get {then.got}{step and f'; the first difference would be {step}'}"


def _step(topology: Topology, resolution: Resolution, at: int) -> str:
    """Return the step of an index in a line; empty where there is none."""
    if at >= len(resolution.steps):
        return ""
    return visible(f"step {list(_steps(topology, resolution))[at]} => {', '.join(_records(resolution.steps[at]))}")


def trace(topology: Topology, resolution: Resolution) -> Iterator[str]:
    """Return the steps of a trace and its answer, without the cause, which a quiz asks for."""
    yield from (f"{resolution.question}, asked from {resolution.vantage}", "")
    for step, line in zip(resolution.steps, _steps(topology, resolution), strict=True):
        yield from wrapped(visible(line), WIDTH, indent="  ", hanging="     ")
        for text in _records(step):
            yield from wrapped(f"=> {visible(text)}", WIDTH, indent="     ", hanging="        ")
    yield f"answer: {ending(resolution.response)}"
    for rrset in resolution.response.answer:
        for text in record_lines(rrset):
            yield from wrapped(visible(text), WIDTH, indent="  ", hanging="     ")


def _steps(topology: Topology, resolution: Resolution) -> Iterator[str]:
    """Return each step in sentences, with its number; of two zones with one name, the key in the file tells which."""
    for number, (step, new) in enumerate(zip(resolution.steps, news(resolution), strict=True), 1):
        name, key = step.matched.name, step.matched.key
        why = new.replace(f"zone {name} ", f"zone {name} ({key}) ", 1) if key not in ("", name) else new
        yield f"{number}. {asked(topology, resolution, number)} {capitalized(step, why)}."


def _records(step: Step) -> list[str]:
    return [text for rrset in step.records for text in record_lines(rrset)] or [step.rcode.name]
