"""What a report is written from, and how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from acrdns.check.judge import Judgement


@dataclass(frozen=True, slots=True)
class Report:
    """One run of `check`; or of `lint`, which has findings and no endpoints."""

    judgement: Judgement
    target: str
    """What was checked: a topology file or a registry's name."""
    vantage: str = ""
    """Empty where no topology says which vantage points there are."""
    server: str = ""
    """Who was asked, as `127.0.0.1:5301`; several with commas between."""
    notes: tuple[str, ...] = ()
    """What is worth saying and no finding."""


@dataclass(frozen=True, slots=True)
class Style:
    """How the formats for people are written."""

    colour: bool = False
    width: int = 100
    """Columns."""
