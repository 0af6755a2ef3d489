"""A reply with blanks: the first labels of the names in it, and the addresses at its end.

Replies to the queries of a family (`family`, `resolve.equivalence.path`) differ in nothing else, since all of them have
equal lengths and so everything stands at the same place. The blanks are found by comparison: resolving packs the reply
twice, with letters in the blanks that differ in every octet.
"""

from __future__ import annotations

from dataclasses import replace
from operator import itemgetter
from string import ascii_lowercase
from typing import TYPE_CHECKING, NamedTuple

from acrdns.names import ROOT, Name, ancestors, parent, show
from acrdns.record import RRset, Type
from acrdns.wire.message import reply
from acrdns.wire.message.compress import soa_names
from acrdns.wire.message.query import HEADER, POINTER_TO_QUESTION, TC, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from acrdns.resolve.chain import Response
    from acrdns.resolve.equivalence.path import LookupPath

_BEFORE_DATA = 12
"""Octets of a record before its data, where its owner is a pointer."""
_LETTERS = ascii_lowercase.encode()
"""More than there are names in a chain; the last one is for addresses."""
_PLAIN = bytes(octet for octet in range(256) if show(bytes((1, octet, 0))) == chr(octet))
"""Octets that are written as they are where a name is shown."""


class Template(NamedTuple):
    """A reply without its ID."""

    form: bytes
    """For printf-style formatting with what fills the blanks."""
    between: bytes | None
    """The octets between two addresses, or None."""
    order: Callable[[list[bytes]], tuple[bytes, ...]] | None
    """Picks the values for the blanks, or None if they are in order and none is barred."""
    barred: tuple[tuple[int, frozenset[bytes]], ...]
    """Labels that a name must not begin with: it would be a boundary, or the end of another name."""
    unequal: tuple[tuple[int, int], ...]
    """Labels that must not be equal, since the names would be."""
    plain: int | None
    """The label that stands in a text, and so has to read as it is."""
    around: tuple[bytes, bytes, frozenset[bytes]] | None
    """The beginning, the end and the barred labels of a reply that holds but the question, or it and one record."""

    @classmethod
    def of(cls, packet: bytes, response: Response, path: LookupPath, *, authoritative: bool) -> Template | None:
        """Make a template of the reply to a query over UDP in lower case, or return None if blanks do not suffice."""
        return _make(packet, response, path, authoritative=authoritative)

    def fill(self, known: list[bytes], label: bytes, rdatas: tuple[bytes, ...]) -> bytes | None:
        """Fill the blanks, or return None if a name is barred or equal to another one.

        `known` is the question, and the first label of each other name in order; it is used up. `label` is that of the
        question, which counts as -1.
        """
        form, between, order, barred, unequal, plain, _ = self
        if between is not None:
            known.append(between.join(rdatas))
        if order is None:
            return form % tuple(known)
        known.append(label)
        for at, labels in barred:
            if known[at] in labels:
                return None
        for one, other in unequal:
            if known[one] == known[other]:
                return None
        if plain is not None and known[plain].translate(None, _PLAIN):
            return None
        return form % order(known)


