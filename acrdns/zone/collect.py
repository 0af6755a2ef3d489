"""Records become a zone one by one, each held against those before it: what cannot stand together is a problem.

The law: of the three servers whose operators we want to please, NSD, Knot and BIND, none serves it (two CNAMEs), or
`named-checkzone` or `kzonecheck` refuses it. What all of them load with a warning loads here without one.
"""

from __future__ import annotations

from collections import deque
from itertools import compress
from operator import not_
from typing import TYPE_CHECKING, NamedTuple

from acrdns.errors import Place, Problem, ZoneFileError
from acrdns.names import Name, is_under, show
from acrdns.record import RRset, Type, type_text
from acrdns.zone.integrity import Reference, problems_of
from acrdns.zone.zone import Zone, denial, find

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.zone.zone import Node

_BESIDE_CNAME = frozenset({Type.RRSIG, Type.NSEC})
_STANDS_ALONE = frozenset({Type.CNAME, Type.DNAME})
_SINGLE = frozenset({Type.CNAME, Type.DNAME, Type.SOA})
_NAME_AT: dict[int, int] = {Type.NS: 0, Type.CNAME: 0, Type.PTR: 0, Type.DNAME: 0, Type.MX: 2, Type.SRV: 6}
"""Where the name starts in the data of types that may be written with another letter case and are the same."""
_set_name, _set_type, _set_ttl, _set_rdatas = (
    RRset.__dict__[slot].__set__ for slot in ("name", "type", "ttl", "rdatas")
)
"""Fill a record set, ours until the zone is made, without the frozen class's `__init__`: that takes a microsecond."""
_FEW = 16
"""Up to here a set's data are kept as a tuple; beyond, adding one by one would take quadratic time."""


class Record(NamedTuple):
    """One record, and where it stands."""

    name: Name
    type: int
    ttl: int
    rdata: bytes
    file: str
    line: int


class Run(NamedTuple):
    """Records in columns."""

    names: Sequence[Name]
    types: Sequence[int]
    ttls: Sequence[int]
    rdatas: Sequence[bytes]
    lines: Sequence[int]


class Collector:
    """Collects the records of one zone."""

    def __init__(self, apex: Name | None) -> None:
        self.apex = apex
        """None until the first SOA record says it."""
        self.nodes: dict[Name, Node] = {} if apex is None else {apex: ()}
        self.problems: list[Problem] = []
        self.soa: Place | None = None
        self._cuts: set[Name] = set()
        self._dnames: dict[Name, Place] = {}
        self._early: list[Record] = []
        self._many: dict[tuple[Name, int], dict[bytes, bytes]] = {}
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
        node = self.nodes.get(record.name)
        if node is None:
            node = ()
            self._make_way(record.name)
        rrset = find(node, record.type)
        if rrset is None:
            self.nodes[record.name] = (*node, RRset(record.name, record.type, record.ttl, (record.rdata,)))
            self._note(record)
        elif self._grow(rrset, record.rdata, record.ttl) and record.type == Type.NS:
            self._note(record)

    def add_run(self, run: Run, file: str) -> None:
        """Add many records below the apex, by column.

        Where a name is met first nothing can stand against its record: such nodes are made by the thousand.
        """
        if not self.nodes.keys().isdisjoint(run.names) or len(set(run.names)) < len(run.names):
            new = self._firsts(run)
            rest = list(compress(zip(*run, strict=True), map(not_, new)))
            run = Run(*(list(compress(column, new)) for column in run))  # type: ignore[arg-type]
        else:
            rest = []
        self._add_new(run, file)
        for name, number, ttl, rdata, line in rest:
            if number == Type.CNAME or not self._add_plain(name, number, ttl, rdata, file, line):
                self.add(Record(name, number, ttl, rdata, file, line))

    def _firsts(self, run: Run) -> list[bool]:
        """Tell for each record whether it is the first one of its name."""
        seen = set(self.nodes.keys() & run.names)
        firsts = []
        for name in run.names:
            firsts.append(name not in seen)
            seen.add(name)
        return firsts

    def _add_new(self, run: Run, file: str) -> None:
        """Add nodes of one record each, none of which exists; the enclosing names are made where they are missing."""
        names = run.names
        rrsets = [RRset.__new__(RRset) for _ in names]
        deque(map(_set_name, rrsets, names), maxlen=0)
        deque(map(_set_type, rrsets, run.types), maxlen=0)
        deque(map(_set_ttl, rrsets, run.ttls), maxlen=0)
        deque(map(_set_rdatas, rrsets, zip(run.rdatas, strict=True)), maxlen=0)
        self.nodes.update(zip(names, zip(rrsets, strict=True), strict=True))
        parents = {name[1 + name[0] :] for name in names}
        for parent in parents.difference(self.nodes):
            self._make_way(Name(parent))
        if Type.NS in run.types:
            for name, number, _, rdata, line in zip(*run, strict=True):
                if number == Type.NS:
                    self._note_server(name, rdata, file, line)

    def _add_plain(self, name: Name, number: int, ttl: int, rdata: bytes, file: str, line: int) -> bool:
        """Add a record beside others; gives False where one of them may stand against it."""
        node = self.nodes[name]
        for rrset in node:
            if rrset.type == number:
                if self._grow(rrset, rdata, ttl) and number == Type.NS:
                    self._note_server(name, rdata, file, line)
                return True
            if rrset.type in _STANDS_ALONE:
                return False
        self.nodes[name] = (*node, RRset(name, number, ttl, (rdata,)))
        if number == Type.NS:
            self._note_server(name, rdata, file, line)
        return True

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
        return _clash(self.nodes.get(name, ()), record)

    def _grow(self, rrset: RRset, rdata: bytes, ttl: int) -> bool:
        """Add data to a set; gives whether it is new. Of different TTLs the smallest counts, as in NSD."""
        number, rdatas = rrset.type, rrset.rdatas
        if len(rdatas) == _FEW:
            many = self._many.get((rrset.name, number))
            if many is None:
                many = self._many[rrset.name, number] = {_canonical(number, other): other for other in rdatas}
            key = _canonical(number, rdata)
            if key in many:
                return False
            many[key] = rdata
        elif rdata in rdatas or (number in _NAME_AT and _held(rrset, _canonical(number, rdata))):
            return False
        else:
            # The set is still ours alone, and a new one would cost as much as reading the record did.
            _set_rdatas(rrset, (*rdatas, rdata))
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
        """Give the zone. Raises ZoneFileError with all problems that were found in its files, in their order."""
        for (name, number), rdatas in self._many.items():
            _set_rdatas(find(self.nodes[name], number), tuple(rdatas.values()))
        if self.apex is None:
            self.refuse(key, 1, "no SOA record; a zone starts with one")
            raise ZoneFileError(self.problems)
        cuts = frozenset(self._cuts)
        zone = Zone(self.apex, "file", key, self.nodes, cuts, frozenset(self._dnames), denial(self.nodes[self.apex]))
        self.problems += problems_of(zone, self.soa or Place(key, 1), self._dnames, self._references)
        if self.problems:
            raise ZoneFileError(self.problems)
        return zone


def _canonical(number: int, rdata: bytes) -> bytes:
    """Give data so that equal records have equal data: the letter case of names does not count (RFC 4343)."""
    start = _NAME_AT.get(number)
    return rdata if start is None else rdata[:start] + rdata[start:].lower()


def _held(rrset: RRset, canonical: bytes) -> bool:
    return any(_canonical(rrset.type, other) == canonical for other in rrset.rdatas)


def _clash(node: Node, record: Record) -> str:
    """Say why a record cannot stand beside others at its name; empty where it can."""
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
