"""Compare a response with the pattern of an earlier one, instead of parsing it.

Responses of one server often differ only in the first label of the name, in TTLs and in one address. `fast` reads the
first of them; its pattern has at most one alias, whose target starts with the first label of the queried name, and at
most one address. The next response with that pattern takes one comparison.
The law of this module: what it reads, `fast` reads the same. The new label has the length of the old one, so every
compression pointer still leads to the same offset; and all names that start with the label differ in what follows it.
"""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING, Any, NamedTuple

from acrdns.probe.question import FIRST, HEADER, POINTER
from acrdns.probe.response import fast
from acrdns.probe.response.fast import ADDRESS_TEXT, POINTED
from acrdns.probe.response.reading import Reading, conclude
from acrdns.record import MAX_TTL, Type

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from acrdns.probe.observation import Outcome
    from acrdns.probe.question import ProbeQuestion

_ID = 2
_FLAGS = 3
"""Offset of the octet with RA and rcode."""
_COUNT = slice(6, 8)
_TTL = 4
_TO_TTL = 6
"""Octets before the TTL, in a record whose owner is a pointer."""
_RECURSION_AVAILABLE = 0x80
_RCODE = 0x0F
_ROOM = 512
_MOST = 4
"""Patterns per key: learning costs more than `fast`, so responses that never repeat must not be learnt for ever."""


class _Pattern(NamedTuple):
    """The octets that responses have in common."""

    cut: Callable[[bytes], tuple[Any, ...]]
    """Unpacks a response: fixed octets and TTLs in turn; after the last TTL fixed octets and the address."""
    between: Sequence[bytes]
    """The fixed octets before, between and behind the labels."""
    target: str | None
    """The alias target without its first label, or None without an alias."""
    text: Callable[[bytes], str] | None
    """From rdata to the text of the address, or None without an address."""
    outcome: Outcome
    detail: str
    """The detail without the last name of the chain, which ends it; empty without a detail."""
    denied_by: tuple[str, str] | None


_PATTERNS: dict[tuple[bytes, int], tuple[_Pattern, ...]] = {}
"""By question section without the first label, and length of the response."""


def read(octets: bytes, question: ProbeQuestion) -> Reading | None:
    """Return the reading of a response, or None if `fast` does not read it, or it answers another question."""
    asked = question.octets
    size = 1 + asked[0]
    key = asked[size:], len(octets)
    patterns = _PATTERNS.get(key, ())
    for cut, between, target, text, outcome, detail, denied_by in patterns:
        parts = cut(octets)
        if b"".join(parts[::2]) != asked[:size].join(between):
            continue
        name = question.text
        chain = (name,) if target is None else (name, name[: size - 1] + target)
        if text:
            # There are two TTLs at most: with an alias, that is the first.
            if parts[1] <= MAX_TTL and parts[-4] <= MAX_TTL:
                return Reading(outcome, (text(parts[-2]),), chain, parts[-4])
        elif target is None or parts[1] <= MAX_TTL:
            return Reading(outcome, (), chain, None, detail and detail + chain[-1], denied_by)
    reading = fast.read(octets, question)
    if reading and len(patterns) < _MOST and len(_PATTERNS) < _ROOM and (pattern := _learn(octets, question, reading)):
        _PATTERNS[key] = (*patterns, pattern)
    return reading


def forget() -> None:
    """Forget all patterns."""
    _PATTERNS.clear()


def _learn(octets: bytes, question: ProbeQuestion, reading: Reading) -> _Pattern | None:
    """Return the pattern of a response that has been read, or None if it cannot be compared."""
    at = HEADER + len(question.octets)
    label = question.octets[: 1 + question.octets[0]]
    rcode, recursive = octets[_FLAGS] & _RCODE, octets[_FLAGS] & _RECURSION_AVAILABLE != 0
    soa = reading.denied_by
    if conclude(rcode, reading.chain, reading.addresses, reading.ttl, (), soa, recursive=recursive) != reading:
        return None  # the details include Extended DNS Errors
    if soa and not set(reading.chain).isdisjoint(soa):
        return None  # other names have another SOA record
    owner, labels, ttls, target, address = FIRST, [HEADER], [], None, slice(0, 0)
    for _ in range(int.from_bytes(octets[_COUNT], "big")):
        pointer, kind, _, _, length = POINTED.unpack_from(octets, at)
        ttls.append(at + _TO_TTL)
        at += POINTED.size
        if pointer != owner or address.stop:
            return None
        if kind == Type.CNAME and target is None and octets[at : at + len(label)] == label:
            target = reading.chain[1][len(label) - 1 :]
            labels.append(at)
            owner = POINTER + at
        elif kind == question.type and reading.addresses:
            address = slice(at, at + length)
        else:
            return None
        at += length
    holes = [slice(0, _ID), *(slice(at, at + _TTL) for at in ttls), *([address] if address.stop else ())]
    return _Pattern(
        _cut(ttls, address, len(octets)),
        _between(octets, holes, labels, len(label)),
        target,
        ADDRESS_TEXT[question.type] if address.stop else None,
        reading.outcome,
        reading.detail.removesuffix(reading.chain[-1]),  # here the detail is empty, or says that RA is not set
        soa,
    )


def _cut(ttls: Sequence[int], address: slice, length: int) -> Callable[[bytes], tuple[Any, ...]]:
    parts, at = [f"!{_ID}x"], _ID
    for ttl in ttls:
        parts.append(f"{ttl - at}sI")
        at = ttl + _TTL
    if address.stop:
        parts.append(f"{address.start - at}s{address.stop - address.start}s")
        at = address.stop
    return Struct(f"{''.join(parts)}{length - at}s").unpack


def _between(octets: bytes, holes: Sequence[slice], labels: Sequence[int], size: int) -> list[bytes]:
    """Return the octets between the labels, without the holes."""
    left_out = {at for hole in holes for at in range(hole.start, hole.stop)}
    starts, ends = [0, *(at + size for at in labels)], [*labels, len(octets)]
    return [
        bytes(octets[at] for at in range(start, end) if at not in left_out)
        for start, end in zip(starts, ends, strict=True)
    ]
