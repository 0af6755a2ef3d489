"""Nodes as they are kept by the million: one record in wire form, made a record set when its name is asked for.

Most names of a large zone have one record. Such a node is that record as answers carry it behind the owner's name
(RFC 1035 section 3.2.1: type, class, TTL, length, data), in one piece of some 50 octets; as record sets it would take
five objects, ten times the memory and half the time that loading takes. Nothing is put off that can fail: what is kept
here has been read and judged. A node of several records, and an empty non-terminal, is kept as it is handed out.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import TYPE_CHECKING

from acrdns.record import RRset

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.names import Name
    from acrdns.zone.zone import Node

_IN = 1
_HEAD = struct.Struct("!HHIH")
MAX_DATA = 0xFFFF
"""Octets of data that a record may have."""


def head(number: int, ttl: int, size: int) -> bytes:
    """Write what stands before a record's data. Raises ValueError where there is more of it than a record may have."""
    if size > MAX_DATA:
        raise ValueError(f"data of {size} octets; a record has at most {MAX_DATA}")
    return _HEAD.pack(number, _IN, ttl, size)


def type_of(record: bytes) -> int:
    """Give the type of a packed record."""
    return record[0] << 8 | record[1]


def data_of(record: bytes) -> bytes:
    """Give the data of a packed record."""
    return record[_HEAD.size :]


def unpacked(name: Name, record: bytes) -> Node:
    """Make a node of the one record that it has."""
    number, _, ttl, _ = _HEAD.unpack_from(record)
    return (RRset(name, number, ttl, (record[_HEAD.size :],)),)


class PackedNodes(Mapping["Name", "Node"]):
    """The nodes of a zone by owner name; what is packed is unpacked anew each time, so nothing here ever changes."""

    __slots__ = ("kept",)

    def __init__(self, kept: dict[Name, Node | bytes]) -> None:
        self.kept = kept
        """By owner name."""

    def __getitem__(self, name: Name) -> Node:
        """Give a name's node. Raises KeyError."""
        node = self.kept[name]
        return unpacked(name, node) if isinstance(node, bytes) else node

    def __contains__(self, name: object) -> bool:
        """Tell whether a name has a node, without making it."""
        return name in self.kept

    def __iter__(self) -> Iterator[Name]:
        """Give the names that have a node."""
        return iter(self.kept)

    def __len__(self) -> int:
        """Count the nodes."""
        return len(self.kept)


def kept(nodes: Mapping[Name, Node]) -> Mapping[Name, Node | bytes]:
    """Give nodes as they are kept, for whoever can do with a record what others do with a node."""
    return nodes.kept if isinstance(nodes, PackedNodes) else nodes


def with_node(nodes: Mapping[Name, Node], name: Name, node: Node) -> Mapping[Name, Node]:
    """Give a copy of nodes in which a name has another one; what is packed stays so."""
    return PackedNodes({**kept(nodes), name: node})
