"""A report, and the style in which it is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from acrdns.check.diagnosis.diagnosed import NOTHING, Diagnosed
from acrdns.report.terminal import WIDTH

if TYPE_CHECKING:
    from acrdns.check.judge import Judgement
    from acrdns.errors import Problem
    from acrdns.probe.pull.result import PullResult


@dataclass(frozen=True, slots=True)
class Flap:
    """An endpoint that had several answers in one run."""

    vantage: str
    fqdn: str
    answers: tuple[tuple[str, int], ...]
    """Each answer as text, with how often it came, the most frequent first."""

    def __str__(self) -> str:
        total = sum(count for _, count in self.answers)
        shares = ", ".join(f"{answer} in {count} of {total} ({count / total:.0%})" for answer, count in self.answers)
        return f"{self.fqdn} has several answers: {shares}"


@dataclass(frozen=True, slots=True)
class Report:
    """One run of `check`; or of `lint`, which has findings and no endpoints."""

    judgement: Judgement
    target: str
    """A topology file or a registry's name."""
    vantage: str = ""
    """Empty where no topology says which vantage points there are."""
    server: str = ""
    """The resolvers that were asked, as `127.0.0.1:5301`, separated by commas."""
    notes: tuple[str, ...] = ()
    """Remarks that are no findings."""
    problems: tuple[Problem, ...] = ()
    """The problems of files that do not load."""
    clean_files: tuple[str, ...] = ()
    """The files of `lint` that have no finding."""
    diagnosed: Diagnosed = NOTHING
    """The faults that explain the answers of `check`."""
    vantages: tuple[tuple[str, str], ...] = ()
    """Each vantage point of a run, with the resolvers asked there."""
    explain: bool = False
    """Whether the text shows the answers that each diagnosis predicts."""
    pulls: tuple[tuple[str, PullResult], ...] = ()
    """Pulls that were tried, each with its vantage point."""
    flaps: tuple[Flap, ...] = ()
    """Endpoints with several answers, of a run with several rounds."""


@dataclass(frozen=True, slots=True)
class Style:
    """How the formats for people are written."""

    colour: bool = False
    width: int = WIDTH
    """Columns; messages are wrapped there, names and commands are not."""
