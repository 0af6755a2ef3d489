"""A lesson: a broken topology, what is seen of it, and what has to be seen once it is mended.

Everything that a lesson claims is asked of the simulation, so that `judge` and `proof` need no text of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

from acrdns.topology.text.rewrite import edited

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.errors import Place
    from acrdns.resolve.chain import Question
    from acrdns.topology.text.edit import Edit
    from acrdns.topology.text.places import Places


@dataclass(frozen=True, slots=True)
class WantedAnswer:
    """An answer that a vantage point should get."""

    vantage: str
    question: Question
    expect: str = ""
    """`private`, `public`, an address, `NXDOMAIN`, `NODATA` or `SERVFAIL`; empty where only the chain or TTL counts."""
    through: str = ""
    """The suffix of a name that the chain of aliases has to pass; empty for any chain."""
    ttl_at_most: int | None = None
    """Seconds: the TTL of the addresses."""

    def __str__(self) -> str:
        wanted = [{"private": "a private address", "public": "a public address"}.get(self.expect, self.expect)]
        wanted += [f"a chain through {self.through}"] if self.through else []
        wanted += [f"a TTL of at most {self.ttl_at_most}"] if self.ttl_at_most is not None else []
        return f"{self.vantage} should get {', and '.join(filter(None, wanted))} for {self.asked}"

    @property
    def asked(self) -> str:
        """The name that is asked for, with a type other than A."""
        return str(self.question).removesuffix(" A")


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer to the question of a quiz."""

    says: str
    why: str = ""
    """Why it is wrong; empty for the right one."""
    edits: tuple[Edit, ...] = ()
    """The change of the mended topology that it would take to be right; none where that cannot be simulated."""


@dataclass(frozen=True, slots=True)
class Quiz:
    """A question about the trace of the broken topology."""

    question: str
    right: Choice
    wrong: tuple[Choice, ...]

    def choices(self, seed: str) -> tuple[Choice, ...]:
        """Return all answers in an order that the seed alone decides."""
        return tuple(
            sorted((self.right, *self.wrong), key=lambda each: sha256(f"{seed}/{each.says}".encode()).digest())
        )


@dataclass(frozen=True)
class Lesson:
    """One lesson, read and checked. `proof` says whether it holds."""

    file: str
    id: str
    part: str
    title: str
    goal: str
    task: str
    faults: tuple[str, ...]
    """Entries of the facts, as `F01`, or names of faults."""
    pictures: tuple[str, ...]
    """The pictures of the architecture that it shows."""
    sample: str
    """The name of the sample that it starts from."""
    original: str
    """The text of that sample without its opening comment, which says what is wrong."""
    start_edits: tuple[Edit, ...]
    sees: WantedAnswer
    checks: tuple[WantedAnswer, ...]
    solution: tuple[Edit, ...]
    refused: tuple[tuple[Edit, ...], ...]
    """Ways that look right and are wrong."""
    corrects: str
    """The mistaken belief that the lesson takes away."""
    hints: tuple[str, ...]
    quiz: Quiz | None
    before: str
    """Markdown to read before the task; the section of the task is in it."""
    after: str
    """Markdown to read once it is solved."""
    places: Places = field(compare=False, repr=False)

    @cached_property
    def start(self) -> str:
        """The topology that the learner gets, as text. Raises InputError or KeyError where its edits cannot be made."""
        text = made(self.original, self.start_edits, self.file)
        return f"# {self.title}\n#\n# {self.task or self.goal or self.id}\n# Lesson {self.id}.\n{text}"

    @cached_property
    def solved(self) -> str:
        """The topology after the solution, as text. Raises as `start` does."""
        return made(self.start, self.solution, self.file)

    def place(self, *path: str | int) -> Place:
        """Return where in the lesson's file a value of its front matter stands, or what is around it."""
        return self.places.nearest(path)[1]


def made(text: str, edits: Sequence[Edit], file: str) -> str:
    """Return a topology's text with edits made. Raises InputError where that cannot be, KeyError for a wrong path."""
    for edit in edits:
        try:
            text = edited(text, [edit], file)
        except (KeyError, TypeError, AttributeError, IndexError, ValueError):
            # The path leads to nothing, or through a value that holds no others.
            raise KeyError(edit.path) from None
    return text