def _make(packet: bytes, response: Response, path: LookupPath, *, authoritative: bool) -> Template | None:
    """Make a template, as `Template.of` does."""
    query = read(packet)
    one = _packed(packet, response, path, _LETTERS, authoritative=authoritative)
    other = _packed(packet, response, path, _LETTERS[1:] + _LETTERS[:1], authoritative=authoritative)
    if query is None or one is None or other is None or len(one) != len(other) or one[2] << 8 & TC:
        return None
    rdatas = path.addresses.rdatas if path.addresses else ()
    names = len(path.names)
    order, pieces, between = [0], [one[2:HEADER]], None
    end = HEADER + len(query.question)
    for start, letter in _blanks(one, other, end):
        if start < end:
            continue
        pieces.append(one[end:start])
        if letter == len(_LETTERS) - 1:
            size = len(rdatas[0])
            end = start + len(rdatas) * (size + _BEFORE_DATA) - _BEFORE_DATA
            between = one[start + size : start + size + _BEFORE_DATA] if len(rdatas) > 1 else b""
            order.append(names)
        else:
            end = start + path.names[letter][0]
            order.append(letter or -1)
    pieces.append(one[end:])
    form = b"%b".join(piece.replace(b"%", b"%%") for piece in pieces)
    barred, unequal = _clashes(response, path)
    plain = (path.cause.at or -1) if path.cause and query.edns else None
    in_order = order == list(range(names + (between is not None)))
    picks = None if in_order and not barred and not unequal and plain is None else _picker(order)
    around = None
    if len(path.names) == 1 and plain is None and not unequal and order in ([0], [0, 1]):
        around = pieces[0], pieces[-1], frozenset().union(*(labels for _, labels in barred))
        if between or (between is not None and pieces[1][:2] != POINTER_TO_QUESTION):
            around = None
    made = Template(form, between, picks, barred, unequal, plain, around)
    expected = reply.answer(query, response, (), authoritative=authoritative, limit=query.size_limit(tcp=False))
    question, *labels = (name[1 : 1 + name[0]] for name in path.names)
    return made if made.fill([query.question, *labels], question, rdatas) == expected[2:] else None


def _picker(order: list[int]) -> Callable[[list[bytes]], tuple[bytes, ...]]:
    if len(order) == 1:
        return lambda known: (known[0],)
    return itemgetter(*order)


def _blanks(one: bytes, other: bytes, start: int) -> Iterator[tuple[int, int]]:
    """Return where two replies differ, and the number of the letter there."""
    for at in range(start, len(one)):
        if one[at] != other[at]:
            yield at, _LETTERS.index(one[at])


def _packed(
    packet: bytes, response: Response, path: LookupPath, letters: bytes, *, authoritative: bool
) -> bytes | None:
    """Pack a reply with letters in its blanks: for each name another, and the last one for addresses."""
    lettered = {
        name: Name(bytes((name[0],)) + letters[at : at + 1] * name[0] + parent(name))
        for at, name in enumerate(path.names)
    }
    first = path.names[0]
    query = read(packet[:HEADER] + lettered[first] + packet[HEADER + len(first) :])
    answer = [_lettered(rrset, path, lettered, letters[-1:]) for rrset in response.answer]
    if query is None or response.additional or any(rrset.type != Type.SOA for rrset in response.authority):
        return None
    cause = response.cause
    if path.cause is not None:
        before, at, after = path.cause
        cause = before + chr(letters[at]) * path.names[at][0] + after
    filled = replace(response, answer=tuple(answer), cause=cause)
    return reply.answer(query, filled, (), authoritative=authoritative, limit=query.size_limit(tcp=False))


def _lettered(rrset: RRset, path: LookupPath, lettered: dict[Name, Name], letter: bytes) -> RRset:
    if rrset is path.addresses:
        rdatas = tuple(letter * len(rdata) for rdata in rrset.rdatas)
    else:
        rdatas = tuple(bytes(lettered.get(Name(rdata), rdata)) for rdata in rrset.rdatas)
    return RRset(lettered.get(rrset.name, rrset.name), rrset.type, rrset.ttl, rdatas)


def _clashes(
    response: Response, path: LookupPath
) -> tuple[tuple[tuple[int, frozenset[bytes]], ...], tuple[tuple[int, int], ...]]:
    """Return the labels that would make a name of the path what it must not be, and the names that may be equal."""
    known = set(path.boundaries)
    for name in path.names:
        known.update(ancestors(parent(name)))
    for rrset in response.authority:
        known.update(ancestors(rrset.name))
        for name in soa_names(rrset.rdatas[0]):
            known.update(ancestors(name))
    known.discard(ROOT)
    barred = []
    unequal = []
    for at, name in enumerate(path.names):
        end = 1 + name[0]
        labels = frozenset(other[1:end] for other in known if other[0] == name[0] and other[end:] == name[end:])
        if labels:
            barred.append((at or -1, labels))
        same = (two for two in range(at) if path.names[two][0] == name[0] and path.names[two][end:] == name[end:])
        unequal += [(two or -1, at) for two in same]
    return tuple(barred), tuple(unequal)
