"""The search for the smallest repairs: fixes are added to a topology, cheapest first, until nothing is wrong in it.

A repair never removes a registry, a network, a peering or a private endpoint: that would change what is meant. Each is
proven by simulation. Past `MAX_TRIED` topologies, all fixes are made at once, and those are left out again that are not
needed: a repair from which nothing can be left out, though perhaps not the smallest.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, replace
from itertools import count, islice
from typing import TYPE_CHECKING

from acrdns.check.causes.mend import other_servers
from acrdns.check.estate.matrix import Estate
from acrdns.check.facts import Facts
from acrdns.check.faults.site import Site
from acrdns.check.fixes.add_endpoint_address import AddEndpointAddress
from acrdns.check.fixes.delete_endpoint import DeleteEndpoint
from acrdns.check.fixes.enable_transit import together
from acrdns.check.fixes.first_step import unwrapped
from acrdns.check.fixes.set_link import with_names
from acrdns.check.judge import judge
from acrdns.check.lint import causes_in_file, each_alone, is_tried, lint
from acrdns.check.profile import Profile
from acrdns.check.proof.prover import is_to_be_mended
from acrdns.check.rules import rules
from acrdns.errors import InputError, TopologyError
from acrdns.record import Type
from acrdns.resolve.world import World
from acrdns.topology.amend import amend
from acrdns.topology.load import loads
from acrdns.topology.text.rewrite import edited

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from acrdns.check.facts import Variant
    from acrdns.check.finding import Finding
    from acrdns.check.fixes.fix import Fix
    from acrdns.topology.model import Topology
    from acrdns.topology.text.edit import Edit

MAX_TRIED = 200
"""Topologies that are simulated before the search settles for a repair that may not be the smallest."""
MANY = 40
"""With more causes than this, each with a fix of its own, all are mended, and no smaller repair is looked for."""

_KEPT = (DeleteEndpoint,)
"""Fixes that change what is meant: a person decides."""
_BY_SERVERS = frozenset(("ACR107", "ACR110", "ACR111"))
"""Findings about the DNS servers that a network asks."""

Unit = tuple["Fix", ...]
"""The fixes of one finding."""
_Waiting = tuple[int, int, Unit]
"""The number of edits, the place in the order of finding, and the fixes."""
_REFUSED = (TopologyError, InputError, KeyError, ValueError)


class Known:
    """Intermediate results of one search, which it comes to several times."""

    def __init__(self) -> None:
        self.variants: dict[str, Variant] = {}
        """Topologies with fixes made."""
        self.texts: dict[str, str] = {}
        """Texts of the file, by the edits made."""


@dataclass(frozen=True, slots=True)
class Repair:
    """Fixes that make every answer right, and the text that they make of the file."""

    fixes: tuple[Fix, ...]
    text: str
    topology: Topology
    edits: int
    left: tuple[Finding, ...] = ()
    """The errors that no edit of the file mends."""


def repairs(topology: Topology, text: str) -> tuple[Repair, ...]:
    """Return the smallest repairs, all of the same number of edits; none where nothing is wrong, or nothing helps.

    Where no edits mend everything, it is one repair that mends as much as they can, and says what is left.
    """
    known = Known()
    if not is_wrong(topology, known):
        return ()
    found = _smallest(topology, text, known) if len(list(islice(units(topology, known), MANY + 1))) <= MANY else []
    if not found and (one := _irredundant(topology, text, known)):
        found = [one]
    # The same changes in another order are one repair.
    different = list({frozenset(repair.fixes): repair for repair in reversed(found)}.values())[::-1]
    slim = [_without_needless(topology, text, repair, known) for repair in different]
    least = min((repair.edits for repair in slim), default=0)
    smallest = [replace(repair, left=errors(repair.topology)) for repair in slim if repair.edits == least]
    # Texts of one meaning, such as links in another order, are one repair.
    return tuple(each for at, each in enumerate(smallest) if all(each.topology != s.topology for s in smallest[:at]))


def _without_needless(topology: Topology, text: str, repair: Repair, known: Known) -> Repair:
    """Return a repair without fixes that it does not need: those of a finding come together."""
    whole = repair.fixes if 1 < len(repair.fixes) <= MANY and not repair.left else ()
    warned = _warnings(repair.topology, known) if whole else frozenset()
    for fix in whole:
        made = _made(topology, text, [other for other in repair.fixes if other is not fix], known)
        # Commands of one edit, such as those of a hub that joins several networks, belong together.
        # One without an effect of its own, such as a zone that a link makes in the file too, is needed in Azure.
        fewer = made and made.edits < repair.edits and made.topology != repair.topology
        right = made and fewer and not is_wrong(made.topology, known)
        if made and right and _warnings(made.topology, known) <= warned:
            repair = made
    return repair


def _warnings(topology: Topology, known: Known) -> frozenset[tuple[str, str]]:
    found = (each.finding for each in each_alone(Estate(topology).kinds.topology, known.variants))
    return frozenset((each.code, each.fqdn) for each in found if Profile().severity(each.code) != "info")


def is_wrong(topology: Topology, known: Known | None = None) -> bool:
    """Return whether any answer is not as expected, or the fix of an error is waiting to be made in the file."""
    estate, known = Estate(topology), known or Known()
    if not (estate.is_right(Type.A) and estate.is_right(Type.AAAA)):
        return True
    found = (each.finding for each in each_alone(estate.kinds.topology, known.variants))
    return any(is_to_be_mended(each) and _is_possible(each.fixes, topology) for each in found)


def errors(topology: Topology) -> tuple[Finding, ...]:
    """Return the errors that lint finds."""
    return tuple(filter(is_error, lint(topology)))


def is_error(finding: Finding) -> bool:
    """Return whether a finding is an error by the default profile."""
    return Profile().severity(finding.code) == "error"


def _faults(topology: Topology, known: Known) -> frozenset[tuple[str, str]]:
    """Return all that is wrong: cells of both matrices, and errors by code and subject."""
    estate = Estate(topology)
    cells = {(at, row.fqdn) for kind in (Type.A, Type.AAAA) for row, at, _ in estate.matrix(type_=kind).surprises()}
    found = (each.finding for each in each_alone(estate.kinds.topology, known.variants))
    return frozenset(cells | {(each.code, each.fqdn) for each in found if is_to_be_mended(each)})


def units(topology: Topology, known: Known | None = None) -> Iterator[Unit]:
    """Return the fixes of each error of `lint` and `check` that can be made in the file, each once."""
    units_: dict[Unit, None] = {}
    for finding in _findings(topology, known or Known()):
        others = other_servers(topology, finding.networks) if finding.code in _BY_SERVERS else ()
        for proposed in (unwrapped(finding.fixes), *others) if is_to_be_mended(finding) else ():
            fixes = tuple([_with_address(fix, topology) for fix in proposed])
            if _is_possible(fixes, topology):
                units_[fixes] = None
    yield from units_


def _with_address(fix: Fix, topology: Topology) -> Fix:
    """Return a fix with a free address, where it lacks one."""
    return fix.proposed(topology, Site(topology).taken) if isinstance(fix, AddEndpointAddress) else fix


def _findings(topology: Topology, known: Known) -> Iterator[Finding]:
    """Return the findings about the file, and those about the answers that it gives.

    Of registries of one kind the first is looked at: what mends it mends the others, or is found for each in turn.
    """
    topology = Estate(topology).kinds.topology
    found = each_alone(topology, known.variants)
    yield from (each.finding for each in found)
    causes = found if is_tried(topology) else causes_in_file(topology)
    world = World(topology)
    for vantage in topology.vantages:
        yield from judge(Facts.simulated(world, vantage), rules("ACR3"), causes=lambda: causes).findings


def _is_possible(fixes: Unit, topology: Topology) -> bool:
    return not any(isinstance(fix, _KEPT) for fix in fixes) and any(fix.edits(topology) for fix in fixes)


def _changes(topology: Topology, fixes: Sequence[Fix]) -> list[Edit] | None:
    """Return the edits that fixes are, made one after the other, or None where one does not fit."""
    changes: list[Edit] = []
    try:
        for fix in fixes:
            made = fix.edits(topology)
            topology = amend(topology, made)
            changes += made
    except _REFUSED:
        return None
    return changes


def _made(topology: Topology, text: str, fixes: Sequence[Fix], known: Known) -> Repair | None:
    """Make fixes in the file, or return None where the result does not load."""
    changes = _changes(topology, fixes)
    if changes is None:
        return None
    try:
        for at, change in enumerate(changes, 1):
            made = repr(changes[:at])
            if made not in known.texts:
                known.texts[made] = edited(text, [change], topology.file)
            text = known.texts[made]
        now = loads(text, topology.file)
    except _REFUSED:
        return None
    return Repair(with_names(together(fixes)), text, now, len(changes))


def _smallest(topology: Topology, text: str, known: Known) -> list[Repair]:
    """Return the repairs with the fewest edits, as far as the limit of topologies goes."""
    order = count()
    waiting: list[_Waiting] = [(0, next(order), ())]
    tried: set[str] = set()
    found: list[Repair] = []
    made: dict[Unit, Repair | None] = {}
    full = False
    while waiting and len(tried) < MAX_TRIED:
        edits, _, fixes = heapq.heappop(waiting)
        if found and edits > found[0].edits:
            break
        state = made.pop(fixes) if fixes in made else _made(topology, text, fixes, known)
        if state is None or state.text in tried:
            continue
        tried.add(state.text)
        if not is_wrong(state.topology, known):
            found.append(state)
        # What follows has more edits: once there is a repair it is not come to, nor where enough others come first.
        full = full or bool(found)
        near = () if full or not is_tried(topology) else [each for number, _, each in waiting if number <= edits + 1]
        if near and len(near) >= MAX_TRIED - len(tried):
            made |= {each: _made(topology, text, each, known) for each in near if each not in made}
            full = len({m.text for e in near if (m := made[e])} - tried) >= MAX_TRIED - len(tried)
        for unit in () if full else units(state.topology, known):
            following = (*state.fixes, *unit)
            if (changes := _changes(topology, following)) and len(changes) > edits:
                heapq.heappush(waiting, (len(changes), next(order), following))
    return found


def _irredundant(topology: Topology, text: str, known: Known) -> Repair | None:
    """Return a repair made of all fixes, round by round, without those that are not needed; it may leave errors."""
    chosen: list[Unit] = []
    state = Repair((), text, topology, 0)
    while is_wrong(state.topology, known):
        following = [unit for unit in units(state.topology, known) if unit not in chosen]
        made = (
            _made(topology, text, [fix for unit in (*chosen, *following) for fix in unit], known) if following else None
        )
        if made is None or made.text == state.text:
            break
        chosen, state = [*chosen, *following], made
    wrong, left = _faults(topology, known), _faults(state.topology, known)
    if not left < wrong:
        return None
    for unit in list(chosen) if len(chosen) <= MANY else ():
        rest = [fix for other in chosen if other is not unit for fix in other]
        if (made := _made(topology, text, rest, known)) and _faults(made.topology, known) <= left:
            chosen.remove(unit)
            state = made
    return replace(state, left=errors(state.topology)) if left else state
