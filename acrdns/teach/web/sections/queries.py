"""The queries that a running server is asked, each a link to its way through the topology."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import htpy as h

from acrdns.teach.web.view import visible

if TYPE_CHECKING:
    from acrdns.teach.web.state import PageState
    from acrdns.teach.web.watch import QueryWatch

SHOWN = 30


def queries(watch: QueryWatch, state: PageState) -> h.Element:
    """Return the last queries; a script asks for this part again and again."""
    lost = f" {watch.lost} more came too fast to be shown." if watch.lost else ""
    attached = f"Attached to {watch.path}: {watch.count} queries.{lost}"
    return h.section("#queries", aria_labelledby="queries-title", data_poll=state.url("/queries"))[
        h.h2("#queries-title")["Live queries"],
        h.p("#attached")[visible(attached if watch.attached else f"Waiting for a server at {watch.path}.")],
        _table(list(watch.queries)[:SHOWN], state) if watch.queries else None,
    ]


def _table(found: list[dict[str, Any]], state: PageState) -> h.Element:
    heads = ("Time", "From", "Client", "Question", "Answer")
    return h.div(".scroll", tabindex="0", role="region", aria_label="Table of live queries")[
        h.table[
            h.caption[f"The last {len(found)} queries, the newest first"],
            h.thead[h.tr[(h.th(scope="col")[head] for head in heads)]],
            h.tbody[(_row(each, state) for each in found)],
        ]
    ]


def _row(query: dict[str, Any], state: PageState) -> h.Element:
    name, type_ = query["name"], query["type"]
    asked = visible(f"{name} {type_}" if name else "(unreadable)")
    url = state.url(vantage=query["vantage"], name=name, type=type_, step="")
    return h.tr[
        h.td[query["time"][11:19]],
        h.td[visible(query["vantage"])],
        h.td[visible(f"{query['client']} {query['transport']}")],
        h.td[h.a(href=url)[asked] if name else asked],
        h.td[visible(query["rcode"] or "no answer")],
    ]
