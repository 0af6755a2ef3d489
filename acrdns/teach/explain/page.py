"""An explanation as one HTML file: the picture and the words, with no script and no link to anything.

It follows the reader's light or dark setting, and every text is escaped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import htpy as h
from markupsafe import Markup

from acrdns.report.escape import visible
from acrdns.report.trace.text import record_lines
from acrdns.teach.drawing.picture import draw
from acrdns.teach.drawing.style import DARK, LIGHT, stylesheet
from acrdns.teach.explain.explained import brief, cause_lines, difference_line
from acrdns.teach.words.explanation import ended

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.resolve.world import World
    from acrdns.teach.drawing.style import Colours
    from acrdns.teach.explain.explained import Explained
    from acrdns.teach.words.explanation import ExplainedChain, ExplainedStep

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_SHAPES = """
body{margin:0 auto;max-width:1280px;padding:0 16px 32px;font:16px/1.5 system-ui,"Segoe UI","Noto Sans",sans-serif;
overflow-wrap:anywhere}
h1{font-size:1.5rem}h2{font-size:1.2rem}
.answer{font-weight:700}
.scroll{overflow-x:auto}
.scroll svg{max-width:none}
ol{max-width:48rem}
table{border-collapse:collapse;overflow-wrap:normal}caption{text-align:left;font-weight:700;padding:8px 0}
th,td{text-align:left;vertical-align:top;padding:4px 12px 4px 0}
li{margin:0 0 12px}p{margin:4px 0}
code{font:.875em ui-monospace,"Cascadia Mono",Consolas,monospace}
"""


def render(world: World, found: Explained) -> str:
    """Return the page; it ends with a newline."""
    page = h.html(lang="en")[
        h.head[
            h.meta(charset="utf-8"),
            h.meta({"http-equiv": "Content-Security-Policy"}, content=_POLICY),
            h.meta(name="viewport", content="width=device-width, initial-scale=1"),
            h.meta(name="color-scheme", content="light dark"),
            h.title[visible(found.title)],
            h.style[Markup(_style())],  # noqa: S704 -- our own text, the same for all pages
        ],
        h.body[
            h.main[
                h.h1[visible(found.title)],
                _requests(found) if found.requests else None,
                [_picture(world, found, number) for number in range(1 if found.compared else len(found.chains))],
                _comparison(found) if found.compared else None,
                [_chain(found, number) for number in range(len(found.chains))],
            ]
        ],
    ]
    return f"{page}\n"


def _style() -> str:
    dark = f"@media (prefers-color-scheme:dark){{{_colours(DARK)}}}"
    return _SHAPES + _colours(LIGHT) + dark + stylesheet()


def _colours(colours: Colours) -> str:
    return (
        f"body{{background:{colours.page};color:{colours.text}}}.muted{{color:{colours.muted}}}"
        f".first{{background:{colours.lane};outline:2px solid {colours.path};outline-offset:2px}}"
        f"td,th{{border-bottom:1px solid {colours.line}}}"
    )


def _picture(world: World, found: Explained, number: int) -> h.Element:
    against = found.chains[1].resolution if found.compared else None
    chain = found.chains[number]
    drawn = draw(world, chain.resolution, against=against, theme=None, standalone=False)
    return _scroll(f"picture of {chain.title}", Markup(drawn))  # noqa: S704 -- `draw` has escaped it


def _scroll(name: str, content: h.Node) -> h.Element:
    """Return a box that scrolls; it can be reached by keyboard and has a name (WCAG 2.1.1, 4.1.2)."""
    return h.div(".scroll", role="region", tabindex="0", aria_label=visible(name))[content]


def _requests(found: Explained) -> h.Element:
    rows = []
    for each in found.requests:
        says = f"fails ({each.cause}): {each.why}" if each.cause else f"{each.status} {each.says}"
        rows.append(
            h.li[
                h.p[h.strong[each.step], " ", h.code[visible(f"{each.method} https://{each.host}{each.path}")]],
                h.p[visible(f"{each.address}: {says}" if each.address else says)],
            ]
        )
    return h.section[h.h2["Requests"], h.ol[rows]]


def _comparison(found: Explained) -> h.Element:
    one, other = found.chains
    heads = ["step", *(f"from {each.resolution.vantage}" for each in found.chains)]
    rows = []
    for number in range(1, max(len(one.steps), len(other.steps)) + 1):
        first = number == found.difference
        cells = [h.td[_lines(brief(chain, number))] for chain in found.chains]
        head = h.th(scope="row")[f"→ {number}" if first else str(number)]
        rows.append(h.tr(class_="first" if first else None)[head, cells])
    return h.section[
        h.h2["Side by side"],
        h.p(".answer")[difference_line(found)],
        _scroll(
            "steps of both questions",
            h.table[
                h.caption["Steps of both questions"],
                h.thead[h.tr[[h.th(scope="col")[visible(head)] for head in heads]]],
                h.tbody[rows],
            ],
        ),
    ]


def _lines(lines: list[str]) -> Iterator[h.Node]:
    for number, line in enumerate(lines):
        if number:
            yield h.br
        yield visible(line)


def _chain(found: Explained, number: int) -> h.Element:
    chain = found.chains[number]
    return h.section[
        h.h2[visible(chain.title)] if len(found.chains) > 1 else None,
        h.p(".answer")[visible(chain.ending)],
        [h.p[visible(line)] for line in cause_lines(chain, found.findings[number])],
        (h.h3 if len(found.chains) > 1 else h.h2)["Steps"],
        h.ol[[_step(step, marked=found.compared and step.number == found.difference) for step in chain.steps]],
        _scroll(f"table of {chain.title}", _table(chain)),
    ]


def _step(step: ExplainedStep, *, marked: bool) -> h.Element:
    records = [line for rrset in step.step.records for line in record_lines(rrset)] or [ended(step.step)]
    return h.li(class_="first" if marked else None)[
        h.p[h.strong[visible(step.asked)]],
        [h.p[visible(sentence)] for sentence in (step.whose, step.reached, step.did) if sentence],
        [h.p(".muted")[visible(sentence)] for sentence in step.would],
        [h.p[h.code[visible(line)]] for line in records],
    ]


def _table(chain: ExplainedChain) -> h.Element:
    rows = [
        h.tr[
            h.th(scope="row")[str(row.step)],
            h.td[h.code[visible(row.name)]],
            h.td[row.type],
            h.td["" if row.ttl is None else str(row.ttl)],
            h.td[h.code[visible(row.value)]],
        ]
        for row in chain.table
    ]
    return h.table[
        h.caption["Chain of names"],
        h.thead[h.tr[[h.th(scope="col")[head] for head in ("step", "name", "type", "TTL", "value")]]],
        h.tbody[rows],
    ]
