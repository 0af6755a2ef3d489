"""Phrases that the messages of several rules share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acrdns.check.evidence import Case
    from acrdns.check.facts import Facts
    from acrdns.check.fixes.fix import Fix
    from acrdns.errors import Path


def finding(facts: Facts, case: Case, code: str, message: str, fixes: tuple[Fix, ...], path: Path = ()) -> Finding:
    """Return a finding about a case; without a path, its place is the registry's line of the topology file."""
    place = facts.place(*(path or ("registries", case.registry)))
    return Finding(code, case.fqdn, message, fixes, place, facts.vantage)


def seen_from(facts: Facts) -> str:
    """Return where an answer was observed: `from hub`, or `through this resolver`."""
    vantage = facts.vantage
    if not vantage:
        return "through this resolver"
    return "from the internet" if vantage == "internet" else f"from {vantage}"


def listed(items: Iterable[str], word: str = "and") -> str:
    """Return `a`, `a and b`, `a, b and c`."""
    *most, last = items
    return f"{', '.join(most)} {word} {last}" if most else last


def some(items: Iterable[str], limit: int = 3) -> str:
    """Return the first few distinct items and the number of the others: `a, b, c and 7 more`."""
    different = list(dict.fromkeys(items))
    rest = len(different) - limit
    return ", ".join(different[:limit]) + (f" and {rest} more" if rest > 0 else "")


def expected(case: Case) -> str:
    """Return the expectation: `expected 10.0.0.8 (private endpoint contoso-pe in hub)`."""
    expectation = case.expectation
    if expectation.addresses:
        return f"expected {listed(expectation.addresses, 'or')} ({expectation.why})"
    if expectation.kind == "private":
        return f"expected a private address, but {expectation.why}"
    if expectation.kind == "public":
        return f"expected a public address ({expectation.why})"
    return "which address is right only a topology can tell"


def harm(case: Case) -> str:
    """Return what breaks while clients do not reach this endpoint."""
    if case.member.kind == "data":
        return "login and manifests work, but layers of images are fetched from here"
    return "login, manifests and pushes go here"
