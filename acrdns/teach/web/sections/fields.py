"""Forms and labelled fields of *Change it*."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import htpy as h

from acrdns.teach.web.view import identifier, visible

if TYPE_CHECKING:
    from acrdns.teach.web.view import PageView


def form(view: PageView, do: str, key: str, *inner: Any, live: bool = False) -> h.Element:
    """Return a form with its hidden fields and its button."""
    name = identifier(do, key)
    return h.form(id=name, method="post", action=view.state.url("/edit"), autocomplete="off", data_live=live)[
        h.input(type="hidden", name="token", value=view.token),
        h.input(type="hidden", name="do", value=do),
        h.input(type="hidden", name="key", value=key) if key else None,
        inner,
        h.button(type="submit", id=f"{name}-apply", title=_named(do, key))["Apply"],
    ]


def _named(do: str, key: str) -> str:
    words = {
        "links": "links of",
        "servers": "DNS servers of networks",
        "server": "forwarding of",
        "ruleset": "rules of",
        "records": "records of",
        "endpoint": "private endpoint",
    }
    return f"{words[do]} {visible(key)}".strip()


def text(view: PageView, do: str, key: str, field: str, title: str, value: str) -> h.Element:
    """Return a labelled field of one line."""
    name = identifier(do, key, field)
    return h.p(".field")[
        h.label(for_=name)[title],
        h.input(id=name, name=field, value=view.typed(do, key, field, value), spellcheck="false"),
    ]


def area(view: PageView, do: str, key: str, field: str, title: str, lines: list[str]) -> h.Element:
    """Return a labelled field of several lines."""
    name = identifier(do, key, field)
    shown = view.typed(do, key, field, "\n".join(lines))
    return h.p(".field")[
        h.label(for_=name)[title],
        # HTML takes the first line break after the tag away.
        h.textarea(id=name, name=field, rows=str(max(2, len(lines) + 1)), spellcheck="false", wrap="off")["\n", shown],
    ]


def choice(do: str, key: str, field: str, title: str, values: tuple[str, ...], value: str) -> h.Element:
    """Return a labelled choice of one of some values."""
    name = identifier(do, key, field)
    return h.p(".field")[
        h.label(for_=name)[title],
        h.select(id=name, name=field)[(h.option(value=each, selected=each == value)[each] for each in values)],
    ]


def tick(key: str, field: str, value: str, ticked: bool) -> h.Element:
    """Return a checkbox that says what is linked to, or writes into, what."""
    verb = "writes into" if field == "zone" else "linked to"
    shown = f"{visible(key)} {verb} {visible(value)}"
    return h.li[
        h.label[
            h.input(type="checkbox", name=field, value=value, checked=ticked, aria_label=shown),
            visible(value),
        ]
    ]
