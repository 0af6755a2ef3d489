"""The documents of commands that list something, version 1: rules, assumptions and lessons.

Their JSON Schemas, `rules.schema.json`, `assumptions.schema.json` and `lessons.schema.json`, lie next to this file.
Fields are added, never renamed or removed, as long as the version is 1.
"""

from __future__ import annotations

from typing import Literal

from acrdns.report.document import json_object


@json_object
class RuleRow:
    """One rule."""

    code: str
    """The code, such as `ACR101`, as `acrdns rule` takes it."""
    severity: Literal["error", "warning", "info", "off"]
    """That of the settings nearest to the working folder."""
    name: str
    """The name, which `acrdns rule` takes too."""
    references: tuple[str, ...]
    """The facts and RFCs that the rule rests on."""


@json_object
class RulesDocument:
    """The document of `acrdns rules --format json`."""

    version: Literal[1]
    """The version of the format of this document."""
    rules: tuple[RuleRow, ...]
    """In the order of their codes."""


@json_object
class AssumptionRow:
    """One open question, and how the simulator decides it."""

    name: str
    """The name, as `--assume` takes it where there is a switch."""
    mark: Literal["UNKNOWN", "INFERRED"]
    """`INFERRED` follows from documents; `UNKNOWN` is documented nowhere."""
    says: str
    """The assumption."""
    source: str
    """The sections of the facts."""
    where: str
    """The function, or the switch, that decides."""
    default: bool | None
    """Whether the switch is on unless `--assume` says otherwise; null without a switch."""


@json_object
class AssumptionsDocument:
    """The document of `acrdns assumptions --format json`."""

    version: Literal[1]
    """The version of the format of this document."""
    assumptions: tuple[AssumptionRow, ...]
    """In the order of `acrdns assumptions`."""


@json_object
class LessonRow:
    """One lesson. `acrdns learn --format json` writes a list of them."""

    id: str
    """The name of the lesson, as `acrdns learn` takes it."""
    title: str
    """The title of the lesson."""
    part: str
    """The part of the course that it belongs to."""
    solved: bool
    """Whether you have solved it."""
