"""The lessons, and the one that is open: its text, its checks, its hints."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import htpy as h
from markdown_it import MarkdownIt
from markupsafe import Markup

from acrdns.teach.lessons.judge import judge
from acrdns.teach.lessons.lines import solution
from acrdns.teach.web.state import PageState
from acrdns.teach.web.view import visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acrdns.teach.lessons.lesson import Lesson
    from acrdns.teach.web.workspace import Version

_SHIFT = 1
"""How many levels the headings of a lesson are below those of the page."""


def lessons(known: Iterable[Lesson], opened: str) -> h.Element:
    """Return a link for each lesson, by its title."""
    return h.section("#lessons", aria_labelledby="lessons-title")[
        h.h2("#lessons-title")["Lessons"],
        (_part(part, list(each), opened) for part, each in groupby(known, key=lambda lesson: lesson.part)),
        h.p[h.a(href="/")["Back to the file"]] if opened else None,
    ]


def _part(part: str, known: list[Lesson], opened: str) -> h.Fragment:
    return h.fragment[
        h.h3[visible(part)],
        h.ul(".titles")[
            (
                h.li[
                    h.a(href=PageState(lesson=each.id).url(), aria_current="page" if each.id == opened else None)[
                        visible(each.title)
                    ]
                ]
                for each in known
            )
        ],
    ]


def lesson(found: Lesson, version: Version) -> h.Element:
    """Return an open lesson, judged by the topology as it is now."""
    result = judge(found, version.text, found.file)
    return h.section("#lesson", aria_labelledby="lesson-title")[
        h.h2("#lesson-title")["Lesson: ", visible(found.title)],
        h.p[h.strong["Task: "], visible(found.task)] if found.task else None,
        h.div("#verdict", role="status")[
            h.strong(class_=f"state {'private' if result.solved else 'broken'}")[
                "solved" if result.solved else "not solved"
            ],
            None if result.solved else h.ul[(h.li[visible(each)] for each in result.reasons)],
        ],
        h.div(".prose")[markdown(found.after)] if result.solved and found.after else None,
        h.p[f"Often believed, and wrong: {visible(found.corrects)}."] if result.solved and found.corrects else None,
        _fold("about", "About", h.div(".prose")[markdown(found.before)], opened=not version.changes),
        (_fold(f"hint-{at}", f"Hint {at}", h.p[visible(hint)]) for at, hint in enumerate(found.hints, 1)),
        _quiz(found),
        _fold("solution", "Solution", h.pre[h.code["\n".join(map(visible, solution(found)))]]),
    ]


def _fold(name: str, title: str, inner: h.Element, *, opened: bool = False) -> h.Element:
    return h.details(id=f"lesson-{name}", open=opened)[h.summary[title], inner]


def _quiz(found: Lesson) -> h.Element | None:
    if found.quiz is None:
        return None
    choices = found.quiz.choices(found.id)
    return h.details("#lesson-quiz")[
        h.summary["Question"],
        h.p[visible(found.quiz.question)],
        (
            h.details(id=f"choice-{at}")[
                h.summary[visible(choice.says)],
                h.p[f"No: {visible(choice.why)}" if choice.why else "Yes."],
            ]
            for at, choice in enumerate(choices, 1)
        ),
    ]


def markdown(text: str) -> Markup:
    """Return a lesson's text as HTML: no HTML of its own, no pictures, and links to https alone."""
    reader = MarkdownIt("commonmark", {"html": False}).disable("image").enable("table")
    reader.validateLink = lambda url: url.startswith("https://")  # type: ignore[method-assign]
    tokens = reader.parse(visible_lines(text))
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + _SHIFT, 6)}"
        for inner in token.children or ():
            if inner.type == "link_open":
                inner.attrs["rel"] = "noreferrer"
        # Alignment of a table's cells is a style of the element, which the page does not allow.
        token.attrs.pop("style", None)
    return Markup(reader.renderer.render(tokens, reader.options, {}))  # noqa: S704 -- markdown-it escapes every text


def visible_lines(text: str) -> str:
    """Return a text with its line breaks, and other control characters made visible."""
    return "\n".join(visible(line, most=len(line)) for line in text.splitlines())
