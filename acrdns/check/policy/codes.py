"""Codes, beginnings of codes and names of rules, as people write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.rules import TABLE

if TYPE_CHECKING:
    from collections.abc import Iterable


def codes_of(texts: Iterable[str]) -> frozenset[str]:
    """Return the codes that texts mean: `ACR308`, `ACR2`, `ipv6-bypass`, or several with commas. Raises ValueError."""
    return frozenset(
        code for text in texts for part in text.split(",") if part.strip() for code in _codes(part.strip())
    )


def code_of(text: str) -> str:
    """Return the code of a code or name. Raises ValueError."""
    found = _codes(text)
    if len(found) != 1 or (text.upper() not in TABLE and text.lower() not in TABLE.values()):
        raise ValueError(f"{text!r} stands for several rules; name one")
    return found[0]


def _codes(text: str) -> list[str]:
    wanted, name = text.upper(), text.lower()
    begun = [code for code in TABLE if code.startswith(wanted) and wanted.startswith("ACR")]
    found = begun or [code for code, known in TABLE.items() if known == name]
    if not found:
        raise ValueError(unknown(text))
    return found


def unknown(text: str) -> str:
    """Return that there is no such rule, and which were meant."""
    from acrdns.suggest import close, either

    begun = [name for name in TABLE.values() if text and name.startswith(text.lower())]
    near = begun or close(text, [*TABLE, *TABLE.values()], 3)
    return f"there is no rule {text!r}; {f'did you mean {either(near)}?' if near else 'acrdns rules lists them all'}"
