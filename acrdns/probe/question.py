"""One question, and its query message (RFC 1035 section 4.1.2, RFC 6891)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from acrdns.names import MAX_LABEL, MAX_NAME, wire

EDNS_PAYLOAD = 1232
"""Octets: the largest datagram that avoids fragments (DNS flag day 2020)."""

HEADER = 12
"""Octets of a message before its question."""

POINTER = 0xC000
"""Added to an offset to make a compression pointer (RFC 1035 section 4.1.4)."""

MAX_TEXT = MAX_NAME - 2
"""Most characters of a name, without its trailing dot."""

FIRST = POINTER + HEADER
"""The pointer at the name asked."""

_IN = b"\x00\x01"
_LABEL = re.compile("[A-Za-z0-9_-]{1,63}")
_PREFIX = [bytes((length,)) for length in range(MAX_LABEL + 1)]
_RECURSION_DESIRED = b"\x01\x00"
_WITHOUT_EDNS = _RECURSION_DESIRED + bytes((0, 1, 0, 0, 0, 0, 0, 0))
_WITH_EDNS = _RECURSION_DESIRED + bytes((0, 1, 0, 0, 0, 0, 0, 1))
_OPT = b"\x00\x00\x29" + EDNS_PAYLOAD.to_bytes(2, "big") + bytes(6)


class ProbeQuestion(NamedTuple):
    """A name and a type; the class is IN. A tuple, because a run makes tens of thousands in a second."""

    text: str
    """The name in lower case, without the trailing dot; empty if a label needs escapes."""
    type: int
    """A or AAAA. Neither number contains an octet that is a letter, so `octets.lower()` changes names only."""
    octets: bytes
    """The question section, in lower case."""
    key: int = 0
    """The caller's number for this question."""

    @property
    def name(self) -> bytes:
        """The queried name in wire form."""
        return self.octets[:-4]

    def of_type(self, type_: int) -> ProbeQuestion:
        """Return the question for another type of the same name."""
        return ProbeQuestion(self.text, type_, self.name + type_.to_bytes(2, "big") + _IN, self.key)

    def query(self, identifier: bytes, *, edns: bool = True) -> bytes:
        """Return the query message, with RD set; `identifier` is the ID, two octets."""
        if edns:
            return identifier + _WITH_EDNS + self.octets + _OPT
        return identifier + _WITHOUT_EDNS + self.octets


def question(fqdn: str, type_: int, key: int = 0) -> ProbeQuestion:
    """Return the question for a name and a type. Raises NameSyntaxError."""
    text = fqdn.removesuffix(".").lower()
    label, dot, parent = text.partition(".")
    rest = _plain(parent) if dot else b"\x00"
    if rest and _LABEL.fullmatch(label) and len(text) <= MAX_TEXT:
        octets = _PREFIX[len(label)] + label.encode() + rest
    else:
        # Needs escapes, or is no name at all.
        text, octets = "", wire(fqdn).lower()
    return ProbeQuestion(text, type_, octets + type_.to_bytes(2, "big") + _IN, key)


@lru_cache(maxsize=4096)
def _plain(text: str) -> bytes:
    """Return the wire form of a parent name, or b"" if it needs escapes or is no name. Cached: names share parents."""
    labels = text.split(".")
    if not all(map(_LABEL.fullmatch, labels)):
        return b""
    return b"".join(_PREFIX[len(label)] + label.encode() for label in labels) + b"\x00"
