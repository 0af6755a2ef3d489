"""Everything that the parts of one page are made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from acrdns.names import show
from acrdns.report.escape import visible
from acrdns.teach.words.explanation import explain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from htpy import Element

    from acrdns.resolve.chain import Resolution
    from acrdns.teach.web.state import PageQuestion, PageState
    from acrdns.teach.web.workspace import Version
    from acrdns.teach.words.explanation import ExplainedChain

_DIGITS = 5
MOST_CELLS = 400
"""Endpoints times vantage points up to which everything is a part of the page at once."""

__all__ = ["PageView", "Refused", "identifier", "visible"]


class Refused(NamedTuple):
    """A form that could not be carried out, so that what was typed stays."""

    do: str
    key: str
    fields: Mapping[str, Sequence[str]]

    def field(self, name: str) -> str:
        """Return what was typed into a field."""
        return next(iter(self.fields.get(name, ())), "")


@dataclass
class PageView:
    """A state of the page, and what it shows."""

    state: PageState
    version: Version
    asked: PageQuestion
    resolution: Resolution
    token: str
    file: str
    alerts: tuple[str, ...] = ()
    refused: Refused | None = None
    extra: Mapping[str, Element] = field(default_factory=dict)
    """Parts that not every page has, by name: lesson, queries, diagnosis."""

    @cached_property
    def registry(self) -> str:
        """The registry that the name asked for belongs to, else the first; empty where there is none."""
        registries = self.version.topology.registries
        label = show(self.asked.question.name).split(".")[0]
        return next((key for key, each in registries.items() if each.dns_label == label), next(iter(registries), ""))

    @cached_property
    def current(self) -> int:
        """The number of the step that is looked at, from 1; 0 where there is none."""
        steps, text = len(self.resolution.steps), self.state.step
        wanted = int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else 1
        return max(min(wanted, steps), min(1, steps))

    @cached_property
    def takes_long(self) -> bool:
        """Whether the topology is so large that the page is shown before its findings."""
        topology = self.version.topology
        endpoints = sum(1 + len(registry.regions) for registry in topology.registries.values())
        return endpoints * len(topology.vantages) > MOST_CELLS

    @cached_property
    def chain(self) -> ExplainedChain:
        """The resolution in words."""
        return explain(self.version.world, self.resolution, changes=not self.takes_long)

    def typed(self, do: str, key: str, field_: str, otherwise: str) -> str:
        """Return what a text field shows: what was typed and refused, else what the topology has."""
        refused = self.refused
        if refused and (refused.do, refused.key) == (do, key) and field_ in refused.fields:
            return refused.field(field_)
        return otherwise


def identifier(*parts: str) -> str:
    """Return an `id` of HTML for something with any names."""
    return ":".join(quote(part, safe="") for part in parts)
