"""Sets of faults of which one undoes another, so that the other one's words are not true."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from acrdns.check.diagnosis.candidates import Suspect
    from acrdns.check.diagnosis.search.explanation import Explanation
    from acrdns.check.diagnosis.worlds import Simulated


def are_in_force(explanation: Explanation) -> bool:
    """Return whether links fall back that are said to mask a record, and records are gone that are said to be."""
    if len(explanation.suspects) == 1:
        return True
    return all(_is_in_force(suspect, explanation.simulated) for suspect in explanation.suspects)


def _is_in_force(suspect: Suspect, made: Simulated) -> bool:
    zone = made.topology.private_dns_zones.get(str(suspect.candidate.path[1]))
    if zone is None:
        return True
    if suspect.fault == "redirect-masks-missing-record":
        links = [link for link in zone.links.values() if link.active]
        return not links or any(link.resolution_policy == "NxDomainRedirect" for link in links)
    if suspect.fault == "shared-record-deleted":
        registry = suspect.candidate.subject.removeprefix(zone.key).removeprefix("/")
        kept = made.site(frozenset()).registries_in[zone.key]
        return registry not in kept if registry else not kept
    return True
