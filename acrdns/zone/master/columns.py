"""Names and data of ordinary records by the column: what `rdata` and `presentation` read one by one, read by thousands.

In a column most is the same from line to line: names end alike, addresses are neighbours, targets come again. So the
ends are read once and kept, and a name or an address is two pieces put together. What is kept belongs to one origin
and goes with it. Whatever is out of the ordinary raises KeyError or ValueError, and is read one by one after all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.names import MAX_NAME, ROOT, Name
from acrdns.record import Type
from acrdns.zone.master.presentation import PREFIX, absolute
from acrdns.zone.master.rdata import GROUPS, OCTETS, aaaa, parser_of, txt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    ColumnReader = Callable[[Sequence[bytes]], list[bytes]]

_CACHE = 1 << 16
_IN_NAMES = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_*/-."
_STRINGS = {length: bytes((length,)) for length in range(256)}
_ONE = 3
"""What a text with one string in quotes falls into at the quotes."""


class Ends(dict[bytes, bytes]):
    """The ends of names below one origin, by their text from the first dot on; in wire form, with their letter case."""

    def __init__(self, origin: Name) -> None:
        super().__init__()
        self.origin = origin

    def __missing__(self, text: bytes) -> bytes:
        if len(text) > MAX_NAME:
            raise ValueError
        if not text:
            end: bytes = self.origin
        elif text == b".":
            end = ROOT
        else:
            label, dot, rest = text[1:].partition(b".")
            end = PREFIX[len(label)] + label + self[dot + rest]
        if len(self) >= _CACHE:
            self.clear()
        self[text] = end
        return end


class _Networks(dict[bytes, bytes]):
    """IPv4 addresses without their last octet: neighbours stand together in zones."""

    def __missing__(self, text: bytes) -> bytes:
        first, second, third = text.split(b".")
        packed = OCTETS[first] + OCTETS[second] + OCTETS[third]
        if len(self) < _CACHE:
            self[text] = packed
        return packed


class _LongNetworks(dict[bytes, bytes]):
    """IPv6 addresses without the last of their eight groups: whatever it is, it does not change the others."""

    def __missing__(self, text: bytes) -> bytes:
        packed = aaaa(text + b":0")[:14]
        if len(self) < _CACHE:
            self[text] = packed
        return packed


class DataColumns:
    """Reads the data of ordinary records below one origin."""

    def __init__(self, ends: Ends) -> None:
        self._ends = ends
        self._networks = _Networks()
        self._long_networks = _LongNetworks()
        self._readers: dict[int, ColumnReader] = {
            Type.A: self._addresses,
            Type.AAAA: self._long_addresses,
            Type.TXT: _texts,
            Type.CNAME: self._names,
            Type.NS: self._names,
            Type.PTR: self._names,
        }

    def read(self, number: int, texts: Sequence[bytes]) -> list[bytes]:
        """Read a column of data of one type. Raises KeyError or ValueError where some cannot be read this way."""
        reader = self._readers.get(number)
        if reader is not None:
            return reader(texts)
        parser = parser_of(number, self._name)
        if parser is None:
            raise ValueError
        return list(map(parser, texts))

    def _addresses(self, texts: Iterable[bytes]) -> list[bytes]:
        networks, octets = self._networks, OCTETS
        return [networks[network] + octets[host] for text in texts for network, _, host in (text.rpartition(b"."),)]

    def _long_addresses(self, texts: Iterable[bytes]) -> list[bytes]:
        networks, groups = self._long_networks, GROUPS
        found = []
        for text in texts:
            network, _, host = text.rpartition(b":")
            try:
                found.append(networks[network] + groups[host])
            except ValueError:  # it ends with the gap, or in an IPv4 address
                found.append(aaaa(text))
        return found

    def _names(self, texts: Sequence[bytes]) -> list[bytes]:
        distinct = set(texts)
        if 2 * len(distinct) > len(texts):
            return list(map(self._name, texts))
        known = dict(zip(distinct, map(self._name, distinct), strict=True))
        return list(map(known.__getitem__, texts))

    def _name(self, text: bytes) -> bytes:
        if text.translate(None, _IN_NAMES):
            return absolute(text, self._ends.origin)
        label, dot, rest = text.partition(b".")
        read = PREFIX[len(label)] + label + self._ends[dot + rest]
        if len(read) > MAX_NAME:
            raise ValueError
        return read


def _texts(texts: Iterable[bytes]) -> list[bytes]:
    """Read TXT data. What `LINE` lets through has no quotes but those around strings."""
    found = []
    for text in texts:
        pieces = text.split(b'"')
        found.append(_STRINGS[len(pieces[1])] + pieces[1] if len(pieces) == _ONE else txt(text))
    return found
