"""The lookup path of a resolution: the names it came to, the zones each was looked up in, and the outcomes.

Names that differ only in their first label get equal answers as long as their paths agree. The law: the ends of names
(the deepest zone, the longest rule) and the contents of zones decide where a question goes. So with another first label
of the question, and of each alias on the path, the answer is the same with those labels, if

- every lookup comes to the same outcome: no such name, no such type, an alias with an equal TTL and an equal end, or
  as many addresses with an equal TTL;
- no name is a boundary, where decisions change: an apex, a cut, a forwarder's or a rule's domain;
- no two names are equal.

Answers below wildcards, cuts or DNAMEs depend on more than that; they have no path.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from acrdns import names
from acrdns.names import ROOT, Name
from acrdns.record import RRset, Type
from acrdns.resolve.servers.azure_dns import in_zone, no_record
from acrdns.resolve.walk import Walk
from acrdns.zone.packed import unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.resolve.boundaries import Boundaries
    from acrdns.resolve.chain import Question, Response
    from acrdns.resolve.servers.public_dns import Nodes
    from acrdns.zone.zone import Zone

LookupOutcome = tuple[object, ...]
"""The comparable part of a lookup's result."""
MISSING: Final = ("missing",)
NODATA: Final = ("nodata",)
NOT_COMPARABLE: Final = ("unlike",)
"""A CNAME whose target is not in plain lower case, or several of them: never comparable."""

_CNAME = int(Type.CNAME)
"""A member of an enumeration takes as long to be looked up as the rest of a lookup."""
_ADDRESSES = (Type.A, Type.AAAA)

NodesOf = Callable[["Zone", "str | None"], "Nodes"]
"""From a zone and the location of the asker to the nodes that are looked up there."""


class Lookup(NamedTuple):
    """One name looked up in one zone."""

    nodes: Nodes
    at: int
    """The number of the name."""
    outcome: LookupOutcome


class Cause(NamedTuple):
    """The cause of an answer, where it speaks of a name: what stands before that name's first label and after it."""

    before: str
    at: int
    """The number of the name."""
    after: str


class LookupPath(NamedTuple):
    """How a resolution went."""

    names: tuple[Name, ...]
    """The name of the question, and the target of each alias that was met, in order."""
    lookups: tuple[Lookup, ...]
    """None of them twice."""
    cause: Cause | None
    """None where it has no name."""
    addresses: RRset | None
    """The address record set at the end of the answer, or None."""
    boundaries: frozenset[Name]
    """Boundaries that differ from one of the names in the first label only."""


def look_up(nodes: Nodes, name: Name, number: int) -> tuple[LookupOutcome, RRset | None]:
    """Return the outcome of looking a name and a type up, and the record set that it found, or None."""
    node = nodes.get(name)
    if node is None:
        return MISSING, None
    if isinstance(node, bytes):
        node = unpacked(name, node)
    alias = None
    for rrset in node:
        kind = rrset.type
        if kind == number:
            return (rrset.ttl, len(rrset.rdatas)), rrset
        if kind == _CNAME:
            alias = rrset
    if alias is None:
        return NODATA, None
    target = alias.rdatas[0]
    if not target.islower() or len(alias.rdatas) > 1:
        return NOT_COMPARABLE, None
    end = 1 + target[0]
    return (alias.ttl, end, target[end:]), alias


def trace_lookups(
    ask: Callable[[Question, Walk], Response], question: Question, nodes: NodesOf, special: Boundaries
) -> tuple[Response, LookupPath | None]:
    """Ask a question for anything but an alias, and return the response with its path, or None where it has no path.

    `ask` answers and notes its reads in the walk; `nodes` returns what is looked up in a zone that was read; `special`
    are the boundaries of whoever answers.
    """
    walk = Walk(recording=False)
    response = ask(question, walk)
    if walk.chosen or not walk.comparable:
        return response, None
    try:
        return response, _path(question, response, walk, nodes, special)
    except _NoPathError:
        return response, None


class _NoPathError(Exception):
    """A resolution depends on more than is written down here."""


def _path(question: Question, response: Response, walk: Walk, nodes_of: NodesOf, special: Boundaries) -> LookupPath:
    met = [question.name]
    lookups: dict[tuple[int, int], Lookup] = {}
    addresses: list[RRset] = []
    for zone, owner, location in walk.reads:
        if owner not in met:
            raise _NoPathError
        nodes, at = nodes_of(zone, location), met.index(owner)
        if (id(nodes), at) in lookups:
            continue
        _stay_in(zone, owner)
        found, rrset = look_up(nodes, owner, question.type)
        lookups[id(nodes), at] = Lookup(nodes, at, found)
        if rrset is not None and rrset.type == question.type:
            addresses.append(rrset)
        elif rrset is not None:
            met.append(rrset.target)
        elif found is NOT_COMPARABLE:
            raise _NoPathError
    near = frozenset(_neighbours(met, walk, special))
    if len(set(met)) < len(met) or ROOT in met or not near.isdisjoint(met):
        raise _NoPathError
    cause = _cause(response.cause, walk, met)
    return LookupPath(tuple(met), tuple(lookups.values()), cause, _addresses(response, addresses), near)


def _stay_in(zone: Zone, owner: Name) -> None:
    """Make sure that a name is found in a zone by itself or not at all."""
    below_encloser = owner not in zone.nodes
    above = owner
    while above != zone.apex:
        above = names.parent(above)
        if above in zone.cuts or above in zone.dnames:
            raise _NoPathError
        if below_encloser and above in zone.nodes:
            if b"\x01*" + above in zone.nodes:
                raise _NoPathError
            below_encloser = False


def _neighbours(met: list[Name], walk: Walk, special: Boundaries) -> Iterator[Name]:
    """Return the boundaries that have a parent in common with a name, cuts and DNAMEs of the zones read included."""
    above = {names.parent(name) for name in met if name != ROOT}
    for parent in above:
        yield from special.get(parent, ())
    for zone in {id(zone): zone for zone, _, _ in walk.reads}.values():
        for each in (*zone.cuts, *zone.dnames):
            if each != ROOT and names.parent(each) in above:
                yield each


def _cause(cause: str, walk: Walk, met: list[Name]) -> Cause | None:
    """Split a cause around the label in it, which must be written as it is."""
    found = {
        (owner, names.relative(owner, zone.apex))
        for zone, owner, _ in walk.reads
        if zone.kind == "private" and cause.startswith(in_zone(zone)) and cause.endswith(no_record(owner, zone))
    }
    if not found:
        return None
    ((owner, shown), *others) = found
    label = owner[1 : 1 + owner[0]].decode("latin-1")
    if others or not shown.startswith(label):
        raise _NoPathError
    return Cause(cause[: -len(shown)], met.index(owner), shown[len(label) :])


def _addresses(response: Response, found: list[RRset]) -> RRset | None:
    """Return the addresses that the answer ends with; it must be clear which lookup they are from."""
    last = response.answer[-1] if response.answer else None
    if last is None or last.type == Type.CNAME:
        return None
    if last.type not in _ADDRESSES or not found or found[-1] != last or last in found[:-1]:
        raise _NoPathError
    return last
