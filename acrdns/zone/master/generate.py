"""$GENERATE, as BIND has it: one entry for a series of records; `$` is replaced by the number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPAN = re.compile(rb"([0-9]{1,10})-([0-9]{1,10})(?:/([0-9]{1,10}))?")
_PIECE = re.compile(
    rb"\\(.)|\$\$|\$\{([+-]?[0-9]{1,10})(?:,([0-9]{1,3})(?:,([doxXnN]))?)?\}|(\$)(?!\{)|([^$\\]+)", re.DOTALL
)
_MAX = 2**31 - 1
_MAX_WIDTH = 255


def expand(numbers: range, owner: bytes, data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield owner and data for each number. Raises ValueError."""
    left, right = _template(owner), _template(data)
    for number in numbers:
        yield _fill(left, number), _fill(right, number)


def numbers_of(span: bytes) -> range:
    """Return the numbers of a range, `start-stop` or `start-stop/step`. Raises ValueError."""
    match = _SPAN.fullmatch(span)
    start, stop, step = (int(group or 1) for group in match.groups()) if match else (1, 0, 1)
    if start > stop or stop > _MAX or not 0 < step <= _MAX:
        raise ValueError(f"$GENERATE: {span.decode()} is no range; write start-stop or start-stop/step")
    return range(start, stop + 1, step)


_Piece = bytes | tuple[int, int, str]
"""Literal text, or offset, width and base of the number."""


def _template(text: bytes) -> list[_Piece]:
    pieces: list[_Piece] = []
    position = 0
    while position < len(text):
        match = _PIECE.match(text, position)
        if match is None:
            raise ValueError(f"$GENERATE: {text.decode()} has a bad modifier; write ${{offset,width,base}}")
        position = match.end()
        pieces.append(_piece(match))
    return pieces


def _piece(match: re.Match[bytes]) -> _Piece:
    escaped, offset, width, base, dollar, literal = match.groups()
    if literal:
        return bytes(literal)
    if escaped:
        return b"\\" + bytes(escaped)
    if dollar:
        return 0, 0, "d"
    if offset is None:
        return b"\\$"
    if int(width or 0) > _MAX_WIDTH:
        raise ValueError(f"$GENERATE: a width of {width.decode()}; it can be {_MAX_WIDTH}")
    return int(offset), int(width or 0), (base or b"d").decode()


def _fill(template: list[_Piece], number: int) -> bytes:
    return b"".join(
        piece if isinstance(piece, bytes) else _number(number + piece[0], piece[1], piece[2]) for piece in template
    )


def _number(value: int, width: int, base: str) -> bytes:
    """Write a number; below zero only decimally, as in C's formats the others would wrap around."""
    if base in "nN":
        return _nibbles(value, width, base)
    if value < 0 and base != "d":
        raise ValueError(f"$GENERATE: {value} is below zero")
    return f"{value:0{width}{base}}".encode()


def _nibbles(value: int, width: int, base: str) -> bytes:
    """Write the hexadecimal digits from the last to the first, with dots, as `ip6.arpa` has them."""
    if value < 0:
        raise ValueError(f"$GENERATE: {value} is below zero")
    digits = f"{value:x}" if base == "n" else f"{value:X}"
    digits = digits.rjust((width + 1) // 2, "0")
    dotted = ".".join(reversed(digits))
    return (dotted if len(dotted) >= width else dotted + ".").encode()
