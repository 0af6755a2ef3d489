"""Nodes as they are kept by the million: records in wire form, made record sets when their name is asked for.

Most names of a large zone have one record, or a few. Such a node is those records as answers carry them behind the
owner's name (RFC 1035 section 3.2.1: type, class, TTL, length, data), one after the other in one piece of some 50
octets; as record sets they would take five objects, ten times the memory and half the time that loading takes. Nothing
is put off that can fail: what is kept here has been read and judged. A node out of the ordinary, and an empty
non-terminal, is kept as it is handed out.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import TYPE_CHECKING

from acrdns.record import RRset, Type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.names import Name
    from acrdns.zone.zone import Node

_IN = 1
_HEAD = struct.Struct("!HHIH")
HEAD = _HEAD.size
"""Octets before the data."""
_TERMS = HEAD - 2
"""Octets of type, class and TTL."""
_FREE = frozenset(type_.to_bytes(2, "big") for type_ in (Type.A, Type.AAAA, Type.TXT))
"""Types that may be at one name together, and have no names in their data."""
_LONG = 256
"""Octets of records from which on they are better looked through as sets."""
MAX_DATA = 65_506
"""Octets of data that a message of 65,535 can hold, besides its header, the smallest question and the record's head."""


def check_size(size: int) -> None:
    """Raise ValueError where no message can hold so many octets of data."""
    if size > MAX_DATA:
        raise ValueError(f"data of {size} octets, which no message can hold; there can be {MAX_DATA}")


def head(number: int, ttl: int, size: int) -> bytes:
    """Write what stands before a record's data. Raises ValueError where no message can hold it."""
    check_size(size)
    return _HEAD.pack(number, _IN, ttl, size)


def type_of(record: bytes) -> int:
    """Return the type of a packed record, or of the first of several."""
    return record[0] << 8 | record[1]


def data_of(record: bytes) -> bytes:
    """Return the data of a packed record."""
    return record[HEAD:]


def split(records: bytes) -> list[bytes]:
    """Unpack records."""
    end = HEAD + (records[8] << 8 | records[9])
    if end == len(records):
        return [records]
    found = [records[:end]]
    while end < len(records):
        start = end
        end = start + HEAD + (records[start + 8] << 8 | records[start + 9])
        found.append(records[start:end])
    return found


def joined(node: Node | bytes, record: bytes) -> bytes | None:
    """Put a record to packed ones, or to an empty non-terminal; None where they have to be looked at as sets.

    That is where there are many, where types stand in each other's way or have names in their data, which are equal in
    any letter case, and where the TTLs of a set differ.
    """
    if record[:2] not in _FREE or len(record) > _LONG:
        return None
    if not node:
        return record
    if not isinstance(node, bytes) or len(node) > _LONG or node[:2] not in _FREE:
        return None
    for other in split(node):
        if other[:_TERMS] == record[:_TERMS]:
            if other == record:
                return node
        elif other[:2] == record[:2]:
            return None
    return node + record


def unpacked(name: Name, records: bytes) -> Node:
    """Make a node of packed records."""
    number, _, ttl, size = _HEAD.unpack_from(records)
    if len(records) == HEAD + size:
        return (RRset(name, number, ttl, (records[HEAD:],)),)
    sets: dict[bytes, list[bytes]] = {}
    for record in split(records):
        sets.setdefault(record[:_TERMS], []).append(record[HEAD:])
    made = ((*_HEAD.unpack(terms + bytes(2)), tuple(rdatas)) for terms, rdatas in sets.items())
    return tuple(RRset(name, number, ttl, rdatas) for number, _, ttl, _, rdatas in made)


class PackedNodes(Mapping["Name", "Node"]):
    """The nodes of a zone by owner name; a packed node is unpacked at each access, so nothing here ever changes."""

    __slots__ = ("kept",)

    def __init__(self, kept: dict[Name, Node | bytes]) -> None:
        self.kept = kept
        """By owner name."""

    def __getitem__(self, name: Name) -> Node:
        """Return a name's node. Raises KeyError."""
        node = self.kept[name]
        return unpacked(name, node) if isinstance(node, bytes) else node

    def __contains__(self, name: object) -> bool:
        """Return whether a name has a node, without making it."""
        return name in self.kept

    def __iter__(self) -> Iterator[Name]:
        """Return the names that have a node."""
        return iter(self.kept)

    def __len__(self) -> int:
        """Count the nodes."""
        return len(self.kept)


def kept(nodes: Mapping[Name, Node]) -> Mapping[Name, Node | bytes]:
    """Return nodes as they are kept: a packed record, or record sets."""
    return nodes.kept if isinstance(nodes, PackedNodes) else nodes


def records(nodes: Mapping[Name, Node]) -> Iterator[tuple[Name, int, int, bytes]]:
    """Return the records of a zone one by one: owner, type, TTL and data; those of a set together."""
    for name, node in kept(nodes).items():
        if isinstance(node, bytes) and len(node) == HEAD + (node[8] << 8 | node[9]):
            number, _, ttl, _ = _HEAD.unpack_from(node)
            yield name, number, ttl, node[HEAD:]
        else:
            for rrset in unpacked(name, node) if isinstance(node, bytes) else node:
                for rdata in rrset.rdatas:
                    yield name, rrset.type, rrset.ttl, rdata


def with_node(nodes: Mapping[Name, Node], name: Name, node: Node) -> Mapping[Name, Node]:
    """Return a copy of nodes in which a name has another one; what is packed stays so."""
    return PackedNodes({**kept(nodes), name: node})
