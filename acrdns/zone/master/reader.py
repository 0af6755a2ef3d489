"""Reading a master file (RFC 1035 section 5): entries and directives, in file order, all problems noted.

Common lines are read by `fast`, every other entry goes through the tokenizer. Both give the same records.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import compress
from typing import TYPE_CHECKING

from acrdns.errors import Place, Problem
from acrdns.names import ROOT, Name, show
from acrdns.record import Type
from acrdns.zone.master import presentation
from acrdns.zone.master.fast import LINE, ReaderState, take
from acrdns.zone.master.generate import expand, numbers_of
from acrdns.zone.master.rdata import data_of, number_of
from acrdns.zone.master.tokens import TOUCHING, EntryError, entry, is_assignment
from acrdns.zone.master.zone_builder import Record, ZoneBuilder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    OpenInclude = Callable[[str, str], tuple[str, bytes]]
    """From the including file and the name in $INCLUDE to the included file's path and text. Raises OSError."""

_CHUNK = 1 << 18
"""Octets that are split into lines at a time; the lines should fit into the processor's cache."""
_ASSIGNING = (b"SVCB", b"HTTPS", b"TYPE64", b"TYPE65")
"""Types with words such as alpn="h2,h3" in their data."""
_MAX_DEPTH = 32
"""Files that may include one another."""
MAX_INCLUDED = 1000
"""Files that a zone may include: eight levels of ten would never end."""
MAX_GENERATED = 1 << 20
"""Records that a zone may have of $GENERATE."""
_NO_ZONE = "no line of this file is a record or directive, and so none is shown; is it a zone file?"


