"""Records become a zone one by one, each held against those before it: what cannot stand together is a problem.

The law: of the three servers whose operators we want to please, NSD, Knot and BIND, none serves it (two CNAMEs), or
`named-checkzone` or `kzonecheck` refuses it. Delegations whose servers have no address are the exception: `kzonecheck`
refuses them, but all three servers load them, BIND with a warning; so they are warnings here.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import compress
from operator import ne
from typing import TYPE_CHECKING, NamedTuple

from acrdns.errors import Place, Problem, ZoneFileError
from acrdns.names import Name, is_under, show
from acrdns.record import NAMES_IN_DATA, RRset, Type, type_text
from acrdns.zone.integrity import Reference, problems_of, warnings_of
from acrdns.zone.packed import MAX_DATA, PackedNodes, data_of, joined, type_of, unpacked
from acrdns.zone.zone import Zone, denial, find

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.zone.zone import Node

_BESIDE_CNAME = frozenset({Type.RRSIG, Type.NSEC})
_STANDS_ALONE = frozenset({Type.CNAME, Type.DNAME})
_SINGLE = frozenset({Type.CNAME, Type.DNAME, Type.SOA})
_NAME_AT = {number: names.start for number, names in NAMES_IN_DATA.items() if names.names == 1}
"""Where the name starts in the data of types that may be written with another letter case and are the same."""
_set_ttl, _set_rdatas = (RRset.__dict__[slot].__set__ for slot in ("ttl", "rdatas"))
"""Fill a record set, ours until the zone is made, without the frozen class's `__init__`: that takes a microsecond."""
_FEW = 16
"""Up to here a set's data are kept as a tuple; beyond, adding one by one would take quadratic time."""
_LARGE = MAX_DATA // _FEW
"""A few data of no more octets each fit into a message."""
_NSEC3PARAM = 51
_SHA1 = 1
"""The one hash algorithm of NSEC3 (RFC 5155 section 11)."""


class Record(NamedTuple):
    """One record, and where it stands."""

    name: Name
    type: int
    ttl: int
    rdata: bytes
    file: str
    line: int


class Run(NamedTuple):
    """Records below the apex, in columns."""

    names: Sequence[Name]
    records: Sequence[bytes]
    """Packed; a list, like what they are compared with."""
    lines: Sequence[int]
    parents: set[Name]
    """The names right above the names, as far as they are in the zone."""
    types: set[int]
    """The types of the records."""


class _Many(dict[bytes, bytes]):
    """The data of a large set by what makes them equal."""

    size = 0
    """Octets of all data."""


