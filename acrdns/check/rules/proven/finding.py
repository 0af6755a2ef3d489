"""Findings about violated properties, shared by the rules ACR151 to ACR156.

Each names a vantage point, the number of endpoints that violate a property there, and the first of them with its trace.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from acrdns.azure import INTERNET
from acrdns.check.estate.properties import Property, strange_alias
from acrdns.check.finding import Finding
from acrdns.check.fixes.advice import Advice
from acrdns.check.fixes.relax_filter import RelaxFilter
from acrdns.check.rules.proven.astray import change_at
from acrdns.check.rules.proven.decided import decided
from acrdns.names import is_under, name
from acrdns.record import Type
from acrdns.resolve.chain import MatchKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from acrdns.check.estate.properties import Violation
    from acrdns.check.facts import Facts
    from acrdns.check.fixes.fix import Fix
    from acrdns.errors import Path
    from acrdns.topology.model import Topology

    Choices = Callable[[Facts, Violation], tuple[tuple[Fix, ...], ...]]

_BY_ALIAS = (Property.KNOWN_SUFFIX, Property.NO_BLACK_HOLE, Property.EXPECTED_ADDRESS)
"""An alias to a name that is not Azure's is why: what is behind it has the answer, or none."""


def findings(
    facts: Facts, code: str, broken: Property, says: Callable[[Violation], str], fix: Choices | None = None
) -> Iterator[Finding]:
    """Return a finding for each vantage point that violates a property.

    `says` describes the first endpoint; `fix` returns what may mend it, in the order in which to try it. Where a record
    made by hand decided the answer, or a server's filter, that is the place of the finding.
    """
    for violation in facts.proof:
        if violation.broken is broken:
            record, found_fixes = decided(facts, violation), fix(facts, violation) if fix else ()
            filtering = next((f.server for fixes in found_fixes for f in fixes if isinstance(f, RelaxFilter)), None)
            path: Path = ("dns_servers", filtering, "filters") if filtering else record.path if record else ()
            found = _finding(facts.topology, code, violation, says(violation), path)
            choices = (*found_fixes, *(record.choices if record else ()))
            first, *otherwise = choices or (found.fixes,)
            yield replace(found, fixes=first, otherwise=tuple(otherwise))


def says_failure(violation: Violation) -> str:
    """Return that there is no answer, and the cause: the path of a loop, or the length of a chain."""
    return f"ends in SERVFAIL: {violation.counterexample.response.cause}"


def why(violation: Violation) -> str:
    """Return the cause that the servers know, in brackets, or empty."""
    cause = violation.counterexample.response.cause
    return f" ({cause})" if cause else ""


def _finding(topology: Topology, code: str, violation: Violation, says: str, at: Path) -> Finding:
    vantage, trace = violation.vantage, violation.counterexample
    others = len(violation.endpoints) - 1
    like = f"; the same holds for {others} more endpoint{'s' if others > 1 else ''} from there" if others else ""
    message = f"from {_standing(vantage)}, {violation.fqdn} {says}{_decisive(topology, violation)}{like}"
    path = at or (("registries", violation.endpoints[0][0]) if vantage == INTERNET else topology.path_of(vantage))
    astray = trace.steps[_number(topology, violation) - 1] if trace.steps else None
    look = f"acrdns trace {topology.file} {violation.fqdn} --from {vantage}"
    change = change_at(topology, astray, vantage, _public(topology, violation)) if astray else ""
    advice = f"{change}; each step: {look}" if change else f"look at {look}"
    place = topology.place(*path)
    return Finding(code, violation.fqdn, message, (Advice(advice),), place, networks=(vantage,), trace=trace)


def _public(topology: Topology, violation: Violation) -> str:
    """Return the registry whose public answer is wrong, or empty where a client should get a private address."""
    registry, vantage = topology.registries[violation.endpoints[0][0]], violation.vantage
    given = registry.frontend or registry.traffic_manager or registry.public_addresses
    private = violation.broken is not Property.KNOWN_SUFFIX and topology.endpoints_in_reach(vantage, registry.name)
    return registry.name if vantage == INTERNET or (given and not private) else ""


def _standing(vantage: str) -> str:
    return "the internet" if vantage == INTERNET else vantage


def _decisive(topology: Topology, violation: Violation) -> str:
    """Return the step at which a chain goes wrong, to follow a sentence: most often the last one."""
    steps = violation.counterexample.steps
    if not steps:
        return ""
    number = _number(topology, violation)
    step = steps[number - 1]
    # The address of a private zone is not what is wrong where a filter on the way, or reach, is the cause.
    cause = violation.counterexample.response.cause
    if cause and step.matched.kind is MatchKind.PRIVATE_ZONE and any(r.type == Type.A for r in step.records):
        return ""
    if cause and cause in step.why:
        return ""
    if step.matched.kind is MatchKind.HOSTS:
        return f"; {step.why}"
    where = f" in {step.network}" if step.network else ""
    which = "the only step"
    if len(steps) > 1:
        which = f"step {number} of {len(steps)}" if number < len(steps) else f"the last of {number} steps"
    return f"; in {which}, {step.server}{where} is asked for {step.question}: {step.why}"


def _number(topology: Topology, violation: Violation) -> int:
    """Return the number of that step."""
    steps, cloud = violation.counterexample.steps, topology.cloud
    last, found = len(steps), []
    alias = strange_alias(violation.counterexample.response, cloud)
    if alias and violation.broken in _BY_ALIAS:
        found = [
            n
            for n, step in enumerate(steps, 1)
            if any(r.type == Type.CNAME and r.target == alias for r in step.records)
        ]
    elif steps[-1].matched.kind is MatchKind.PUBLIC_ZONE:
        # Behind the privatelink alias that no private zone has, every step is as it is for the internet.
        found = [n for n, step in enumerate(steps, 1) if is_under(step.question.name, name(cloud.privatelink))]
    return found[-1] if found else last
