"""The zones that quick answers come from, and what is known of each beforehand."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from acrdns.names import MAX_LABEL, MAX_NAME
from acrdns.wire.message.compress import join
from acrdns.wire.message.query import HEADER
from acrdns.zone.packed import kept
from acrdns.zone.serial import with_serial

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from acrdns.names import Name
    from acrdns.record import RRset
    from acrdns.zone.zone import Node, Zone

_SOA_NUMBERS = 20


class Ground(NamedTuple):
    """A zone without cuts and DNAMEs: what a name there has depends on its node alone, but for wildcards."""

    zone: Zone
    nodes: Mapping[Name, Node | bytes]
    """As they are kept: a record that is packed already goes out as it is."""
    shared: tuple[bytes, ...]
    """Names right below the apex that lead to names in the SOA: what ends in one compresses in another way."""
    authority: tuple[RRset, ...]
    """Of a negative answer: the SOA, with the serial that secondaries see."""

    def denial(self, name: bytes) -> bytes:
        """Pack the authority section of a negative answer, as it stands behind a question for a name of this length."""
        question = name + bytes(4)
        packed = join(0, question, ((), self.authority, ()), b"", MAX_NAME * 8)
        assert packed is not None
        return packed[HEADER + len(question) :]


def deepest(name: bytes, known: Container[bytes]) -> bytes | None:
    """Find the deepest known name at or above a name, whatever its octets are."""
    while name not in known:
        length = name[0]
        if not 0 < length <= MAX_LABEL or length + 1 >= len(name):
            return None
        name = name[1 + length :]
    return name


def survey(zone: Zone, serial: int | None = None) -> Ground | None:
    """Look at a zone; None where it has cuts, DNAMEs or no SOA. `serial` is that of its transfers, if it has any."""
    if zone.cuts or zone.dnames or len(zone.denial) != 1:
        return None
    (soa,) = zone.denial
    (rdata,) = soa.rdatas
    names = rdata[:-_SOA_NUMBERS].lower()
    shared = tuple(below for below in _below(names, zone.apex) if below)
    return Ground(zone, kept(zone.nodes), shared, (soa if serial is None else with_serial(soa, serial),))


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
