"""Findings of a pull that failed, for the rule of its cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.finding import Finding
from acrdns.check.fixes.advice import Advice
from acrdns.check.rule import Page, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.facts import Facts
    from acrdns.probe.pull.result import PullCause


def pull_rule(code: str, name: str, cause: PullCause, advice: str, page: Page) -> Rule:
    """Return the rule that finds pulls which fail for one cause."""

    def find(facts: Facts) -> Iterator[Finding]:
        for pull in facts.pulls:
            failed = pull.failed
            if failed and failed.cause == cause:
                message = f"the pull of {pull.image} fails at the {failed.step}: {failed.message}"
                place = facts.place("registries", pull.registry)
                yield Finding(code, failed.host, message, (Advice(advice),), place, facts.vantage)

    return Rule(code, name, page, find)


def pull_page(finds: str, why: str, example: str, advice: str, cannot_tell: str, references: tuple[str, ...]) -> Page:
    """Return a page whose fix is an advice."""
    return Page(finds, why, f"```text\n{example}\n```", (Advice(advice),), cannot_tell, references)
