"""A rule's page as Markdown, in fixed sections."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from acrdns.check.finding import Severity
    from acrdns.check.rule import Rule


def markdown(rule: Rule, severity: Severity) -> str:
    """Return the page; it ends with a newline."""
    page = rule.page
    sections = (
        ("What it finds", page.finds),
        ("Why it matters", page.why),
        ("Example", page.example),
        ("Fix with the Azure CLI", page.az),
        ("Fix with Terraform", page.terraform),
        ("Fix with Bicep", page.bicep),
        ("What it cannot tell", page.cannot_tell),
        ("References", "\n".join(f"- {reference}" for reference in page.references)),
    )
    body = "\n\n".join(f"## {title}\n\n{text.strip()}" for title, text in sections)
    return f"# {rule.code} {rule.name}\n\nDefault severity: {severity}.\n\n{body}\n"
