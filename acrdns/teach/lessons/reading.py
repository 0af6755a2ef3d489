"""From the text of a lesson to a `Lesson`, or to everything that is wrong with it, each with its line and column."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from acrdns.errors import InputError, Place, Problem
from acrdns.names import name as read_name
from acrdns.record import type_number
from acrdns.suggest import remedy
from acrdns.teach.lessons.lesson import Choice, Lesson, Quiz, WantedAnswer
from acrdns.teach.lessons.schema import WRONG
from acrdns.topology.samples import sample_text
from acrdns.topology.schema.fields import describe
from acrdns.topology.text.document import parse
from acrdns.topology.text.edit import Drop, Put
from acrdns.topology.text.places import dotted, printable
from acrdns.zone.answer import Question

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import BaseModel
    from pydantic_core import ErrorDetails

    from acrdns.errors import Path
    from acrdns.teach.lessons.schema import EditEntry, ExpectationEntry, LessonFile, QuizEntry
    from acrdns.topology.text.document import TopologyDocument
    from acrdns.topology.text.edit import Edit

FENCE = "---"
AFTER = "What you have seen"
"""The section that is read once the lesson is solved, with all that follows it."""
MOST_VALUES = 20_000
"""Values of a front matter, those behind aliases counted as often as they are used."""


def read(text: str, file: str) -> Lesson:
    """Return the lesson of a text. Raises InputError with every problem of it."""
    front, body = _split(text, file)
    document = parse(front, file)
    if document.problems:
        raise InputError(document.problems)
    if not isinstance(document.data, dict):
        message = "the front matter is no mapping"
        raise InputError(
            [Problem(Place(file, 2, 1), "", message, "write keys such as `version: 1` and `id: my-lesson`")]
        )
    if _count(document.data, 0) > MOST_VALUES:
        message = f"the front matter has more than {MOST_VALUES} values, those behind aliases counted each time"
        raise InputError([Problem(Place(file, 2, 1), "", message, "write less")])
    return _Reader(document).lesson(_validated(document), file, body)


def _split(text: str, file: str) -> tuple[str, str]:
    """Return front matter and body; an empty line stands for the first fence, so that places stay as they are."""
    lines = [f"{line}\n" for line in text.split("\n")]
    if lines[0].rstrip() != FENCE:
        message = "a lesson starts with its front matter"
        raise InputError(
            [Problem(Place(file, 1, 1), "", message, f"write a line {FENCE}, the keys, and {FENCE} again")]
        )
    end = next((at for at, line in enumerate(lines[1:], 1) if line.rstrip() == FENCE), None)
    if end is None:
        message = "the front matter has no end"
        raise InputError([Problem(Place(file, 1, 1), "", message, f"write a line {FENCE} after its last key")])
    return "\n" + "".join(lines[1:end]), "".join(lines[end + 1 :]).strip()


def _count(value: Any, count: int) -> int:
    """Return a count with the values in a value added, as far as `MOST_VALUES`."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    count += 1
    for each in inner:
        if count > MOST_VALUES:
            return count
        count = _count(each, count)
    return count


# --- problems ---------------------------------------------------------------------------------------------------------


def _validated(document: TopologyDocument) -> LessonFile:
    from pydantic import ValidationError

    from acrdns.teach.lessons.schema import LessonFile

    try:
        return LessonFile.model_validate(document.data)
    except ValidationError as error:
        found = [_problem(each, LessonFile, document) for each in error.errors(include_url=False)]
        raise InputError(sorted(dict.fromkeys(found), key=lambda each: each.place)) from None


def _problem(error: ErrorDetails, schema: type[BaseModel], document: TopologyDocument) -> Problem:
    path = error["loc"]
    if error["type"] == "extra_forbidden":
        known = _keys(schema, path[:-1])
        return Problem(document.places.key(path), dotted(path), "unknown key", printable(remedy(str(path[-1]), known)))
    known_path, place = document.places.nearest(path)
    if error["type"] == "missing":
        return Problem(place, dotted((*known_path, path[-1])), "is missing")
    return Problem(place, dotted(known_path), printable(_message(error)))


