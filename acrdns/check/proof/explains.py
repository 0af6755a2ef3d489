"""Which finding about a cause explains which violation, and which violations nothing explains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.profile import Profile

if TYPE_CHECKING:
    from acrdns.check.estate.wrong import Cells
    from acrdns.check.facts import Facts
    from acrdns.check.finding import Finding
    from acrdns.check.proof.proved import FixEffect

_ANSWERS = frozenset(("ACR151", "ACR152", "ACR156", "ACR157"))
"""A missing link, record or forwarder explains these."""
_EXPLAINS = {"ACR112": frozenset(("ACR153",)), "ACR308": frozenset(("ACR157",)), "ACR316": frozenset[str]()}
"""The violations that a rule's findings explain, where these are not `_ANSWERS`."""
_OF_ONE_ENDPOINT = "ACR102"
"""It explains the answers of the endpoint that it names, and no others."""


def explains(cause: Finding, broken: Finding, *, passed: bool = True) -> bool:
    """Return whether a cause is about the vantage point of a violation, or with `passed`, on its route."""
    if broken.code not in _EXPLAINS.get(cause.code, _ANSWERS) or Profile().severity(cause.code) == "info":
        return False
    if cause.code == _OF_ONE_ENDPOINT and broken.fqdn != cause.fqdn:
        return False
    route = {step.network for step in broken.trace.steps} if broken.trace and passed else set()
    return not route.union(broken.networks).isdisjoint(cause.networks)


def moved(before: Facts, effect: FixEffect) -> Cells:
    """Return the answers that fixes leave wrong in another way than they were before."""
    return frozenset((vantage, fqdn) for _, vantage, fqdn in _violated(effect.facts) - _violated(before))


def _violated(facts: Facts) -> set[tuple[str, str, str]]:
    return {(each.broken, each.vantage, fqdn) for each in facts.proof for _, fqdn in each.endpoints}


def unexplained(cells: Cells, effect: FixEffect) -> list[Finding]:
    """Return the violations of some answers, after fixes, that no cause explains for which the file has no fix."""
    proof = effect.facts.proof
    traces = [each.counterexample for each in proof if any((each.vantage, fqdn) in cells for _, fqdn in each.endpoints)]
    proven = [found for found in effect.found if any(found.trace is trace for trace in traces)]
    untried = [cause for cause in effect.causes if not any(fix.edits(effect.topology) for fix in cause.fixes)]
    return [found for found in proven if not any(explains(cause, found, passed=False) for cause in untried)]
