"""Sets of faults of which one undoes another, so that the other one's words are not true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.names import relative
from acrdns.zone.publish.private import written_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.check.diagnosis.answer import Answered
    from acrdns.check.diagnosis.candidates import Suspect
    from acrdns.check.diagnosis.search.explanation import Explanation
    from acrdns.check.diagnosis.worlds import Simulated


def are_in_force(base: Simulated, explanation: Explanation) -> bool:
    """Return whether each fault of a set is there when all are made, and was there when a cache got its answers.

    One that came after that has to show: it explains a wrong answer by now.
    """
    every, made, before = explanation.suspects, explanation.simulated, explanation.remembered
    if len(every) == 1:
        return True
    return all(
        _is_in_force(suspect, made, every)
        and (before is None or _is_in_force(suspect, before, every) or _explains_some(suspect, base.mismatches, made))
        for suspect in every
    )


def _explains_some(suspect: Suspect, wrong: Sequence[Answered], made: Simulated) -> bool:
    return any(suspect.touches(made.needed(answer.asked)[0]) and made.explains(answer) for answer in wrong)


def _is_in_force(suspect: Suspect, made: Simulated, every: Sequence[Suspect]) -> bool:
    """Return whether the words of a fault are true in a topology: of links, of records, and of who writes these."""
    if suspect.candidate.path[0] == "dns_forwarding_rulesets" and suspect.fault == "vnet-without-zone-link":
        return suspect.candidate.subject not in made.site(frozenset()).linked
    if suspect.candidate.writer:
        return _writes(suspect, made, every)
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


def _writes(suspect: Suspect, made: Simulated, every: Sequence[Suspect]) -> bool:
    """Return whether the endpoint that writes last is approved, and every record is there that it writes.

    One that is missing for itself may have been deleted since.
    """
    topology = made.topology
    private = topology.private_endpoints.get(suspect.candidate.writer)
    zone = topology.private_dns_zones.get(suspect.candidate.subject)
    if private is None or zone is None:
        return True
    records = written_by(private, zone, topology)
    written = {f"{zone.key}/{relative(each.rrset.name, zone.apex)}" for each in records}
    kept = {held.subject for held in made.site(frozenset()).by_registry.get((zone.key, private.registry), ())}
    return private.approved and written <= kept.union(other.candidate.subject for other in every)
