"""The quick answer: the commonest questions about names of zone files, from bytes to bytes in one step.

Two kinds are answered here: a name has the type that is asked for, with data that holds no names; or there is no such
name or type. Nothing is parsed that is known: a name that is a zone's node is well-formed, and all octets around the
name are looked up as a whole, like the shapes of `ordinary`. What is left is one record to pack, or the SOA of a zone,
which is the same for all names of one length. Everything else goes the ordinary way, which gives the same bytes: a
property test holds the two together.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from acrdns.names import MAX_NAME
from acrdns.record import Rcode, Type
from acrdns.wire.message.compress import WITH_NAMES
from acrdns.wire.message.query import AA, CLASS_IN, HEADER, has_letters
from acrdns.wire.remembered.ground import deepest, survey
from acrdns.wire.shapes import QueryShapes
from acrdns.zone.packed import split

if TYPE_CHECKING:
    from collections.abc import Mapping

    from acrdns.names import Name
    from acrdns.wire.remembered.ground import Ground
    from acrdns.zone.view import View
    from acrdns.zone.zone import Node

_MOST_FORMS = 1024
_MOST_DENIALS = 1 << 16
_NAME = HEADER - 2
"""Where the name begins, in a packet without its ID."""
_ROOT = _NAME + 1
_LONGEST = _NAME + MAX_NAME
POINTER = (0xC000 | HEADER).to_bytes(2, "big")
"""The owner of a record in an answer: the name of the question."""
_CNAME = Type.CNAME.to_bytes(2, "big")
_HEADER = struct.Struct("!5H")
_RECORD = struct.Struct("!HHIH").pack
_NOT_HERE = WITH_NAMES | {Type.SRV, Type.DS, Type.OPT, Type.TSIG, Type.AXFR, Type.IXFR, Type.ANY}
"""Types whose answer has names in its data, records beside it, or a rule of its own."""


class Form(NamedTuple):
    """What follows from all octets of a query but its ID and its name."""

    number: int
    octets: bytes
    """The number as it stands in a record."""
    flags: int
    one: bytes
    """The reply's header from octet 2 on: one record."""
    nodata: bytes
    """The same for a name that does not have the type: the SOA in the authority section."""
    nxdomain: bytes
    opt: bytes
    limit: int
    """Octets that the reply may have, without its ID."""


class Family(NamedTuple):
    """What is the same for all names that differ in the letters of their first label alone (`siblings`)."""

    form: Form
    ground: Ground
    end: int
    """Where the name ends."""
    barred: frozenset[bytes]
    """Names that are not like the others: apexes of other zones, and names that compress with the SOA."""
    room: int
    """Octets that one packed record may have."""
    missing: bytes | None
    """The header for a name that does not exist; None where that has to be looked at."""
    denial: bytes
    """What follows the question then."""


