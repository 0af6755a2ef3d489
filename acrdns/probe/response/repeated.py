"""The shapes of responses: what a server says of one name, it says of the next but for a label, TTLs and an address.

A shape is learnt from a response that `ordinary` has read: at most one alias, whose target starts with the first label
of the name asked, and at most one address. The next response of that shape is compared in one step, instead of read.
The law of this module: what it reads, `ordinary` reads alike. It holds because a label is put in place of one as long,
so that every pointer leads where it did, and because what the label says decides nothing: only names that start with
it are compared, and they differ in what follows, or not at all.
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
"""The octet with RA and rcode."""
_COUNT = slice(6, 8)
_TTL = 4
_TO_TTL = 6
"""Octets of a record whose owner is a pointer, before its TTL."""
_RECURSION_AVAILABLE = 0x80
_RCODE = 0x0F
_ROOM = 512
_MOST = 4
"""Shapes with one key: learning costs more than reading, so that what never repeats itself must not be learnt."""

_new = tuple.__new__  # what a NamedTuple does besides takes longer than all of this


class _Shape(NamedTuple):
    """What the responses of one shape have in common."""

    cut: Callable[[bytes], tuple[Any, ...]]
    """Cuts a response up: what is fixed, a TTL, what is fixed, and so on, the last TTL with the address behind it."""
    between: Sequence[bytes]
    """What is fixed, put together: before, between and behind the labels."""
    target: str | None
    """What follows the label in the alias's target; None without an alias."""
    text: Callable[[bytes], str] | None
    """Writes the address; None without one."""
    outcome: Outcome
    detail: str
    """What comes before the last name of the chain in the detail; empty without a detail."""


_SHAPES: dict[tuple[bytes, int], tuple[_Shape, ...]] = {}
"""By what follows the label in the question, and by the length of the response."""


def read(octets: bytes, question: ProbeQuestion) -> Reading | None:
    """Read a response; None where it is out of the ordinary, or no response to this question."""
    asked = question.octets
    size = 1 + asked[0]
    key = asked[size:], len(octets)
    shapes = _SHAPES.get(key, ())
    for cut, between, target, text, outcome, detail in shapes:
        parts = cut(octets)
        if b"".join(parts[::2]) != asked[:size].join(between):
            continue
        name = question.text
        chain = (name,) if target is None else (name, name[: size - 1] + target)
        if text:
            # There are two TTLs at most: with an alias, that is the first.
            if parts[1] <= MAX_TTL and parts[-4] <= MAX_TTL:
                return _new(Reading, (outcome, (text(parts[-2]),), chain, parts[-4], ""))
        elif target is None or parts[1] <= MAX_TTL:
            return _new(Reading, (outcome, (), chain, None, detail and detail + chain[-1]))
    reading = fast.read(octets, question)
    if reading and len(shapes) < _MOST and len(_SHAPES) < _ROOM and (shape := _learn(octets, question, reading)):
        _SHAPES[key] = (*shapes, shape)
    return reading


def forget() -> None:
    """Forget all shapes."""
    _SHAPES.clear()


def _learn(octets: bytes, question: ProbeQuestion, reading: Reading) -> _Shape | None:
    """Return the shape of a response that has been read; None where it has none that can be compared."""
    at = HEADER + len(question.octets)
    label = question.octets[: 1 + question.octets[0]]
    rcode, recursive = octets[_FLAGS] & _RCODE, octets[_FLAGS] & _RECURSION_AVAILABLE != 0
    if conclude(rcode, reading.chain, reading.addresses, reading.ttl, (), recursive=recursive) != reading:
        return None  # it tells errors
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
    return _Shape(
        _cut(ttls, address, len(octets)),
        _between(octets, holes, labels, len(label)),
        target,
        ADDRESS_TEXT[question.type] if address.stop else None,
        reading.outcome,
        reading.detail.removesuffix(reading.chain[-1]),  # without errors, that RA is not set is all it can say
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
    """Cut at the labels, and leave the holes out."""
    left_out = {at for hole in holes for at in range(hole.start, hole.stop)}
    starts, ends = [0, *(at + size for at in labels)], [*labels, len(octets)]
    return [
        bytes(octets[at] for at in range(start, end) if at not in left_out)
        for start, end in zip(starts, ends, strict=True)
    ]
