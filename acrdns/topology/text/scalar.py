"""The value of a plain scalar: `true`, `false`, null or a decimal number where it is written exactly so, else text.

That is YAML 1.2's core schema without floats: `1.10`, `0755`, `12:30`, `on` and `2024-01-01` are what they look like.
"""

from __future__ import annotations

WORDS: dict[str, bool | None] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}

_DIGITS = 18


def scalar(text: str) -> bool | int | str | None:
    """Return the value of a scalar without quotes and without a tag."""
    if text in WORDS:
        return WORDS[text]
    digits = text[1:] if text[0] == "-" else text
    if digits.isdecimal() and digits.isascii() and (digits[0] != "0" or digits == "0") and len(digits) <= _DIGITS:
        return int(text)
    return text
