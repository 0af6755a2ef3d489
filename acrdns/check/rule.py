"""A rule: one defect in names, zones or answers, with its page and the function that finds it.

Every rule is one file in `rules/`, bound to its code in the table there. A rule sees `Facts`: the topology,
expectations and observations. It cannot distinguish a simulated answer from a probed one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from acrdns.check.facts import Facts
    from acrdns.check.finding import Finding
    from acrdns.check.fixes.fix import Fix

Find = Callable[["Facts"], Iterator["Finding"]]


@dataclass(frozen=True, slots=True)
class Page:
    """The page that `acrdns rule CODE` shows. Texts are Markdown."""

    finds: str
    """The defect that it finds."""
    why: str
    """The reason why that breaks pulls."""
    example: str
    """A topology fragment or an answer that triggers it."""
    fixes: tuple[Fix, ...]
    """The fixes of the example, in order."""
    cannot_tell: str
    """The limits of the rule."""
    references: tuple[str, ...]
    """Entries of the facts, RFC sections, documentation pages by name."""
    note: str = ""
    """A note on the fix, or empty."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. Its name is the defect in kebab case and reads well after `allow`."""

    code: str
    name: str
    page: Page
    find: Find
    find_in_file: Find | None = None
    """Finds the same defect in the topology file, without an observed answer: for `lint`."""
