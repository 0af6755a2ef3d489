"""Checks of a zone as a whole before it is served: its apex, its name servers, its DNAMEs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from acrdns.errors import Place, Problem
from acrdns.names import Name, show
from acrdns.record import Type
from acrdns.zone.zone import find

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from acrdns.zone.zone import Node, Zone


class Reference(NamedTuple):
    """An NS record whose target is in the zone, and where it stands."""

    owner: Name
    target: Name
    file: str
    line: int


def problems_of(
    zone: Zone, start: Place, dnames: Mapping[Name, Place], references: Iterable[Reference]
) -> Iterator[Problem]:
    """Yield the faults for which a zone is refused; `start` is the place of its SOA, or of its file."""
    apex = zone.nodes[zone.apex]
    if find(apex, Type.SOA) is None:
        yield Problem(start, "", f"no SOA record at the apex {show(zone.apex)}; a zone starts with one")
    if find(apex, Type.NS) is None:
        yield Problem(start, "", f"no NS record at the apex {show(zone.apex)}; a zone names its servers")
    yield from _without_address(zone, (each for each in references if each.owner == zone.apex))
    if dnames:
        yield from _occluded(zone, dnames)


def warnings_of(zone: Zone, references: Iterable[Reference]) -> Iterator[Problem]:
    """Yield faults of delegations: NSD, Knot and BIND load the zone, and who follows the delegation finds no server."""
    yield from _without_address(zone, (each for each in references if each.owner != zone.apex))


def _without_address(zone: Zone, references: Iterable[Reference]) -> Iterator[Problem]:
    for reference in references:
        reason = _unreachable(zone, reference)
        if reason:
            yield Problem(Place(reference.file, reference.line), "", reason, "give the name an A or AAAA record")


def _unreachable(zone: Zone, reference: Reference) -> str:
    """Say why a name server in the zone has no address there, as `kzonecheck` does; empty where it has one.

    A name below another delegation is that zone's affair. A wildcard may give the address.
    """
    node = zone.nodes.get(reference.target)
    if node is None:
        encloser = reference.target
        while encloser not in zone.nodes:
            encloser = Name(encloser[1 + encloser[0] :])
        if encloser != reference.owner and _delegated(zone, encloser):
            return ""
        node = zone.nodes.get(Name(b"\x01*" + encloser), ())
    if _has_address(node):
        return ""
    server = f"name server {show(reference.target)} of {show(reference.owner)}"
    if find(node, Type.CNAME) is not None:
        return f"{server} is an alias (RFC 2181 section 10.3)"
    return f"{server} has no address in the zone"


def _has_address(node: Node) -> bool:
    return any(rrset.type in (Type.A, Type.AAAA) for rrset in node)


def _delegated(zone: Zone, name: Name) -> bool:
    while name != zone.apex:
        if name in zone.cuts:
            return True
        name = Name(name[1 + name[0] :])
    return False


def _occluded(zone: Zone, dnames: Mapping[Name, Place]) -> Iterator[Problem]:
    """Return the DNAMEs that have data below them (RFC 6672 section 2.4), each with the first such name."""
    reported = set()
    for name in zone.nodes:
        above = name
        while above != zone.apex:
            above = Name(above[1 + above[0] :])
            if above in dnames and above not in reported and zone.nodes[name]:
                reported.add(above)
                yield Problem(dnames[above], "", f"data at {show(name)}, below the DNAME {show(above)}, cannot be seen")
