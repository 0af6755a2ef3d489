"""Entries and tokens of a master file (RFC 1035 section 5.1).

An entry is a line, or several in parentheses. A token is kept as it is written, with its quotes and escapes: whether
they mean something depends on the type of the record.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_PIECE = re.compile(
    rb'([ \t]+|;.*)|([()])|("(?:[^"\\]|\\.)*")|((?:[^ \t;()"\\]|\\.)+(?:(?<==)"(?:[^"\\]|\\.)*")?)', re.DOTALL
)
_ASSIGNMENT = re.compile(rb'(?:[^"\\]|\\.)+"(?:[^"\\]|\\.)*"', re.DOTALL)
_UNPRINTABLE = re.compile(rb"[^\t -~]")


TOUCHING = "a quoted string touches what stands beside it; put a blank between them"


class MasterEntry(NamedTuple):
    """The tokens of one entry."""

    tokens: list[bytes]
    indented: bool
    """It starts with blanks, so the owner is that of the record before."""
    lines: int
    """How many lines it takes."""


class EntryError(ValueError):
    """An entry that cannot be split into tokens; `lines` is how many were read."""

    def __init__(self, message: str, lines: int) -> None:
        super().__init__(message)
        self.lines = lines


def entry(lines: Iterator[bytes]) -> MasterEntry:
    """Read the next entry. Raises EntryError."""
    tokens: list[bytes] = []
    indented = depth = count = 0
    for line in lines:
        count += 1
        if count == 1:
            indented = line[:1] in (b" ", b"\t")
        try:
            depth = _split(line.removesuffix(b"\r"), depth, tokens)
        except ValueError as error:
            raise EntryError(str(error), count) from None
        if not depth:
            return MasterEntry(tokens, bool(indented), count)
    raise EntryError("the parenthesis opened here is never closed", count)


def is_assignment(token: bytes) -> bool:
    """Return whether a token is a word, `=` and a quoted string, as in SVCB records (RFC 9460 section 2.1)."""
    return token[-1:] == b'"' and token[:1] != b'"' and _ASSIGNMENT.fullmatch(token) is not None


def _split(line: bytes, depth: int, tokens: list[bytes]) -> int:
    """Add a line's tokens; returns whether a parenthesis is open after it."""
    position = 0
    apart = True  # a quoted string stands apart from its neighbours
    while position < len(line):
        match = _PIECE.match(line, position)
        if match is None:
            what = "a quoted string" if line[position] == ord('"') else "an escape"
            raise ValueError(f"{what} does not end on its line")
        position = match.end()
        blank, parenthesis, quoted, word = match.groups()
        if parenthesis:
            depth = _parenthesis(parenthesis, depth)
        elif token := quoted or word:
            _check(token)
            if not apart:
                raise ValueError(TOUCHING)
            tokens.append(token)
        apart = bool(blank or parenthesis)
    return depth


def _parenthesis(piece: bytes, depth: int) -> int:
    if piece == b"(":
        if depth:
            raise ValueError("a parenthesis inside parentheses; one pair holds any number of lines")
        return 1
    if not depth:
        raise ValueError("a closing parenthesis without an opening one")
    return 0


def _check(token: bytes) -> None:
    odd = _UNPRINTABLE.search(token)
    if odd is not None:
        octet = odd[0][0]
        raise ValueError(f"octet {octet} is not printable ASCII; write it as \\{octet:03d}")