class Quick:
    """Answers from the zones of a view. It remembers forms of queries, and an SOA for each length of a name."""

    __slots__ = ("_denials", "_forms", "_grounds", "_shapes")

    def __init__(self, view: View, serials: Mapping[Name, int] | None = None) -> None:
        """Answer from the zones of a view. `serials` are those of the zones that are transferred, by apex."""
        self._shapes = QueryShapes()
        self._forms: dict[bytes, Form | None] = {}
        self._denials: dict[tuple[bytes, int], bytes] = {}
        """By apex and length."""
        self._grounds: dict[bytes, Ground | None] = {
            zone.apex: survey(zone, (serials or {}).get(zone.apex)) for zone in view.zones.values()
        }

    def reply(self, packet: bytes, lowered: bytes) -> bytes | None:
        """Return the reply to a packet, all of them without the ID; None where it is not for this way.

        `lowered` is the packet in lower case.
        """
        end = lowered.find(0, _NAME) + 1
        form = self._forms.get(packet[:_NAME] + packet[end:]) or self._learn(packet, end)
        if form is None or end == _ROOT:
            return None
        name = lowered[_NAME:end]
        ground = self._ground_of(name)
        if ground is None:
            return None
        question = packet[_NAME : end + 4]
        node = ground.nodes.get(name)  # type: ignore[call-overload]  # a Name is bytes
        if node is not None:
            return self.found(question, node, form, ground, name)
        encloser = deepest(name, ground.nodes)
        if encloser is None or end > _LONGEST or b"\x01*" + encloser in ground.nodes:
            return None
        return self._denied(question, form.nxdomain, form, ground, name)

    def found(self, question: bytes, node: Node | bytes, form: Form, ground: Ground, name: bytes) -> bytes | None:
        """Return the reply to a question for a name that has a node."""
        if isinstance(node, bytes):
            records = [record for record in split(node) if record[:2] == form.octets]
            alias = node[:2] == _CNAME
        else:
            records = [
                _RECORD(form.number, CLASS_IN, rrset.ttl, len(rdata)) + rdata
                for rrset in node
                if rrset.type == form.number
                for rdata in rrset.rdatas
            ]
            alias = any(rrset.type == Type.CNAME for rrset in node)
        if not records:
            return None if alias else self._denied(question, form.nodata, form, ground, name)
        additional = 1 if form.opt else 0
        header = form.one if len(records) == 1 else _HEADER.pack(form.flags, 1, len(records), 0, additional)
        reply = b"".join((header, question, *[POINTER + record for record in records], form.opt))
        return reply if len(reply) <= form.limit else None

    def family(self, packet: bytes, lowered: bytes) -> Family | None:
        """Return what a packet has in common with those for names beside its own; None where that is not known.

        An octet around the name that looks like a letter rules it out: in lower case, two packets would be taken for
        one.
        """
        split = self._shapes.split(b"\0\0" + packet)
        if split is None:
            return None
        end = split[1] - 2
        around = packet[:_NAME] + packet[end:]
        form = self._forms.get(around) or self._learn(packet, end)
        if form is None or end == _ROOT or has_letters(around):
            return None
        name = lowered[_NAME:end]
        above = name[1 + name[0] :]
        ground = self._ground_of(above)
        if ground is None or above.endswith(ground.shared):
            return None
        encloser = deepest(above, ground.nodes)
        if encloser is None:
            return None
        start = name[:1]
        special = (*self._grounds, *ground.shared)
        barred = frozenset(other for other in special if other[:1] == start and other[1 + other[0] :] == above)
        question = packet[_NAME : end + 4]
        denial = self._denial(ground, name) + form.opt
        fits = len(form.nxdomain) + len(question) + len(denial) <= form.limit
        missing = form.nxdomain if fits and b"\x01*" + encloser not in ground.nodes else None
        room = form.limit - len(form.one) - len(question) - len(POINTER) - len(form.opt)
        return Family(form, ground, end, barred, room, missing, denial)

    def _ground_of(self, name: bytes) -> Ground | None:
        """Find the zone with the deepest apex at or above a name."""
        apex = deepest(name, self._grounds)
        return None if apex is None else self._grounds[apex]

    def _denied(self, question: bytes, header: bytes, form: Form, ground: Ground, name: bytes) -> bytes | None:
        if name.endswith(ground.shared):
            return None
        reply = b"".join((header, question, self._denial(ground, name), form.opt))
        return reply if len(reply) <= form.limit else None

    def _denial(self, ground: Ground, name: bytes) -> bytes:
        """Return the authority section of a negative answer behind a question for a name of this length."""
        key = (ground.zone.apex, len(name))
        soa = self._denials.get(key)
        if soa is None:
            if len(self._denials) >= _MOST_DENIALS:
                self._denials.clear()
            soa = self._denials[key] = ground.denial(name)
        return soa

    def _learn(self, packet: bytes, end: int) -> Form | None:
        """Read the form of a query. A name that is none teaches nothing."""
        key = packet[:_NAME] + packet[end:]
        if key in self._forms:
            return None
        split = self._shapes.split(b"\0\0" + packet)
        if split is None or split[1] != end + 2:
            return None
        shape, _ = split
        number = packet[end] << 8 | packet[end + 1]
        flags, additional = shape.flags | AA, 1 if shape.opt else 0
        nodata = _HEADER.pack(flags, 1, 0, 1, additional)
        nxdomain = _HEADER.pack(flags | Rcode.NXDOMAIN, 1, 0, 1, additional)
        one = _HEADER.pack(flags, 1, 1, 0, additional)
        form = Form(number, number.to_bytes(2, "big"), flags, one, nodata, nxdomain, shape.opt, shape.limit - 2)
        if len(self._forms) >= _MOST_FORMS:
            self._forms.clear()
        self._forms[key] = None if number in _NOT_HERE else form
        return self._forms[key]


def is_positive(reply: bytes) -> bool:
    """Return whether a reply without its ID has a record in its answer section, and no error (`reply.keep_of`)."""
    return reply[4:6] != b"\0\0" and not reply[1] & 15
