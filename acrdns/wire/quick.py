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

from acrdns.names import MAX_LABEL, MAX_NAME
from acrdns.record import Rcode, Type
from acrdns.wire.join import WITH_NAMES, join
from acrdns.wire.ordinary import Shapes
from acrdns.wire.query import AA, CLASS_IN, HEADER
from acrdns.zone.packed import HEAD, kept, split

if TYPE_CHECKING:
    from collections.abc import Mapping

    from acrdns.names import Name
    from acrdns.zone.view import View
    from acrdns.zone.zone import Node, Zone

_MOST_FORMS = 1024
_MOST_DENIALS = 1 << 16
_NAME = HEADER - 2
"""Where the name begins, in a packet without its ID."""
_ROOT = _NAME + 1
_LONGEST = _NAME + MAX_NAME
_POINTER = 0xC000 | HEADER
_POINTER_OCTETS = _POINTER.to_bytes(2, "big")
_CNAME = Type.CNAME.to_bytes(2, "big")
_HEADER = struct.Struct("!5H")
_RECORD = struct.Struct("!HHHIH").pack
_SOA_NUMBERS = 20
_NOT_HERE = WITH_NAMES | {Type.SRV, Type.DS, Type.OPT, Type.TSIG, Type.AXFR, Type.IXFR, Type.ANY}
"""Types whose answer has names in its data, records beside it, or a rule of its own."""


class _Form(NamedTuple):
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


class _Ground(NamedTuple):
    """A zone without cuts and DNAMEs: what a name there has depends on its node alone, but for wildcards."""

    zone: Zone
    nodes: Mapping[Name, Node | bytes]
    """As they are kept: a record that is packed already goes out as it is."""
    shared: tuple[bytes, ...]
    """Names right below the apex that lead to names in the SOA: what ends in one compresses in another way."""
    first: int
    """The number of its first denial: one for each length of a name."""


class Quick:
    """Answers from the zones of a view. It remembers forms of queries, and an SOA for each length of a name."""

    __slots__ = ("_denials", "_forms", "_grounds", "_only", "_shapes")

    def __init__(self, view: View) -> None:
        self._shapes = Shapes()
        self._forms: dict[bytes, _Form | None] = {}
        self._denials: dict[int, bytes] = {}
        zones = view.zones.values()
        self._grounds: dict[bytes, _Ground | None] = {
            zone.apex: _ground(zone, number * (MAX_NAME + 1)) for number, zone in enumerate(zones)
        }
        self._only = next(iter(self._grounds.values())) if len(self._grounds) == 1 else None

    def reply(self, packet: bytes, lowered: bytes) -> bytes | None:  # noqa: C901, PLR0911, PLR0912 -- in one piece, as calls cost
        """Give the reply to a packet, all of them without the ID; None where it is not for this way.

        `lowered` is the packet in lower case.
        """
        end = lowered.find(0, _NAME) + 1
        form = self._forms.get(packet[:_NAME] + packet[end:])
        if form is None:
            form = self._learn(packet, end)
            if form is None:
                return None
        if end == _ROOT:
            return None
        name = lowered[_NAME:end]
        ground = self._only or self._ground_of(name)
        if ground is None:
            return None
        node = ground.nodes.get(name)  # type: ignore[call-overload]  # a Name is bytes
        if node is None:
            return self._missing(packet, end, form, ground, name)
        number, octets, _, one, nodata, _, opt, limit = form
        if node.__class__ is bytes:
            if len(node) != HEAD + (node[8] << 8 | node[9]):
                return self._among(packet[_NAME : end + 4], node, form, ground, name)
            start = node[:2]
            if start == octets:
                reply = b"".join((one, packet[_NAME : end + 4], _POINTER_OCTETS, node, opt))
                return reply if len(reply) <= limit else None
            if start == _CNAME:
                return None
            return self._denied(packet[_NAME : end + 4], nodata, form, ground, name)
        alias = False
        for rrset in node:
            if rrset.type == number:
                rdatas = rrset.rdatas
                if len(rdatas) > 1:
                    return _several(packet[_NAME : end + 4], form, rrset.ttl, rdatas)
                (rdata,) = rdatas
                record = _RECORD(_POINTER, number, CLASS_IN, rrset.ttl, len(rdata))
                reply = b"".join((one, packet[_NAME : end + 4], record, rdata, opt))
                return reply if len(reply) <= limit else None
            alias = alias or rrset.type == Type.CNAME
        if alias:
            return None
        return self._denied(packet[_NAME : end + 4], nodata, form, ground, name)

    def _among(self, question: bytes, records: bytes, form: _Form, ground: _Ground, name: bytes) -> bytes | None:
        """Answer with those of a name's packed records that have the type."""
        found = [record for record in split(records) if record[:2] == form.octets]
        if not found:
            return self._denied(question, form.nodata, form, ground, name)
        header = _HEADER.pack(form.flags, 1, len(found), 0, 1 if form.opt else 0)
        reply = b"".join((header, question, *(_POINTER_OCTETS + record for record in found), form.opt))
        return reply if len(reply) <= form.limit else None

    def _ground_of(self, name: bytes) -> _Ground | None:
        """Find the zone with the deepest apex at or above a name, whatever its octets are."""
        grounds = self._grounds
        while name not in grounds:
            length = name[0]
            if not 0 < length <= MAX_LABEL or length + 1 >= len(name):
                return None
            name = name[1 + length :]
        return grounds[name]

    def _missing(self, packet: bytes, end: int, form: _Form, ground: _Ground, name: bytes) -> bytes | None:
        """Answer for a name without a node; the way up to one that has a node shows whether it is a name at all."""
        nodes = ground.nodes
        encloser = name
        while encloser not in nodes:
            length = encloser[0]
            if not 0 < length <= MAX_LABEL or length + 1 >= len(encloser):
                return None
            encloser = encloser[1 + length :]
        if end > _LONGEST or b"\x01*" + encloser in nodes:
            return None
        return self._denied(packet[_NAME : end + 4], form.nxdomain, form, ground, name)

    def _denied(self, question: bytes, header: bytes, form: _Form, ground: _Ground, name: bytes) -> bytes | None:
        if name.endswith(ground.shared):
            return None
        number = ground.first + len(name)
        soa = self._denials.get(number)
        if soa is None:
            if len(self._denials) >= _MOST_DENIALS:
                self._denials.clear()
            soa = self._denials[number] = _soa(name, ground.zone)
        reply = b"".join((header, question, soa, form.opt))
        return reply if len(reply) <= form.limit else None

    def _learn(self, packet: bytes, end: int) -> _Form | None:
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
        form = _Form(number, number.to_bytes(2, "big"), flags, one, nodata, nxdomain, shape.opt, shape.limit - 2)
        if len(self._forms) >= _MOST_FORMS:
            self._forms.clear()
        self._forms[key] = None if number in _NOT_HERE else form
        return self._forms[key]


