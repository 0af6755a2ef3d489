"""The formats of each report; a format's module is imported when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from acrdns.report.report import Report, Style

FindingsFormat = Literal[
    "text", "json", "jsonl", "junit", "sarif", "github", "gitlab", "azure-pipelines", "markdown", "prometheus"
]
TableFormat = Literal["text", "markdown", "json"]
"""The formats of `matrix` and `diff`."""
PlainFormat = Literal["text", "json"]
FirewallFormat = Literal["text", "json", "csv", "azure-firewall", "az", "terraform", "bicep", "nsg", "squid"]

Kind = Literal[
    "findings",
    "lint",
    "trace",
    "matrix",
    "diff",
    "observations",
    "pull",
    "traffic",
    "firewall",
    "comparison",
    "addresses",
    "cutover",
]


def renderer(kind: Kind, format_: str) -> Any:
    """Return the function `render` of a format: each format is a module in the folder of its report."""
    return import_module(f"acrdns.report.{kind}.{format_.replace('-', '_')}").render


def render(format_: FindingsFormat, report: Report, style: Style) -> str:
    """Return a report of findings; the text is empty or ends with a newline."""
    text: str = renderer("findings", format_)(report, style)
    return text
