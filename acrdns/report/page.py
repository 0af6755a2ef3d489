"""A rule's page as Markdown, in fixed sections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.faults import PRIORS, named
from acrdns.check.fixes.placeholder import explained

if TYPE_CHECKING:
    from acrdns.check.finding import Severity
    from acrdns.check.rule import Page, Rule


def markdown(rule: Rule, severity: Severity) -> str:
    """Return the page; it ends with a newline."""
    page = rule.page
    sections = (
        ("What it finds", page.finds),
        ("Why it matters", _why(rule)),
        ("Example", page.example),
        ("Fix with the Azure CLI", _az(page)),
        ("Fix with Terraform", _fenced("hcl", "\n\n".join(fix.terraform for fix in page.fixes))),
        ("Fix with Bicep", _fenced("bicep", "\n\n".join(fix.bicep for fix in page.fixes))),
        ("What it cannot tell", page.cannot_tell),
        ("References", "\n".join(f"- {reference}" for reference in page.references)),
    )
    body = "\n\n".join(f"## {title}\n\n{text.strip()}" for title, text in sections)
    return f"# {rule.code} {rule.name}\n\nDefault severity: {severity}.\n\n{body}\n"


def _why(rule: Rule) -> str:
    """Return why it matters, with the texts of the fault of the same name, where there is one."""
    if rule.name not in PRIORS:
        return rule.page.why
    fault = named(rule.name)
    return f"{rule.page.why.strip()}\n\nIn a pull: {fault.client}\n\nTo remember: {fault.lesson}"


def _az(page: Page) -> str:
    """Write the commands in turn; a step outside Azure is a comment among them."""
    lines = (command for fix in page.fixes for command in fix.az or (f"# {fix.text}",))
    commands, note = _fenced("", "\n".join(lines)), page.note.strip()
    words = "\n".join(f"- {line}" for line in explained(f"{commands}\n{note}"))
    return "\n\n".join(filter(None, (commands, note, words and f"To be filled in:\n\n{words}")))


def _fenced(language: str, text: str) -> str:
    return f"```{language}\n{text}\n```"