def _several(question: bytes, form: _Form, ttl: int, rdatas: tuple[bytes, ...]) -> bytes | None:
    parts = [_HEADER.pack(form.flags, 1, len(rdatas), 0, 1 if form.opt else 0), question]
    for rdata in rdatas:
        parts += (_RECORD(_POINTER, form.number, CLASS_IN, ttl, len(rdata)), rdata)
    parts.append(form.opt)
    reply = b"".join(parts)
    return reply if len(reply) <= form.limit else None


def _ground(zone: Zone, first: int) -> _Ground | None:
    if zone.cuts or zone.dnames or len(zone.denial) != 1:
        return None
    (rdata,) = zone.denial[0].rdatas
    names = rdata[:-_SOA_NUMBERS].lower()
    shared = tuple(below for below in _below(names, zone.apex) if below)
    return _Ground(zone, kept(zone.nodes), shared, first)


def _below(names: bytes, apex: bytes) -> list[bytes]:
    """Give, of each of two names in a row, the end that is one label longer than the apex, or nothing."""
    found = []
    position = 0
    while position < len(names):
        starts = []
        while names[position]:
            starts.append(position)
            position += 1 + names[position]
        position += 1
        ends = (names[start:position] for start in starts)
        found.append(next((end for end in ends if end[1 + end[0] :] == apex), b""))
    return found


def _soa(name: bytes, zone: Zone) -> bytes:
    """Pack the authority section of a negative answer, as it stands behind a question for a name of this length."""
    question = name + bytes(4)
    packed = join(0, question, ((), zone.denial, ()), b"", MAX_NAME * 8)
    assert packed is not None
    return packed[HEADER + len(question) :]


def is_positive(reply: bytes) -> bool:
    """Tell whether a reply without its ID has a record in its answer section, and no error (`reply.keep_of`)."""
    return reply[4:6] != b"\0\0" and not reply[1] & 15
