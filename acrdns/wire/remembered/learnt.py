"""Learnt answers: what one query has shown is given for all that differ from it in their first label alone.

Such queries form a family. It holds a tree: a name is looked up, and the outcome of that says what to look up next,
until a template of the reply is reached (`resolve.equivalence.path`, `template`). Resolving teaches it, once for each
branch, so the bytes are the same: a property test holds the two together. Names that were never asked for are answered
as fast as those that were, and nothing is kept for them. Names below made-up parents are of no family; zone files deny
them at once (`denied`).

Lessons cost credit, and packets earn it: a flood that teaches nothing takes a bounded share of the time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.azure import INTERNET
from acrdns.names import ROOT, Name, parent
from acrdns.record import Rcode, Type
from acrdns.resolve.boundaries import by_parent
from acrdns.resolve.chain import Question
from acrdns.resolve.equivalence.path import look_up, trace_lookups
from acrdns.wire.message.query import HEADER, POINTER_TO_QUESTION, has_letters, read
from acrdns.wire.remembered.denied import Denials
from acrdns.wire.remembered.doorkeeper import Doorkeeper
from acrdns.wire.remembered.family import Family, LookupStep
from acrdns.wire.remembered.template import Template
from acrdns.wire.shapes import NO_LOOKUP
from acrdns.zone.packed import kept, split
from acrdns.zone.serial import restamped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from acrdns.resolve.boundaries import Boundaries
    from acrdns.resolve.chain import Response
    from acrdns.resolve.servers.public_dns import Nodes
    from acrdns.resolve.walk import Walk
    from acrdns.resolve.whose_address import Reachability
    from acrdns.resolve.world import World
    from acrdns.zone.view import View
    from acrdns.zone.zone import Zone

_NAME = HEADER - 2
"""Where the name begins, in a packet without its ID."""
_LABEL = _NAME + 1
_PRICE, _RESOLVED, _DENIED = 128, 8, 1
"""The cost of a lesson, and the credit of a packet that is resolved or denied at once: by the time that each takes."""
_MOST_CREDIT = 1000 * _PRICE
_MOST = 4096
"""Families and steps that are kept; then all is forgotten."""
_NOT_HERE = NO_LOOKUP | {Type.CNAME}


class Learnt:
    """Answers about zone files, at a vantage point, or both, as one address gives them."""

    __slots__ = (
        "_authoritative",
        "_boundaries",
        "_credit",
        "_denials",
        "_families",
        "_kept",
        "_rcodes",
        "_seen",
        "_serials",
        "_vantage",
        "_world",
        "_zones",
    )

    def __init__(
        self,
        authoritative: Callable[[Name], bool],
        *,
        zones: View | None = None,
        world: World | None = None,
        vantage: str = INTERNET,
        refuses: bool = True,
        serials: Mapping[Name, int] | None = None,
    ) -> None:
        """Learn from zone files, for names that are answered authoritatively, and from a vantage point for the others.

        `refuses` says that a refusal is the answer, and nobody else is asked. `serials` are those of the zones that are
        transferred, by apex; their own SOA is answered by the primary.
        """
        self._authoritative = authoritative
        self._zones, self._world, self._vantage = zones, world, vantage
        self._serials = serials or {}
        self._rcodes = {Rcode.NOERROR, Rcode.NXDOMAIN, *([Rcode.REFUSED] if refuses else ())}
        apexes = zones.zones if zones is not None else ()
        self._boundaries = _merged(world.boundaries if world is not None else {}, by_parent((*apexes, *self._serials)))
        self._denials = Denials(zones, self._ask) if zones is not None else None
        self._families: dict[bytes, Family] = {}
        self._kept = 0
        self._seen = Doorkeeper()
        self._credit = _MOST_CREDIT

    def reply(self, packet: bytes, lowered: bytes) -> bytes | None:
        """Return the reply to a packet, all of them without the ID, or None if it has to be resolved.

        `lowered` is the packet in lower case.
        """
        if len(packet) <= _NAME:
            return None
        label_end = _LABEL + packet[_NAME]
        key = lowered[:_LABEL] + lowered[label_end:]
        family = self._families.get(key)
        if family is None:
            return self._meet(key, packet, lowered)
        first, end = family.first, family.end
        name = lowered[_NAME:end]
        if first is not None:
            nodes, octets, size, denial, single = first
            node = nodes.get(name)  # type: ignore[arg-type]  # a Name is bytes
            if node is None:
                if denial is not None and not (denial[2] and lowered[_LABEL:label_end] in denial[2]):
                    return b"".join((denial[0], packet[_NAME : end + 4], denial[1]))
            elif single is not None and node.__class__ is bytes:
                record = node if len(node) == size and node[:2] == octets else _only(node, octets)
                if record is not None and not (single[2] and lowered[_LABEL:label_end] in single[2]):
                    return b"".join((single[0], packet[_NAME : end + 4], POINTER_TO_QUESTION, record, single[1]))
        return self._follow(family, packet, lowered, label_end)

    def _follow(self, family: Family, packet: bytes, lowered: bytes, label_end: int) -> bytes | None:
        """Look up the names of a family one after the other, and fill in the template at the end."""
        number, end = family.number, family.end
        names = [Name(lowered[_NAME:end])]
        known = [packet[_NAME : end + 4]]
        addresses: tuple[bytes, ...] = ()
        step = family.root
        while isinstance(step, LookupStep):
            nodes, at, branches = step
            way, rrset = look_up(nodes, names[at], number)
            step = branches.get(way)
            if rrset is None:
                continue
            rdatas = rrset.rdatas
            if rrset.type == number:
                addresses = rdatas
            else:
                (target,) = rdatas
                names.append(Name(target))
                known.append(target[1 : 1 + target[0]])
        if step is None:
            self._learn(family, lowered)
            return None
        template, reachability = step
        if reachability is not None and not reachability.is_expected(number, names[0], addresses):
            return None  # falls through to resolving, which adds an Extended DNS Error
        return template.fill(known, lowered[_LABEL:label_end], addresses)

    def _meet(self, key: bytes, packet: bytes, lowered: bytes) -> bytes | None:
        """Make a family the second time that a query would be of it: most made-up parents come once."""
        if not self._seen.before(key):
            denied = self._denials.reply(packet, lowered) if self._denials is not None else None
            self._credit = min(self._credit + (_RESOLVED if denied is None else _DENIED), _MOST_CREDIT)
            return denied
        query = read(b"\0\0" + lowered)
        if query is None or not query.is_ordinary or query.type in _NOT_HERE or query.name == ROOT:
            return None
        end = _NAME + len(query.name)
        around = lowered[:_NAME] + lowered[end:]
        if has_letters(around):
            return None  # in lower case, two packets might be taken for one
        if self._kept >= _MOST:
            self._families.clear()
            self._kept = 0
        self._families[key] = family = Family(query.type, end)
        self._kept += 1
        self._learn(family, lowered)
        return None

    def _learn(self, family: Family, lowered: bytes) -> None:
        """Resolve a query, and remember what that did for its family. The query itself is left to be resolved."""
        self._credit = min(self._credit + _RESOLVED, _MOST_CREDIT)
        name = Name(lowered[_NAME : family.end])
        if not family.lessons or self._credit < _PRICE or self._is_special(name):
            return
        family.lessons -= 1
        self._credit -= _PRICE
        authoritative = self._authoritative(name)
        try:
            question = Question(name, family.number)
            response, path = trace_lookups(self._ask, question, self._nodes, self._boundaries)
        except Exception:  # noqa: BLE001 -- resolving meets it again, and reports it
            return
        if path is None or response.rcode not in self._rcodes or response.timed_out:
            return
        if authoritative and len({id(lookup.nodes) for lookup in path.lookups}) > 1:
            return  # whether a chain goes on in another zone file depends on more than what was looked up
        reachability = None if authoritative else self._reachability(response, family.number)
        addresses = path.addresses.rdatas if path.addresses else ()
        if reachability is not None and not reachability.is_expected(family.number, name, addresses):
            return
        made = Template.of(b"\0\0" + lowered, response, path, authoritative=authoritative)
        if made is not None:
            family.learn(path, made, reachability)
            self._kept += 1 + len(path.lookups)

    def _ask(self, question: Question, walk: Walk) -> Response:
        if self._zones is not None and self._authoritative(question.name):
            response = self._zones.answer(question, walk.reads)
        else:
            assert self._world is not None
            response = self._world.ask(self._vantage, question, walk)
        return restamped(response, self._serials) if self._serials else response

    def _nodes(self, zone: Zone, location: str | None) -> Nodes:
        if self._world is None or zone.kind == "file":
            return kept(zone.nodes)
        return self._world.directory.nodes(zone, location)

    def _reachability(self, response: Response, number: int) -> Reachability | None:
        """Return what judges the addresses of such an answer, if they are judged."""
        judged = number in (Type.A, Type.AAAA) and response.rcode == Rcode.NOERROR and not response.cause
        if not judged or self._vantage == INTERNET or self._world is None:
            return None
        return self._world.ownership.reachability(self._vantage)

    def _is_special(self, name: Name) -> bool:
        """Return whether a name is a boundary, or nothing that could be learnt from answers for it."""
        if name in self._boundaries.get(parent(name), ()):
            return True
        return (
            not self._authoritative(name) if self._world is None else self._zones is None and self._authoritative(name)
        )


def _only(records: bytes, octets: bytes) -> bytes | None:
    """Return the one record of a type among packed ones, or None."""
    found = [record for record in split(records) if record[:2] == octets]
    return found[0] if len(found) == 1 else None


def _merged(some: Boundaries, others: Boundaries) -> Boundaries:
    return {**some, **{above: names | some.get(above, frozenset()) for above, names in others.items()}}
