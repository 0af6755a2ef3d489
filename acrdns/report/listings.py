"""The documents of commands that list something, version 1: rules, assumptions and lessons.

Their JSON Schemas, `rules.schema.json`, `assumptions.schema.json` and `lessons.schema.json`, lie beside this file.
Fields are added, never renamed or removed, as long as the version is 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from acrdns.report.document import CONFIG


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule."""

    __pydantic_config__: ClassVar = CONFIG

    code: str
    severity: Literal["error", "warning", "info", "off"]
    """That of the settings nearest to the working folder."""
    name: str
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RulesDocument:
    """The document of `acrdns rules --format json`."""

    __pydantic_config__: ClassVar = CONFIG

    version: Literal[1]
    rules: tuple[RuleRow, ...]
    """In the order of their codes."""


@dataclass(frozen=True, slots=True)
class AssumptionRow:
    """One open question, and how the simulator decides it."""

    __pydantic_config__: ClassVar = CONFIG

    name: str
    mark: Literal["UNKNOWN", "INFERRED"]
    says: str
    """The assumption."""
    source: str
    """The sections of the facts."""
    where: str
    """The function, or the switch, that decides."""
    default: bool | None
    """Whether the switch is on unless `--assume` says otherwise; null without a switch."""


@dataclass(frozen=True, slots=True)
class AssumptionsDocument:
    """The document of `acrdns assumptions --format json`."""

    __pydantic_config__: ClassVar = CONFIG

    version: Literal[1]
    assumptions: tuple[AssumptionRow, ...]


@dataclass(frozen=True, slots=True)
class LessonRow:
    """One lesson. `acrdns learn --format json` writes a list of them."""

    __pydantic_config__: ClassVar = CONFIG

    id: str
    title: str
    part: str
    solved: bool
    """Whether you have solved it."""
