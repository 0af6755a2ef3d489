"""The quick answer at a vantage point: learnt from one name, given for all that are alike.

A family is what queries have in common that differ in the letters of the first label alone. It holds a tree: a name is
looked up, and the outcome says what to look up next, until a template of the reply is reached
(`resolve.equivalence.path`, `template`). The whole way teaches it, once for each branch, so the bytes are the same: a
property test holds the two together. Names that were never asked for are answered as quickly as those that were, and
nothing is kept for them.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from acrdns.azure import INTERNET
from acrdns.names import ROOT, Name, parent
from acrdns.record import Rcode, Type
from acrdns.resolve.boundaries import by_parent
from acrdns.resolve.chain import Question
from acrdns.resolve.equivalence.path import outcome, trace_lookups
from acrdns.wire.message.query import HEADER, has_letters, read
from acrdns.wire.remembered.doorkeeper import Doorkeeper
from acrdns.wire.remembered.template import Template, template
from acrdns.wire.shapes import is_ordinary
from acrdns.zone.serial import restamped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from acrdns.resolve.chain import Response
    from acrdns.resolve.equivalence.path import LookupOutcome, LookupPath
    from acrdns.resolve.servers.public_dns import Nodes
    from acrdns.resolve.walk import Walk
    from acrdns.resolve.whose_address import Reachability
    from acrdns.resolve.world import World

_NAME = HEADER - 2
"""Where the name begins, in a packet without its ID."""
_LABEL = _NAME + 1
_LESSONS = 128
"""How often one family is taught at most: what cannot be learnt must not be tried for ever."""
_PRICE, _MOST_CREDIT = 16, 16_000
"""A lesson takes as long as so many answers by the whole way; then so many have to be given before the next one."""
_MOST = 4096
"""Families and steps that are kept; then all is forgotten."""
_START: LookupOutcome = ("start",)
_NOT_HERE = frozenset({Type.CNAME, Type.OPT, Type.TSIG, Type.AXFR, Type.IXFR, Type.ANY})


class _Step(NamedTuple):
    """A name to look up, and what comes of it."""

    nodes: Nodes
    at: int
    branches: dict[LookupOutcome, _Step | _Leaf]


class _Leaf(NamedTuple):
    """The end of a course."""

    template: Template
    standing: Reachability | None
    """Tells whether the addresses are the right ones; None where the servers on the way had something to say."""


class _Family:
    """Names of one length below one name, asked for in one way."""

    __slots__ = ("end", "lessons", "number", "root")

    def __init__(self, number: int, end: int) -> None:
        self.number = number
        """The type that is asked for."""
        self.end = end
        """Where the name ends."""
        self.root: _Step | _Leaf | None = None
        self.lessons = _LESSONS

    def learn(self, course: LookupPath, made: _Leaf) -> None:
        """Remember where a course leads."""
        first: dict[LookupOutcome, _Step | _Leaf] = {} if self.root is None else {_START: self.root}
        branches, way = first, _START
        for lookup in course.lookups:
            step = branches.setdefault(way, _Step(lookup.nodes, lookup.at, {}))
            if not isinstance(step, _Step) or step.nodes is not lookup.nodes or step.at != lookup.at:
                return
            branches, way = step.branches, lookup.outcome
        branches.setdefault(way, made)
        self.root = first[_START]


class Learnt:
    """Answers from one vantage point of a world."""

    __slots__ = (
        "_ask",
        "_authoritative",
        "_boundaries",
        "_credit",
        "_families",
        "_kept",
        "_rcodes",
        "_seen",
        "_vantage",
        "_world",
    )

    def __init__(
        self,
        world: World,
        vantage: str,
        authoritative: Callable[[Name], bool],
        *,
        refuses: bool,
        boundaries: Iterable[Name] = (),
        serials: Mapping[Name, int] | None = None,
    ) -> None:
        """Learn from the vantage point, but for names that are answered as an authoritative server does.

        `refuses` says that a refusal is the answer, and nobody else is asked. `boundaries` are names that are special
        there, besides those of the world. `serials` are those of the zones that are transferred, by apex, whose own SOA
        is answered elsewhere.
        """
        self._world = world
        self._vantage = vantage
        self._ask = partial(_stamped, world, vantage, serials) if serials else partial(world.ask, vantage)
        self._authoritative = authoritative
        self._rcodes = {Rcode.NOERROR, Rcode.NXDOMAIN, *([Rcode.REFUSED] if refuses else ())}
        self._boundaries = by_parent((*boundaries, *(serials or ())))
        self._families: dict[bytes, _Family] = {}
        self._kept = 0
        self._seen = Doorkeeper()
        self._credit = _MOST_CREDIT

    def reply(self, packet: bytes, lowered: bytes) -> bytes | None:
        """Return the reply to a packet, all of them without the ID; None where it is not for this way.

        `lowered` is the packet in lower case.
        """
        if len(packet) <= _NAME:
            return None
        label_end = _LABEL + packet[_NAME]
        key = lowered[:_LABEL] + lowered[label_end:]
        family = self._families.get(key)
        if family is None:
            self._meet(key, lowered)
            return None
        number, end = family.number, family.end
        names = [lowered[_NAME:end]]
        known = [packet[_NAME : end + 4]]
        addresses: tuple[bytes, ...] = ()
        step = family.root
        while isinstance(step, _Step):
            nodes, at, branches = step
            way, rrset = outcome(nodes.get(names[at]), number)  # type: ignore[arg-type]  # a Name is bytes
            step = branches.get(way)
            if rrset is None:
                continue
            rdatas = rrset.rdatas
            if rrset.type == number:
                addresses = rdatas
            else:
                (target,) = rdatas
                names.append(target)
                known.append(target[1 : 1 + target[0]])
        if step is None:
            self._learn(family, lowered)
            return None
        template, standing = step
        if standing is not None and not standing.is_expected(number, names[0], addresses):  # type: ignore[arg-type]
            return None  # it is somebody else's address, which the whole way has something to say about
        return template.fill(known, lowered[_LABEL:label_end], addresses)

    def _meet(self, key: bytes, lowered: bytes) -> None:
        """Found a family the second time that a query would be of it: most made-up ones come once."""
        if not self._seen.before(key):
            return
        query = read(b"\0\0" + lowered)
        if query is None or not is_ordinary(query) or query.type in _NOT_HERE or query.name == ROOT:
            return
        end = _NAME + len(query.name)
        around = lowered[:_NAME] + lowered[end:]
        if has_letters(around):
            return  # in lower case, two packets might be taken for one
        if self._kept >= _MOST:
            self._families.clear()
            self._kept = 0
        self._families[key] = family = _Family(query.type, end)
        self._kept += 1
        self._learn(family, lowered)

    def _learn(self, family: _Family, lowered: bytes) -> None:
        """Go the whole way once, and remember what it did for names that are alike. This one is left to it."""
        self._credit = min(self._credit + 1, _MOST_CREDIT)
        name = Name(lowered[_NAME : family.end])
        if not family.lessons or self._credit < _PRICE or self._is_special(name):
            return
        family.lessons -= 1
        self._credit -= _PRICE
        try:
            question = Question(name, family.number)
            nodes, boundaries = self._world.directory.nodes, self._world.boundaries
            response, course = trace_lookups(self._ask, question, nodes, boundaries)
        except Exception:  # noqa: BLE001 -- the whole way meets it again, and says so
            return
        if course is None or response.rcode not in self._rcodes or response.timed_out or response.authoritative:
            return
        own = (each for name in course.names for each in self._boundaries.get(parent(name), ()))
        standing = self._standing(response, family.number)
        addresses = course.addresses.rdatas if course.addresses else ()
        if standing is not None and not standing.is_expected(family.number, name, addresses):
            return
        made = template(b"\0\0" + lowered, response, course._replace(boundaries=course.boundaries.union(own)))
        if made is not None:
            family.learn(course, _Leaf(made, standing))
            self._kept += 1 + len(course.lookups)

    def _standing(self, response: Response, number: int) -> Reachability | None:
        """Return what holds the addresses of such an answer against the private endpoints, where that is done."""
        judged = number in (Type.A, Type.AAAA) and response.rcode == Rcode.NOERROR and not response.cause
        return self._world.ownership.reachability(self._vantage) if judged and self._vantage != INTERNET else None

    def _is_special(self, name: Name) -> bool:
        above = parent(name)
        known = (self._boundaries.get(above, ()), self._world.boundaries.get(above, ()))
        return any(name in names for names in known) or self._authoritative(name)


def _stamped(world: World, vantage: str, serials: Mapping[Name, int], question: Question, walk: Walk) -> Response:
    """Ask at a vantage point whose zones are transferred: an SOA has the serial that secondaries see."""
    return restamped(world.ask(vantage, question, walk), serials)
