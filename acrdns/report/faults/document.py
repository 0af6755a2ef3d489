"""The document of `faults --format json`, version 1. Its JSON Schema, `faults.schema.json`, lies one folder up.

Fields are added, never renamed or removed, as long as the version is 1.
"""

from __future__ import annotations

from typing import Literal

from acrdns.report.document import json_object


@json_object
class CatalogueEntry:
    """One fault."""

    fault: str
    """The name of the fault, as `acrdns break` takes it."""
    rule: str | None
    """The code of the rule of the same name, or null."""
    summary: str
    """The change, in one line."""
    client: str
    """The effect on a client, at each step of a pull."""
    lesson: str
    """One or two sentences to remember."""
    prior: float
    """How common it is among faults, an estimate."""
    references: tuple[str, ...]
    """The facts that it rests on, such as `facts F21`."""


@json_object
class UnseenEntry:
    """A misconfiguration that no answer of DNS shows."""

    fact: str
    """The entry of the facts, such as `F21`."""
    what: str
    """The misconfiguration, in one line."""
    shown_by: str
    """Something other than DNS that shows it."""


@json_object
class SignEntry:
    """A cause outside Azure that a diagnosis names by its signs."""

    fault: str
    """The name in a diagnosis; `acrdns break` does not make it."""
    what: str
    """The cause, in one line."""
    signs: str
    """The parts of an answer that show it."""
    described: str
    """The way in which a topology file describes it."""


@json_object
class CatalogueDocument:
    """The document of `acrdns faults --format json`."""

    version: Literal[1]
    """The version of the format of this document."""
    faults: tuple[CatalogueEntry, ...]
    """The likeliest first."""
    unseen: tuple[UnseenEntry, ...]
    """The misconfigurations that no fault stands for, because DNS answers the same with them."""
    signs: tuple[SignEntry, ...] = ()
    """The causes that a diagnosis names by their signs."""