_SAYS = {
    WRONG: "{message}",
    "string_type": "{given}; write a text",
    "list_type": "{given}; write a list",
    "model_type": "{given}; write a mapping",
    "int_type": "{given}; write a whole number",
    "int_parsing": "{given}; write a whole number",
    "greater_than_equal": "{given}; write {ge} or more",
    "less_than_equal": "{given}; write {le} or less",
    "literal_error": "{given}; write {expected}",
    "too_short": "has {actual_length} entries; write at least {min_length}",
    "too_long": "has {actual_length} entries; write at most {max_length}",
    "string_too_short": "is empty; write a text",
    "string_too_long": "is too long; write at most {max_length} characters",
    "string_pattern_mismatch": "{input!r} is no id; write lower-case letters and digits, with hyphens between",
}
"""By pydantic's type of an error: the words for it."""


def _message(error: ErrorDetails) -> str:
    """Say what is wrong with a value, and what to write."""
    words = _SAYS.get(error["type"])
    given = describe(error["input"])
    if words is None:
        return f"{given}: {error['msg'].lower()}"
    return words.format(given=given, input=error["input"], **error.get("ctx", {}))


def _keys(schema: type[BaseModel], path: Path) -> tuple[str, ...]:
    """Return the keys of the mapping at a path."""
    from pydantic import BaseModel

    here: Any = schema
    for step in path:
        if isinstance(step, str) and isinstance(here, type) and issubclass(here, BaseModel):
            fields = {each.alias or name: each for name, each in here.model_fields.items()}
            here = _model(fields[step].annotation) if step in fields else None
    return tuple(each.alias or name for name, each in here.model_fields.items()) if here else ()


def _model(annotation: Any) -> Any:
    """Return the model in an annotation such as `list[Annotated[list[EditEntry], ...]]`, or None."""
    from typing import get_args

    from pydantic import BaseModel

    if isinstance(annotation, type) and not get_args(annotation):
        return annotation if issubclass(annotation, BaseModel) else None
    return next(filter(None, map(_model, get_args(annotation))), None)


# --- values -----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Reader:
    """Turns the valid parts of a front matter into values, and collects what is wrong with them."""

    document: TopologyDocument
    problems: list[Problem] = field(default_factory=list)

    def lesson(self, found: LessonFile, file: str, body: str) -> Lesson:
        before, _, after = body.partition(f"## {AFTER}")
        lesson = Lesson(
            file=file,
            id=found.id,
            part=_line(found.part),
            title=_line(found.title),
            goal=_line(found.goal),
            task=_line(found.task),
            faults=tuple(map(_line, found.faults)),
            pictures=tuple(map(_line, found.pictures)),
            sample=found.start.sample.removesuffix(".yaml"),
            original=_sample(found.start.sample),
            start_edits=_edits(found.start.edits),
            sees=_expectation(found.sees),
            checks=tuple(map(_expectation, found.checks)),
            solution=_edits(found.solution),
            refused=tuple(map(_edits, found.refused)),
            corrects=_line(found.corrects),
            hints=tuple(map(_line, found.hints)),
            quiz=self._quiz(found.quiz) if found.quiz else None,
            before=before.strip(),
            after=after.strip(),
            places=self.document.places,
        )
        if self.problems:
            raise InputError(sorted(self.problems, key=lambda each: each.place))
        return lesson

    def _quiz(self, entry: QuizEntry) -> Quiz:
        wrong = tuple(Choice(_line(each.says), _line(each.why), _edits(each.edits)) for each in entry.wrong)
        said = {entry.right}
        for at, each in enumerate(entry.wrong):
            if each.says in said:
                self._report("says the same as another answer", "write another", "quiz", "wrong", at, "says")
            said.add(each.says)
        return Quiz(_line(entry.question), Choice(_line(entry.right)), wrong)

    def _report(self, message: str, allowed: str, *path: str | int) -> None:
        known, place = self.document.places.nearest(path)
        self.problems.append(Problem(place, dotted(known), printable(message), printable(allowed)))


def _sample(name: str) -> str:
    """Return the text of a sample without the comment that it starts with."""
    lines = sample_text(name.removesuffix(".yaml")).splitlines(keepends=True)
    first = next((at for at, line in enumerate(lines) if line.strip() and not line.startswith("#")), 0)
    return "".join(lines[first:])


def _edits(entries: Sequence[EditEntry]) -> tuple[Edit, ...]:
    return tuple(Put(tuple(e.set), e.to) if e.set else Drop(tuple(e.delete or ())) for e in entries)


def _expectation(entry: ExpectationEntry) -> WantedAnswer:
    question = Question(read_name(entry.name), type_number(entry.type))
    return WantedAnswer(entry.vantage, question, entry.expect or "", entry.through or "", entry.ttl_at_most)


def _line(text: str) -> str:
    """Return a text as one line of visible characters."""
    from acrdns.report.escape import visible

    return visible(" ".join(text.split()))
