"""The width of a text before anybody draws it: an estimate that is not exceeded by the fonts of the style."""

from __future__ import annotations

from math import fsum
from typing import Literal
from unicodedata import east_asian_width

from acrdns.report.escape import visible

Font = Literal["name", "small", "mono", "head", "pill", "state", "disc", "zone"]
"""The texts of a picture by how they are set; the names are those of the style's classes."""

_SIZES: dict[Font, int] = {
    "name": 15,
    "small": 11,
    "mono": 12,
    "head": 11,
    "pill": 12,
    "state": 12,
    "disc": 11,
    "zone": 12,
}
_MONO = frozenset({"mono", "zone"})
_BOLD = frozenset({"name", "head", "state", "disc"})
_EMS = {
    **dict.fromkeys("ijlI.,:;'|! ", 0.34),
    **dict.fromkeys("frt()[]{}/\\-`", 0.45),
    **dict.fromkeys("mwMW@%…→●○✕", 1.02),
}
"""Widths in ems, a little more than those of DejaVu Sans, the widest of the fonts that are asked for."""
_LOWER, _UPPER, _FULL = 0.64, 0.76, 1.05
ELLIPSIS = "…"


def width(text: str, font: Font) -> float:
    """Return the width of a text in pixels."""
    if font in _MONO:
        ems = fsum(_FULL if _is_wide(letter) else 0.605 for letter in text)
    else:
        ems = fsum(_ems(letter) for letter in text) * (1.12 if font in _BOLD else 1)
    return ems * _SIZES[font]


def fitted(text: str, room: float, font: Font) -> str:
    """Return a text that is not wider than the room, cut with an ellipsis; its characters are all visible."""
    text = visible(text, most=200)
    if width(text, font) <= room:
        return text
    while text and width(text + ELLIPSIS, font) > room:
        text = text[:-1]
    return text + ELLIPSIS


def _ems(letter: str) -> float:
    if _is_wide(letter):
        return _FULL
    return _EMS.get(letter) or (_UPPER if letter.isupper() else _LOWER)


def _is_wide(letter: str) -> bool:
    return not letter.isascii() and east_asian_width(letter) in "WF"
