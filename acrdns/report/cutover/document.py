"""The document of `plan cutover --format json`, version 1. Its JSON Schema is `cutover.schema.json`, one folder up."""

from __future__ import annotations

from typing import Literal

from acrdns.report.document import json_object


@json_object
class BreakEntry:
    """An endpoint that does not serve a vantage point at a step, and did before, or will."""

    vantage: str
    """The vantage point: a network of the topology, or `internet`."""
    fqdn: str
    """The name of the endpoint, without the last dot."""
    why: str
    """The cause, as `matrix` says it."""
    seconds: int | None
    """How long at most, where caches alone break it; null: until a later step mends it."""


@json_object
class CutoverStepEntry:
    """One step."""

    change: str
    """The change in words; several with semicolons between them where Azure takes none of them alone."""
    breaks: tuple[BreakEntry, ...]
    """The endpoints that do not serve at this step; empty where none fails."""
    hold_seconds: int
    """Worst-case seconds for which caches hold old answers."""
    wait_seconds: int
    """Seconds until the next step may be made: in it, old answers that caches hold no longer serve."""
    notes: tuple[str, ...]
    """Things that no DNS shows, such as hosts that firewalls have to let pass from here on."""


@json_object
class CutoverDocument:
    """The document of `acrdns plan cutover --format json`."""

    version: Literal[1]
    """The version of the format of this document."""
    before: str
    """The file before the change."""
    after: str
    """The file after the change."""
    outage: bool
    """Whether something breaks on the way: no order without it was found."""
    all_tried: bool
    """Whether every order was tried, if there is an outage; false where there are too many."""
    steps: tuple[CutoverStepEntry, ...]
    """In the best order."""
