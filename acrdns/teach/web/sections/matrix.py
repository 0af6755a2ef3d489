"""Each endpoint of the registry that is asked for, from each vantage point, and what the edits changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import htpy as h

from acrdns.check.estate.rows import State as Answered
from acrdns.teach.web.view import visible

if TYPE_CHECKING:
    from acrdns.check.estate.rows import Cell
    from acrdns.teach.web.view import PageView
    from acrdns.teach.web.workspace import Version


def matrix(view: PageView) -> h.Element:
    """Return the table."""
    key = view.registry
    if not key:
        return h.section(aria_labelledby="matrix-title")[
            h.h2("#matrix-title")["All answers"], h.p["The topology has no registry."]
        ]
    estate = view.version.estate
    rows = estate.matrix(None, [key]).rows
    before = _before(view.version, key)
    vantages = view.version.topology.vantages
    changed = sum(
        1
        for row in rows
        for at, vantage in enumerate(vantages)
        if _was(row.cells[at], before.get((row.member, vantage)))
    )
    caption = f"Endpoints of {visible(key)} from each vantage point"
    if view.version.changes:
        caption += f"; {changed} of {len(rows) * len(vantages)} answers differ from the file's"
    return h.section(aria_labelledby="matrix-title")[
        h.h2("#matrix-title")["All answers"],
        h.div(".scroll", tabindex="0", role="region", aria_label="Table of all answers")[
            h.table("#matrix")[
                h.caption[caption],
                h.thead[h.tr[h.th(scope="col")["From"], (h.th(scope="col")[row.fqdn] for row in rows)]],
                h.tbody[
                    (
                        h.tr(class_="here" if vantage == view.asked.vantage else None)[
                            h.th(scope="row")[visible(vantage)],
                            (
                                _cell(view, vantage, row.fqdn, row.cells[at], before.get((row.member, vantage)))
                                for row in rows
                            ),
                        ]
                        for at, vantage in enumerate(vantages)
                    )
                ],
            ]
        ],
    ]


def _before(version: Version, key: str) -> dict[tuple[str, str], Cell]:
    """Return the cells of the file without edits, by member and vantage point."""
    base = version.base
    if base is version or key not in base.topology.registries:
        return {}
    rows = base.estate.matrix(None, [key]).rows
    return {(row.member, vantage): row.cells[at] for row in rows for at, vantage in enumerate(base.topology.vantages)}


def _was(cell: Cell, before: Cell | None) -> str:
    """Return what a cell was before the edits, where that is not what it is."""
    return words(before) if before is not None and words(before) != words(cell) else ""


def words(cell: Cell) -> str:
    """Return a cell in words: the state or the rcode, then addresses; several where several servers may answer."""
    return ", or ".join(dict.fromkeys(f"{state_of(c)} {' '.join(c.addresses)}".strip() for c in (cell, *cell.others)))


def state_of(cell: Cell) -> str:
    """Return `private`, `public`, or how the question ended."""
    return cell.outcome.value if cell.state in (Answered.BROKEN, Answered.NONE) else cell.state.value


def _cell(view: PageView, vantage: str, fqdn: str, cell: Cell, before: Cell | None) -> h.Element:
    said, was = words(cell), _was(cell, before)
    state, _, rest = said.partition(" ")
    url = view.state.url(vantage=vantage, name=fqdn, type="", step="")
    return h.td(class_="changed" if was else None)[
        h.a(class_=f"state {cell.state.value}", href=url)[state],
        f" {rest}" if rest else None,
        None if cell.expected else h.span(".bad")[" not as meant"],
        h.span(".was")[f" before: {was}"] if was else None,
    ]
