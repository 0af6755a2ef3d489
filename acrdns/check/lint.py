"""Findings from the topology alone: the rules ACR1xx and ACR2xx, without asking any server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.evidence import Evidence
from acrdns.check.rules import rules

if TYPE_CHECKING:
    from acrdns.check.finding import Finding
    from acrdns.topology.model import Topology

PREFIXES = ("ACR1", "ACR2")
"""Topology, and private zones."""


def lint(topology: Topology, *prefixes: str) -> tuple[Finding, ...]:
    """Give every finding about a topology, in the order of the file, then of codes.

    `prefixes` choose rules by the start of their codes; without any, all that need no server.
    """
    evidence = Evidence(topology)
    found = (finding for rule in rules(*(prefixes or PREFIXES)) for finding in rule.find(evidence))
    return tuple(sorted(found, key=_order))


def _order(finding: Finding) -> tuple[int, int, str, str]:
    place = finding.place
    return (place.line if place else 0, place.column if place else 0, finding.code, finding.fqdn)