class Reader:
    """Reads master files into a zone builder."""

    def __init__(self, builder: ZoneBuilder, open_include: OpenInclude) -> None:
        self._builder = builder
        self._open_include = open_include
        self._state = ReaderState("", ROOT)
        self._files: list[str] = []
        self._included = 0
        self._generated = 0
        self._recognised = 0
        """Entries with a type or directive that is known."""

    def read(self, file: str, text: bytes, origin: Name) -> None:
        """Read a file and what it includes. Problems go to the builder.

        Of a file that is no zone file nothing is quoted: whoever includes it may not be allowed to read it.
        """
        outer = self._state
        problems, recognised = self._builder.problems, self._recognised
        before = len(problems)
        self._files.append(file)
        self._state = ReaderState(file, origin, 0, outer.owner, outer.default, outer.last)
        if text.startswith(b"\xef\xbb\xbf"):
            self._builder.refuse(file, 1, "the file starts with a byte order mark; save it without one")
            text = text[3:]
        self._lines(text if text.endswith(b"\n") else text + b"\n")
        if len(problems) > before and self._recognised == recognised:
            problems[before:] = [Problem(Place(file, 1), "", _NO_ZONE)]
        self._files.pop()
        outer.default, outer.last = self._state.default, self._state.last
        self._state = outer

    def _lines(self, text: bytes) -> None:
        """Read chunk by chunk, and in a chunk run by run of common lines; lines between runs are read carefully."""
        state, start = self._state, 0
        while start < len(text):
            end = text.rfind(b"\n", start, start + _CHUNK) + 1 or text.index(b"\n", start) + 1
            heads, tails, middles, texts, others = zip(*LINE.findall(text, start, end), strict=True)
            count, odd = len(others), _places(others)
            first, position, size = state.line, 0, count
            raw: list[bytes] = []
            while position < count:
                stop = min(position + max(size, 1), odd[bisect_left(odd, position)])
                part = slice(position, stop)
                run = (heads[part], tails[part], middles[part], texts[part])
                if stop > position and take(run, state, self._builder):
                    self._recognised += 1
                    position, size = stop, 2 * size
                elif stop > position + 1:
                    size = (stop - position) // 4  # one of them is not what it seemed to be: go there step by step
                    continue
                else:
                    raw = raw or text[start:end].split(b"\n")[:-1]
                    state.line = first + position + 1
                    position += self._entry(_from(raw, position, text, end))
                state.line = first + position
            for _ in range(count, position):  # an entry in parentheses may go on beyond the chunk
                end = text.index(b"\n", end) + 1
            start = end

    def _entry(self, lines: Iterator[bytes]) -> int:
        """Read one entry carefully; returns the number of its lines."""
        try:
            tokens, indented, count = entry(lines)
        except EntryError as error:
            self._refuse(str(error))
            return error.lines
        try:
            if tokens and not indented and tokens[0].startswith(b"$"):
                self._directive(tokens[0], tokens[1:])
            elif tokens:
                self._record(tokens, indented=indented)
        except ValueError as error:
            self._refuse(str(error))
        return count

    def _refuse(self, message: str) -> None:
        self._builder.refuse(self._state.file, self._state.line, message)

    def _record(self, tokens: list[bytes], *, indented: bool) -> None:
        """Read a record: owner, TTL and class in any order, type, data."""
        state = self._state
        if not indented:
            state.owner = self._owner(tokens[0])
        ttl, used = presentation.terms(tokens[not indented :])
        type_, *data = tokens[used + (not indented) :] or [b""]
        if type_.upper() not in _ASSIGNING and any(map(is_assignment, data)):
            raise ValueError(TOUCHING)
        self._add(state.owner, ttl, type_, b" ".join(data))

    def _owner(self, token: bytes) -> Name:
        return Name(presentation.absolute(token, self._state.origin).lower())

    def _add(self, owner: Name | None, ttl: int | None, type_: bytes, data: bytes) -> None:
        state = self._state
        if not type_:
            raise ValueError(f"a record of {show(owner or ROOT)} without a type")
        number = number_of(type_)
        self._recognised += 1
        if owner is None:
            raise ValueError("a record without an owner name, and none stands before it")
        rdata = data_of(number, data, state.origin)
        if ttl is None:
            ttl = state.ttl
            if ttl is None and number == Type.SOA:
                ttl = int.from_bytes(rdata[-4:], "big")
        if ttl is None:
            raise ValueError("a record without a TTL, and neither $TTL nor a record before it states one")
        state.last = ttl
        self._builder.add(Record(owner, number, ttl, rdata, state.file, state.line))

    # --- directives ---------------------------------------------------------------------------------------------------

    def _directive(self, word: bytes, tokens: list[bytes]) -> None:
        directives = {
            b"$ORIGIN": self._set_origin,
            b"$TTL": self._set_ttl,
            b"$INCLUDE": self._include,
            b"$GENERATE": self._generate,
        }
        directive = directives.get(word.upper())
        if directive is None:
            known = ", ".join(each.decode() for each in directives)
            raise ValueError(f"{word.decode()} is no directive; there are {known}")
        self._recognised += 1
        directive(tokens)

    def _set_origin(self, tokens: list[bytes]) -> None:
        if len(tokens) != 1:
            raise ValueError("$ORIGIN takes one domain name")
        self._state.set_origin(_absolute(tokens[0], "$ORIGIN"))

    def _set_ttl(self, tokens: list[bytes]) -> None:
        if len(tokens) != 1:
            raise ValueError("$TTL takes one time")
        self._state.default = presentation.ttl(tokens[0])

    def _include(self, tokens: list[bytes]) -> None:
        if not 1 <= len(tokens) <= 2:  # noqa: PLR2004 - a file, and an origin
            raise ValueError("$INCLUDE takes a file and, if wanted, an origin")
        wanted = presentation.string(tokens[0]).decode()
        origin = _absolute(tokens[1], "$INCLUDE") if tokens[1:] else self._state.origin
        if len(self._files) == _MAX_DEPTH:
            raise ValueError(f"more than {_MAX_DEPTH} files include one another")
        self._included += 1
        if self._included > MAX_INCLUDED:
            raise ValueError(f"more than {MAX_INCLUDED} files are included")
        try:
            file, text = self._open_include(self._state.file, wanted)
        except OSError as error:
            raise ValueError(f"cannot include {wanted}: {error.strerror or error}") from None
        if file in self._files:
            raise ValueError(f"{file} includes itself: {' -> '.join((*self._files[self._files.index(file) :], file))}")
        self.read(file, text, origin)

    def _generate(self, tokens: list[bytes]) -> None:
        ttl, used = presentation.terms(tokens[2:])
        if len(tokens) != used + 4:
            raise ValueError(
                "$GENERATE takes a range, an owner name, TTL and class if wanted, a type, and one data token"
            )
        span, owner, type_, data = *tokens[:2], *tokens[-2:]
        numbers = numbers_of(span)
        self._generated += len(numbers)
        if self._generated > MAX_GENERATED:
            raise ValueError(f"$GENERATE: {self._generated} records; a zone can have {MAX_GENERATED} of them")
        for left, right in expand(numbers, owner, presentation.unquoted(data)):
            self._add(self._owner(left), ttl, type_, right)


def _absolute(text: bytes, directive: str) -> Name:
    if not text.endswith(b".") or text.endswith(b"\\."):
        raise ValueError(f"{directive} takes an absolute name; end {text.decode()} with a dot")
    return Name(presentation.absolute(text, ROOT).lower())


def _from(lines: list[bytes], index: int, text: bytes, start: int) -> Iterator[bytes]:
    """Return lines from an index on, and then the rest of the text, which starts where the lines end."""
    while index < len(lines):
        yield lines[index]
        index += 1
    while start < len(text):
        end = text.index(b"\n", start)
        yield text[start:end]
        start = end + 1


def _places(others: Sequence[bytes]) -> list[int]:
    """Return the positions of lines that are not common, and where the lines end."""
    return [*(compress(range(len(others)), others) if any(others) else ()), len(others)]
