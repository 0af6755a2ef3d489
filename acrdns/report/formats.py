"""The formats of findings, by name; the module of one is imported when it is asked for."""

from __future__ import annotations

from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from acrdns.report.report import Report, Style


class Format(StrEnum):
    """Each value is the name of a module here, which has `render(report, style) -> str`."""

    TEXT = "text"
    JSON = "json"
    JUNIT = "junit"
    SARIF = "sarif"
    GITHUB = "github"
    MARKDOWN = "markdown"


def render(format_: Format, report: Report, style: Style) -> str:
    """Write a report; the text is empty or ends with a newline."""
    text: str = import_module(f"acrdns.report.findings.{format_.value}").render(report, style)
    return text