class ZoneBuilder:
    """Collects the records of one zone."""

    def __init__(self, apex: Name | None) -> None:
        self.apex = apex
        """None until the first SOA record says it."""
        self.nodes: dict[Name, Node | bytes] = {} if apex is None else {apex: ()}
        self.problems: list[Problem] = []
        self.soa: Place | None = None
        self._cuts: set[Name] = set()
        self._dnames: dict[Name, Place] = {}
        self._early: list[Record] = []
        self._many: dict[tuple[Name, int], _Many] = {}
        self._references: list[Reference] = []

    def refuse(self, file: str, line: int, message: str, allowed: str = "") -> None:
        """Note a problem."""
        self.problems.append(Problem(Place(file, line), "", message, allowed))

    def add(self, record: Record) -> None:
        """Add a record."""
        if self.apex is None:
            self._early.append(record)
            if record.type == Type.SOA:
                self._settle(record.name)
            return
        reason = self._objection(record)
        if reason:
            self.refuse(record.file, record.line, reason)
            return
        if record.name not in self.nodes:
            self._make_way(record.name)
        node = self._node(record.name)
        rrset = find(node, record.type)
        if rrset is None:
            self.nodes[record.name] = (*node, RRset(record.name, record.type, record.ttl, (record.rdata,)))
            self._note(record)
        elif self._grow(rrset, record.rdata, record.ttl, record.file, record.line) and record.type == Type.NS:
            self._note(record)

    def add_run(self, run: Run, file: str) -> None:
        """Add many records, by column.

        Where a name is met first nothing can stand against its record: such nodes stay packed. Data that is
        there already, octet for octet, adds nothing. All others are added one by one.
        """
        stored = list(map(self.nodes.setdefault, run.names, run.records))
        for parent in run.parents.difference(self.nodes):
            self._make_way(parent)
        if Type.NS in run.types:
            for name, record, line, kept in zip(run.names, run.records, run.lines, stored, strict=True):
                if kept is record and type_of(record) == Type.NS:
                    self._note_server(name, data_of(record), file, line)
        if stored != run.records:
            rows = zip(run.names, run.records, run.lines, strict=True)
            for name, record, line in compress(rows, map(ne, stored, run.records)):
                together = joined(self.nodes[name], record)
                if together is None:
                    self._add_beside(name, record, file, line)
                else:
                    self.nodes[name] = together

    def _add_beside(self, name: Name, record: bytes, file: str, line: int) -> None:
        """Add a packed record to a name that has a node."""
        (rrset,) = unpacked(name, record)
        number, ttl, (rdata,) = rrset.type, rrset.ttl, rrset.rdatas
        odd = number == Type.CNAME or (number == Type.DS and name == self.apex)
        if odd or not self._add_plain(rrset, file, line):
            self.add(Record(name, number, ttl, rdata, file, line))

    def _add_plain(self, added: RRset, file: str, line: int) -> bool:
        """Add a record to a name with others; returns False where one of them may conflict with it."""
        name, number, (rdata,) = added.name, added.type, added.rdatas
        node = self._node(name)
        for rrset in node:
            if rrset.type == number:
                if self._grow(rrset, rdata, added.ttl, file, line) and number == Type.NS:
                    self._note_server(name, rdata, file, line)
                return True
            if rrset.type in _STANDS_ALONE:
                return False
        self.nodes[name] = (*node, added)
        if number == Type.NS:
            self._note_server(name, rdata, file, line)
        return True

    def _node(self, name: Name) -> Node:
        """Return the node of a name that has one, made to be added to."""
        kept = self.nodes[name]
        if isinstance(kept, bytes):
            kept = self.nodes[name] = unpacked(name, kept)
        return kept

    def _settle(self, apex: Name) -> None:
        """Take the apex from the first SOA, and go on with what came before it."""
        self.apex = apex
        self.nodes[apex] = ()
        early, self._early = self._early, []
        for record in early:
            self.add(record)

    def _enclose(self, name: Name) -> None:
        """Make the empty non-terminals above a name that has just got its node."""
        name = name[1 + name[0] :]  # type: ignore[assignment]
        while name not in self.nodes:
            self.nodes[name] = ()
            name = name[1 + name[0] :]  # type: ignore[assignment]

    def _make_way(self, name: Name) -> None:
        self.nodes[name] = ()
        self._enclose(name)

    def _objection(self, record: Record) -> str:
        """Say why a record cannot stand in the zone; empty where it can."""
        assert self.apex is not None
        name, number = record.name, record.type
        if not is_under(name, self.apex):
            return f"{show(name)} is outside the zone {show(self.apex)}"
        if number == Type.SOA and name != self.apex:
            return f"SOA at {show(name)}, below the apex {show(self.apex)}; a zone has one SOA, at its apex"
        if number == Type.DS and name == self.apex:
            return f"DS at the apex {show(name)}; it belongs to the parent zone"
        if number == _NSEC3PARAM and name == self.apex and record.rdata[0] != _SHA1:
            return f"NSEC3PARAM at the apex {show(name)} names no known hash algorithm; there is 1 (RFC 5155)"
        return _clash(self._node(name) if name in self.nodes else (), record)

    def _grow(self, rrset: RRset, rdata: bytes, ttl: int, file: str, line: int) -> bool:
        """Add data to a set; returns whether it is new. Of different TTLs the smallest counts, as in NSD."""
        number, rdatas = rrset.type, rrset.rdatas
        size = 0
        if len(rdatas) >= _FEW:
            many = self._many.get((rrset.name, number))
            if many is None:
                many = self._many[rrset.name, number] = _Many((_canonical(number, other), other) for other in rdatas)
                many.size = sum(map(len, rdatas))
            key = _canonical(number, rdata)
            if key in many:
                return False
            many[key] = rdata
            size = many.size = many.size + len(rdata)
        elif rdata in rdatas or (number in _NAME_AT and _held(rrset, _canonical(number, rdata))):
            return False
        else:
            # The set is still ours alone, and a new one would cost as much as reading the record did.
            _set_rdatas(rrset, (*rdatas, rdata))
            if len(rdata) > _LARGE:
                size = sum(map(len, rdatas)) + len(rdata)
        if size > MAX_DATA >= size - len(rdata):
            what = f"the {type_text(number)} records of {show(rrset.name)} have {size} octets of data"
            self.refuse(file, line, f"{what}, which no message can hold; there can be {MAX_DATA}")
        if ttl < rrset.ttl:
            _set_ttl(rrset, ttl)
        return True

    def _note(self, record: Record) -> None:
        """Remember what the whole zone is held against at the end."""
        assert self.apex is not None
        if record.type == Type.SOA:
            self.soa = Place(record.file, record.line)
        elif record.type == Type.DNAME:
            self._dnames[record.name] = Place(record.file, record.line)
        elif record.type == Type.NS:
            self._note_server(record.name, record.rdata, record.file, record.line)

    def _note_server(self, owner: Name, rdata: bytes, file: str, line: int) -> None:
        """Remember a delegation, and its server where the zone should have its address."""
        assert self.apex is not None
        if owner != self.apex:
            self._cuts.add(owner)
        if owner.startswith(b"\x01*"):
            self.refuse(file, line, f"NS at the wildcard {show(owner)}: a delegation that is not defined (RFC 4592)")
        target = rdata.lower()
        if target.endswith(self.apex) and is_under(target, self.apex):
            self._references.append(Reference(owner, Name(target), file, line))

    def zone(self, key: str) -> Zone:
        """Return the zone. Raises ZoneFileError with all problems that were found in its files, in their order."""
        for (name, number), rdatas in self._many.items():
            _set_rdatas(find(self._node(name), number), tuple(rdatas.values()))
        if self.apex is None:
            self.refuse(key, 1, "no SOA record; a zone starts with one")
            raise ZoneFileError(self.problems)
        cuts = frozenset(self._cuts)
        negative = denial(self._node(self.apex))
        zone = Zone(self.apex, "file", key, PackedNodes(self.nodes), cuts, frozenset(self._dnames), negative)
        self.problems += problems_of(zone, self.soa or Place(key, 1), self._dnames, self._references)
        if self.problems:
            raise ZoneFileError(self.problems)
        return replace(zone, warnings=tuple(warnings_of(zone, self._references)))


def _canonical(number: int, rdata: bytes) -> bytes:
    """Return data so that equal records have equal data: the letter case of names does not count (RFC 4343)."""
    start = _NAME_AT.get(number)
    return rdata if start is None else rdata[:start] + rdata[start:].lower()


def _held(rrset: RRset, canonical: bytes) -> bool:
    return any(_canonical(rrset.type, other) == canonical for other in rrset.rdatas)


def _clash(node: Node, record: Record) -> str:
    """Explain why a record cannot be at a name together with others; empty where it can."""
    number = record.type
    for rrset in node:
        if rrset.type == number:
            if number in _SINGLE and _canonical(number, record.rdata) != _canonical(number, rrset.rdatas[0]):
                return f"a second {type_text(number)} record at {show(record.name)}; there can be one"
        elif Type.CNAME in (number, rrset.type) and not {number, rrset.type} & _BESIDE_CNAME:
            return f"CNAME beside other data at {show(record.name)}: {type_text(rrset.type)} and {type_text(number)}"
        elif {number, rrset.type} == {Type.DNAME, Type.NS} and find(node, Type.SOA) is None:
            return f"DNAME beside NS at {show(record.name)}, below the apex"
    return ""
