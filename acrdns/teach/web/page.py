"""The page of a state: its parts in the order in which they are read."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

import htpy as h

from acrdns.names import show
from acrdns.teach.web.sections.change import change
from acrdns.teach.web.sections.findings import findings
from acrdns.teach.web.sections.matrix import matrix
from acrdns.teach.web.sections.picture import picture
from acrdns.teach.web.sections.question import answer, bar, form, steps
from acrdns.teach.web.view import visible

if TYPE_CHECKING:
    from acrdns.teach.web.view import PageView


def page(view: PageView) -> str:
    """Return the page as HTML."""
    asked = f"{show(view.asked.question.name)} from {view.asked.vantage}"
    return _document(
        visible(f"{asked} - acrdns"),
        h.main("#main", tabindex="-1")[
            h.h1[h.a(href="/")["acrdns"], " ", h.span(".file")[visible(PurePath(view.file).name)]],
            view.extra.get("lesson"),
            form(view),
            h.div("#alerts", role="alert")[(h.p[visible(each)] for each in view.alerts)],
            answer(view),
            picture(view),
            bar(view),
            h.div(".columns")[
                h.div[steps(view), matrix(view), findings(view), view.extra.get("diagnosis")],
                h.div[change(view), view.extra.get("queries"), view.extra.get("lessons")],
            ],
        ],
    )


def refusal(title: str, sentence: str) -> str:
    """Return a page that says one thing."""
    return _document(
        f"{title} - acrdns",
        h.main("#main", tabindex="-1")[
            h.h1[title], h.p(role="alert")[visible(sentence)], h.p[h.a(href="/")["Start from the file"]]
        ],
    )


def _document(title: str, main: h.Element) -> str:
    return str(
        h.html(lang="en")[
            h.head[
                h.meta(charset="utf-8"),
                h.title[title],
                h.meta(name="viewport", content="width=device-width, initial-scale=1"),
                h.meta(name="color-scheme", content="light dark"),
                h.link(rel="icon", href="/static/icon.svg"),
                h.link(rel="stylesheet", href="/static/style.css"),
                h.script(type="module", src="/static/page.js"),
            ],
            h.body[h.a("#skip", href="#main")["Skip to the question"], main],
        ]
    )
