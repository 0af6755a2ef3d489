"""The same fault at several places: one misconfiguration, as when nobody linked the zone to three new networks.

Places are added one after the other, each for the first answer that is still wrong. A place counts only if it makes no
right answer wrong. So the number of simulated topologies grows with the places, not with their combinations.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from acrdns.check.diagnosis.diagnosed import ELSEWHERE

if TYPE_CHECKING:
    from acrdns.check.diagnosis.answer import Answered
    from acrdns.check.diagnosis.candidates import Suspect
    from acrdns.check.diagnosis.search.explanation import Explanation
    from acrdns.check.diagnosis.search.simulations import Simulations
    from acrdns.check.diagnosis.worlds import Simulated

    Chosen = tuple[Suspect, ...]

MOST_PLACES = 100
"""Places of one misconfiguration."""
_MOST_FOR_ONE = 5
"""Places that are tried for one wrong answer."""
_MOST_TRIED = 8
"""Places of sets that are looked through for those that are not needed."""


def everywhere(made: Simulations, node: Simulated, chosen: Chosen) -> tuple[Simulated, Chosen] | None:
    """Return a topology whose last fault is at as many places as explain everything; None where they do not."""
    if chosen[-1].fault in ELSEWHERE:
        return None
    places = 1
    while wrong := made.wrong(node, 1):
        grown = with_place(made, node, chosen, wrong[0]) if places < MOST_PLACES else None
        if grown is None:
            return None
        node, chosen = grown
        places += 1
    return (node, chosen) if places > 1 else None


def wherever_it_helps(made: Simulations, node: Simulated, chosen: Chosen) -> tuple[Simulated, Chosen] | None:
    """Return a topology whose last fault is at each further place where it explains an answer; None without any."""
    if chosen[-1].fault in ELSEWHERE:
        return None
    before = chosen
    for wrong in made.base.representatives:
        if len(chosen) - len(before) < MOST_PLACES and not node.explains(wrong):
            node, chosen = with_place(made, node, chosen, wrong) or (node, chosen)
    return (node, chosen) if chosen != before else None


def with_place(made: Simulations, node: Simulated, chosen: Chosen, wrong: Answered) -> tuple[Simulated, Chosen] | None:
    """Return a topology with the last fault at one place more, which explains a wrong answer and breaks no other."""
    taken = {suspect.key for suspect in chosen}
    last = chosen[-1]
    found = made.suspects(node, wrong, (last.fault,))
    places = (suspect for suspect in found if suspect.cause == last.cause and suspect.key not in taken)
    for suspect in islice(places, _MOST_FOR_ONE):
        child = made.with_fault(node, (*chosen, suspect))
        if child and child.explains(wrong) and all(map(child.explains, made.base.right_near(wrong))):
            return child, (*chosen, suspect)
    return None


def needed(made: Simulations, node: Simulated, chosen: Chosen) -> tuple[Simulated, Chosen]:
    """Return a set that explains everything without the places that are not needed for it."""
    if len(chosen) > _MOST_TRIED:
        return node, chosen
    for left_out in chosen:
        rest: Chosen = ()
        without: Simulated | None = made.base
        for suspect in chosen:
            if suspect is not left_out and without is not None:
                rest = (*rest, suspect)
                without = made.with_fault(without, rest)
        if rest and without is not None and without.explains_all():
            return needed(made, without, rest)
    return node, chosen


def leaves_some_out(made: Simulations, explanation: Explanation) -> bool:
    """Return whether others of the records may be right, since nobody asked; else they have one cause for all."""
    paths = [suspect.candidate.path for suspect in explanation.suspects]
    if any(path[0] != "private_dns_zones" or "virtual_network_links" in path for path in paths):
        return True
    zones, asked = {path[1] for path in paths}, {fqdn for fqdn, _ in made.evidence.by_question}
    records = made.base.site(frozenset()).records
    return any(held.endpoint.fqdn not in asked for held in records if held.zone.key in zones)
